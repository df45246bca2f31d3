// Addresses drawn at random, for flows and queries.

#ifndef ALLOWMATCH_BENCH_ADDRESSES_H_
#define ALLOWMATCH_BENCH_ADDRESSES_H_

#include "matcher/address.h"
#include "matcher/range.h"
#include "tests/random_policy.h"

namespace allowmatch {

// Uniform over `range`.
Address AddressIn(const AddressRange& range, Random* random);

// Uniform over IPv4, or over the global unicast addresses of IPv6, 2000::/3.
Address AddressAnywhere(Family family, Random* random);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_ADDRESSES_H_
