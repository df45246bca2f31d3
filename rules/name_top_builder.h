// The tops of matcher/name_table.h.

#ifndef ALLOWMATCH_RULES_NAME_TOP_BUILDER_H_
#define ALLOWMATCH_RULES_NAME_TOP_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/name_table.h"
#include "rules/name_trie.h"
#include "rules/node_classes.h"

namespace allowmatch {

struct NameTops {
  uint32_t labels = 0;  // of each node that is listed; 0: there is none
  std::vector<NameTop> table;
};

// `places` say where the literal children of each node are. Of the nodes of one label
// those come first that have most children.
NameTops BuildNameTops(const NameTrie& trie, const NodeClasses& classes,
                       const std::vector<NameTable::Place>& places, uint64_t seed);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_NAME_TOP_BUILDER_H_
