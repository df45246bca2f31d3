#include "matcher/range.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

// The low `count` bits, 0 <= count <= 128; a shift by 128 would be undefined.
uint128 LowBits(int count) {
  return count >= 128 ? ~uint128{0} : (uint128{1} << count) - 1;
}

int TrailingZeros(uint128 bits) {
  const uint64_t low = static_cast<uint64_t>(bits);
  if (low != 0) return __builtin_ctzll(low);
  const uint64_t high = static_cast<uint64_t>(bits >> 64);
  return high == 0 ? 128 : 64 + __builtin_ctzll(high);
}

int BitLength(uint128 bits) {
  const uint64_t high = static_cast<uint64_t>(bits >> 64);
  if (high != 0) return 128 - __builtin_clzll(high);
  const uint64_t low = static_cast<uint64_t>(bits);
  return low == 0 ? 0 : 64 - __builtin_clzll(low);
}

Fault ParseLength(absl::string_view text, int* length) {
  if (text.empty()) return Fault::kBadPrefix;
  int value = 0;
  for (const char c : text) {
    if (c == '%') return Fault::kZone;
    if (c < '0' || c > '9') return Fault::kBadPrefixLength;
    value = std::min(value * 10 + (c - '0'), 9999);
  }
  if (text.size() > 1 && text[0] == '0') return Fault::kLeadingZero;
  *length = value;
  return Fault::kNone;
}

// In IPv6 bits, so that ::ffff:0:0/96 and longer are seen as such.
Fault MakePrefix(const Address& address, bool written_v6, int length, const RangeOptions& options,
                 Prefix* prefix) {
  Prefix result;
  if (written_v6 && address.is_v4()) {  // a mapped address
    if (length > 128) return Fault::kBadPrefixLength;
    if (length < 96) {
      const uint128 bits = uint128{0xffff} << 32 | address.v4();
      if ((bits & LowBits(128 - length)) != 0 && !options.mask_host_bits) return Fault::kHostBits;
      result.base = Address::Raw(Family::kV6, bits & ~LowBits(128 - length));
      result.length = length;
      *prefix = result;
      return Fault::kNone;
    }
    length -= 96;
  }
  if (length > Width(address.family())) return Fault::kBadPrefixLength;
  result = MaskedPrefix(address, length);
  if (result.base != address && !options.mask_host_bits) return Fault::kHostBits;
  *prefix = result;
  return Fault::kNone;
}

Fault ParseMasked(absl::string_view address_text, absl::string_view mask_text,
                  const RangeOptions& options, Prefix* prefix) {
  Address address;
  Address mask;
  if (const Fault fault = ParseAddress(address_text, &address); fault != Fault::kNone) return fault;
  if (const Fault fault = ParseAddress(mask_text, &mask); fault != Fault::kNone) return fault;
  if (!address.is_v4() || !mask.is_v4()) return Fault::kMixedFamilies;
  int length = 0;
  if (const Fault fault = NetmaskLength(mask, &length); fault != Fault::kNone) return fault;
  return MakePrefix(address, false, length, options, prefix);
}

// "192.0.2.8-23": the text of the last address.
std::string ExpandLastOctet(absl::string_view first, absl::string_view last) {
  const size_t dot = first.rfind('.');
  if (dot == absl::string_view::npos || last.find('.') != absl::string_view::npos) {
    return std::string(last);
  }
  return absl::StrCat(first.substr(0, dot + 1), last);
}

Fault ParseEnds(absl::string_view first, absl::string_view last, const RangeOptions& options,
                AddressRange* range) {
  Address a;
  Address b;
  if (const Fault fault = ParseAddress(first, &a); fault != Fault::kNone) return fault;
  const std::string full =
      options.last_octet_range ? ExpandLastOctet(first, last) : std::string(last);
  if (const Fault fault = ParseAddress(full, &b); fault != Fault::kNone) return fault;
  if (a.family() != b.family()) return Fault::kMixedFamilies;
  if (b < a) return Fault::kRangeReversed;
  *range = {a, b};
  return Fault::kNone;
}

}  // namespace

std::string Prefix::ToString() const { return absl::StrCat(base.ToString(), "/", length); }

