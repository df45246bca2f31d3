// The tops of matcher/name_table.h.

#ifndef ALLOWMATCH_RULES_NAME_TOP_BUILDER_H_
#define ALLOWMATCH_RULES_NAME_TOP_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/name_table.h"
#include "rules/node_classes.h"
#include "rules/name_trie.h"

namespace allowmatch {

// `ids` are the numbers of the nodes with literal children. Empty if the trie has too many
// nodes of two labels, or patterns that end or part above them.
std::vector<NameTop> BuildNameTops(const NameTrie& trie, const NodeClasses& classes,
                                   const std::vector<uint32_t>& ids, uint64_t seed);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_NAME_TOP_BUILDER_H_
