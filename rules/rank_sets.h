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

using RankSet = std::vector<uint32_t>;  // ascending, unique

// Ids count up from 0 in the order in which sets are first seen. Compares the
// sets themselves, so unlike sets never share an id.
class RankSets {
 public:
  uint32_t Intern(const RankSet& set) {
    const auto [at, is_new] = ids_.try_emplace(set, static_cast<uint32_t>(sets_.size()));
    if (is_new) sets_.push_back(&at->first);
    return at->second;
  }

  size_t size() const { return sets_.size(); }
  const RankSet& operator[](uint32_t id) const { return *sets_[id]; }

 private:
  absl::node_hash_map<RankSet, uint32_t> ids_;
  std::vector<const RankSet*> sets_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_RANK_SETS_H_
