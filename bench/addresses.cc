#include "bench/addresses.h"

namespace allowmatch {

Address AddressIn(const AddressRange& range, Random* random) {
  const uint128 span = range.last.bits() - range.first.bits();
  const uint128 noise = uint128{random->Bits()} << 64 | random->Bits();
  const uint128 offset = span == ~uint128{0} ? noise : noise % (span + 1);
  return Address::Raw(range.family(), range.first.bits() + offset);
}

Address AddressAnywhere(Family family, Random* random) {
  if (family == Family::kV4) return Address::V4(static_cast<uint32_t>(random->Bits() >> 32));
  const uint64_t high = random->Bits() >> 3 | uint64_t{1} << 61;
  return Address::V6(high, random->Bits());
}

}  // namespace allowmatch
