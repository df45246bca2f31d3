// Whether one rule speaks of a flow, by looking at the rule alone.
//
// Slow and simple: for explaining verdicts and for lint, where every rule is
// looked at anyway. Classification is the matcher's work.

#ifndef ALLOWMATCH_RULES_RULE_MATCH_H_
#define ALLOWMATCH_RULES_RULE_MATCH_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/address.h"
#include "matcher/pattern.h"
#include "matcher/tuples.h"
#include "rules/rule.h"

namespace allowmatch {

// Whether the canonical `name` is one that `pattern` stands for.
bool PatternMatches(const Pattern& pattern, absl::string_view name);

// How much of a flow a rule covers.
struct RuleMatch {
  bool direction = false;    // the rule is for this direction
  bool destination = false;  // the remote end is listed, by address or name
  bool local = false;        // for inbound flows: the inside end is listed
  bool service = false;      // protocol and port are listed
  std::optional<Destination> by;  // the most specific destination that listed it; `self` as
                                  // the range of it

  bool All() const { return direction && destination && local && service; }
};

// `tuple.name`, if there is one, is canonical. `self` are the addresses of the
// `self` destination.
RuleMatch MatchRule(const Rule& rule, const Tuple& tuple, const std::vector<AddressRange>& self);

// The order of primary rules: whether (a, with destination da) comes before
// (b, with db) by the destination's exactness and fixed bits or labels, the
// width of the ports, and address before name. Ids break the tie.
bool IsMoreSpecific(const Rule& a, const Destination& da, const Rule& b, const Destination& db);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_RULE_MATCH_H_
