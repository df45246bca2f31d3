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

template <typename Look>
void Listing(benchmark::State& state, const Subject& subject, const std::vector<Address>& addresses,
             const Look& look) {
  const CheckedListing checked(subject, addresses);
  const Matcher matcher(&subject.database());
  std::vector<uint32_t> rules(addresses.size());
  for (auto _ : state) {
    look(matcher, rules.data());
    benchmark::DoNotOptimize(rules.data());
    benchmark::ClobberMemory();
  }
  if (!checked.Agree(rules)) state.SkipWithError("wrong listing rules");
  CountItems(state, rules.size(), "address");
}

void Listing4(benchmark::State& state, const Subject& subject) {
  const auto addresses = MakeAddresses(subject.policy(), Family::kV4, kAddresses);
  const std::vector<uint32_t> words = Words4(addresses);
  Listing(state, subject, addresses, [&](const Matcher& matcher, uint32_t* rules) {
    matcher.ListingRules4(words.data(), words.size(), rules);
  });
}

void Listing6(benchmark::State& state, const Subject& subject) {
  const auto addresses = MakeAddresses(subject.policy(), Family::kV6, kAddresses);
  const std::vector<uint64_t> words = Words6(addresses);
  Listing(state, subject, addresses, [&](const Matcher& matcher, uint32_t* rules) {
    matcher.ListingRules6(words.data(), words.size() / 2, rules);
  });
}

void Register4(const std::string& policy, SubjectOf subject) {
  benchmark::RegisterBenchmark(("listing4/" + policy).c_str(),
                               [=](benchmark::State& state) { Listing4(state, subject()); });
}

void Register6(const std::string& policy, SubjectOf subject) {
  benchmark::RegisterBenchmark(("listing6/" + policy).c_str(),
                               [=](benchmark::State& state) { Listing6(state, subject()); });
}

}  // namespace

// The built-in policy has no IPv6 prefixes.
void RegisterListing() {
  Register4("default", &DefaultSubject);
  Register4("vendor_like", &VendorLikeSubject);
  Register6("vendor_like", &VendorLikeSubject);
  Register4("synthetic_10k", &SyntheticSubject);
  Register6("synthetic_10k", &SyntheticSubject);
  if (!HasRoutingTable()) return;
  Register4("routing_table", &RoutingTableSubject);
  Register6("routing_table", &RoutingTableSubject);
}

}  // namespace allowmatch
