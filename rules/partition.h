// Overlapping ranges -> elementary intervals -> sets.
//
// A sweep over the ends of the ranges. Between two neighbouring ends the same
// ranges are open, so the interval has one set: for each *slot*, the least rank
// that is open. (A slot is what else a range asks for: within one slot only the
// best rank can ever be seen.) O(n log n) in the ranges, plus the size of the
// sets themselves.

#ifndef ALLOWMATCH_RULES_PARTITION_H_
#define ALLOWMATCH_RULES_PARTITION_H_

#include <cstdint>
#include <vector>

#include "matcher/range.h"
#include "rules/rank_sets.h"

namespace allowmatch {

struct RankedRange {
  AddressRange range;
  uint32_t slot;
  uint32_t rank;
};

// From `first` to just before the next interval, or to the end of the family.
struct Interval {
  uint128 first;
  uint32_t id;

  friend bool operator==(const Interval& a, const Interval& b) {
    return a.first == b.first && a.id == b.id;
  }
};

// Ascending, beginning at 0; neighbours have different ids.
using Intervals = std::vector<Interval>;

// Cuts the address space of `family`; the ids are of `sets`. Ranges of the
// other family are passed over. `everywhere` has the (slot, rank) pairs that
// are open on every address.
Intervals Partition(Family family, const std::vector<RankedRange>& ranges,
                    const std::vector<RankedRange>& everywhere, RankSets* sets);

// The set of `everywhere` alone, in the form that Partition gives it.
RankSet SetOf(const std::vector<RankedRange>& everywhere);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_PARTITION_H_
