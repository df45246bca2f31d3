// The workloads of the comparison with other software: which rules, which
// queries. All of them are in one table, and come from fixed seeds.

#ifndef ALLOWMATCH_BENCH_WORKLOAD_H_
#define ALLOWMATCH_BENCH_WORKLOAD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rules/policy.h"

namespace allowmatch {

// What is asked: which rule lists an address, or which one decides a tuple of
// address, protocol and port (outbound, IPv4).
enum class QueryKind { kAddresses4, kAddresses6, kTuples };

// "addresses4", "addresses6", "tuples".
const char* QueryKindName(QueryKind kind);

// How the questions are put: many in one call, or one.
enum class Calls { kBatch, kSingle };

struct Workload {
  std::string name;
  std::string what;
  std::string policy;  // a name for MakeWorkloadPolicy
  QueryKind kind;
  Calls calls;
  size_t queries;
  int hits;  // percent of the queries that are drawn from the rules
};

const std::vector<Workload>& Workloads();

// Columns, as files and peers want them; those of other kinds are empty.
struct Queries {
  std::vector<uint32_t> address4;  // host order
  std::vector<uint64_t> address6;  // 2 a query: the high half, the low half
  std::vector<uint8_t> protocol;
  std::vector<uint16_t> port;
};

// The policy of that name; empty if it needs a routing table and there is none.
Policy MakeWorkloadPolicy(const std::string& name);

Queries MakeQueries(const Workload& workload, const Policy& policy,
                    const std::vector<bool>& active);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_WORKLOAD_H_
