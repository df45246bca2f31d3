#include "rules/breadth.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/compile.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

constexpr RuleDirection kOut = RuleDirection::kOut;
constexpr RuleDirection kIn = RuleDirection::kIn;
constexpr RuleDirection kBoth = RuleDirection::kBoth;

size_t Refused(std::vector<Rule> rules) {
  const Policy policy = MakePolicy(std::move(rules));
  return BroadRules(PackedPolicy(policy), std::vector<bool>(policy.rules.size(), true)).size();
}

size_t RefusedTo(RuleDirection direction, const char* to, const char* from = "") {
  return Refused({MakeRule(Action::kAllow, direction, "tcp", "443", to, from)});
}

TEST(Breadth, PrefixesAndRanges) {
  EXPECT_EQ(RefusedTo(kOut, "any"), 1u);
  EXPECT_EQ(RefusedTo(kBoth, "any"), 1u);
  EXPECT_EQ(RefusedTo(kOut, "10.0.0.0/8"), 0u);
  EXPECT_EQ(RefusedTo(kOut, "10.0.0.0/7"), 1u);
  EXPECT_EQ(RefusedTo(kOut, "0.0.0.0/0"), 2u);          // also over a quarter of IPv4
  EXPECT_EQ(RefusedTo(kOut, "::ffff:0:0/96"), 2u);      // which is 0.0.0.0/0
  EXPECT_EQ(RefusedTo(kOut, "10.0.0.0-11.0.0.0"), 1u);  // one address more than a /8
  EXPECT_EQ(RefusedTo(kOut, "10.128.0.0-11.127.255.255"), 0u);
  EXPECT_EQ(RefusedTo(kOut, "2000::/16"), 0u);
  EXPECT_EQ(RefusedTo(kOut, "2000::/15"), 1u);
  EXPECT_EQ(RefusedTo(kOut, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 1u);
  EXPECT_EQ(RefusedTo(kOut, "self"), 0u);
  EXPECT_EQ(RefusedTo(kOut, "*.example.com"), 0u);
}

TEST(Breadth, InboundIsBroadIfBothEndsAre) {
  EXPECT_EQ(RefusedTo(kIn, "self"), 0u);
  EXPECT_EQ(RefusedTo(kIn, "192.0.2.0/24"), 0u);
  EXPECT_EQ(RefusedTo(kIn, "any", "192.0.2.0/24"), 0u);
  EXPECT_EQ(RefusedTo(kIn, "any"), 1u);
  EXPECT_EQ(RefusedTo(kIn, "any", "0.0.0.0/2"), 1u);
}

TEST(Breadth, DenyMayBeBroad) {
  EXPECT_EQ(Refused({MakeRule(Action::kDeny, kOut, "any", "any", "any")}), 0u);
}

TEST(Breadth, QuarterOfV4) {
  std::vector<Rule> rules;
  for (int i = 0; i < 64; ++i) {
    Rule rule = MakeRule(Action::kAllow, kOut, "tcp", "443", std::to_string(i) + ".0.0.0/8");
    rule.vendor = "wide";
    rule.sources = {{"a.txt", i}};
    rules.push_back(rule);
  }
  EXPECT_EQ(Refused(rules), 0u);  // exactly a quarter
  rules.push_back(MakeRule(Action::kAllow, kOut, "tcp", "443", "64.0.0.0"));
  rules.back().vendor = "wide";
  EXPECT_EQ(Refused(rules), 1u);  // the vendor, no longer its file
  rules.back().sources = {{"a.txt", 99}};
  EXPECT_EQ(Refused(rules), 2u);
  rules.back().vendor = "other";
  rules.back().sources.clear();
  EXPECT_EQ(Refused(rules), 0u);
  // What is covered twice counts once.
  rules.back() = MakeRule(Action::kAllow, kOut, "udp", "443", "0.0.0.0/8");
  rules.back().vendor = "wide";
  EXPECT_EQ(Refused(rules), 0u);
}

TEST(Breadth, OnlyActiveRulesCount) {
  Rule limited = MakeRule(Action::kAllow, kOut, "tcp", "443", "192.0.2.0/24");
  Rule open = MakeRule(Action::kAllow, kOut, "tcp", "443", "any");
  limited.vendor = open.vendor = "v";
  limited.profile = "limited";
  open.profile = "open";
  const Policy policy = MakePolicy({limited, open});
  CompileOptions options;
  EXPECT_TRUE(Compile(policy, options).ok());
  options.selection.profiles["v"] = "open";
  const absl::Status status = Compile(policy, options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("allow out tcp 443"), absl::string_view::npos) << status;
  EXPECT_NE(status.message().find("--allow-broad"), absl::string_view::npos) << status;
  options.allow_broad = true;
  EXPECT_TRUE(Compile(policy, options).ok());
}

}  // namespace
}  // namespace allowmatch
