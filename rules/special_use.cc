#include "rules/special_use.h"

#include <cstdint>

namespace allowmatch {
namespace {

struct Block {
  Family family;
  uint64_t high;  // an IPv4 base, or the high half of an IPv6 base
  uint64_t low;
  int length;
  const char* name;
};

constexpr Family kV4 = Family::kV4;
constexpr Family kV6 = Family::kV6;

// Exact blocks before those around them, so that the more telling name wins.
constexpr Block kBlocks[] = {
    {kV4, 0xffffffff, 0, 32, "broadcast"},              // 255.255.255.255, RFC 8190
    {kV4, 0x00000000, 0, 8, "this network"},            // 0.0.0.0/8, RFC 791
    {kV4, 0x0a000000, 0, 8, "private"},                 // 10.0.0.0/8, RFC 1918
    {kV4, 0x64400000, 0, 10, "carrier-grade NAT"},      // 100.64.0.0/10, RFC 6598
    {kV4, 0x7f000000, 0, 8, "loopback"},                // 127.0.0.0/8, RFC 1122
    {kV4, 0xa9fe0000, 0, 16, "link-local"},             // 169.254.0.0/16, RFC 3927
    {kV4, 0xac100000, 0, 12, "private"},                // 172.16.0.0/12, RFC 1918
    {kV4, 0xc0000000, 0, 24, "protocol assignments"},   // 192.0.0.0/24, RFC 6890
    {kV4, 0xc0000200, 0, 24, "documentation"},          // 192.0.2.0/24, RFC 5737
    {kV4, 0xc0a80000, 0, 16, "private"},                // 192.168.0.0/16, RFC 1918
    {kV4, 0xc6120000, 0, 15, "benchmarking"},           // 198.18.0.0/15, RFC 2544
    {kV4, 0xc6336400, 0, 24, "documentation"},          // 198.51.100.0/24, RFC 5737
    {kV4, 0xcb007100, 0, 24, "documentation"},          // 203.0.113.0/24, RFC 5737
    {kV4, 0xe0000000, 0, 4, "multicast"},               // 224.0.0.0/4, RFC 1112
    {kV4, 0xf0000000, 0, 4, "reserved"},                // 240.0.0.0/4, RFC 1112
    {kV6, 0, 0, 128, "unspecified"},                    // ::, RFC 4291
    {kV6, 0, 1, 128, "loopback"},                       // ::1, RFC 4291
    {kV6, 0x0064ff9b00010000, 0, 48, "translation"},    // 64:ff9b:1::/48, RFC 8215
    {kV6, 0x0100000000000000, 0, 64, "discard-only"},   // 100::/64, RFC 6666
    {kV6, 0x2001000200000000, 0, 48, "benchmarking"},   // 2001:2::/48, RFC 5180
    {kV6, 0x20010db800000000, 0, 32, "documentation"},  // 2001:db8::/32, RFC 3849
    {kV6, 0x3fff000000000000, 0, 20, "documentation"},  // 3fff::/20, RFC 9637
    {kV6, 0xfc00000000000000, 0, 7, "unique local"},    // fc00::/7, RFC 4193
    {kV6, 0xfe80000000000000, 0, 10, "link-local"},     // fe80::/10, RFC 4291
    {kV6, 0xff00000000000000, 0, 8, "multicast"},       // ff00::/8, RFC 4291
};

AddressRange RangeOf(const Block& block) {
  const uint128 bits =
      block.family == kV4 ? uint128{block.high} : uint128{block.high} << 64 | block.low;
  return AddressRange::Of(Prefix{Address::Raw(block.family, bits), block.length});
}

}  // namespace

const char* SpecialUse(const AddressRange& range) {
  for (const Block& block : kBlocks) {
    if (RangeOf(block).Overlaps(range)) return block.name;
  }
  return nullptr;
}

}  // namespace allowmatch
