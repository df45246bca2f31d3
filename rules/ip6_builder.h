// Elementary intervals of IPv6 addresses -> the table of matcher/ip6_table.h.

#ifndef ALLOWMATCH_RULES_IP6_BUILDER_H_
#define ALLOWMATCH_RULES_IP6_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/ip6_table.h"
#include "rules/partition.h"

namespace allowmatch {

struct Ip6Sections {
  uint32_t root = 0;
  uint32_t window_first = 0;
  uint32_t window_size = 0;
  std::vector<uint32_t> words;
  std::vector<Ip6Line> lines;

  // Whether words can number them; else they are not to be used.
  bool Fit() const {
    return words.size() / Ip6Word::kBlock <= Ip6Word::kMaxBlocks &&
           lines.size() <= size_t{Ip6Word::kLineMask} + 1;
  }
};

// The ids of `intervals` are classes, below `class_count`. Time and size are
// linear in the intervals: at worst a line for each, and a few words.
Ip6Sections BuildIp6Table(const Intervals& intervals, size_t class_count);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_IP6_BUILDER_H_
