#include "rules/compile.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/matcher.h"
#include "tests/agreement.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

constexpr RuleDirection kOut = RuleDirection::kOut;
constexpr RuleDirection kIn = RuleDirection::kIn;
constexpr RuleDirection kBoth = RuleDirection::kBoth;

Rule Allow(RuleDirection direction, absl::string_view protocol, absl::string_view ports,
           absl::string_view to, absl::string_view from = "") {
  return MakeRule(Action::kAllow, direction, protocol, ports, to, from);
}

Database Opened(const Policy& policy, const CompileOptions& options = {}) {
  absl::StatusOr<Image> image = Compile(policy, options);
  EXPECT_TRUE(image.ok()) << image.status();
  absl::StatusOr<Database> database = Database::Open(*std::move(image));
  EXPECT_TRUE(database.ok()) << database.status();
  return *std::move(database);
}

TEST(Compile, EqualPoliciesGiveEqualBytes) {
  Random random(11);
  const Policy policy = RandomPolicy(60, &random);
  CompileOptions options;
  options.allow_broad = true;
  const absl::StatusOr<Image> first = Compile(policy, options);
  ASSERT_TRUE(first.ok());
  std::mt19937 shuffle(5);
  for (int n = 0; n < 10; ++n) {
    Policy other = policy;
    std::shuffle(other.rules.begin(), other.rules.end(), shuffle);
    for (Rule& rule : other.rules) {
      std::shuffle(rule.to.begin(), rule.to.end(), shuffle);
    }
    other.Canonicalize();
    const absl::StatusOr<Image> again = Compile(other, options);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(first->bytes(), again->bytes());
  }
}

// The sections that lookups read, one after the other.
std::string LookupBytes(const Database& database) {
  const absl::StatusOr<ImageReader> reader = ImageReader::Open(database.bytes());
  EXPECT_TRUE(reader.ok());
  std::string bytes;
  for (const ImageSection& section : reader->sections()) {
    if (IsRuleMetadata(section.id)) continue;
    absl::StrAppend(&bytes, database.bytes().substr(section.offset, section.size));
  }
  return bytes;
}

TEST(Compile, SourcesChangeTheTextOfTheRulesAlone) {
  Random random(12);
  const Policy policy = RandomPolicy(60, &random);
  Policy other = policy;
  for (Rule& rule : other.rules) {
    rule.sources = {{"elsewhere.rules", 7}};
    rule.inferred = {"everything"};
    rule.dated = "2024-02-29";
  }
  CompileOptions options;
  options.allow_broad = true;
  const Database first = Opened(policy, options);
  const Database second = Opened(other, options);
  EXPECT_NE(first.bytes(), second.bytes());
  EXPECT_EQ(first.policy_digest(), second.policy_digest());
  EXPECT_EQ(LookupBytes(first), LookupBytes(second));
}

TEST(Compile, KeepsTheTextOfEachRule) {
  Rule rule = Allow(kOut, "tcp", "443", "192.0.2.1");
  rule.vendor = "a vendor";
  rule.sources = {{"page.txt", 5}};
  const Policy policy = MakePolicy({rule, Allow(kIn, "udp", "53", "192.0.2.2", "a.example")});
  const Database database = Opened(policy);
  EXPECT_EQ(database.rules_text(), FormatRules(policy));
  for (uint32_t id = 0; id < 2; ++id) {
    EXPECT_EQ(database.rule_text(id), FormatRule(policy.rules[id]));
    EXPECT_TRUE(database.is_active(id));
  }
}

TEST(Compile, DigestTellsPoliciesAndOptionsApart) {
  const Policy one = MakePolicy({Allow(kOut, "tcp", "443", "192.0.2.1")});
  const Policy two = MakePolicy({Allow(kOut, "tcp", "444", "192.0.2.1")});
  CompileOptions both;
  both.basis_both = true;
  EXPECT_EQ(Opened(one).policy_digest(), Opened(one).policy_digest());
  EXPECT_NE(Opened(one).policy_digest(), Opened(two).policy_digest());
  EXPECT_NE(Opened(one).policy_digest(), Opened(one, both).policy_digest());
}

