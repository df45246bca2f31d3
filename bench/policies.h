// Policies for benchmarks. Everything is made from fixed seeds, so that two runs, and
// two machines, measure the same work.

#ifndef ALLOWMATCH_BENCH_POLICIES_H_
#define ALLOWMATCH_BENCH_POLICIES_H_

#include <cstddef>
#include <cstdint>

#include "rules/policy.h"

namespace allowmatch {

// What most users run with: the built-in vendors. Needs `self` at kOwnServer.
Policy DefaultPolicy();

// A larger one in the same shape: some 300 rules, i.e. prefixes of /18 to /28, a
// few of IPv6, names and wildcards, the usual TCP and UDP ports, a few inbound
// rules.
Policy VendorLikePolicy();

// The local end of half of the inbound flows.
constexpr uint32_t kOwnServer = 0xCB00710A;  // 203.0.113.10

// Whether there is a routing table of the internet: data/bgp/prefixes.txt.gz, one
// prefix a line, in the folder that ALLOWMATCH_SHARED names. Without it, the
// policies that are made of it are empty.
bool HasRoutingTable();

// The routing table as an allowlist: each prefix is allowed, by one of 64 rules
// for usual services.
Policy RoutingTablePolicy();

// The prefixes of one family of that table, each in one of `rules` rules for any
// service: which one is a hash of the prefix. Only the `limit` prefixes whose
// hashes are the lowest, a sample that is spread over the table; 0 is all.
Policy RouteClassPolicy(Family family, size_t rules, size_t limit);

// `rules` rules of one IPv4 prefix each, as a large set of vendors would give:
// /16 to /32, out of some hundreds of blocks of providers, some 60 services,
// 1 % of them deny rules. If `nested`, three in ten lie in the prefix of another
// rule; else no two overlap.
Policy SyntheticPolicy(size_t rules, bool nested);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_POLICIES_H_
