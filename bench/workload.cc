#include "bench/workload.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bench/addresses.h"
#include "bench/expected.h"
#include "bench/policies.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

constexpr size_t kRouteRules = 16384;

constexpr QueryKind k4 = QueryKind::kAddresses4;
constexpr QueryKind k6 = QueryKind::kAddresses6;
constexpr QueryKind kTuples = QueryKind::kTuples;
constexpr QueryKind kNames = QueryKind::kNames;
constexpr Calls kBatch = Calls::kBatch;
constexpr Calls kSingle = Calls::kSingle;

constexpr size_t kPartials = 10000;

// Samples of the routing table and of the list of names; the largest routing table is all
// of it.
struct Sample {
  const char* workload;
  const char* policy;
  QueryKind kind;
  std::vector<size_t> sizes;
  NameMix mix = NameMix::kMixed;
};

const std::vector<size_t> kNameCounts = {100,   300,    1000,   3000,   10000,
                                         30000, 100000, 300000, 1000000};

const std::vector<Sample> kGrowth = {
    {"routes4", "routes4", k4, {100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 901899}},
    {"routes6", "routes6", k6, {100, 300, 1000, 3000, 10000, 30000, 100000, 160147}},
    {"name_hits", "names", kNames, kNameCounts, NameMix::kUniform},
    {"name_misses", "names", kNames, kNameCounts, NameMix::kMisses},
};

const std::vector<Workload> kFixed = {
    {"default-addresses", "built-in policy; half listed, half uniform", "default", k4, kBatch,
     1 << 24, 50},
    {"default-hits", "built-in policy; listed addresses, all in cache", "default", k4, kBatch,
     1 << 14, 100},
    {"default-tuples", "built-in policy; half listed with their service", "default", kTuples,
     kBatch, 1 << 22, 50},
    {"default-single", "the same, one tuple a call", "default", kTuples, kSingle, 1 << 22, 50},
    {"default-addresses-single", "built-in policy; one address a call", "default", k4, kSingle,
     1 << 22, 50},
    {"bgp4-random", "IPv4 routing table in 16,384 rules; uniform", "bgp4", k4, kBatch, 1 << 24, 0},
    {"bgp4-table", "the same; a random prefix, random host bits", "bgp4", k4, kBatch, 1 << 24, 100},
    {"bgp4-single", "the same, one address a call", "bgp4", k4, kSingle, 1 << 22, 100},
    {"bgp6-random", "IPv6 routing table in 16,384 rules; uniform in 2000::/3", "bgp6", k6, kBatch,
     1 << 22, 0},
    {"bgp6-table", "the same; a random prefix, random host bits", "bgp6", k6, kBatch, 1 << 22, 100},
    {"rules-10k", "10,000 rules, 30 % nested; half listed with their service", "rules-10k", kTuples,
     kBatch, 1 << 22, 50},
    {"rules-10k-disjoint", "10,000 rules that do not overlap", "rules-10k-disjoint", kTuples,
     kBatch, 1 << 22, 50},
    {"rules-100k", "100,000 rules, 30 % nested", "rules-100k", kTuples, kBatch, 1 << 22, 50},
    {"rules-100k-disjoint", "100,000 rules that do not overlap", "rules-100k-disjoint", kTuples,
     kBatch, 1 << 22, 50},
    {"names-default", "built-in policy; half are names of its patterns", "default", kNames, kBatch,
     1 << 20, 0, NameMix::kHalf},
    {"names-list-mixed", "1.29 million names, a rule each; hits, names below, misses", "list",
     kNames, kBatch, 1 << 20, 0, NameMix::kMixed},
    {"names-list-hits", "the same; listed names, popular ones often", "list", kNames, kBatch,
     1 << 20, 0, NameMix::kHits},
    {"names-list-uniform", "the same; any listed name", "list", kNames, kBatch, 1 << 20, 0,
     NameMix::kUniform},
    {"names-list-below", "the same; one to three labels more", "list", kNames, kBatch, 1 << 20, 0,
     NameMix::kBelow},
    {"names-list-misses", "the same; not listed, but nearly", "list", kNames, kBatch, 1 << 20, 0,
     NameMix::kMisses},
    {"names-list-single-hits", "listed names, one a call", "list", kNames, kSingle, 1 << 20, 0,
     NameMix::kHits},
    {"names-list-single-misses", "names that are not listed, one a call", "list", kNames, kSingle,
     1 << 20, 0, NameMix::kMisses},
    {"names-list-partials", "the list and 10,000 partial labels; as names-list-mixed",
     "list-partials", kNames, kBatch, 1 << 20, 0, NameMix::kMixed},
    {"names-logs", "the list; names in logs", "list", kNames, kBatch, 1 << 20, 0, NameMix::kLogs},
    {"names-made-up", "200,000 made-up names, a rule each; as names-list-mixed", "made-up-200k",
     kNames, kBatch, 1 << 20, 0, NameMix::kMixed},
    // For the test of the harness; too small to say anything of speed.
    {"tiny-names", "300 rules like a vendor's, few queries", "vendor-like", kNames, kBatch, 1 << 10,
     0, NameMix::kHalf},
    {"tiny-names-single", "1,000 made-up names, few queries, one a call", "made-up-1k", kNames,
     kSingle, 1 << 10, 0, NameMix::kMixed},
    {"tiny-addresses", "built-in policy, few queries", "default", k4, kBatch, 1 << 10, 50},
    {"tiny-addresses6", "300 rules like a vendor's, few queries", "vendor-like", k6, kBatch,
     1 << 10, 50},
    {"tiny-tuples", "100 rules, few queries", "rules-100", kTuples, kBatch, 1 << 10, 50},
    {"tiny-single", "100 rules, few queries, one a call", "rules-100", kTuples, kSingle, 1 << 10,
     50},
};