TEST(Compile, RecordsRulesAndSelection) {
  Rule us = Allow(kOut, "tcp", "443", "192.0.2.1");
  Rule eu = Allow(kOut, "tcp", "443", "192.0.2.2");
  us.vendor = eu.vendor = "v";
  us.region = "us";
  eu.region = "eu";
  const Policy policy = MakePolicy({us, eu});
  CompileOptions options;
  options.selection.regions = {"us"};
  options.basis_both = true;
  const Database database = Opened(policy, options);
  EXPECT_EQ(database.rule_count(), 2u);
  EXPECT_EQ(database.active_rule_count(), 1u);
  EXPECT_EQ(database.selection(), "region=us basis=both");
  EXPECT_TRUE(database.basis_both());
  ASSERT_EQ(database.rule_hashes().size(), 2u);
  EXPECT_EQ(database.rule_hashes()[1], policy.rules[1].ContentHash());
}

TEST(Compile, CountsNameRulesForAnyService) {
  const Database database = Opened(MakePolicy(
      {Allow(kOut, "any", "any", "a.example,b.example"), Allow(kBoth, "any", "any", "*.c.example"),
       Allow(kOut, "tcp", "any", "d.example"), Allow(kIn, "any", "443", "192.0.2.1", "e.example"),
       MakeRule(Action::kDeny, kOut, "any", "any", "f.example")}));
  EXPECT_EQ(database.any_service_name_rules(Direction::kOut), 2u);
  EXPECT_EQ(database.any_service_name_rules(Direction::kIn), 1u);
}

// Three rules, five pairs, names of 20 bytes in labels; a name of one pair has no row.
Policy CountedPolicy() {
  return MakePolicy({Allow(kOut, "tcp", "443", "192.0.2.0/24,198.51.100.0/25"),
                     Allow(kOut, "tcp", "80", "192.0.2.1,a.example"),
                     Allow(kOut, "udp", "80", "bb.example.com")});
}

TEST(Compile, NamesTheLimitThatAPolicyExceeds) {
  const auto outcome = [](uint64_t FormatLimits::*limit, uint64_t value) {
    CompileOptions options;
    options.limits.*limit = value;
    return std::string(Compile(CountedPolicy(), options).status().message());
  };
  EXPECT_EQ(outcome(&FormatLimits::rules, 3), "");
  EXPECT_EQ(outcome(&FormatLimits::rules, 2),
            "the policy has 3 rules; a database holds at most 2");
  EXPECT_EQ(outcome(&FormatLimits::ranks, 5), "");
  EXPECT_EQ(outcome(&FormatLimits::ranks, 4),
            "the policy has 5 pairs of a rule and a destination; a database holds at most 4");
  EXPECT_EQ(outcome(&FormatLimits::label_bytes, 20), "");
  EXPECT_EQ(outcome(&FormatLimits::label_bytes, 19),
            "the policy has 20 bytes in the labels of its names; a database holds at most 19");
  EXPECT_EQ(outcome(&FormatLimits::row_entries, 6), "");
  EXPECT_EQ(outcome(&FormatLimits::row_entries, 5),
            "the policy has 6 entries in the rows of overlapping rules; a database holds at most 5");
}

TEST(Compile, RefusesWhatARuleCannotSay) {
  Rule nowhere = Allow(kOut, "tcp", "443", "192.0.2.1");
  nowhere.to.clear();
  Rule from = Allow(kOut, "tcp", "443", "192.0.2.1");
  from.from = {MakeDestination("192.0.2.2")};
  Rule reversed = Allow(kOut, "tcp", "443", "192.0.2.1");
  reversed.to = {AddressRange{Address::V4(2), Address::V4(1)}};
  Rule mixed = Allow(kOut, "tcp", "443", "192.0.2.1");
  mixed.to = {AddressRange{Address::V4(2), Address::V6(3)}};
  for (const Rule& rule : {nowhere, from, reversed, mixed}) {
    Policy policy;
    policy.rules = {rule};
    EXPECT_EQ(Compile(policy, {}).status().code(), absl::StatusCode::kInvalidArgument);
  }
  CompileOptions options;
  options.self = {AddressRange{Address::V4(2), Address::V4(1)}};
  EXPECT_FALSE(Compile(Policy(), options).ok());
}

Tuple Inbound(absl::string_view from, absl::string_view to) {
  Tuple tuple;
  tuple.direction = Direction::kIn;
  tuple.protocol = 6;
  tuple.port = 443;
  if (!from.empty()) tuple.remote = MakeAddress(from);
  if (!to.empty()) tuple.local = MakeAddress(to);
  return tuple;
}

