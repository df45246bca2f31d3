// Sets of consecutive addresses: prefixes and ranges.
//
//   AddressRange range;
//   ParseRange("192.0.2.8-192.0.2.23", &range);
//   range.ToString();   // "192.0.2.8-192.0.2.23"; "192.0.2.0/24" where it is a prefix
//   range.Cover();      // the prefixes that make it up
//
// A range has inclusive ends, so /0 and the last address need no special
// case. IPv6 ranges that lie in ::ffff:0:0/96 are IPv4 ranges; an IPv6 range
// that is wider never covers IPv4 (RFC 4291 2.5.5.2 addresses are matched as
// IPv4 only).

#ifndef ALLOWMATCH_MATCHER_RANGE_H_
#define ALLOWMATCH_MATCHER_RANGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/address.h"
#include "matcher/fault.h"

namespace allowmatch {

// An address and how many of its leading bits count; the others are zero.
struct Prefix {
  Address base;
  int length = 0;  // 0 .. Width(base.family())

  std::string ToString() const;  // "192.0.2.0/24"
  friend bool operator==(const Prefix& a, const Prefix& b) {
    return a.base == b.base && a.length == b.length;
  }
};

// first <= last, both of one family.
struct AddressRange {
  Address first;
  Address last;

  static AddressRange Of(const Address& address) { return {address, address}; }
  static AddressRange Of(const Prefix& prefix);
  static AddressRange All(Family family);

  Family family() const { return first.family(); }
  bool Contains(const Address& address) const {
    return address.family() == family() && address.bits() >= first.bits() &&
           address.bits() <= last.bits();
  }
  bool Contains(const AddressRange& other) const {
    return Contains(other.first) && Contains(other.last);
  }
  bool Overlaps(const AddressRange& other) const {
    return family() == other.family() && first.bits() <= other.last.bits() &&
           other.first.bits() <= last.bits();
  }
  bool IsSingle() const { return first == last; }

  // Whether the range is one prefix, which `*prefix` (may be null) receives.
  bool IsPrefix(Prefix* prefix) const;

  // How many leading bits all addresses of the range share: its specificity.
  int FixedBits() const;

  // The minimal list of prefixes that make up the range, ascending; at most
  // 2 * (width - 1) of them.
  std::vector<Prefix> Cover() const;

  // "192.0.2.7", "192.0.2.0/24" or "192.0.2.8-192.0.2.23": the shortest form
  // that is exact. Parses back to the same range.
  std::string ToString() const;

  friend bool operator==(const AddressRange& a, const AddressRange& b) {
    return a.first == b.first && a.last == b.last;
  }
  friend bool operator<(const AddressRange& a, const AddressRange& b) {
    return a.first != b.first ? a.first < b.first : b.last < a.last;  // wider first
  }
};

struct RangeOptions {
  bool mask_host_bits = false;   // 10.0.0.1/8 means 10.0.0.0/8 instead of an error
  bool last_octet_range = false; // 192.0.2.8-23 means 192.0.2.8-192.0.2.23
};

// Parses ADDRESS, ADDRESS/LENGTH, ADDRESS/NETMASK, "ADDRESS NETMASK" (one
// blank) or ADDRESS-ADDRESS. Leaves `*range` alone unless it returns kNone.
Fault ParseRange(absl::string_view text, AddressRange* range, const RangeOptions& options = {});

// Parses ADDRESS/LENGTH only.
Fault ParsePrefix(absl::string_view text, Prefix* prefix, const RangeOptions& options = {});

// Length of a contiguous IPv4 netmask; kNonContiguousMask or kMaskNotation
// (a wildcard mask, 0.0.0.255) otherwise.
Fault NetmaskLength(const Address& mask, int* length);

// `address` with all bits after `length` cleared.
Prefix MaskedPrefix(const Address& address, int length);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_RANGE_H_
