// The answers that benchmarks expect, held to the oracle and the matcher.

#include "bench/expected.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "bench/policies.h"
#include "bench/workload.h"
#include "matcher/verdict.h"
#include "tests/agreement.h"
#include "tests/oracle.h"
#include "tests/painted_map.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

constexpr Action kAllow = Action::kAllow;
constexpr Action kDeny = Action::kDeny;
constexpr RuleDirection kOut = RuleDirection::kOut;

std::vector<bool> All(const Policy& policy) { return std::vector<bool>(policy.rules.size(), true); }

Workload Tuples(size_t queries) {
  return {"", "", "", QueryKind::kTuples, Calls::kBatch, queries, 50};
}

// What TupleAnswers promises, by the oracle.
uint32_t DecidingRule(const Oracle& oracle, const Tuple& tuple) {
  const Verdict verdict = oracle.Classify(tuple);
  const bool by_rule =
      verdict.reason() == Reason::kAllowRule || verdict.reason() == Reason::kDenyRule;
  return by_rule ? verdict.rule() : kNoRuleId;
}

TEST(Expected, TuplesAgreeWithTheOracle) {
  const Policy policy = SyntheticPolicy(400, true);
  const Oracle oracle(policy, All(policy), {});
  const TupleAnswers answers(policy, ListingsOf(policy, All(policy), Family::kV4));
  const Queries queries = MakeQueries(Tuples(4000), policy, All(policy));
  size_t decided = 0;
  for (size_t i = 0; i < queries.address4.size(); ++i) {
    Tuple tuple;
    tuple.remote = Address::V4(queries.address4[i]);
    tuple.protocol = queries.protocol[i];
    tuple.port = queries.port[i];
    const uint32_t rule = answers.RuleOf(queries.address4[i], queries.protocol[i], queries.port[i]);
    ASSERT_EQ(rule, DecidingRule(oracle, tuple)) << ToString(tuple);
    decided += rule != kNoRuleId;
  }
  EXPECT_GT(decided, 2000u);
  EXPECT_LT(decided, 3500u);
}

// The rule of the longest prefix that holds `address`.
uint32_t LongestMatch(const std::vector<PrefixRule>& table, const Address& address) {
  uint32_t rule = kNoRuleId;
  int length = -1;
  for (const PrefixRule& entry : table) {
    if (entry.prefix.length <= length || !AddressRange::Of(entry.prefix).Contains(address))
      continue;
    length = entry.prefix.length;
    rule = entry.rule;
  }
  return rule;
}

TEST(Expected, AddressesAgreeWithTheMatcherAndThePrefixTable) {
  Random random(7);
  CompileOptions options;
  options.allow_broad = true;
  for (int round = 0; round < 20; ++round) {
    const Policy policy = RandomPolicy(40, &random);
    const Agreement agreement(policy, options);
    const Matcher matcher(&agreement.database());
    const std::vector<Listing> listings = ListingsOf(policy, All(policy), Family::kV4);
    const PaintedMap painted(Family::kV4, policy, All(policy), {});
    const std::vector<PrefixRule> table = LongestPrefixTable(Family::kV4, listings, painted);
    for (const PaintedMap::Piece& piece : painted.pieces()) {
      const uint32_t address = static_cast<uint32_t>(piece.first);
      uint32_t rule = 0;
      matcher.ListingRules4(&address, 1, &rule);
      EXPECT_EQ(piece.rule, rule);
      EXPECT_EQ(piece.rule, LongestMatch(table, Address::V4(address)));
      EXPECT_EQ(piece.rule, painted.RuleOf(piece.first));
    }
  }
}

std::vector<PrefixRule> TableOf(const Policy& policy) {
  const PaintedMap painted(Family::kV4, policy, All(policy), {});
  return LongestPrefixTable(Family::kV4, ListingsOf(policy, All(policy), Family::kV4), painted);
}

TEST(Expected, PrefixTableKeepsThePrefixesWhereTheLongestDecides) {
  const Policy policy = MakePolicy({MakeRule(kAllow, kOut, "any", "any", "198.51.100.0/24"),
                                    MakeRule(kAllow, kOut, "tcp", "443", "198.51.100.128/25")});
  EXPECT_EQ(TableOf(policy).size(), 2u);
}

TEST(Expected, PrefixTableIsCutWhereAShorterPrefixDecides) {
  const Policy policy = MakePolicy({MakeRule(kDeny, kOut, "any", "any", "198.51.100.0/24"),
                                    MakeRule(kAllow, kOut, "tcp", "443", "198.51.100.128/25")});
  const std::vector<PrefixRule> table = TableOf(policy);
  ASSERT_EQ(table.size(), 1u);
  EXPECT_EQ(policy.rules[table[0].rule].action, kDeny);
}

TEST(SyntheticPolicies, AreAsDescribed) {
  for (const bool nested : {true, false}) {
    const Policy policy = SyntheticPolicy(3000, nested);
    ASSERT_EQ(policy.rules.size(), 3000u);
    std::vector<Listing> listings = ListingsOf(policy, All(policy), Family::kV4);
    ASSERT_EQ(listings.size(), 3000u);
    std::sort(listings.begin(), listings.end(),
              [](const Listing& a, const Listing& b) { return a.range < b.range; });
    size_t inside = 0, denies = 0;
    uint128 reached = 0;
    for (const Listing& listing : listings) {
      inside += listing.range.last.bits() <= reached;
      reached = std::max(reached, listing.range.last.bits());
      denies += policy.rules[listing.rule].action == kDeny;
    }
    EXPECT_EQ(inside != 0, nested);
    if (nested) {
      EXPECT_NEAR(static_cast<double>(inside), 900, 100);
    }
    EXPECT_NEAR(static_cast<double>(denies), 30, 20);
  }
}

TEST(Workloads, NamesAreUniqueAndQueriesAreRepeatable) {
  std::set<std::string> names;
  for (const Workload& workload : Workloads()) EXPECT_TRUE(names.insert(workload.name).second);
  const Policy policy = SyntheticPolicy(100, true);
  const Queries a = MakeQueries(Tuples(1000), policy, All(policy));
  const Queries b = MakeQueries(Tuples(1000), policy, All(policy));
  EXPECT_EQ(a.address4, b.address4);
  EXPECT_EQ(a.port, b.port);
  EXPECT_EQ(a.protocol, b.protocol);
}

}  // namespace
}  // namespace allowmatch
