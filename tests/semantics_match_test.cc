// One test for each sentence of rules/SEMANTICS.md about matching: a policy as
// text, one flow, and the verdict. The test rules carry a vendor= by which the
// rule of a verdict is known.

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/database.h"
#include "matcher/matcher.h"
#include "rules/compile.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

// The parts of a flow as they are written in the tests; empty parts are absent.
struct Flow {
  std::string address = "";
  std::string name = "";
  int protocol = 6;  // -1 is absent
  int port = 443;    // -1 is absent
  bool inbound = false;
  std::string local = "";
  bool invalid = false;
};

std::optional<Address> ReadAddress(const std::string& text) {
  if (text.empty()) return std::nullopt;
  Address address;
  EXPECT_EQ(ParseAddress(text, &address), Fault::kNone) << text;
  return address;
}

Tuple MakeTuple(const Flow& flow) {
  Tuple tuple;
  tuple.remote = ReadAddress(flow.address);
  tuple.local = ReadAddress(flow.local);
  if (!flow.name.empty()) tuple.name = flow.name;
  if (flow.protocol >= 0) tuple.protocol = static_cast<uint8_t>(flow.protocol);
  if (flow.port >= 0) tuple.port = static_cast<uint16_t>(flow.port);
  tuple.direction = flow.inbound ? Direction::kIn : Direction::kOut;
  tuple.invalid = flow.invalid;
  return tuple;
}

Policy ReadRules(absl::string_view rules) {
  PolicyOptions options;
  options.allow_broad = true;
  Policy policy;
  Diagnostics errors;
  EXPECT_TRUE(ParseRules(rules, "test.rules", options, &policy, &errors))
      << (errors.empty() ? "" : errors[0].ToString());
  policy.Canonicalize();
  return policy;
}

// "DECISION REASON BASIS VENDOR", with "-" for no rule.
std::string Ask(const Policy& policy, const Flow& flow, const CompileOptions& options) {
  absl::StatusOr<Image> image = Compile(policy, options);
  if (!image.ok()) return std::string(image.status().message());
  absl::StatusOr<Database> database = Database::Open(*std::move(image));
  if (!database.ok()) return std::string(database.status().message());
  const Verdict verdict = Matcher(&*database).Classify(MakeTuple(flow));
  return absl::StrCat(DecisionName(verdict.decision), " ", ReasonName(verdict.reason), " ",
                      BasisName(verdict.basis), " ",
                      verdict.rule == kNoRuleId ? "-" : policy.rules[verdict.rule].vendor);
}

std::string Ask(absl::string_view rules, const Flow& flow, CompileOptions options = {}) {
  options.allow_broad = true;
  return Ask(ReadRules(rules), flow, options);
}

std::string Decide(absl::string_view rules, const Flow& flow, CompileOptions options = {}) {
  const std::string answer = Ask(rules, flow, std::move(options));
  return answer.substr(0, answer.find(' '));
}

// The vendor of the rule that the verdict names.
std::string Winner(absl::string_view rules, const Flow& flow) {
  const std::string answer = Ask(rules, flow);
  return answer.substr(answer.rfind(' ') + 1);
}

// Whether an allow rule to `destination` alone lets the flow pass.
bool Allows(absl::string_view destination, const Flow& flow) {
  return Decide(absl::StrCat("allow out tcp 443 to ", destination), flow) == "allow";
}

bool NameMatches(absl::string_view pattern, absl::string_view name) {
  return Allows(pattern, {.name = std::string(name)});
}

std::string NameDecision(absl::string_view pattern, absl::string_view name) {
  return Decide(absl::StrCat("allow out tcp 443 to ", pattern), {.name = std::string(name)});
}

constexpr char kNoRule[] = "deny no-rule none -";

// ---- Verdicts

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

// ---- The primary rule

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

// ---- Addresses

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

// ---- Names

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

// ---- Services

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

// ---- Directions

Flow Inbound(const std::string& remote, const std::string& local = "") {
  Flow flow = {.address = remote};
  flow.inbound = true;
  flow.local = local;
  return flow;
}

