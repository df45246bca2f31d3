#include "matcher/address.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

Fault FaultOf(const std::string& text) {
  const Address untouched = Address::V4(0x01020304);
  Address address = untouched;
  const Fault fault = ParseAddress(text, &address);
  if (fault != Fault::kNone) {
    EXPECT_EQ(address, untouched) << text;
  }
  return fault;
}

Address Parsed(const std::string& text) {
  Address address;
  EXPECT_EQ(ParseAddress(text, &address), Fault::kNone) << text;
  return address;
}

void ExpectFaults(Fault fault, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    EXPECT_STREQ(FaultName(FaultOf(text)), FaultName(fault)) << testing::PrintToString(text);
  }
}

TEST(AddressV4, Parses) {
  EXPECT_EQ(Parsed("0.0.0.0"), Address::V4(0));
  EXPECT_EQ(Parsed("255.255.255.255"), Address::V4(0xffffffff));
  EXPECT_EQ(Parsed("192.0.2.1"), Address::V4(0xC0000201));  // host order
  EXPECT_NE(Parsed("1.2.3.4"), Parsed("4.3.2.1"));
}

TEST(AddressV4, PrintsWhatItParses) {
  for (const char* text : {"0.0.0.0", "255.255.255.255", "192.0.2.1", "8.8.8.8", "10.20.30.40"}) {
    EXPECT_EQ(Parsed(text).ToString(), text);
  }
}

TEST(AddressV4, RefusesOtherNotations) {
  ExpectFaults(Fault::kEmpty, {""});
  ExpectFaults(Fault::kLeadingZero, {"010.0.0.1", "0177.0.0.1", "00.0.0.0", "1.2.3.04",
                                     "000000000000.1.2.3", "0256.1.1.1"});
  ExpectFaults(Fault::kPartCount, {"127.1", "1.2.3", "2130706433", "1.2.3.4.5", "7"});
  ExpectFaults(Fault::kOctetRange, {"256.1.1.1", "4294967297.0.0.1", "1.2.3.4294967300",
                                    "1.2.3.99999999999999999999999"});
  ExpectFaults(Fault::kEmptyPart, {"1.2..4", ".1.2.3", "1.2.3.", "."});
  ExpectFaults(Fault::kNonDigit,
               {"0x7f.0.0.1", "1.2.3.a", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "1.2.3.+4",
                "1.2.3.4\n", "1.2.3.4/32", "\xEF\xBC\x91.2.3.4", "\xD9\xA1.2.3.4"});
  ExpectFaults(Fault::kNul, {std::string("1.2.3.4\0.evil", 13), std::string("1.2.3.4\0", 8)});
}

TEST(AddressV6, Parses) {
  EXPECT_EQ(Parsed("::"), Address::V6(0));
  EXPECT_EQ(Parsed("::1"), Address::V6(0, 1));
  EXPECT_EQ(Parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), Address::V6(~uint128{0}));
  EXPECT_EQ(Parsed("1:2:3:4:5:6:7::"), Address::V6(0x0001000200030004, 0x0005000600070000));
  EXPECT_EQ(Parsed("::2:3:4:5:6:7:8"), Address::V6(0x0000000200030004, 0x0005000600070008));
  EXPECT_EQ(Parsed("2001:DB8:1::1"), Parsed("2001:0db8:0001::1"));
  EXPECT_EQ(Parsed("2001:DB8:1::1"), Parsed("2001:db8:1:0:0:0:0:1"));
  EXPECT_EQ(Parsed("::1.2.3.4"), Address::V6(0, 0x01020304));  // not IPv4
  EXPECT_EQ(Parsed("64:ff9b::1.2.3.4"), Parsed("64:ff9b::102:304"));
  EXPECT_EQ(Parsed("1:2:3:4:5:6:1.2.3.4"), Parsed("1:2:3:4:5:6:102:304"));
}

TEST(AddressV6, MappedIsV4) {
  EXPECT_EQ(Parsed("::ffff:198.51.100.9"), Parsed("198.51.100.9"));
  EXPECT_EQ(Parsed("::ffff:c633:6409"), Parsed("198.51.100.9"));
  EXPECT_EQ(Parsed("0:0:0:0:0:FFFF:198.51.100.9"), Parsed("198.51.100.9"));
  EXPECT_EQ(Address::V6(0, 0xffff00000001u), Address::V4(1));
  EXPECT_EQ(Address::V6(0, 0xfffe00000001u).family(), Family::kV6);
  EXPECT_EQ(Address::V6(1, 0xffff00000001u).family(), Family::kV6);
  EXPECT_EQ(Parsed("::fffe:1.2.3.4").family(), Family::kV6);
}

TEST(AddressV6, RefusesOtherNotations) {
  ExpectFaults(Fault::kGroupCount,
               {"1:2:3:4::5:6:7:8", "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::", "1:2", "1:2:3:4:5:6:7:1.2.3.4", "1:1.2.3.4"});
  ExpectFaults(Fault::kMultipleElision, {"1::2::3", ":::", "::1::", ":::1", "1:::2"});
  ExpectFaults(Fault::kEmptyPart, {"1:", ":1", "::1:", ":", "1:2:3:4:5:6:7:"});
  ExpectFaults(Fault::kGroupRange, {"12345::", "00001::1", "::00001", "::fffff"});
  ExpectFaults(Fault::kNonHex, {"fe80:tail::", "::g", "::1 ", " ::1", "[::1]", "::1/128",
                                "1.2.3.4::", "::1.2.3.4:5"});
  ExpectFaults(Fault::kZone, {"fe80::1%eth0", "fe80::1%", "::1%25"});
  ExpectFaults(Fault::kLeadingZero, {"::01.2.3.4"});
  ExpectFaults(Fault::kPartCount, {"::1.2.3", "::ffff:1.2.3.4.5"});
  ExpectFaults(Fault::kOctetRange, {"::1.2.3.256"});
  ExpectFaults(Fault::kNul, {std::string("::1\0", 4)});
}

// RFC 5952, section by section.
TEST(AddressV6, PrintsTheCanonicalForm) {
  const char* cases[][2] = {
      {"2001:0DB8::0001", "2001:db8::1"},                // 4.1, 4.3
      {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},         // 4.2.1
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // 4.2.2: not for one group
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // 4.2.3: the longest
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // 4.2.3: the first of equals
      {"0:0:0:0:0:0:0:0", "::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
      {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
      {"0:2:3:4:5:6:7:0", "0:2:3:4:5:6:7:0"},
      {"::ffff:1.2.3.4", "1.2.3.4"},
      {"::1.2.3.4", "::102:304"},
  };
  for (const auto& [text, canonical] : cases) {
    EXPECT_EQ(Parsed(text).ToString(), canonical);
    EXPECT_EQ(Parsed(Parsed(text).ToString()), Parsed(text));
  }
}

TEST(Address, OrdersV4BeforeV6) {
  EXPECT_LT(Parsed("255.255.255.255"), Parsed("::"));
  EXPECT_LT(Parsed("1.2.3.4"), Parsed("1.2.3.5"));
  EXPECT_LT(Parsed("::1"), Parsed("1::"));
  EXPECT_EQ(Address(), Parsed("0.0.0.0"));
}

}  // namespace
}  // namespace allowmatch
