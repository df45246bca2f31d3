// Elementary intervals of IPv4 addresses -> the search tree of matcher/ip4_tree.h.

#ifndef ALLOWMATCH_RULES_IP4_TREE_BUILDER_H_
#define ALLOWMATCH_RULES_IP4_TREE_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/ip4_tree.h"
#include "rules/partition.h"

namespace allowmatch {

struct Ip4TreeSections {
  std::vector<int32_t> lines;
  std::vector<uint16_t> leaves16;
  std::vector<uint32_t> leaves32;
};

// The ids of `intervals` are classes, below `class_count`. Time and size are linear in
// the intervals.
Ip4TreeSections BuildIp4Tree(const Intervals& intervals, size_t class_count);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_IP4_TREE_BUILDER_H_
