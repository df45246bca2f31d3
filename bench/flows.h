// Flows against a policy, for benchmarks; from a fixed seed.

#ifndef ALLOWMATCH_BENCH_FLOWS_H_
#define ALLOWMATCH_BENCH_FLOWS_H_

#include <cstddef>

#include "bench/policies.h"
#include "tests/agreement.h"

namespace allowmatch {

struct FlowMix {
  double inbound = 0.3;  // share of inbound flows
  double names = 0;      // share of flows with a name
  double hits = 0.5;     // share of flows to an address or a name of the policy
};

// `count` flows against `policy`, shuffled.
TupleBatch MakeFlows(const Policy& policy, const FlowMix& mix, size_t count);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_FLOWS_H_
