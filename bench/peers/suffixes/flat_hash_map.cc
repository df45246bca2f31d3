#include "absl/container/flat_hash_map.h"

#include "absl/strings/string_view.h"
#include "tables.h"

namespace suffixes {
namespace {

class FlatHashMap : public Table {
 public:
  explicit FlatHashMap(const Patterns& patterns) : patterns_(patterns) {
    map_.reserve(patterns.suffixes.size());
    for (size_t i = 0; i < patterns.suffixes.size(); ++i) {
      map_.try_emplace(patterns.suffixes[i], patterns.entries[i]);
      text_bytes_ += patterns.suffixes[i].size();
    }
  }

  void RulesOf(const allowmatch::NameQueries& names, size_t first, size_t count,
               uint32_t* rules) const override {
    Folded name;
    for (size_t i = 0; i < count; ++i) {
      name.Fold(&names.bytes[names.offset[first + i]], names.size[first + i]);
      rules[i] = LongestListed(patterns_, name.view(), [this](std::string_view suffix) {
        const auto at = map_.find(absl::string_view(suffix.data(), suffix.size()));
        return at == map_.end() ? nullptr : &at->second;
      });
    }
  }

  // A control byte each; the map refers to the texts.
  size_t bytes() const override {
    return map_.capacity() * (sizeof(Map::value_type) + 1) + text_bytes_;
  }
  std::string detail() const override { return "a find for each suffix"; }

 private:
  using Map = absl::flat_hash_map<absl::string_view, Entry>;

  const Patterns& patterns_;
  Map map_;
  size_t text_bytes_ = 0;
};

}  // namespace

std::unique_ptr<Table> NewFlatHashMap(const Patterns& patterns) {
  return std::make_unique<FlatHashMap>(patterns);
}

}  // namespace suffixes
