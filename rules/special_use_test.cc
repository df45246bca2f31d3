#include "rules/special_use.h"

#include <string>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

std::string Block(absl::string_view text) {
  AddressRange range;
  EXPECT_EQ(ParseRange(text, &range), Fault::kNone) << text;
  const char* block = SpecialUse(range);
  return block == nullptr ? "" : block;
}

TEST(SpecialUse, EachBlock) {
  EXPECT_EQ(Block("0.0.0.0"), "this network");
  EXPECT_EQ(Block("10.255.255.255"), "private");
  EXPECT_EQ(Block("100.64.0.1"), "carrier-grade NAT");
  EXPECT_EQ(Block("127.0.0.1"), "loopback");
  EXPECT_EQ(Block("169.254.169.254"), "link-local");
  EXPECT_EQ(Block("172.31.255.255"), "private");
  EXPECT_EQ(Block("192.0.0.8"), "protocol assignments");
  EXPECT_EQ(Block("192.0.2.1"), "documentation");
  EXPECT_EQ(Block("192.168.1.0/24"), "private");
  EXPECT_EQ(Block("198.19.255.255"), "benchmarking");
  EXPECT_EQ(Block("198.51.100.7"), "documentation");
  EXPECT_EQ(Block("203.0.113.7"), "documentation");
  EXPECT_EQ(Block("239.255.255.255"), "multicast");
  EXPECT_EQ(Block("250.0.0.1"), "reserved");
  EXPECT_EQ(Block("255.255.255.255"), "broadcast");
  EXPECT_EQ(Block("::"), "unspecified");
  EXPECT_EQ(Block("::1"), "loopback");
  EXPECT_EQ(Block("64:ff9b:1::1"), "translation");
  EXPECT_EQ(Block("100::1"), "discard-only");
  EXPECT_EQ(Block("2001:2::1"), "benchmarking");
  EXPECT_EQ(Block("2001:db8::/32"), "documentation");
  EXPECT_EQ(Block("3fff::1"), "documentation");
  EXPECT_EQ(Block("fd00::1"), "unique local");
  EXPECT_EQ(Block("fe80::1"), "link-local");
  EXPECT_EQ(Block("ff02::1"), "multicast");
}

TEST(SpecialUse, NeighboursArePublic) {
  for (const char* text :
       {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "3.7.161.48/28", "::2", "2001:3::", "2001:db7:ffff::", "2001:db9::", "2620::1",
        "fbff::", "fe00::", "fec0::", "feff::"}) {
    EXPECT_EQ(Block(text), "") << text;
  }
}

TEST(SpecialUse, RangesThatOverlap) {
  EXPECT_EQ(Block("9.0.0.0-10.0.0.0"), "private");
  EXPECT_NE(Block("0.0.0.0/0"), "");
  EXPECT_EQ(Block("::ffff:10.0.0.1"), "private");
}

}  // namespace
}  // namespace allowmatch
