// Policies and flows for benchmarks. Everything is made from fixed seeds, so
// that two runs, and two machines, measure the same work.

#ifndef ALLOWMATCH_BENCH_WORKLOAD_H_
#define ALLOWMATCH_BENCH_WORKLOAD_H_

#include <cstddef>
#include <string>

#include "rules/policy.h"
#include "tests/agreement.h"

namespace allowmatch {

// What most users run with: the built-in vendors. Needs `self` at kOwnServer.
Policy DefaultPolicy();

// A larger one in the same shape: some 300 rules, i.e. prefixes of /18 to /28, a
// few of IPv6, names and wildcards, the usual TCP and UDP ports, a few inbound
// rules.
Policy VendorLikePolicy();

// The local end of half of the inbound flows.
constexpr uint32_t kOwnServer = 0xCB00710A;  // 203.0.113.10

// A routing table of the internet as an allowlist: each prefix is allowed, by
// one of 64 rules. `path` is a gzip file of one prefix a line; an empty policy
// if it cannot be read.
Policy RoutingTablePolicy(const std::string& path);

struct FlowMix {
  double inbound = 0.3;  // share of inbound flows
  double names = 0;      // share of flows with a name
  double hits = 0.5;     // share of flows to an address or a name of the policy
};

// `count` flows against `policy`, shuffled.
TupleBatch MakeFlows(const Policy& policy, const FlowMix& mix, size_t count);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_WORKLOAD_H_
