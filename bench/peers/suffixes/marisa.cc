#include <marisa.h>

#include <algorithm>

#include "tables.h"

namespace suffixes {
namespace {

class Marisa : public Table {
 public:
  explicit Marisa(const Patterns& patterns) : patterns_(patterns) {
    marisa::Keyset keys;
    for (const std::string& suffix : patterns.suffixes) {
      const std::string key = Reversed(suffix);
      keys.push_back(key.data(), key.size());
    }
    trie_.build(keys);
    entries_.resize(trie_.num_keys());
    for (size_t i = 0; i < keys.size(); ++i) entries_[keys[i].id()] = patterns.entries[i];
  }

  void RulesOf(const allowmatch::NameQueries& names, size_t first, size_t count,
               uint32_t* rules) const override {
    Folded name;
    for (size_t i = 0; i < count; ++i) {
      name.Fold(&names.bytes[names.offset[first + i]], names.size[first + i]);
      rules[i] = RuleOf(name.view());
    }
  }

  size_t bytes() const override { return trie_.total_size() + entries_.size() * sizeof(Entry); }
  std::string detail() const override { return "common prefixes of the reversed name"; }

 private:
  // With a dot behind the last label, so that keys end where labels do.
  static std::string Reversed(std::string_view name) {
    return std::string(name.rbegin(), name.rend()) + '.';
  }

  // Suffixes come shortest first.
  uint32_t RuleOf(std::string_view name) const {
    char reversed[kLongestName + 1];
    std::reverse_copy(name.begin(), name.end(), reversed);
    reversed[name.size()] = '.';
    agent_.set_query(reversed, name.size() + 1);
    uint32_t best = kNoRule;
    while (trie_.common_prefix_search(agent_)) {
      const size_t begin = name.size() + 1 - agent_.key().length();
      const uint32_t rule = patterns_.RuleOf(entries_[agent_.key().id()], name, begin);
      if (rule != kNoRule) best = rule;
    }
    return best;
  }

  const Patterns& patterns_;
  marisa::Trie trie_;
  mutable marisa::Agent agent_;  // the state of a search; kept, because it allocates
  std::vector<Entry> entries_;
};

}  // namespace

std::unique_ptr<Table> NewMarisa(const Patterns& patterns) {
  return std::make_unique<Marisa>(patterns);
}

}  // namespace suffixes
