#include "rules/policy.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

Policy Parse(absl::string_view text) {
  Policy policy;
  Diagnostics errors;
  EXPECT_TRUE(ParseRules(text, "test.rules", {}, &policy, &errors))
      << (errors.empty() ? "" : errors[0].ToString());
  return policy;
}

TEST(Policy, CanonicalOrderDoesNotDependOnInputOrder) {
  Policy policy = Parse(
      "deny out tcp 80 to a.example\n"
      "allow out tcp 80 to b.example vendor=v\n"
      "allow in tcp 80 to self\n"
      "allow out udp 80 to a.example src=x:1\n"
      "allow out tcp 443 to 192.0.2.1,a.example\n");
  std::mt19937 random(1);
  Policy sorted = policy;
  sorted.Canonicalize();
  for (int i = 0; i < 20; ++i) {
    std::shuffle(policy.rules.begin(), policy.rules.end(), random);
    Policy shuffled = policy;
    shuffled.Canonicalize();
    ASSERT_EQ(FormatRules(shuffled), FormatRules(sorted));
  }
}

TEST(Policy, CanonicalOrderIsThatOfTheTexts) {
  Policy policy = Parse(
      "deny out tcp 80 to b.example\n"
      "allow out tcp 80 to b.example\n"
      "allow out tcp 443 to b.example\n"
      "allow in tcp 80 to self\n");
  policy.Canonicalize();
  EXPECT_EQ(FormatRules(policy),
            "allow in tcp 80 to self\n"
            "allow out tcp 443 to b.example\n"
            "allow out tcp 80 to b.example\n"
            "deny out tcp 80 to b.example\n");
}

TEST(Policy, IdDoesNotDependOnSources) {
  Policy a = Parse("allow out tcp 1 to a.example src=z:9\nallow out tcp 1 to b.example src=a:1\n");
  Policy b = Parse("allow out tcp 1 to b.example src=z:9\nallow out tcp 1 to a.example src=a:1\n");
  a.Canonicalize();
  b.Canonicalize();
  for (size_t id = 0; id < a.rules.size(); ++id) {
    EXPECT_EQ(a.rules[id].CanonicalText(), b.rules[id].CanonicalText());
  }
}

TEST(Policy, EqualFactsAreOneRule) {
  Policy policy = Parse(
      "allow out tcp 443 to b.example, a.example src=x:1 inferred=port,direction dated=2022-10-31\n"
      "allow out TCP 443 to A.example,b.example. src=y:2 inferred=direction,region dated=2023-01\n"
      "allow out tcp 443-443 to a.example,b.example src=x:1,z:3 inferred=direction\n");
  policy.Canonicalize();
  EXPECT_EQ(FormatRules(policy),
            "allow out tcp 443 to a.example,b.example dated=2023-01 inferred=direction src=x:1 "
            "src=y:2 src=z:3\n");
}

TEST(Policy, WhatOneRuleStatesIsNotInferred) {
  Policy policy = Parse(
      "allow out tcp 443 to a.example inferred=port\n"
      "allow out tcp 443 to a.example\n");
  policy.Canonicalize();
  ASSERT_EQ(policy.rules.size(), 1u);
  EXPECT_TRUE(policy.rules[0].inferred.empty());
}

TEST(Policy, DifferentAttributesAreDifferentRules) {
  Policy policy = Parse(
      "allow out tcp 443 to a.example\n"
      "allow out tcp 443 to a.example region=us\n"
      "allow out tcp 443 to a.example sport=1024-65535\n"
      "allow out tcp 443 to a.example choice=1\n");
  policy.Canonicalize();
  EXPECT_EQ(policy.rules.size(), 4u);
}

TEST(Policy, CanonicalizeTwiceChangesNothing) {
  Policy policy = Parse("allow out tcp 443 to b.example src=b:1\nallow out tcp 1 to a.example\n");
  policy.Canonicalize();
  const std::string once = FormatRules(policy);
  policy.Canonicalize();
  EXPECT_EQ(FormatRules(policy), once);
}

TEST(Policy, Append) {
  Policy policy = Parse("allow out tcp 443 to b.example\n");
  policy.Append(Parse("allow out tcp 443 to a.example\n"));
  EXPECT_EQ(FormatRules(policy),
            "allow out tcp 443 to b.example\nallow out tcp 443 to a.example\n");
}

}  // namespace
}  // namespace allowmatch
