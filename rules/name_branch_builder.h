// The nodes of a trie where ways part -> the tables of matcher/name_branches.h.

#ifndef ALLOWMATCH_RULES_NAME_BRANCH_BUILDER_H_
#define ALLOWMATCH_RULES_NAME_BRANCH_BUILDER_H_

#include <cstdint>
#include <vector>

#include "rules/name_builder.h"
#include "rules/node_classes.h"
#include "rules/name_trie.h"

namespace allowmatch {

class NameBranchBuilder {
 public:
  // Numbers the branches of `trie`: the children that are not literal, and the
  // nodes that have such.
  NameBranchBuilder(const NameTrie& trie, const NodeClasses& classes);

  // 0 if the node is none.
  uint32_t branch(uint32_t node) const { return of_nodes_.empty() ? 0 : of_nodes_[node]; }

  // How many there are, and one.
  size_t count() const { return nodes_.size(); }

  // Makes a branch of a node.
  void Add(uint32_t node);

  // `numbers` are those of nodes whose literal children are records. False if the seed leaves
  // a long probe.
  bool Write(const std::vector<uint32_t>& numbers, uint64_t seed, NameArrays* arrays) const;

 private:
  void WriteStars(NameArrays* arrays) const;
  void WriteGlobs(NameArrays* arrays) const;
  bool WriteSlots(uint64_t seed, NameArrays* arrays) const;

  const NameTrie& trie_;
  const NodeClasses& classes_;
  std::vector<uint32_t> of_nodes_;  // empty as long as there is none
  std::vector<uint32_t> nodes_;     // of each branch; the first is unused
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_NAME_BRANCH_BUILDER_H_
