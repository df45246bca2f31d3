// Addresses for Matcher::ListingRules4 and 6, and what must list them.

#ifndef ALLOWMATCH_BENCH_LISTING_H_
#define ALLOWMATCH_BENCH_LISTING_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/subject.h"
#include "matcher/address.h"
#include "rules/policy.h"

namespace allowmatch {

// `count` addresses of `family`, half of them in prefixes that `policy` lists
// and half anywhere.
std::vector<Address> MakeAddresses(const Policy& policy, Family family, size_t count);

// As columns: host order; of IPv6 the high half first.
std::vector<uint32_t> Words4(const std::vector<Address>& addresses);
std::vector<uint64_t> Words6(const std::vector<Address>& addresses);

// What a painted map says of addresses of `family`.
class CheckedListing {
 public:
  CheckedListing(const Subject& subject, Family family, const std::vector<Address>& addresses);

  bool Agree(const std::vector<uint32_t>& rules) const { return rules == expected_; }

 private:
  std::vector<uint32_t> expected_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_LISTING_H_