AddressRange AddressRange::Of(const Prefix& prefix) {
  const Family family = prefix.base.family();
  const uint128 host = LowBits(Width(family) - prefix.length);
  return {prefix.base, Address::Raw(family, prefix.base.bits() | host)};
}

AddressRange AddressRange::All(Family family) {
  return {Address::Raw(family, 0), Address::Raw(family, MaxBits(family))};
}

bool AddressRange::IsPrefix(Prefix* prefix) const {
  const uint128 host = first.bits() ^ last.bits();
  if ((host & (host + 1)) != 0 || (first.bits() & host) != 0) return false;
  if (prefix != nullptr) *prefix = {first, Width(family()) - BitLength(host)};
  return true;
}

int AddressRange::FixedBits() const {
  return Width(family()) - BitLength(first.bits() ^ last.bits());
}

std::vector<Prefix> AddressRange::Cover() const {
  std::vector<Prefix> cover;
  const int width = Width(family());
  uint128 at = first.bits();
  while (true) {
    // The largest block that starts here and does not pass the end.
    int host = std::min(TrailingZeros(at), width);
    while (host > 0 && last.bits() - at < LowBits(host)) --host;
    cover.push_back({Address::Raw(family(), at), width - host});
    if (last.bits() - at == LowBits(host)) return cover;
    at += LowBits(host) + 1;
  }
}

std::string AddressRange::ToString() const {
  if (IsSingle()) return first.ToString();
  Prefix prefix;
  if (IsPrefix(&prefix)) return prefix.ToString();
  return absl::StrCat(first.ToString(), "-", last.ToString());
}

Fault NetmaskLength(const Address& mask, int* length) {
  if (!mask.is_v4()) return Fault::kMixedFamilies;
  const uint32_t inverted = ~mask.v4();
  if ((inverted & (inverted + 1)) == 0) {
    *length = 32 - BitLength(inverted);
    return Fault::kNone;
  }
  return (mask.v4() & (mask.v4() + 1)) == 0 ? Fault::kMaskNotation : Fault::kNonContiguousMask;
}

Prefix MaskedPrefix(const Address& address, int length) {
  const uint128 host = LowBits(Width(address.family()) - length);
  return {Address::Raw(address.family(), address.bits() & ~host), length};
}

Fault ParsePrefix(absl::string_view text, Prefix* prefix, const RangeOptions& options) {
  const size_t slash = text.find('/');
  if (slash == absl::string_view::npos || slash == 0) return Fault::kBadPrefix;
  const absl::string_view tail = text.substr(slash + 1);
  if (tail.empty() || tail.find('/') != absl::string_view::npos) return Fault::kBadPrefix;
  Address address;
  const absl::string_view head = text.substr(0, slash);
  if (const Fault fault = ParseAddress(head, &address); fault != Fault::kNone) return fault;
  int length = 0;
  if (const Fault fault = ParseLength(tail, &length); fault != Fault::kNone) return fault;
  return MakePrefix(address, head.find(':') != absl::string_view::npos, length, options, prefix);
}

Fault ParseRange(absl::string_view text, AddressRange* range, const RangeOptions& options) {
  if (text.empty()) return Fault::kEmpty;
  Prefix prefix;
  const size_t separator = text.find_first_of("/ -");
  if (separator == absl::string_view::npos) {
    Address address;
    if (const Fault fault = ParseAddress(text, &address); fault != Fault::kNone) return fault;
    *range = AddressRange::Of(address);
    return Fault::kNone;
  }
  const absl::string_view head = text.substr(0, separator);
  const absl::string_view tail = text.substr(separator + 1);
  if (text[separator] == '-') return ParseEnds(head, tail, options, range);
  const bool masked =
      text[separator] == ' ' || std::count(tail.begin(), tail.end(), '.') == 3;
  const Fault fault = masked ? ParseMasked(head, tail, options, &prefix)
                             : ParsePrefix(text, &prefix, options);
  if (fault != Fault::kNone) return fault;
  *range = AddressRange::Of(prefix);
  return Fault::kNone;
}

}  // namespace allowmatch
