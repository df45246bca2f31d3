// Elementary intervals of IPv6 addresses -> the trie of matcher/ip6_table.h.

#ifndef ALLOWMATCH_RULES_IP6_BUILDER_H_
#define ALLOWMATCH_RULES_IP6_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/ip6_table.h"
#include "rules/partition.h"

namespace allowmatch {

struct Ip6Sections {
  uint32_t low_slots = 0;
  uint32_t low_intervals = 0;
  std::vector<uint64_t> slots;
  std::vector<uint64_t> lasts;
  std::vector<uint16_t> leaves16;
  std::vector<uint32_t> leaves32;
};

// The ids of `intervals` are classes, below `class_count`. Time and size are
// linear in the intervals, times the depth of the trie.
Ip6Sections BuildIp6Table(const Intervals& intervals, size_t class_count);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_IP6_BUILDER_H_
