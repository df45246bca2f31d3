// The workloads of the comparison with other software: which rules, which
// queries. All of them are in one table, and come from fixed seeds.

#ifndef ALLOWMATCH_BENCH_WORKLOAD_H_
#define ALLOWMATCH_BENCH_WORKLOAD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/names.h"
#include "rules/policy.h"

namespace allowmatch {

// What is asked: which rule lists an address or a name, or which one decides a tuple of
// address, protocol and port (outbound, IPv4).
enum class QueryKind { kAddresses4, kAddresses6, kTuples, kNames };

// "addresses4", "addresses6", "tuples", "names".
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
  int hits;  // percent of the queries that are drawn from the rules; not for names
  NameMix mix = NameMix::kMixed;
};

const std::vector<Workload>& Workloads();

// Columns, as files and peers want them; those of other kinds are empty.
struct Queries {
  std::vector<uint32_t> address4;  // host order
  std::vector<uint64_t> address6;  // 2 a query: the high half, the low half
  std::vector<uint8_t> protocol;
  std::vector<uint16_t> port;
  Names names;
};

// The policy of that name; empty if it needs data that is not there.
Policy MakeWorkloadPolicy(const std::string& name);

// None if they need data that is not there.
Queries MakeQueries(const Workload& workload, const Policy& policy,
                    const std::vector<bool>& active);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_WORKLOAD_H_
