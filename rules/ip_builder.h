// Elementary intervals -> the compressed trie of matcher/ip_table.h.

#ifndef ALLOWMATCH_RULES_IP_BUILDER_H_
#define ALLOWMATCH_RULES_IP_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/ip_table.h"
#include "rules/partition.h"

namespace allowmatch {

struct IpArrays {
  std::vector<uint32_t> direct;
  std::vector<IpNode> nodes;
  std::vector<uint32_t> leaves;
};

// Time and size are linear in the intervals, times the depth of the trie.
IpArrays BuildIpTable(Family family, const Intervals& intervals);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_IP_BUILDER_H_