TEST(Compile, InboundRulesLookAtBothEnds) {
  const Policy policy = MakePolicy({Allow(kIn, "tcp", "443", "self", "192.0.2.0/24")});
  CompileOptions options;
  options.self = {AddressRange::Of(MakeAddress("203.0.113.1"))};
  const Database database = Opened(policy, options);
  const Matcher matcher(&database);
  EXPECT_EQ(matcher.Classify(Inbound("192.0.2.1", "203.0.113.1")).decision(), Decision::kAllow);
  EXPECT_EQ(matcher.Classify(Inbound("192.0.2.1", "203.0.113.2")).reason(), Reason::kNoRule);
  EXPECT_EQ(matcher.Classify(Inbound("192.0.3.1", "203.0.113.1")).reason(), Reason::kNoRule);
  EXPECT_EQ(matcher.Classify(Inbound("192.0.2.1", "")).reason(), Reason::kNoRule);
  EXPECT_EQ(matcher.Classify(Inbound("", "203.0.113.1")).reason(), Reason::kNoRule);
  Tuple outbound = Inbound("192.0.2.1", "203.0.113.1");
  outbound.direction = Direction::kOut;
  EXPECT_EQ(matcher.Classify(outbound).reason(), Reason::kNoRule);
  // Without addresses for `self` it matches nothing.
  const Database nobody = Opened(policy);
  EXPECT_EQ(Matcher(&nobody).Classify(Inbound("192.0.2.1", "203.0.113.1")).reason(), Reason::kNoRule);
}

TEST(Compile, BothIsOutToAndInFrom) {
  const Database database = Opened(MakePolicy({Allow(kBoth, "tcp", "443", "192.0.2.0/24")}));
  const Matcher matcher(&database);
  EXPECT_EQ(matcher.Classify(Inbound("192.0.2.1", "")).decision(), Decision::kAllow);
  EXPECT_EQ(matcher.Classify(Inbound("198.51.100.1", "192.0.2.1")).reason(), Reason::kNoRule);
  Tuple outbound = Inbound("192.0.2.1", "");
  outbound.direction = Direction::kOut;
  EXPECT_EQ(matcher.Classify(outbound).decision(), Decision::kAllow);
}

// Many services, many rows: a cross product of 65536 by 5000 cells at least.
TEST(Compile, NeverRefusesTheCrossProduct) {
  std::vector<Rule> rules;
  for (int i = 0; i < 5000; ++i) {
    rules.push_back(Allow(kOut, i % 2 == 0 ? "tcp" : "udp", absl::StrCat(i, ",", 65535 - i),
                          absl::StrCat("10.", i / 250, ".", i % 250, ".0/24")));
  }
  const Policy policy = MakePolicy(rules);
  const Database database = Opened(policy);
  EXPECT_FALSE(database.verdicts().has_shapes());
  Tuple tuple;
  tuple.remote = MakeAddress("10.19.249.7");  // rule 4999
  tuple.protocol = 17;
  tuple.port = 4999;
  EXPECT_EQ(Matcher(&database).Classify(tuple).decision(), Decision::kAllow);
  tuple.port = 4998;
  EXPECT_EQ(Matcher(&database).Classify(tuple).reason(), Reason::kWrongService);
}

// Growth by ten may take some ten times as long, not a hundred.
double SecondsFor(const Policy& policy) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(Compile(policy, {}).ok());
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Policy Names(int count) {
  Rule rule = Allow(kOut, "tcp", "443", "a.example");
  for (int i = 0; i < count; ++i) {
    rule.to.push_back(MakeDestination(absl::StrCat("*.host", i, ".net", i % 1000, ".example")));
  }
  return MakePolicy({rule});
}

TEST(Compile, NamesTakeLinearTime) {
  const double small = SecondsFor(Names(10000));
  EXPECT_LT(SecondsFor(Names(100000)), 40 * small + 1);
}

TEST(Compile, ManyServicesTakeBoundedTime) {
  std::vector<Rule> rules;
  for (int i = 0; i < 12000; ++i) {
    rules.push_back(Allow(kOut, "tcp", absl::StrCat(i, "-", 65535 - i), "192.0.2.1"));
  }
  EXPECT_LT(SecondsFor(MakePolicy(rules)), 20);
}

}  // namespace
}  // namespace allowmatch
