#include "rules/node_classes.h"

#include <algorithm>

namespace allowmatch {
namespace {

// A lookup searches the runs; where there are more, classes are general.
constexpr size_t kMaxRuns = 255;

}  // namespace

NodeClasses::NodeClasses(const NameTrie& trie, const Pairs& pairs, RankSets* out_sets,
                         RankSets* in_sets)
    : trie_(trie), pairs_(pairs), sets_{out_sets, in_sets} {
  for (int d = 0; d < 2; ++d) empty_[d] = sets_[d]->Intern({});
  FindRuns(pairs.out.patterns);
  ClassOf({{empty_[0], empty_[1]}});
  below_.resize(trie.nodes().size());
  of_nodes_.resize(trie.nodes().size());
  const NameTrie::End* end = trie.ends().data();
  for (uint32_t node = 0; node < trie.nodes().size(); ++node) Visit(node, &end);
  below_ = std::vector<Sets>();
  if (general_.size() == 1 && RanksMayFollowRules(pairs)) FollowRules();
  for (OfNode& c : of_nodes_) c = {Numbered(c.exact), Numbered(c.below)};
  end_ = general_.size() + (runs_.empty() ? 0 : pairs.ranks.size());
}

void NodeClasses::FindRuns(const std::vector<RankedPattern>& patterns) {
  std::vector<bool> asked(pairs_.ranks.size());
  for (const RankedPattern& p : patterns) asked[p.rank] = true;
  uint32_t slot = 0;
  for (uint32_t rank = 0; rank < asked.size(); ++rank) {
    if (!asked[rank] || (!runs_.empty() && pairs_.ranks[rank].slot == slot)) continue;
    if (runs_.size() == kMaxRuns) {
      run_end_ = rank;
      return;
    }
    slot = pairs_.ranks[rank].slot;
    runs_.push_back({runs_.empty() ? 0 : rank, pairs_.ranks[rank].service});
  }
  run_end_ = static_cast<uint32_t>(asked.size());
}

// Not if that makes too many runs.
void NodeClasses::FollowRules() {
  std::vector<const Rank*> of_rules(pairs_.ranks.size());
  for (const Rank& rank : pairs_.ranks) of_rules[rank.rule] = &rank;
  std::vector<ServiceRun> runs;
  for (uint32_t rule = 0; rule < of_rules.size(); ++rule) {
    if (rule != 0 && of_rules[rule]->slot == of_rules[rule - 1]->slot) continue;
    if (runs.size() == kMaxRuns) return;
    runs.push_back({rule, of_rules[rule]->service});
  }
  runs_ = std::move(runs);
  ranks_follow_rules_ = true;
}

// Parents come before their children.
void NodeClasses::Visit(uint32_t node, const NameTrie::End** end) {
  for (int d = 0; d < 2; ++d) {
    own_exact_[d].clear();
    own_below_[d].clear();
  }
  const NameTrie::End* const last = trie_.ends().data() + trie_.ends().size();
  for (; *end != last && (*end)->node == node; ++*end) {
    const NameTrie::End& e = **end;
    if (e.head != Pattern::Head::kBelow) own_exact_[e.inbound].push_back(e.rank);
    if (e.head != Pattern::Head::kNone) own_below_[e.inbound].push_back(e.rank);
  }
  const Sets inherited =
      node == 0 ? Sets{{empty_[0], empty_[1]}} : below_[trie_.nodes()[node].parent];
  Sets exact;
  for (int d = 0; d < 2; ++d) {
    exact.of[d] = With(d, inherited.of[d], &own_exact_[d]);
    below_[node].of[d] = With(d, inherited.of[d], &own_below_[d]);
  }
  of_nodes_[node] = {ClassOf(exact), ClassOf(below_[node])};
}

// The inherited set with `own` added.
uint32_t NodeClasses::With(int direction, uint32_t inherited, RankSet* own) {
  if (own->empty()) return inherited;
  const bool is_single = direction == 0 && (inherited & kSingle) != 0;
  if (is_single) {
    own->push_back(inherited & ~kSingle);
  } else if (inherited != empty_[direction]) {
    const RankSet& more = (*sets_[direction])[inherited];
    own->insert(own->end(), more.begin(), more.end());
  }
  if (own->size() > 1) {
    std::sort(own->begin(), own->end());
    *own = BestOfSlots(*own, pairs_.ranks);
  }
  if (direction == 0 && IsSingle(*own)) return kSingle | (*own)[0];
  return sets_[direction]->Intern(*own);
}

// kSingle | rank, or the number of a general class.
uint32_t NodeClasses::ClassOf(const Sets& sets) {
  uint32_t out = sets.of[0];
  if ((out & kSingle) != 0) {
    if (sets.of[1] == empty_[1]) return out;
    out = sets_[0]->Intern({out & ~kSingle});
  }
  const auto [at, is_new] =
      numbers_.try_emplace(std::pair(out, sets.of[1]), static_cast<uint32_t>(general_.size()));
  if (is_new) general_.push_back({out, sets.of[1]});
  return at->second;
}

std::vector<uint32_t> NodeClasses::Listing() const {
  std::vector<uint32_t> listing;
  for (const NameClass& c : general_) {
    const RankSet& ranks = (*sets_[0])[c.out_row];
    listing.push_back(ranks.empty() ? static_cast<uint32_t>(pairs_.ranks.size()) : ranks.front());
  }
  return listing;
}

uint32_t NodeClasses::Numbered(uint32_t id) const {
  if ((id & kSingle) == 0) return id;
  const uint32_t rank = id & ~kSingle;
  return static_cast<uint32_t>(general_.size()) +
         (ranks_follow_rules_ ? pairs_.ranks[rank].rule : rank);
}

}  // namespace allowmatch
