// The active rules taken apart: one pair for each way in which a rule can
// match, in the order in which pairs count.
//
// A pair is (rule, remote destination, direction). Its *rank* orders it: deny
// before allow; then exact before range or wildcard; more fixed bits or labels
// first, as plain numbers; narrower ports; address before name; lowest rule
// id. Pairs of one rule that this order cannot tell apart share a rank. Ranks
// are compared to find which pairs of an address are best, and to join an address
// with a name. So where no rule has a name, ranks of one rule that match alike are
// merged once the addresses are cut: a routing table has as many classes as it
// has rules, however long their prefixes are.

#ifndef ALLOWMATCH_RULES_PAIRS_H_
#define ALLOWMATCH_RULES_PAIRS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "matcher/pattern.h"
#include "matcher/range.h"
#include "matcher/service.h"
#include "rules/partition.h"
#include "rules/packed_policy.h"

namespace allowmatch {

struct Rank {
  uint32_t rule;
  uint32_t service;  // index into Pairs::services
  uint32_t guard;    // index into Pairs::guards: what the local address must be
  uint32_t slot;     // action, service and guard: ranks of one slot match alike
};

struct Service {
  Protocol protocol;
  PortSet ports;
  friend bool operator<(const Service& a, const Service& b) {
    return a.protocol != b.protocol ? a.protocol < b.protocol : a.ports < b.ports;
  }
};

// A pattern, which is a view into the policy.
struct RankedPattern : PatternView {
  RankedPattern(const PatternView& pattern, uint32_t r) : PatternView(pattern), rank(r) {}
  uint32_t rank;
};

// The pairs of one direction.
struct PairList {
  std::vector<RankedRange> ranges;
  std::vector<RankedRange> any;  // `range` is unused: they match everything
  std::vector<RankedPattern> patterns;
  RankSet undecided;               // allow name pairs with a stated service
  uint32_t any_service_rules = 0;  // allow rules with a name and no stated service
};

struct Pairs {
  std::vector<Rank> ranks;
  std::vector<uint32_t> merged;  // of the ranks in the lists below: the index into `ranks`; empty if it is the same
  uint32_t deny_count = 0;                        // ranks below are of deny rules
  std::vector<Service> services;                  // sorted
  std::vector<std::vector<AddressRange>> guards;  // guard 0 is any address, and none at all
  PairList out;
  PairList in;
};

// `self` are the addresses that `self` stands for. Feed references, `self`
// without addresses, and names where the local address is asked for match
// nothing and make no pair. The patterns are those of `policy`, which outlives the pairs.
Pairs ExpandPairs(const PackedPolicy& policy, const std::vector<bool>& active,
                  const std::vector<AddressRange>& self);

// Whether no two ranks are ever compared once the names are in classes of one rank: all
// are of one action, each of another rule, and there are but outbound names of
// literal labels. Then they may be numbered as their rules.
bool RanksMayFollowRules(const Pairs& pairs);

// Numbers the ranks as their rules. Takes the patterns away: they are in their classes.
void NumberByRules(Pairs* pairs);

// Keeps of `ranks`, which are ascending, the first of each slot.
RankSet BestOfSlots(const RankSet& ranks, const std::vector<Rank>& table);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_PAIRS_H_