CompileOptions OwnServer(absl::string_view range) {
  CompileOptions options;
  options.self.emplace_back();
  EXPECT_EQ(ParseRange(range, &options.self.back()), Fault::kNone);
  return options;
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

// ---- Basis

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

// ---- Breadth

std::string CompileError(absl::string_view rules, const CompileOptions& options = {}) {
  const absl::StatusOr<Image> image = Compile(ReadRules(rules), options);
  return image.ok() ? "" : std::string(image.status().message());
}

TEST(BreadthSemantics, BroadRulesAreRefused) {
  for (const char* destination : {"any", "0.0.0.0/0", "12.0.0.0/7", "::/0", "2000::/15",
                                  "::ffff:0:0/96", "1.0.0.0-3.0.0.0"}) {
    const std::string rule = absl::StrCat("allow out tcp 443 to ", destination);
    EXPECT_NE(CompileError(rule), "") << destination;
  }
}

TEST(BreadthSemantics, AtTheLimit) {
  EXPECT_EQ(CompileError("allow out tcp 443 to 12.0.0.0/8"), "");
  EXPECT_EQ(CompileError("allow out tcp 443 to 2600::/16"), "");
}

TEST(BreadthSemantics, TheRuleIsNamed) {
  EXPECT_NE(CompileError("allow out tcp 443 to any vendor=kudo").find("to any vendor=kudo"),
            std::string::npos);
}

TEST(BreadthSemantics, AllowBroadAccepts) {
  CompileOptions options;
  options.allow_broad = true;
  EXPECT_EQ(CompileError("allow out tcp 443 to any", options), "");
}

TEST(BreadthSemantics, AQuarterOfIPv4) {
  std::string rules;
  for (int i = 1; i <= 64; ++i) {
    absl::StrAppend(&rules, "allow out tcp 443 to ", i, ".0.0.0/8 vendor=kudo\n");
  }
  EXPECT_EQ(CompileError(rules), "");
  absl::StrAppend(&rules, "allow out tcp 443 to 70.0.0.1 vendor=kudo\n");
  EXPECT_NE(CompileError(rules), "");
}

TEST(BreadthSemantics, DenyRulesMayBeBroad) {
  EXPECT_EQ(CompileError("allow out tcp 443 to 192.0.2.1\ndeny out any any to any"), "");
}

TEST(BreadthSemantics, InboundIsBroadAtBothEnds) {
  EXPECT_EQ(CompileError("allow in tcp 443 to self", OwnServer("10.0.0.1")), "");
  EXPECT_EQ(CompileError("allow in tcp 443 from 192.0.2.1 to any"), "");
  EXPECT_NE(CompileError("allow in tcp 443 from any to any"), "");
}

TEST(BreadthSemantics, InactiveRulesDoNotCount) {
  const char* rules =
      "allow out tcp 443 to any vendor=v profile=open choice=1\n"
      "allow out tcp 443 to 192.0.2.1 vendor=v profile=limited choice=2\n";
  EXPECT_EQ(CompileError(rules), "");
  CompileOptions open;
  open.selection.profiles["v"] = "open";
  EXPECT_NE(CompileError(rules, open), "");
}

// ---- Selection

constexpr char kProfiles[] =
    "allow out tcp 443 to 192.0.2.1 vendor=v profile=second choice=2\n"
    "allow out tcp 443 to 192.0.2.2 vendor=v profile=first choice=1\n"
    "allow out tcp 443 to 192.0.2.3 vendor=v\n"
    "allow out tcp 443 to 192.0.2.4 vendor=w profile=only\n";

TEST(SelectionSemantics, DefaultProfileIsThePagesFirst) {
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.2"}), "allow");
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.1"}), "deny");
}

TEST(SelectionSemantics, DefaultProfileIsNotTheOpenOne) {
  const char* rules =
      "allow out tcp 443 to any vendor=v profile=open choice=1\n"
      "allow out tcp 443 to 192.0.2.1 vendor=v profile=limited choice=2\n";
  EXPECT_EQ(Decide(rules, {"192.0.2.1"}), "allow");
  EXPECT_EQ(Decide(rules, {"192.0.2.9"}), "deny");
}

TEST(SelectionSemantics, AProfileCanBeChosen) {
  CompileOptions options;
  options.selection.profiles["v"] = "second";
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.1"}, options), "allow");
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.2"}, options), "deny");
}

TEST(SelectionSemantics, RulesWithoutProfileAreInAll) {
  CompileOptions options;
  options.selection.profiles["v"] = "second";
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.3"}, options), "allow");
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.4"}, options), "allow");
}

constexpr char kRegions[] =
    "allow out tcp 443 to 192.0.2.1 vendor=v region=us require=mandatory\n"
    "allow out tcp 443 to 192.0.2.2 vendor=v region=eu require=optional\n"
    "allow out tcp 443 to 192.0.2.3 vendor=v region=global\n"
    "allow out tcp 443 to 192.0.2.4 vendor=w\n";

TEST(SelectionSemantics, EverythingByDefault) {
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"}) {
    EXPECT_EQ(Decide(kRegions, {address}), "allow") << address;
  }
}

TEST(SelectionSemantics, RegionKeepsGlobalAndUnlabelled) {
  CompileOptions options;
  options.selection.regions = {"us"};
  EXPECT_EQ(Decide(kRegions, {"192.0.2.1"}, options), "allow");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.2"}, options), "deny");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.3"}, options), "allow");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.4"}, options), "allow");
}

TEST(SelectionSemantics, RequireKeepsUnstated) {
  CompileOptions options;
  options.selection.requires_ = {"mandatory"};
  EXPECT_EQ(Decide(kRegions, {"192.0.2.1"}, options), "allow");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.2"}, options), "deny");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.4"}, options), "allow");
}

TEST(SelectionSemantics, Vendor) {
  CompileOptions options;
  options.selection.vendors = {"w"};
  EXPECT_EQ(Decide(kRegions, {"192.0.2.4"}, options), "allow");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.1"}, options), "deny");
}

TEST(SelectionSemantics, UnknownWordsAreErrors) {
  CompileOptions vendor, region, profile;
  vendor.selection.vendors = {"nobody"};
  region.selection.regions = {"moon"};
  profile.selection.profiles["v"] = "third";
  EXPECT_NE(CompileError(kRegions, vendor), "");
  EXPECT_NE(CompileError(kRegions, region), "");
  EXPECT_NE(CompileError(kProfiles, profile), "");
}

TEST(SelectionSemantics, IdsAreThoseOfAllRules) {
  const Policy policy = ReadRules(kRegions);
  CompileOptions all, selected;
  selected.selection.vendors = {"w"};
  EXPECT_EQ(Ask(policy, {"192.0.2.4"}, all), Ask(policy, {"192.0.2.4"}, selected));
}

}  // namespace
}  // namespace allowmatch
