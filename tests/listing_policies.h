// Policies whose address tables are worth a complete look, compiled, with the
// painted maps that they are held to. For tests.

#ifndef ALLOWMATCH_TESTS_LISTING_POLICIES_H_
#define ALLOWMATCH_TESTS_LISTING_POLICIES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "matcher/database.h"
#include "rules/compile.h"
#include "rules/policy.h"
#include "tests/painted_map.h"
#include "tests/random_policy.h"

namespace allowmatch {

// Holds Matcher::ListingRules4 and 6 of one policy to its painted maps.
class Listing {
 public:
  // Aborts the test if the policy, which is canonical, does not compile.
  Listing(std::string name, const Policy& policy, const CompileOptions& options);

  const std::string& name() const { return name_; }
  // With each shape of the IPv4 table; the first is the one that the compiler takes.
  const std::vector<Database>& databases() const { return databases_; }
  const Database& database() const { return databases_.front(); }
  const PaintedMap& v4() const { return v4_; }
  const PaintedMap& v6() const { return v6_; }

  // A mapped address is the IPv4 address.
  uint32_t RuleOf(const Address& address) const {
    return address.is_v4() ? v4_.RuleOf(address.bits()) : v6_.RuleOf(address.bits());
  }

  // Asks each shape and each kernel for the addresses, as one batch. Returns what differs
  // first; empty if all agree.
  std::string Check4(const std::vector<uint32_t>& addresses) const;
  std::string Check6(const std::vector<uint128>& addresses) const;

 private:
  std::string Difference(const Database& database, Kernel kernel, const Address& address,
                         uint32_t rule) const;

  std::string name_;
  std::vector<Database> databases_;
  std::vector<bool> active_;
  PaintedMap v4_;
  PaintedMap v6_;
};

// The built-in vendors.
Listing BuiltInListing();

// A routing table of the internet, its prefixes dealt out to 16,384 rules;
// empty where data/bgp is not to be had.
std::vector<Listing> RoutingTableListing();

// A policy of about `ranges` prefixes and ranges of one family: some anywhere,
// most inside another, beside another, with an end in common with another, or
// at an end of the space, down to single addresses.
Policy NestedPolicy(Family family, size_t ranges, Random* random);

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_LISTING_POLICIES_H_
