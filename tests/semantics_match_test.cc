// Verdicts, primary rules, services, directions, basis.
// One test for each sentence of rules/SEMANTICS.md.

#include <string>

#include "gtest/gtest.h"
#include "tests/ask.h"

namespace allowmatch {
namespace {

TEST(VerdictSemantics, AllowNamesItsRule) {
  EXPECT_EQ(Ask("allow out tcp 443 to 192.0.2.1 vendor=a", {"192.0.2.1"}),
            "allow allow-rule ip a");
}

TEST(VerdictSemantics, UnlistedIsDenied) {
  EXPECT_EQ(Ask("allow out tcp 443 to 192.0.2.1", {"192.0.2.2"}), kNoRule);
}

TEST(VerdictSemantics, DenyOverridesAllow) {
  const char* rules =
      "allow out tcp 443 to 192.0.2.1 vendor=a\n"
      "deny out any any to 192.0.2.0/24 vendor=d\n";
  EXPECT_EQ(Ask(rules, {"192.0.2.1"}), "deny deny-rule ip d");
}

TEST(VerdictSemantics, DenyOnOnePartOverridesAllowOnTheOther) {
  const char* rules =
      "allow out tcp 443 to a.example vendor=a\n"
      "deny out tcp 443 to 192.0.2.0/24 vendor=d\n";
  EXPECT_EQ(Ask(rules, {"192.0.2.1", "a.example"}), "deny deny-rule ip d");
}

TEST(VerdictSemantics, OrderDoesNotMatter) {
  const std::string allow = "allow out tcp 443 to 192.0.2.0/24 vendor=a\n";
  const std::string deny = "deny out tcp 443 to 192.0.2.1 vendor=d\n";
  EXPECT_EQ(Ask(allow + deny, {"192.0.2.1"}), Ask(deny + allow, {"192.0.2.1"}));
  EXPECT_EQ(Ask(allow + deny, {"192.0.2.2"}), Ask(deny + allow, {"192.0.2.2"}));
}

TEST(VerdictSemantics, DenyOfAnotherServiceHasNoEffect) {
  const char* rules =
      "allow out tcp 443 to 192.0.2.1 vendor=a\n"
      "deny out udp 443 to 192.0.2.1 vendor=d\n";
  EXPECT_EQ(Ask(rules, {"192.0.2.1"}), "allow allow-rule ip a");
}

TEST(VerdictSemantics, WrongService) {
  const char* rules = "allow out tcp 443 to 192.0.2.1 vendor=a";
  EXPECT_EQ(Ask(rules, {.address = "192.0.2.1", .port = 80}), "deny wrong-service ip a");
  EXPECT_EQ(Ask(rules, {.address = "192.0.2.1", .protocol = 17}), "deny wrong-service ip a");
}

TEST(VerdictSemantics, DenyRuleOfAnotherServiceIsNotWrongService) {
  EXPECT_EQ(Ask("allow out tcp 1 to 192.0.2.9\ndeny out tcp 80 to 192.0.2.1", {"192.0.2.1"}),
            kNoRule);
}

TEST(VerdictSemantics, Undecided) {
  const char* rules = "allow out tcp 443 to *.a.example vendor=a";
  EXPECT_EQ(Ask(rules, {"192.0.2.1"}), "undecided name-needed none -");
}

TEST(VerdictSemantics, UndecidedOnlyForItsService) {
  const char* rules = "allow out tcp 443 to *.a.example vendor=a";
  EXPECT_EQ(Ask(rules, {.address = "192.0.2.1", .port = 80}), kNoRule);
}

TEST(VerdictSemantics, ANameDecides) {
  const char* rules = "allow out tcp 443 to *.a.example vendor=a";
  EXPECT_EQ(Ask(rules, {"192.0.2.1", "b.example"}), kNoRule);
}

TEST(VerdictSemantics, NameRulesForAnyServiceCauseNoUndecided) {
  EXPECT_EQ(Ask("allow out any any to *.a.example", {"192.0.2.1"}), kNoRule);
}

TEST(VerdictSemantics, DenyRulesOnNamesCauseNoUndecided) {
  EXPECT_EQ(Ask("allow out tcp 1 to 192.0.2.9\ndeny out tcp 443 to *.a.example", {"192.0.2.1"}),
            kNoRule);
}

TEST(VerdictSemantics, WrongServiceComesBeforeUndecided) {
  const char* rules =
      "allow out tcp 80 to 192.0.2.1 vendor=a\n"
      "allow out tcp 443 to *.a.example vendor=n\n";
  EXPECT_EQ(Ask(rules, {"192.0.2.1"}), "deny wrong-service ip a");
}

TEST(VerdictSemantics, AllowComesBeforeWrongService) {
  const char* rules =
      "allow out tcp 80 to 192.0.2.1 vendor=exact\n"
      "allow out tcp 443 to 192.0.2.0/24 vendor=wide\n";
  EXPECT_EQ(Ask(rules, {"192.0.2.1"}), "allow allow-rule ip wide");
}

TEST(VerdictSemantics, InvalidComesFirst) {
  const char* rules = "deny out any any to any vendor=d";
  EXPECT_EQ(Ask(rules, {.address = "192.0.2.1", .invalid = true}), "invalid invalid none -");
}

TEST(PrimaryRuleSemantics, ExactBeforeWide) {
  const char* rules =
      "allow out tcp 443 to 192.0.2.1 vendor=exact\n"
      "allow out tcp 443 to 192.0.2.0/31 vendor=wide\n";
  EXPECT_EQ(Winner(rules, {"192.0.2.1"}), "exact");
  const char* names =
      "allow out any any to b.a.example vendor=exact\n"
      "allow out tcp 443 to 2001:db8::/127 vendor=wide\n";
  EXPECT_EQ(Winner(names, {"2001:db8::1", "b.a.example"}), "exact");
}

TEST(PrimaryRuleSemantics, MoreFixedBits) {
  const char* rules =
      "allow out tcp 443 to 192.0.2.0/25 vendor=z-longer\n"
      "allow out tcp 443 to 192.0.2.0/24 vendor=a-shorter\n";
  EXPECT_EQ(Winner(rules, {"192.0.2.1"}), "z-longer");
}

TEST(PrimaryRuleSemantics, FixedBitsOfARange) {
  // 192.0.2.8-192.0.2.23 shares 27 bits.
  const char* rules =
      "allow out any any to 192.0.2.8-192.0.2.23 vendor=range\n"
      "allow out tcp 443 to 192.0.2.0/26 vendor=prefix\n";
  EXPECT_EQ(Winner(rules, {"192.0.2.9"}), "range");
}

TEST(PrimaryRuleSemantics, MoreFixedLabels) {
  const char* rules =
      "allow out tcp 443 to *.b.a.example vendor=z-longer\n"
      "allow out tcp 443 to *.a.example vendor=a-shorter\n";
  EXPECT_EQ(Winner(rules, {.name = "c.b.a.example"}), "z-longer");
}

TEST(PrimaryRuleSemantics, PartialLabelsAreNotFixed) {
  const char* rules =
      "allow out tcp 443 to x*.a.example vendor=partial\n"
      "allow out tcp 80,443 to .x1.a.example vendor=below\n";
  EXPECT_EQ(Winner(rules, {.name = "x1.a.example"}), "below");
}

TEST(PrimaryRuleSemantics, BitsAndLabelsCompareAsNumbers) {
  const char* rules =
      "allow out any any to 192.0.0.0/9 vendor=address\n"
      "allow out tcp 443 to *.a.example vendor=name\n";
  EXPECT_EQ(Winner(rules, {"192.0.2.1", "b.a.example"}), "address");  // 9 bits, 2 labels
}

TEST(PrimaryRuleSemantics, NarrowerPorts) {
  const char* rules =
      "allow out tcp 443 to 192.0.2.1 vendor=z-one\n"
      "allow out tcp 443-444 to 192.0.2.1 vendor=b-two\n"
      "allow out tcp any to 192.0.2.1 vendor=a-any\n";
  EXPECT_EQ(Winner(rules, {"192.0.2.1"}), "z-one");
}

TEST(PrimaryRuleSemantics, AnyPortCountsAsAll) {
  // Equally wide: the rule with the lower id, which is the first as text.
  const char* rules =
      "allow out tcp any to 192.0.2.1 vendor=any\n"
      "allow out tcp 0-65535 to 192.0.2.1 vendor=all\n";
  EXPECT_EQ(Winner(rules, {"192.0.2.1"}), "all");
}

TEST(PrimaryRuleSemantics, AddressBeforeName) {
  const char* rules =
      "allow out tcp 443 to 0.0.0.0/2 vendor=z-address\n"
      "allow out tcp 443 to *.a.example vendor=a-name\n";
  EXPECT_EQ(Winner(rules, {"32.0.2.1", "b.a.example"}), "z-address");
}

TEST(PrimaryRuleSemantics, LowestId) {
  const char* rules =
      "allow out tcp 443 to 192.0.2.1 vendor=b\n"
      "allow out tcp 443 to 192.0.2.1 vendor=a\n";
  EXPECT_EQ(Winner(rules, {"192.0.2.1"}), "a");
}

TEST(PrimaryRuleSemantics, ByTheDestinationThatMatched) {
  const char* rules =
      "allow out tcp 443 to 198.51.100.1,192.0.2.0/24 vendor=list\n"
      "allow out tcp 443 to 192.0.2.0/25 vendor=longer\n";
  EXPECT_EQ(Winner(rules, {"192.0.2.1"}), "longer");
  EXPECT_EQ(Winner(rules, {"198.51.100.1"}), "list");
}

TEST(PrimaryRuleSemantics, OfADeny) {
  const char* rules =
      "deny out tcp 443 to 192.0.2.0/24 vendor=wide\n"
      "deny out tcp 443 to 192.0.2.1 vendor=exact\n";
  EXPECT_EQ(Ask(rules, {"192.0.2.1"}), "deny deny-rule ip exact");
}

TEST(PrimaryRuleSemantics, OfAWrongService) {
  const char* rules =
      "allow out tcp 80 to 192.0.2.0/24 vendor=wide\n"
      "allow out tcp 80 to 192.0.2.1 vendor=exact\n";
  EXPECT_EQ(Ask(rules, {"192.0.2.1"}), "deny wrong-service ip exact");
}

TEST(ServiceSemantics, ProtocolAndPortBothHold) {
  const char* rules = "allow out udp 3478-3481 to 192.0.2.1";
  EXPECT_EQ(Decide(rules, {.address = "192.0.2.1", .protocol = 17, .port = 3478}), "allow");
  EXPECT_EQ(Decide(rules, {.address = "192.0.2.1", .protocol = 17, .port = 3481}), "allow");
  EXPECT_EQ(Decide(rules, {.address = "192.0.2.1", .protocol = 17, .port = 3482}), "deny");
  EXPECT_EQ(Decide(rules, {.address = "192.0.2.1", .protocol = 6, .port = 3478}), "deny");
}

TEST(ServiceSemantics, PortZeroIsAPort) {
  EXPECT_EQ(Decide("allow out tcp 443 to 192.0.2.1", {.address = "192.0.2.1", .port = 0}),
            "deny");
  EXPECT_EQ(Decide("allow out tcp 0 to 192.0.2.1", {.address = "192.0.2.1", .port = 0}),
            "allow");
}

TEST(ServiceSemantics, LastPort) {
  EXPECT_EQ(Decide("allow out tcp 65535 to 192.0.2.1", {.address = "192.0.2.1", .port = 65535}),
            "allow");
}

TEST(ServiceSemantics, IcmpIsBothNumbers) {
  const char* rules = "allow out icmp any to 192.0.2.1";
  EXPECT_EQ(Decide(rules, {.address = "192.0.2.1", .protocol = 1, .port = -1}), "allow");
  EXPECT_EQ(Decide(rules, {.address = "192.0.2.1", .protocol = 58, .port = -1}), "allow");
  EXPECT_EQ(Decide(rules, {.address = "192.0.2.1", .protocol = 6, .port = -1}), "deny");
}

TEST(ServiceSemantics, WithoutAPort) {
  const Flow flow = {.address = "192.0.2.1", .protocol = 6, .port = -1};
  EXPECT_EQ(Decide("allow out tcp any to 192.0.2.1", flow), "allow");
  EXPECT_EQ(Decide("allow out tcp 0-65535 to 192.0.2.1", flow), "deny");
}

TEST(ServiceSemantics, WithoutAProtocol) {
  const Flow flow = {.address = "192.0.2.1", .protocol = -1, .port = 443};
  EXPECT_EQ(Decide("allow out any 443 to 192.0.2.1", flow), "allow");
  EXPECT_EQ(Decide("allow out tcp 443 to 192.0.2.1", flow), "deny");
}

TEST(ServiceSemantics, SourcePortsDoNotCount) {
  EXPECT_EQ(Decide("allow out tcp 443 to 192.0.2.1 sport=1024-65535", {"192.0.2.1"}), "allow");
}

TEST(ServiceSemantics, AttributesDoNotCount) {
  EXPECT_EQ(Decide("allow out tcp 443 to 192.0.2.1 app=tls condition=\"if asked\"",
                      {"192.0.2.1"}),
            "allow");
}

TEST(DirectionSemantics, OutIsOutOnly) {
  const char* rules = "allow out tcp 443 to 192.0.2.1";
  EXPECT_EQ(Decide(rules, {"192.0.2.1"}), "allow");
  EXPECT_EQ(Decide(rules, Inbound("192.0.2.1", "10.0.0.1")), "deny");
}

TEST(DirectionSemantics, InNamesBothEnds) {
  const char* rules = "allow in tcp 443 from 192.0.2.0/24 to 10.0.0.1";
  EXPECT_EQ(Decide(rules, Inbound("192.0.2.1", "10.0.0.1")), "allow");
  EXPECT_EQ(Decide(rules, Inbound("192.0.3.1", "10.0.0.1")), "deny");
  EXPECT_EQ(Decide(rules, Inbound("192.0.2.1", "10.0.0.2")), "deny");
  EXPECT_EQ(Decide(rules, {"192.0.2.1"}), "deny");
}

TEST(DirectionSemantics, InWithoutFromIsFromAny) {
  EXPECT_EQ(Decide("allow in tcp 443 to 10.0.0.1", Inbound("192.0.2.1", "10.0.0.1")), "allow");
}

TEST(DirectionSemantics, FromANameNeedsTheName) {
  const char* rules = "allow in tcp 443 from *.a.example to 10.0.0.1";
  Flow flow = Inbound("192.0.2.1", "10.0.0.1");
  EXPECT_EQ(Decide(rules, flow), "undecided");
  flow.name = "b.a.example";
  EXPECT_EQ(Decide(rules, flow), "allow");
}

TEST(DirectionSemantics, BothIsOutAndInToAnyInsideAddress) {
  const char* rules = "allow both tcp 443 to 192.0.2.1";
  EXPECT_EQ(Decide(rules, {"192.0.2.1"}), "allow");
  EXPECT_EQ(Decide(rules, Inbound("192.0.2.1", "10.0.0.1")), "allow");
  EXPECT_EQ(Decide(rules, Inbound("192.0.2.1", "10.9.9.9")), "allow");
  EXPECT_EQ(Decide(rules, Inbound("192.0.2.2", "10.0.0.1")), "deny");
}

TEST(DirectionSemantics, SelfIsWhatTheUserGave) {
  const char* rules = "allow in tcp 443 to self";
  const CompileOptions own = OwnServer("10.0.0.0/30");
  EXPECT_EQ(Decide(rules, Inbound("192.0.2.1", "10.0.0.3"), own), "allow");
  EXPECT_EQ(Decide(rules, Inbound("192.0.2.1", "10.0.0.4"), own), "deny");
}

TEST(DirectionSemantics, SelfNotGivenMatchesNothing) {
  EXPECT_EQ(Decide("allow in tcp 443 to self", Inbound("192.0.2.1", "10.0.0.3")), "deny");
}

TEST(DirectionSemantics, PortsAreTheDestinations) {
  const char* rules = "allow in tcp 443 from 192.0.2.1 to 10.0.0.1";
  Flow flow = Inbound("192.0.2.1", "10.0.0.1");
  flow.port = 50000;
  EXPECT_EQ(Decide(rules, flow), "deny");
}

TEST(BasisSemantics, SaysWhichPartsAreCovered) {
  const char* rules =
      "allow out tcp 443 to 192.0.2.1 vendor=a\n"
      "allow out tcp 443 to a.example vendor=a\n";
  EXPECT_EQ(Ask(rules, {"192.0.2.1", "b.example"}), "allow allow-rule ip a");
  EXPECT_EQ(Ask(rules, {"192.0.2.2", "a.example"}), "allow allow-rule name a");
  EXPECT_EQ(Ask(rules, {"192.0.2.1", "a.example"}), "allow allow-rule both a");
}

TEST(BasisSemantics, EitherIsEnough) {
  EXPECT_EQ(Decide("allow out tcp 443 to a.example", {"192.0.2.1", "a.example"}), "allow");
}

TEST(BasisSemantics, BothOnRequest) {
  const char* rules =
      "allow out tcp 443 to 192.0.2.1\n"
      "allow out tcp 443 to a.example\n";
  CompileOptions both;
  both.basis_both = true;
  EXPECT_EQ(Decide(rules, {"192.0.2.1", "a.example"}, both), "allow");
  EXPECT_EQ(Decide(rules, {"192.0.2.2", "a.example"}, both), "deny");
  EXPECT_EQ(Decide(rules, {"192.0.2.1", "b.example"}, both), "deny");
  EXPECT_EQ(Decide(rules, {"192.0.2.1"}, both), "undecided");
}

TEST(BasisSemantics, DenyOnANameNeedsTheName) {
  const char* rules =
      "allow out tcp 443 to 192.0.2.0/24\n"
      "deny out tcp 443 to bad.a.example\n";
  EXPECT_EQ(Decide(rules, {"192.0.2.1", "bad.a.example"}), "deny");
  EXPECT_EQ(Decide(rules, {"192.0.2.1"}), "allow");
}

}  // namespace
}  // namespace allowmatch
