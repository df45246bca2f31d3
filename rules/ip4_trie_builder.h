// Elementary intervals of IPv4 addresses -> the trie of matcher/ip4_trie.h.

#ifndef ALLOWMATCH_RULES_IP4_TRIE_BUILDER_H_
#define ALLOWMATCH_RULES_IP4_TRIE_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/ip4_trie.h"
#include "rules/partition.h"

namespace allowmatch {

struct Ip4TrieSections {
  uint32_t direct_bits = 0;
  std::vector<Ip4Entry> entries;
  std::vector<uint16_t> leaves16;
  std::vector<uint32_t> leaves32;
};

// The ids of `intervals` are classes, below `class_count`. Time and size are
// linear in the intervals, times the depth of the trie.
Ip4TrieSections BuildIp4Trie(const Intervals& intervals, size_t class_count);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_IP4_TRIE_BUILDER_H_
