// The breadth guard: rules that allow so much that they are most likely a
// mistake of the page, of its reader, or of an attacker.

#ifndef ALLOWMATCH_RULES_BREADTH_H_
#define ALLOWMATCH_RULES_BREADTH_H_

#include <string>
#include <vector>

#include "rules/packed_policy.h"

namespace allowmatch {

// One line for each active allow rule that is refused without allow_broad:
//   - its destination is `any`, or a prefix or range of more addresses than an
//     IPv4 /8 or an IPv6 /16. An inbound rule is refused only if that holds of
//     both of its ends: anyone may reach one server, one partner any server.
//   - together with the other rules of its vendor or of its file it covers more
//     than a quarter of IPv4. Such a vendor or file has one line.
// The rules are canonical; `self` stands for what the user gave and is not broad.
std::vector<std::string> BroadRules(const PackedPolicy& policy, const std::vector<bool>& active);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_BREADTH_H_
