// Elementary intervals of IPv6 addresses -> the tree of matcher/ip6_table.h.

#ifndef ALLOWMATCH_RULES_IP6_BUILDER_H_
#define ALLOWMATCH_RULES_IP6_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/ip6_table.h"
#include "rules/partition.h"

namespace allowmatch {

struct Ip6Sections {
  uint32_t interval_count = 0;
  std::vector<uint64_t> lines;
  std::vector<uint32_t> low_runs;
  std::vector<uint64_t> low_lasts;
  std::vector<uint16_t> leaves16;
  std::vector<uint32_t> leaves32;
};

// The ids of `intervals` are classes, below `class_count`. Time and size are
// linear in the intervals.
Ip6Sections BuildIp6Table(const Intervals& intervals, size_t class_count);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_IP6_BUILDER_H_
