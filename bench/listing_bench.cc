// Addresses through Matcher::ListingRules4 and 6: the longest match alone.

#include <string>
#include <vector>

#include "bench/listing.h"
#include "bench/subject.h"
#include "bench/suite.h"
#include "matcher/matcher.h"

namespace allowmatch {
namespace {

constexpr size_t kAddresses = 1 << 19;

using SubjectOf = const Subject& (*)();

// Addresses as columns, and what some of them must give.
struct Addresses {
  Addresses(const Subject& subject, Family family)
      : Addresses(subject, MakeAddresses(subject.policy(), family, kAddresses), family) {}

  Addresses(const Subject& subject, const std::vector<Address>& addresses, Family family)
      : checked(subject, family, addresses) {
    if (family == Family::kV4) {
      words4 = Words4(addresses);
    } else {
      words6 = Words6(addresses);
    }
  }

  CheckedListing checked;
  std::vector<uint32_t> words4;
  std::vector<uint64_t> words6;
};

void Listing(benchmark::State& state, const Subject& subject, const Addresses& addresses) {
  const Matcher matcher(&subject.database());
  std::vector<uint32_t> rules(kAddresses);
  for (auto _ : state) {
    if (addresses.words6.empty()) {
      matcher.ListingRules4(addresses.words4.data(), kAddresses, rules.data());
    } else {
      matcher.ListingRules6(addresses.words6.data(), kAddresses, rules.data());
    }
    benchmark::DoNotOptimize(rules.data());
    benchmark::ClobberMemory();
  }
  if (!addresses.checked.Agree(rules)) state.SkipWithError("wrong listing rules");
  CountItems(state, rules.size(), "address");
}

void Register(const std::string& name, Family family, SubjectOf subject) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    Listing(state, subject(), InputOf(name, [=] { return Addresses(subject(), family); }));
  });
}

}  // namespace

// The built-in policy and the synthetic one have no IPv6 prefixes.
void RegisterListing() {
  Register("listing4/default", Family::kV4, &DefaultSubject);
  Register("listing4/vendor_like", Family::kV4, &VendorLikeSubject);
  Register("listing6/vendor_like", Family::kV6, &VendorLikeSubject);
  Register("listing4/synthetic_10k", Family::kV4, &SyntheticSubject);
  if (!HasRoutingTable()) return;
  Register("listing4/routing_table", Family::kV4, &RoutingTableSubject);
  Register("listing6/routing_table", Family::kV6, &RoutingTableSubject);
}

}  // namespace allowmatch
