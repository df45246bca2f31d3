// Policies of any size, for what depends on the number of rules.

#ifndef ALLOWMATCH_BENCH_SYNTHETIC_POLICY_H_
#define ALLOWMATCH_BENCH_SYNTHETIC_POLICY_H_

#include <cstddef>

#include "rules/policy.h"

namespace allowmatch {

// A canonical policy of about `rules` rules (equal ones are united), the same
// in every run: allow and a few deny rules, each to one to three prefixes of
// /14 to /28 (one in eight IPv6, /32 to /64) anywhere in the unicast space, over
// some of 40 services. Prefixes nest and overlap.
Policy SyntheticPolicy(size_t rules);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_SYNTHETIC_POLICY_H_
