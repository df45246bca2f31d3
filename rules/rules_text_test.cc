// What .rules text means; what is refused is in rules_text_errors_test.cc.

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

// The text of all rules read back, or the first error.
std::string Reformat(absl::string_view text, const PolicyOptions& options = {}) {
  Policy policy;
  Diagnostics errors;
  if (!ParseRules(text, "t", options, &policy, &errors)) return errors[0].ToString();
  return FormatRules(policy);
}

Rule Parse(absl::string_view line) {
  Policy policy;
  Diagnostics errors;
  EXPECT_TRUE(ParseRules(line, "t", {}, &policy, &errors)) << errors[0].ToString();
  return policy.rules.empty() ? Rule() : policy.rules[0];
}

TEST(RulesText, EveryPartOfARule) {
  const Rule rule = Parse(
      "deny both udp 80,443,8801-8810 to a.example vendor=v service=s region=us require=optional "
      "profile=p condition=c app=x sport=1024-65535 note=n dated=2022-10-31 inferred=i src=f:5");
  EXPECT_EQ(rule.action, Action::kDeny);
  EXPECT_EQ(rule.direction, RuleDirection::kBoth);
  EXPECT_EQ(rule.protocol, Protocol::Udp());
  EXPECT_EQ(rule.ports.ToString(), "80,443,8801-8810");
  ASSERT_EQ(rule.to.size(), 1u);
  EXPECT_EQ(DestinationToString(rule.to[0]), "a.example");
  EXPECT_TRUE(rule.from.empty());
  EXPECT_EQ(rule.vendor, "v");
  EXPECT_EQ(rule.service, "s");
  EXPECT_EQ(rule.region, "us");
  EXPECT_EQ(rule.require, Require::kOptional);
  EXPECT_EQ(rule.profile, "p");
  EXPECT_EQ(rule.condition, "c");
  EXPECT_EQ(rule.app, "x");
  EXPECT_EQ(rule.source_ports.ToString(), "1024-65535");
  EXPECT_EQ(rule.other.at("note"), "n");
  EXPECT_EQ(rule.dated, "2022-10-31");
  EXPECT_EQ(rule.inferred, std::vector<std::string>{"i"});
  EXPECT_EQ(rule.sources, (std::vector<Source>{{"f", 5}}));
}

TEST(RulesText, ProtocolsAndPorts) {
  EXPECT_EQ(Reformat("allow out 6 443 to a.example"), "allow out tcp 443 to a.example\n");
  EXPECT_EQ(Reformat("allow out TCP 443 to a.example"), "allow out tcp 443 to a.example\n");
  EXPECT_EQ(Reformat("allow out 47 any to a.example"), "allow out 47 any to a.example\n");
  EXPECT_EQ(Reformat("allow out icmp any to a.example"), "allow out icmp any to a.example\n");
  EXPECT_EQ(Reformat("allow out any 0,65535 to a.example"), "allow out any 0,65535 to a.example\n");
  EXPECT_EQ(Reformat("allow out tcp 443, 80,\t81 to a.example"),
            "allow out tcp 80-81,443 to a.example\n");
}

TEST(RulesText, TlsAndWebsocketAreTcp) {
  EXPECT_EQ(Reformat("allow out tls 443 to a.example"), "allow out tcp 443 to a.example app=tls\n");
  EXPECT_EQ(Reformat("allow out websocket 443 to a.example app=websocket"),
            "allow out tcp 443 to a.example app=websocket\n");
}

TEST(RulesText, Directions) {
  EXPECT_EQ(Reformat("allow in tcp 80 to self"), "allow in tcp 80 to self\n");
  EXPECT_EQ(Reformat("allow in udp 3478 from 192.0.2.64/27 to self"),
            "allow in udp 3478 from 192.0.2.64/27 to self\n");
  EXPECT_EQ(Reformat("allow in udp 3478 to self from 192.0.2.64/27, a.example"),
            "allow in udp 3478 from 192.0.2.64/27,a.example to self\n");
  EXPECT_EQ(Reformat("allow in udp 3478 from any to 192.0.2.1"),
            "allow in udp 3478 to 192.0.2.1\n");
  EXPECT_EQ(Reformat("allow both udp 3478 to 192.0.2.64/27"),
            "allow both udp 3478 to 192.0.2.64/27\n");
}

TEST(RulesText, Destinations) {
  EXPECT_EQ(Reformat("allow out tcp 443 to 192.0.2.7,192.0.2.0/25, 2001:db8::/32,"
                     "192.0.2.8-192.0.2.23,*.a.example,@aws:CHIME_MEETINGS@us-east-1"),
            "allow out tcp 443 to 192.0.2.0/25,192.0.2.7,192.0.2.8-192.0.2.23,2001:db8::/32,"
            "*.a.example,@aws:CHIME_MEETINGS@us-east-1\n");
  EXPECT_EQ(Reformat("allow out tcp 443 to any"), "allow out tcp 443 to any\n");
  EXPECT_EQ(Reformat("allow out tcp 443 to a.example,any"), "allow out tcp 443 to any\n");
  EXPECT_EQ(Reformat("allow out tcp 443 to any."), "allow out tcp 443 to any.\n");
}

