#include "matcher/range.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

AddressRange Parsed(const std::string& text, const RangeOptions& options = {}) {
  AddressRange range;
  EXPECT_STREQ(FaultName(ParseRange(text, &range, options)), "none") << text;
  return range;
}

void ExpectFaults(Fault fault, const std::vector<std::string>& texts,
                  const RangeOptions& options = {}) {
  for (const std::string& text : texts) {
    const AddressRange untouched = {Address::V4(1), Address::V4(2)};
    AddressRange range = untouched;
    EXPECT_STREQ(FaultName(ParseRange(text, &range, options)), FaultName(fault)) << text;
    EXPECT_EQ(range, untouched) << text;
  }
}

TEST(Range, PrefixesAtEveryEdge) {
  EXPECT_EQ(Parsed("0.0.0.0/0"), AddressRange::All(Family::kV4));
  EXPECT_EQ(Parsed("::/0"), AddressRange::All(Family::kV6));
  EXPECT_EQ(Parsed("255.255.255.255/32"), AddressRange::Of(Address::V4(0xffffffff)));
  EXPECT_EQ(Parsed("255.255.255.254/31").last, Address::V4(0xffffffff));
  EXPECT_EQ(Parsed("128.0.0.0/1").first, Address::V4(0x80000000));
  EXPECT_EQ(Parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128").last, Address::V6(~uint128{0}));
  EXPECT_EQ(Parsed("8000::/1").last, Address::V6(~uint128{0}));
  EXPECT_EQ(Parsed("2001:db8::/64").last, Address::V6(0x20010db800000000, ~uint64_t{0}));
  EXPECT_TRUE(Parsed("192.0.2.7").IsSingle());
  EXPECT_EQ(Parsed("192.0.2.7"), Parsed("192.0.2.7/32"));
}

TEST(Range, Netmasks) {
  EXPECT_EQ(Parsed("10.0.0.0/255.0.0.0"), Parsed("10.0.0.0/8"));
  EXPECT_EQ(Parsed("10.0.0.0 255.0.0.0"), Parsed("10.0.0.0/8"));
  EXPECT_EQ(Parsed("0.0.0.0 0.0.0.0"), Parsed("0.0.0.0/0"));
  EXPECT_EQ(Parsed("192.0.2.1 255.255.255.255"), Parsed("192.0.2.1"));
  ExpectFaults(Fault::kMaskNotation, {"10.0.0.0/0.0.0.255", "10.0.0.0 0.255.255.255"});
  ExpectFaults(Fault::kNonContiguousMask, {"10.0.0.0/255.0.255.0", "10.0.0.0 255.255.0.255"});
  ExpectFaults(Fault::kHostBits, {"10.0.0.1 255.0.0.0"});
  ExpectFaults(Fault::kMixedFamilies, {"2001:db8:: 255.0.0.0"});
}

TEST(Range, HostBits) {
  ExpectFaults(Fault::kHostBits,
               {"10.0.0.1/8", "2001:db8::1/32", "0.0.0.1/0", "::1/0", "255.255.255.255/31"});
  const RangeOptions mask = {true, false};
  EXPECT_EQ(Parsed("10.0.0.1/8", mask), Parsed("10.0.0.0/8"));
  EXPECT_EQ(Parsed("2001:db8::1/32", mask), Parsed("2001:db8::/32"));
  EXPECT_EQ(Parsed("1.2.3.4/0", mask), Parsed("0.0.0.0/0"));
}

TEST(Range, PrefixLengths) {
  ExpectFaults(Fault::kBadPrefixLength,
               {"10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0.0/0x8",
                "10.0.0.0/8.0", "10.0.0.0/\xD9\xA8", "10.0.0.0/33", "::/129", "10.0.0.0/4294967304",
                "10.0.0.0/99999999999999999999"});
  ExpectFaults(Fault::kLeadingZero, {"10.0.0.0/08", "10.0.0.0/032", "10.0.0.0/00"});
  ExpectFaults(Fault::kBadPrefix, {"10.0.0.0/", "/8", "10.0.0.0/8/8", "10.0.0.0//8", "/"});
  ExpectFaults(Fault::kZone, {"fe80::/10%eth0", "fe80::%eth0/10"});
  ExpectFaults(Fault::kLeadingZero, {"010.0.0.0/8"});
}

TEST(Range, MappedPrefixesAreV4) {
  EXPECT_EQ(Parsed("::ffff:0:0/96"), Parsed("0.0.0.0/0"));
  EXPECT_EQ(Parsed("::ffff:10.0.0.0/104"), Parsed("10.0.0.0/8"));
  EXPECT_EQ(Parsed("::ffff:1.2.3.4/128"), Parsed("1.2.3.4"));
  // Wider ones stay in IPv6 and never cover IPv4.
  EXPECT_EQ(Parsed("::ffff:0:0/95", {true, false}).family(), Family::kV6);
  EXPECT_FALSE(Parsed("::/0").Contains(Address::V4(0x01020304)));
  ExpectFaults(Fault::kBadPrefixLength, {"::ffff:1.2.3.4/129", "1.2.3.4/96"});
}

TEST(Range, FromTo) {
  EXPECT_EQ(Parsed("0.0.0.0-255.255.255.255"), AddressRange::All(Family::kV4));
  EXPECT_EQ(Parsed("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), AddressRange::All(Family::kV6));
  EXPECT_TRUE(Parsed("192.0.2.7-192.0.2.7").IsSingle());
  EXPECT_EQ(Parsed("192.0.2.8-192.0.2.23").ToString(), "192.0.2.8-192.0.2.23");
  EXPECT_EQ(Parsed("::ffff:1.2.3.4-::ffff:1.2.3.9"), Parsed("1.2.3.4-1.2.3.9"));
  ExpectFaults(Fault::kRangeReversed, {"192.0.2.9-192.0.2.8", "::2-::1"});
  ExpectFaults(Fault::kMixedFamilies, {"1.2.3.4-::1", "::-::ffff:1.2.3.4"});
  ExpectFaults(Fault::kPartCount, {"192.0.2.8-23"});
  ExpectFaults(Fault::kEmpty, {"", "-1.2.3.4", "1.2.3.4-"});
}

TEST(Range, LastOctet) {
  const RangeOptions last_octet = {false, true};
  EXPECT_EQ(Parsed("192.0.2.8-23", last_octet), Parsed("192.0.2.8-192.0.2.23"));
  EXPECT_EQ(Parsed("192.0.2.0-255", last_octet), Parsed("192.0.2.0/24"));
  EXPECT_EQ(Parsed("192.0.2.8-192.0.3.1", last_octet).last, Address::V4(0xC0000301));
  ExpectFaults(Fault::kOctetRange, {"192.0.2.8-256"}, last_octet);
  ExpectFaults(Fault::kLeadingZero, {"192.0.2.8-023"}, last_octet);
  ExpectFaults(Fault::kRangeReversed, {"192.0.2.8-7"}, last_octet);
}

TEST(Range, PrintsTheShortestExactForm) {
  for (const char* text : {"192.0.2.7", "192.0.2.0/24", "192.0.2.8-192.0.2.23", "0.0.0.0/0", "::/0",
                           "::1", "2001:db8::/32", "2001:db8::1-2001:db8::3",
                           "0.0.0.0-255.255.255.254", "255.255.255.254/31"}) {
    EXPECT_EQ(Parsed(text).ToString(), text);
    EXPECT_EQ(Parsed(Parsed(text).ToString()), Parsed(text));
  }
  EXPECT_EQ(Parsed("192.0.2.0-192.0.2.255").ToString(), "192.0.2.0/24");
}

TEST(Range, FixedBits) {
  EXPECT_EQ(Parsed("0.0.0.0/0").FixedBits(), 0);
  EXPECT_EQ(Parsed("10.0.0.0/8").FixedBits(), 8);
  EXPECT_EQ(Parsed("1.2.3.4").FixedBits(), 32);
  EXPECT_EQ(Parsed("127.255.255.255-128.0.0.0").FixedBits(), 0);
  EXPECT_EQ(Parsed("192.0.2.8-192.0.2.23").FixedBits(), 27);
  EXPECT_EQ(Parsed("::/0").FixedBits(), 0);
  EXPECT_EQ(Parsed("::1").FixedBits(), 128);
  EXPECT_EQ(Parsed("2001:db8::/65").FixedBits(), 65);
}

// The prefixes of a cover follow each other, are aligned, and make up the range.
void ExpectCover(const std::string& text, size_t count) {
  const AddressRange range = Parsed(text);
  const std::vector<Prefix> cover = range.Cover();
  EXPECT_EQ(cover.size(), count) << text;
  uint128 next = range.first.bits();
  for (const Prefix& prefix : cover) {
    const AddressRange part = AddressRange::Of(prefix);
    EXPECT_EQ(part.first.bits(), next);
    EXPECT_TRUE(part.IsPrefix(nullptr));
    next = part.last.bits() + 1;
  }
  EXPECT_EQ(AddressRange::Of(cover.back()).last, range.last);
}

TEST(Range, Cover) {
  ExpectCover("0.0.0.0/0", 1);
  ExpectCover("::/0", 1);
  ExpectCover("1.2.3.4", 1);
  ExpectCover("255.255.255.255", 1);
  ExpectCover("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1);
  ExpectCover("192.0.2.8-192.0.2.23", 2);
  ExpectCover("169.136.101.0-169.136.101.254", 8);
  ExpectCover("0.0.0.1-255.255.255.254", 62);
  ExpectCover("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", 254);
  ExpectCover("0.0.0.0-255.255.255.254", 32);
  ExpectCover("0.0.0.1-255.255.255.255", 32);
}

TEST(Range, ContainsAndOverlaps) {
  const AddressRange range = Parsed("10.0.0.0-10.0.0.255");
  EXPECT_TRUE(range.Contains(Parsed("10.0.0.0").first));
  EXPECT_TRUE(range.Contains(Parsed("10.0.0.255").first));
  EXPECT_FALSE(range.Contains(Parsed("9.255.255.255").first));
  EXPECT_FALSE(range.Contains(Parsed("10.0.1.0").first));
  EXPECT_FALSE(range.Contains(Address::V6(0, 0x0A000000)));
  EXPECT_TRUE(range.Contains(Parsed("10.0.0.8/29")));
  EXPECT_FALSE(range.Contains(Parsed("10.0.0.0/23")));
  EXPECT_TRUE(range.Overlaps(Parsed("10.0.0.255-10.0.1.1")));
  EXPECT_FALSE(range.Overlaps(Parsed("10.0.1.0/24")));
  EXPECT_FALSE(range.Overlaps(Parsed("::/0")));
}

TEST(Range, OrdersWiderFirst) {
  EXPECT_LT(Parsed("10.0.0.0/8"), Parsed("10.0.0.0/9"));
  EXPECT_LT(Parsed("10.0.0.0/9"), Parsed("10.0.0.1"));
  EXPECT_LT(Parsed("255.255.255.255"), Parsed("::/0"));
}

TEST(Prefix, ParsesOnlyPrefixes) {
  Prefix prefix;
  EXPECT_EQ(ParsePrefix("192.0.2.0/24", &prefix), Fault::kNone);
  EXPECT_EQ(prefix.ToString(), "192.0.2.0/24");
  EXPECT_EQ(ParsePrefix("192.0.2.0", &prefix), Fault::kBadPrefix);
  EXPECT_EQ(ParsePrefix("192.0.2.0/255.255.255.0", &prefix), Fault::kBadPrefixLength);
}

TEST(Netmask, Length) {
  int length = -1;
  const auto fault = [&length](const char* text) {
    Address mask;
    EXPECT_EQ(ParseAddress(text, &mask), Fault::kNone);
    return NetmaskLength(mask, &length);
  };
  EXPECT_EQ(fault("255.255.255.255"), Fault::kNone);
  EXPECT_EQ(length, 32);
  EXPECT_EQ(fault("0.0.0.0"), Fault::kNone);
  EXPECT_EQ(length, 0);
  EXPECT_EQ(fault("255.255.254.0"), Fault::kNone);
  EXPECT_EQ(length, 23);
  EXPECT_EQ(fault("0.0.0.255"), Fault::kMaskNotation);
  EXPECT_EQ(fault("255.0.255.0"), Fault::kNonContiguousMask);
  EXPECT_EQ(fault("ffff::"), Fault::kMixedFamilies);
}

}  // namespace
}  // namespace allowmatch
