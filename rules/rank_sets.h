// Sets of small numbers, each stored once and known by an id.
//
// The compiler meets the same set of rules again and again, once for each
// stretch of addresses; equal sets become one row of the verdict table.

#ifndef ALLOWMATCH_RULES_RANK_SETS_H_
#define ALLOWMATCH_RULES_RANK_SETS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"

namespace allowmatch {

using RankSet = std::vector<uint32_t>;  // unique, the best first

// Ids count up from 0 in the order in which sets are first seen. Compares the
// sets themselves, so unlike sets never share an id.
class RankSets {
 public:
  // From now on a rank of a set is stored as names[rank], in the same place.
  void Rename(std::vector<uint32_t> names) { names_ = std::move(names); }

  uint32_t Intern(const RankSet& set) {
    if (names_.empty()) return InternAsIs(set);
    named_.clear();
    for (const uint32_t rank : set) named_.push_back(names_[rank]);
    return InternAsIs(named_);
  }

  size_t size() const { return sets_.size(); }
  const RankSet& operator[](uint32_t id) const { return *sets_[id]; }

 private:
  uint32_t InternAsIs(const RankSet& set) {
    if (set.size() != 1) return Find(set);
    // By far the most of a routing table.
    if (set[0] >= of_one_.size()) of_one_.resize(set[0] + size_t{1}, kUnknown);
    uint32_t& id = of_one_[set[0]];
    if (id == kUnknown) id = Find(set);
    return id;
  }

  uint32_t Find(const RankSet& set) {
    const auto [at, is_new] = ids_.try_emplace(set, static_cast<uint32_t>(sets_.size()));
    if (is_new) sets_.push_back(&at->first);
    return at->second;
  }

  static constexpr uint32_t kUnknown = 0xffffffff;

  std::vector<uint32_t> names_;
  RankSet named_;                 // of the set at hand
  std::vector<uint32_t> of_one_;  // the ids of sets of one rank, by that rank
  absl::node_hash_map<RankSet, uint32_t> ids_;
  std::vector<const RankSet*> sets_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_RANK_SETS_H_