TEST(RulesText, NetmasksInLists) {
  EXPECT_EQ(Reformat("allow out tcp 443 to 192.0.2.0 255.255.255.0"),
            "allow out tcp 443 to 192.0.2.0/24\n");
  EXPECT_EQ(Reformat("allow out tcp 443 to a.example,192.0.2.0  255.255.255.0,10.0.0.0 255.0.0.0, "
                     "198.51.100.1 vendor=v"),
            "allow out tcp 443 to 10.0.0.0/8,192.0.2.0/24,198.51.100.1,a.example vendor=v\n");
  EXPECT_EQ(Reformat("allow in tcp 443 from 192.0.2.0 255.255.255.0 to 10.0.0.0 255.0.0.0"),
            "allow in tcp 443 from 192.0.2.0/24 to 10.0.0.0/8\n");
}

TEST(RulesText, MappedAddressesAreIPv4) {
  EXPECT_EQ(Reformat("allow out tcp 443 to ::ffff:192.0.2.0/120"),
            "allow out tcp 443 to 192.0.2.0/24\n");
}

TEST(RulesText, SpecialUseIsLegal) {
  EXPECT_EQ(Reformat("allow out tcp 443 to 10.0.0.0/8, 127.0.0.1, fe80::1, 224.0.0.1, 192.0.2.1"),
            "allow out tcp 443 to 10.0.0.0/8,127.0.0.1,192.0.2.1,224.0.0.1,fe80::1\n");
}

TEST(RulesText, PolicyOptions) {
  PolicyOptions options;
  options.mask_host_bits = true;
  options.allow_broad = true;
  EXPECT_EQ(Reformat("allow out tcp 443 to 192.0.2.7/24, *.com", options),
            "allow out tcp 443 to 192.0.2.0/24,*.com\n");
}

TEST(RulesText, QuotedValues) {
  const Rule rule = Parse(
      "allow out tcp 443 to a.example service=\"a \\\"b\\\" \\\\ # , \\n\\t\\x01\\xc3\\xbc\" "
      "note=\"\" condition=a#b,c");
  EXPECT_EQ(rule.service, "a \"b\" \\ # , \n\t\x01\xc3\xbc");
  EXPECT_EQ(rule.other.at("note"), "");
  EXPECT_EQ(rule.condition, "a#b,c");
}

TEST(RulesText, ListsOfValues) {
  const Rule rule = Parse(
      "allow out tcp 443 to a.example src=b.txt:2,\"a, b.txt:1\" src=c.txt src=odd:7:0 "
      "inferred=x,\"y,z\" inferred=\"\" sport=\"1024\",5000-6000");
  EXPECT_EQ(rule.sources,
            (std::vector<Source>{{"a, b.txt", 1}, {"b.txt", 2}, {"c.txt", 0}, {"odd:7", 0}}));
  EXPECT_EQ(rule.inferred, (std::vector<std::string>{"", "x", "y,z"}));
  EXPECT_EQ(rule.source_ports.ToString(), "1024,5000-6000");
}

TEST(RulesText, Comments) {
  EXPECT_EQ(Reformat("# allow out tcp 1 to x.example\n"
                     "\n"
                     "   \t # another\n"
                     "allow out tcp 443 to a.example # vendor=x \"\n"),
            "allow out tcp 443 to a.example\n");
  EXPECT_EQ(Reformat("allow out tcp 443 to a.example vendor=\"a # b\"#c # d\n"),
            "t:1:46: this stands behind the closing quote; put the whole value in one pair of "
            "double quotes");
}

TEST(RulesText, LineEnds) {
  const std::string expected = "allow out tcp 443 to a.example\nallow in tcp 80 to self\n";
  EXPECT_EQ(Reformat("allow out tcp 443 to a.example\nallow in tcp 80 to self\n"), expected);
  EXPECT_EQ(Reformat("allow out tcp 443 to a.example\r\nallow in tcp 80 to self\r\n"), expected);
  EXPECT_EQ(Reformat("allow out tcp 443 to a.example\nallow in tcp 80 to self"), expected);
  EXPECT_EQ(Reformat("\xef\xbb\xbf" "allow out tcp 443 to a.example\nallow in tcp 80 to self\n"),
            expected);
}

TEST(RulesText, KeywordsInAnyCase) {
  EXPECT_EQ(Reformat("ALLOW In Tcp ANY From ANY To SELF require=Mandatory"),
            "allow in tcp any to self require=mandatory\n");
}

TEST(RulesText, AMillionDestinations) {
  std::string text = "allow out tcp 443 to 192.0.2.1";
  for (int i = 0; i < 1000000; ++i) absl::StrAppend(&text, ",192.0.2.", i % 256);
  EXPECT_EQ(Parse(text).to.size(), 256u);
}

TEST(RulesText, FailureLeavesThePolicyAlone) {
  Policy policy;
  policy.rules.push_back(Parse("allow out tcp 443 to a.example"));
  Diagnostics errors;
  EXPECT_FALSE(ParseRules("allow out tcp 1 to b.example\nx\n", "t", {}, &policy, &errors));
  EXPECT_EQ(FormatRules(policy), "allow out tcp 443 to a.example\n");
}

}  // namespace
}  // namespace allowmatch
