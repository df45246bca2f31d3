// An IPv4 or IPv6 address as a value.
//
//   Address address;
//   if (ParseAddress("198.51.100.7", &address) == Fault::kNone) ...
//   address.ToString();  // "198.51.100.7"
//
// The text form is strict (RFC 6943 is about what happens otherwise): four
// decimal parts without leading zeros, or RFC 4291 section 2.2 for IPv6 with
// `::` for at least one group; no zone, no brackets, no blanks. Output follows
// RFC 5952. The IPv4-mapped form ::ffff:a.b.c.d *is* the IPv4 address
// a.b.c.d: parsing and construction from bits both make it so.

#ifndef ALLOWMATCH_MATCHER_ADDRESS_H_
#define ALLOWMATCH_MATCHER_ADDRESS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "matcher/fault.h"

namespace allowmatch {

__extension__ using uint128 = unsigned __int128;

enum class Family : uint8_t { kV4, kV6 };

// 32 or 128.
constexpr int Width(Family family) { return family == Family::kV4 ? 32 : 128; }

// All ones in the width of the family.
constexpr uint128 MaxBits(Family family) {
  return family == Family::kV4 ? uint128{0xffffffffu} : ~uint128{0};
}

// A regular value of 24 bytes; ordered with IPv4 before IPv6.
class Address {
 public:
  constexpr Address() = default;  // 0.0.0.0

  // `bits` in host order: 192.0.2.1 is 0xc0000201.
  static constexpr Address V4(uint32_t bits) { return Address(Family::kV4, bits); }

  // An address in ::ffff:0:0/96 becomes the IPv4 address it stands for.
  static constexpr Address V6(uint128 bits) {
    return bits >> 32 == 0xffff ? V4(static_cast<uint32_t>(bits)) : Address(Family::kV6, bits);
  }
  static constexpr Address V6(uint64_t high, uint64_t low) { return V6(uint128{high} << 64 | low); }

  // Like V6, but a mapped address stays in IPv6: for the ends of IPv6 ranges.
  static constexpr Address Raw(Family family, uint128 bits) { return Address(family, bits); }

  constexpr Family family() const { return family_; }
  constexpr bool is_v4() const { return family_ == Family::kV4; }
  constexpr uint128 bits() const { return uint128{high_} << 64 | low_; }
  constexpr uint32_t v4() const { return static_cast<uint32_t>(low_); }
  constexpr uint64_t high() const { return high_; }
  constexpr uint64_t low() const { return low_; }

  std::string ToString() const;

  friend constexpr bool operator==(const Address& a, const Address& b) {
    return a.family_ == b.family_ && a.bits() == b.bits();
  }
  friend constexpr bool operator!=(const Address& a, const Address& b) { return !(a == b); }
  friend constexpr bool operator<(const Address& a, const Address& b) {
    return a.family_ != b.family_ ? a.family_ < b.family_ : a.bits() < b.bits();
  }

 private:
  constexpr Address(Family family, uint128 bits)
      : high_(static_cast<uint64_t>(bits >> 64)),
        low_(static_cast<uint64_t>(bits)),
        family_(family) {}

  // Not one uint128: its alignment would cost eight bytes, and policies have millions.
  uint64_t high_ = 0;
  uint64_t low_ = 0;
  Family family_ = Family::kV4;
};

// Parses the whole of `text`. Leaves `*address` alone unless it returns kNone.
Fault ParseAddress(absl::string_view text, Address* address);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_ADDRESS_H_
