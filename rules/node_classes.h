// The classes of the nodes of a trie: which pairs match the name that ends at a node,
// and which the names below it that find no child.
//
// Most classes of a large list are one outbound pair. Such a class is that pair's
// rank behind the numbers of the others and needs no entry anywhere, if the
// services of the ranks change seldom from one to the next: a *run* is a
// stretch of ranks that match alike.

#ifndef ALLOWMATCH_RULES_NODE_CLASSES_H_
#define ALLOWMATCH_RULES_NODE_CLASSES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "matcher/database.h"
#include "rules/name_trie.h"
#include "rules/pairs.h"
#include "rules/rank_sets.h"

namespace allowmatch {

// Ranks from `first` on, up to the next run, ask for this service.
struct ServiceRun {
  uint32_t first;
  uint32_t service;  // index into Pairs::services
};

class NodeClasses {
 public:
  struct OfNode {
    uint32_t exact;
    uint32_t below;
  };

  // Adds the sets that it meets to `out_sets` and `in_sets`. `trie` is finished.
  NodeClasses(const NameTrie& trie, const Pairs& pairs, RankSets* out_sets, RankSets* in_sets);

  // By node.
  const OfNode& operator[](uint32_t node) const { return of_nodes_[node]; }

  // Those that are not one rank; 0 is no match. Class size() + r is rank r alone.
  const std::vector<NameClass>& general() const { return general_; }
  // The best outbound rank of each of these, else the number of ranks.
  std::vector<uint32_t> Listing() const;
  const std::vector<ServiceRun>& runs() const { return runs_; }
  // Whether class size() + r is rule r, as NumberByRules numbers ranks.
  bool ranks_follow_rules() const { return ranks_follow_rules_; }
  // More than any class.
  uint64_t end() const { return end_; }

 private:
  // The sets of ranks by direction: out, in. An outbound one may be kSingle | rank.
  struct Sets {
    uint32_t of[2];
  };
  static constexpr uint32_t kSingle = 0x80000000;

  void FollowRules();
  void FindRuns(const std::vector<RankedPattern>& patterns);
  bool IsSingle(const RankSet& set) const { return set.size() == 1 && set[0] < run_end_; }
  void Visit(uint32_t node, const NameTrie::End** end);
  uint32_t With(int direction, uint32_t inherited, RankSet* own);
  uint32_t ClassOf(const Sets& sets);
  uint32_t Numbered(uint32_t id) const;

  const NameTrie& trie_;
  const Pairs& pairs_;
  RankSets* sets_[2];
  uint32_t empty_[2];
  std::vector<ServiceRun> runs_;
  bool ranks_follow_rules_ = false;
  uint32_t run_end_ = 0;  // ranks from here on are not in runs
  std::vector<Sets> below_;
  std::vector<OfNode> of_nodes_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint32_t> numbers_;
  std::vector<NameClass> general_;
  uint64_t end_ = 0;
  RankSet own_exact_[2];  // of the node that is visited
  RankSet own_below_[2];
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_NODE_CLASSES_H_
