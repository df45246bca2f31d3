// Elementary intervals of IPv4 addresses -> the shape of matcher/ip4_table.h that suits
// them.

#ifndef ALLOWMATCH_RULES_IP4_BUILDER_H_
#define ALLOWMATCH_RULES_IP4_BUILDER_H_

#include "rules/ip4_tree_builder.h"
#include "rules/ip4_trie_builder.h"
#include "rules/partition.h"

namespace allowmatch {

// How IPv4 addresses are looked up. Verdicts do not depend on it.
enum class Ip4Form {
  kAuto,
  kTree,  // for tests
  kTrie,  // for tests; without register tables, which would be asked instead
};

struct Ip4Sections {
  bool is_tree = true;
  Ip4TreeSections tree;  // if it is one
  Ip4TrieSections trie;  // else
};

// The ids of `intervals` are classes, below `class_count`. A tree of four levels is
// quicker than any trie; a trie that takes no more bytes than a deeper tree is quicker
// than that (both measured on Zen 4).
Ip4Sections BuildIp4Table(const Intervals& intervals, size_t class_count, Ip4Form form);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_IP4_BUILDER_H_
