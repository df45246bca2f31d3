// What a flow almost matched: the destination with another service, a rule of
// a part that is not selected, a name without its label boundary.

#ifndef ALLOWMATCH_CLI_NEAR_MISS_H_
#define ALLOWMATCH_CLI_NEAR_MISS_H_

#include <string>
#include <vector>

#include "cli/policy_source.h"
#include "matcher/tuples.h"
#include "matcher/verdict.h"

namespace allowmatch {

// Sentences for people, the most telling first; at most ten.
std::vector<std::string> NearMisses(const Tuple& tuple, const Verdict& verdict,
                                    const LoadedPolicy& loaded);

// The rule without its attributes: "allow out tcp 443 to 192.0.2.0/24".
std::string RuleHead(const Rule& rule);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_NEAR_MISS_H_
