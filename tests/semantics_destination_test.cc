// Which addresses and names a destination covers.
// One test for each sentence of rules/SEMANTICS.md.

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/ask.h"

namespace allowmatch {
namespace {

bool NameMatches(absl::string_view pattern, absl::string_view name) {
  return Allows(pattern, {.name = std::string(name)});
}

std::string NameDecision(absl::string_view pattern, absl::string_view name) {
  return Decide(absl::StrCat("allow out tcp 443 to ", pattern), {.name = std::string(name)});
}

TEST(AddressSemantics, EndsAreInside) {
  for (const char* address : {"192.0.2.8", "192.0.2.23"}) {
    EXPECT_TRUE(Allows("192.0.2.8-192.0.2.23", {address})) << address;
  }
  for (const char* address : {"192.0.2.7", "192.0.2.24"}) {
    EXPECT_FALSE(Allows("192.0.2.8-192.0.2.23", {address})) << address;
  }
}

TEST(AddressSemantics, WholeSpace) {
  for (const char* address : {"0.0.0.0", "127.255.255.255", "128.0.0.0", "255.255.255.255"}) {
    EXPECT_TRUE(Allows("0.0.0.0/0", {address})) << address;
  }
  EXPECT_TRUE(Allows("::/0", {"::"}));
  EXPECT_TRUE(Allows("::/0", {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}));
}

TEST(AddressSemantics, LastAddress) {
  EXPECT_TRUE(Allows("255.255.255.255", {"255.255.255.255"}));
  EXPECT_FALSE(Allows("255.255.255.255", {"255.255.255.254"}));
  EXPECT_FALSE(Allows("255.255.255.255", {"0.0.0.0"}));
}

TEST(AddressSemantics, MappedIsIPv4) {
  EXPECT_TRUE(Allows("198.51.100.0/24", {"::ffff:198.51.100.9"}));
  EXPECT_TRUE(Allows("::ffff:198.51.100.0/120", {"198.51.100.9"}));
}

TEST(AddressSemantics, FamiliesAreApart) {
  EXPECT_FALSE(Allows("::/0", {"192.0.2.1"}));
  EXPECT_FALSE(Allows("::/0", {"::ffff:192.0.2.1"}));
  EXPECT_FALSE(Allows("32.0.0.0/8", {"2009:b98:dc0::1"}));
  EXPECT_FALSE(Allows("2000::/16", {"32.0.0.1"}));
}

TEST(AddressSemantics, EmbeddedIPv4IsNotUnwrapped) {
  for (const char* address : {"::1.2.3.4", "64:ff9b::102:304", "2002:102:304::"}) {
    EXPECT_FALSE(Allows("1.2.3.0/24", {address})) << address;
  }
}

TEST(AddressSemantics, AnyIsEveryAddressAndEveryName) {
  EXPECT_TRUE(Allows("any", {"192.0.2.1"}));
  EXPECT_TRUE(Allows("any", {"2001:db8::1"}));
  EXPECT_TRUE(Allows("any", {.name = "a.example"}));
}

TEST(NameSemantics, CaseAndFinalDot) {
  EXPECT_TRUE(NameMatches("kudoway.com", "KuDoWaY.cOm"));
  EXPECT_TRUE(NameMatches("kudoway.com", "kudoway.com."));
  EXPECT_TRUE(NameMatches("KUDOWAY.com.", "kudoway.com"));
}

TEST(NameSemantics, InvalidNames) {
  for (const std::string& name :
       {std::string("kudoway.com.."), std::string("kudoway..com"), std::string(".kudoway.com"),
        std::string("kudoway.com\0.evil.com", 21), std::string("kudoway.com\t"),
        std::string(" kudoway.com"), std::string("kudoway.com:443"),
        std::string("\xe2\x84\xaaudoway.com"), std::string("kudoway\xe3\x80\x82" "com"),
        std::string(64, 'a') + ".kudoway.com", std::string(254, 'a')}) {
    EXPECT_EQ(NameDecision("kudoway.com,*.kudoway.com", name), "invalid") << name;
  }
}

TEST(NameSemantics, ExactName) {
  EXPECT_TRUE(NameMatches("kudoway.com", "kudoway.com"));
  EXPECT_FALSE(NameMatches("kudoway.com", "a.kudoway.com"));
  EXPECT_FALSE(NameMatches("kudoway.com", "evilkudoway.com"));
  EXPECT_FALSE(NameMatches("kudoway.com", "kudoway.com.evil.com"));
}

TEST(NameSemantics, Below) {
  EXPECT_TRUE(NameMatches("*.kudoway.com", "a.kudoway.com"));
  EXPECT_TRUE(NameMatches("*.kudoway.com", "b.a.kudoway.com"));
  EXPECT_TRUE(NameMatches("*.kudoway.com", "xn--bcher-kva.kudoway.com"));
  EXPECT_FALSE(NameMatches("*.kudoway.com", "kudoway.com"));
  EXPECT_FALSE(NameMatches("*.kudoway.com", "notkudoway.com"));
}

TEST(NameSemantics, SelfAndBelow) {
  EXPECT_TRUE(NameMatches(".kudoway.com", "kudoway.com"));
  EXPECT_TRUE(NameMatches(".kudoway.com", "b.a.kudoway.com"));
  EXPECT_FALSE(NameMatches(".kudoway.com", "notkudoway.com"));
}

TEST(NameSemantics, OneBelow) {
  EXPECT_TRUE(NameMatches("?.kudoway.com", "a.kudoway.com"));
  EXPECT_FALSE(NameMatches("?.kudoway.com", "kudoway.com"));
  EXPECT_FALSE(NameMatches("?.kudoway.com", "b.a.kudoway.com"));
}

TEST(NameSemantics, PartialLabel) {
  EXPECT_TRUE(NameMatches("*-turn.newrow.com", "x-turn.newrow.com"));
  EXPECT_TRUE(NameMatches("*-turn.newrow.com", "-turn.newrow.com"));
  EXPECT_TRUE(NameMatches("turn*.newrow.com", "turn.newrow.com"));
  EXPECT_TRUE(NameMatches("turn*.newrow.com", "turn_7-a.newrow.com"));
  EXPECT_FALSE(NameMatches("*-turn.newrow.com", "a.x-turn.newrow.com"));
  EXPECT_FALSE(NameMatches("turn*.newrow.com", "turn.x.newrow.com"));
}

TEST(NameSemantics, PartialLabelsMeetNoALabel) {
  EXPECT_FALSE(NameMatches("x*.newrow.com", "xn--bcher-kva.newrow.com"));
  EXPECT_FALSE(NameMatches("*a.newrow.com", "xn--bcher-kva.newrow.com"));
}

TEST(NameSemantics, MiddleLabel) {
  EXPECT_TRUE(NameMatches("a.*.kudoway.com", "a.b.kudoway.com"));
  EXPECT_TRUE(NameMatches("a.*.kudoway.com", "a.xn--bcher-kva.kudoway.com"));
  EXPECT_FALSE(NameMatches("a.*.kudoway.com", "a.kudoway.com"));
  EXPECT_FALSE(NameMatches("a.*.kudoway.com", "a.b.c.kudoway.com"));
}

TEST(NameSemantics, Underscore) {
  EXPECT_TRUE(NameMatches("_sip.kudoway.com", "_SIP.kudoway.com"));
}

TEST(NameSemantics, ULabelsMatchTheirALabels) {
  EXPECT_TRUE(NameMatches("b\xc3\xbc" "cher.example", "xn--bcher-kva.example"));
  EXPECT_EQ(NameDecision("b\xc3\xbc" "cher.example", "b\xc3\xbc" "cher.example"), "invalid");
}

TEST(NameSemantics, AddressesAreNotNames) {
  EXPECT_FALSE(Allows("192.0.2.1", {.name = "192.0.2.1"}));
  EXPECT_FALSE(Allows("*.example", {"192.0.2.1"}));
}

TEST(FeedSemantics, MatchesNothingUnloaded) {
  EXPECT_EQ(Ask("allow out tcp 443 to @aws:CHIME_MEETINGS", {"192.0.2.1", "a.example"}), kNoRule);
}

}  // namespace
}  // namespace allowmatch