class Draw {
 public:
  Draw(const Workload& workload, const Policy& policy, const std::vector<bool>& active)
      : workload_(workload),
        policy_(policy),
        family_(workload.kind == k6 ? Family::kV6 : Family::kV4),
        listings_(ListingsOf(policy, active, family_)),
        random_(workload.queries + static_cast<size_t>(workload.hits)) {}

  Queries Run() {
    for (size_t i = 0; i < workload_.queries; ++i) {
      const bool hit =
          !listings_.empty() && random_.Below(100) < static_cast<uint64_t>(workload_.hits);
      if (workload_.kind != kTuples) {
        AddAddress(hit ? AddressIn(random_.Of(listings_).range, &random_)
                       : AddressAnywhere(family_, &random_));
      } else {
        AddTuple(hit);
      }
    }
    return std::move(queries_);
  }

 private:
  void AddAddress(const Address& address) {
    if (family_ == Family::kV4) {
      queries_.address4.push_back(address.v4());
    } else {
      queries_.address6.push_back(address.high());
      queries_.address6.push_back(address.low());
    }
  }

  // A miss is, one time in two, at a listed address with a port of its own choice.
  void AddTuple(bool hit) {
    const Listing& listing = random_.Of(listings_);
    const Rule& rule = policy_.rules[listing.rule];
    const bool listed = hit || random_.OneIn(2);
    AddAddress(listed ? AddressIn(listing.range, &random_) : AddressAnywhere(family_, &random_));
    const uint8_t usual = random_.OneIn(2) ? 6 : 17;
    queries_.protocol.push_back(hit ? ProtocolOf(rule) : usual);
    queries_.port.push_back(hit || !listed ? PortOf(rule) : static_cast<uint16_t>(random_.Bits()));
  }

  uint8_t ProtocolOf(const Rule& rule) {
    for (const uint8_t number : {6, 17, 1}) {
      if (rule.protocol.Covers(number) && !(rule.protocol.is_any() && random_.OneIn(2))) {
        return number;
      }
    }
    return 6;
  }

  uint16_t PortOf(const Rule& rule) {
    if (rule.ports.is_any()) return random_.OneIn(2) ? 443 : static_cast<uint16_t>(random_.Bits());
    const PortRange& range = random_.Of(rule.ports.ranges());
    return static_cast<uint16_t>(range.first + random_.Below(range.last - range.first + 1u));
  }

  const Workload& workload_;
  const Policy& policy_;
  const Family family_;
  const std::vector<Listing> listings_;
  Random random_;
  Queries queries_;
};

}  // namespace

const char* QueryKindName(QueryKind kind) {
  switch (kind) {
    case k4:
      return "addresses4";
    case k6:
      return "addresses6";
    case kTuples:
      return "tuples";
    case kNames:
      break;
  }
  return "names";
}

const std::vector<Workload>& Workloads() {
  static const std::vector<Workload>* const all = [] {
    auto* workloads = new std::vector<Workload>(kFixed);
    for (const Sample& sample : kGrowth) {
      for (const size_t size : sample.sizes) {
        const bool names = sample.kind == kNames;
        workloads->push_back({absl::StrCat("growth-", sample.workload, "-", size),
                              names ? "a sample of the names" : "a sample of the routing table",
                              absl::StrCat(sample.policy, "-", size), sample.kind, kBatch,
                              size_t{1} << (names ? 20 : 22), 100, sample.mix});
      }
    }
    return workloads;
  }();
  return *all;
}

Policy MakeWorkloadPolicy(const std::string& name) {
  if (name == "default") return DefaultPolicy();
  if (name == "bgp4") return RouteClassPolicy(Family::kV4, kRouteRules, 0);
  if (name == "bgp6") return RouteClassPolicy(Family::kV6, kRouteRules, 0);
  const std::pair<absl::string_view, absl::string_view> sample = absl::StrSplit(name, '-');
  for (const Sample& known : kGrowth) {
    size_t size = 0;
    if (sample.first != known.policy || !absl::SimpleAtoi(sample.second, &size)) continue;
    if (known.kind == kNames) return NameListPolicy(SampleOfSharedNames(size), 0);
    return RouteClassPolicy(known.kind == k6 ? Family::kV6 : Family::kV4, kRouteRules, size);
  }
  if (name == "list") return NameListPolicy(SampleOfSharedNames(0), 0);
  if (name == "list-partials") return NameListPolicy(SampleOfSharedNames(0), kPartials);
  if (name == "made-up-1k") return NameListPolicy(MadeUpNames(1000), 0);
  if (name == "made-up-200k") return NameListPolicy(MadeUpNames(200000), 0);
  if (name == "vendor-like") return VendorLikePolicy();
  if (name == "rules-100") return SyntheticPolicy(100, true);
  if (name == "rules-10k") return SyntheticPolicy(10000, true);
  if (name == "rules-10k-disjoint") return SyntheticPolicy(10000, false);
  if (name == "rules-100k") return SyntheticPolicy(100000, true);
  if (name == "rules-100k-disjoint") return SyntheticPolicy(100000, false);
  return {};
}

Queries MakeQueries(const Workload& workload, const Policy& policy,
                    const std::vector<bool>& active) {
  if (workload.kind != kNames) return Draw(workload, policy, active).Run();
  Queries queries;
  queries.names = MakeNames(workload.mix, ListedNames(policy), workload.queries);
  return queries;
}

}  // namespace allowmatch
