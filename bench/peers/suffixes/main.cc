// Contenders for names in C++, for bench/duel.py:
//
//   suffixes flat_hash_map|suffix_hash|marisa FOLDER

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <utility>

#include "bench/contest.h"
#include "patterns.h"
#include "tables.h"

namespace suffixes {
namespace {

using allowmatch::Column;
using allowmatch::Contest;
using allowmatch::Loaded;
using MakeTable = std::unique_ptr<Table> (*)(const Patterns&);

class NamesContest : public Contest {
 public:
  NamesContest(Patterns patterns, MakeTable make, allowmatch::NameQueries names, bool single)
      : patterns_(std::move(patterns)),
        table_(make(patterns_)),
        names_(std::move(names)),
        single_(single),
        rules_(names_.size.size()) {}

  size_t size() const override { return rules_.size(); }
  void Clear() override { std::fill(rules_.begin(), rules_.end(), 0u); }

  void Pass() override {
    const size_t step = single_ ? 1 : size();
    for (size_t i = 0; i < size(); i += step) table_->RulesOf(names_, i, step, &rules_[i]);
  }

  uint64_t Sum() const override {
    uint64_t sum = 0;
    for (const uint32_t rule : rules_) sum += rule;
    return sum;
  }

  const Table& table() const { return *table_; }

 private:
  const Patterns patterns_;
  const std::unique_ptr<Table> table_;
  const allowmatch::NameQueries names_;
  const bool single_;
  Column<uint32_t> rules_;
};

Loaded Load(const std::string& folder, MakeTable make) {
  std::map<std::string, std::string> about = allowmatch::ReadAbout(folder);
  if (about["kind"] != "names") return allowmatch::Unsupported("names only");
  Patterns patterns;
  if (!ReadPatterns(folder, &patterns)) return allowmatch::Unsupported("wildcards in the middle");
  allowmatch::NameQueries names = allowmatch::ReadNames(folder);
  const allowmatch::Stopwatch watch;
  auto contest = std::make_unique<NamesContest>(std::move(patterns), make, std::move(names),
                                                about["calls"] == "single");
  Loaded loaded;
  loaded.build_ns = watch.ns();
  loaded.table_bytes = contest->table().bytes();
  loaded.detail = contest->table().detail();
  loaded.contest = std::move(contest);
  return loaded;
}

MakeTable FindTable(const std::string& name) {
  if (name == "flat_hash_map") return &NewFlatHashMap;
  if (name == "suffix_hash") return &NewSuffixHash;
  return name == "marisa" ? &NewMarisa : nullptr;
}

}  // namespace
}  // namespace suffixes

int main(int argc, char** argv) {
  const auto make = argc == 3 ? suffixes::FindTable(argv[1]) : nullptr;
  if (make == nullptr) {
    std::fprintf(stderr, "usage: suffixes flat_hash_map|suffix_hash|marisa FOLDER\n");
    return 2;
  }
  allowmatch::Serve(argv[2],
                    [make](const std::string& folder) { return suffixes::Load(folder, make); });
  return 0;
}
