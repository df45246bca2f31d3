// The mixes of names are what they say, and their expected answers are the oracle's.

#include "bench/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "bench/logged_names.h"
#include "bench/name_answers.h"
#include "bench/policies.h"
#include "matcher/matcher.h"
#include "tests/agreement.h"
#include "tests/name_lists.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

constexpr size_t kCount = 4096;

std::vector<bool> All(const Policy& policy) { return std::vector<bool>(policy.rules.size(), true); }

// A rule for any service for each pattern of `policy`, with its action.
Policy NamesOnly(const Policy& policy) {
  std::vector<Rule> rules;
  for (const Rule& rule : policy.rules) {
    for (const Destination& to : rule.to) {
      const auto* const pattern = std::get_if<Pattern>(&to);
      if (pattern == nullptr) continue;
      rules.push_back(
          MakeRule(rule.action, RuleDirection::kOut, "any", "any", pattern->ToString()));
    }
  }
  return MakePolicy(rules);
}

// With a policy of any service, the rule that decides a tuple is the one that lists its name.
size_t CheckAnswers(const Policy& policy) {
  CompileOptions options;
  options.allow_broad = true;
  const Agreement agreement(policy, options);
  const std::vector<NameListing> listings = NameListingsOf(policy, All(policy));
  const NameAnswers answers(listings);
  const Names names = MakeNames(NameMix::kHalf, ListedNames(policy), kCount);
  std::vector<uint32_t> rules(kCount);
  Matcher(&agreement.database()).ListingRulesOfNames(names.columns(), kCount, rules.data());
  size_t listed = 0;
  for (size_t i = 0; i < kCount; ++i) {
    Tuple tuple;
    tuple.name = names[i];
    tuple.protocol = 6;
    tuple.port = 443;
    const uint32_t rule = answers.RuleOf(names[i]);
    EXPECT_EQ(rule, agreement.oracle().Classify(tuple).rule()) << names[i];
    EXPECT_EQ(rule, rules[i]) << names[i];
    listed += rule != kNoRuleId;
  }
  return listed;
}

TEST(NameAnswers, AgreeWithTheOracleAndTheMatcher) {
  EXPECT_GT(CheckAnswers(NamesOnly(VendorLikePolicy())), kCount / 4);
  Random random(11);
  for (int round = 0; round < 10; ++round) CheckAnswers(NamesOnly(RandomPolicy(40, &random)));
}

TEST(NameAnswers, KnowEachForm) {
  const Policy policy = MakePolicy({
      MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", "one.example"),
      MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", "*.below.example"),
      MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", ".both.example"),
      MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", "?.next.example"),
      MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", "a*z-turn.part.example"),
      MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", "a.*.middle.example"),
  });
  const std::vector<NameListing> listings = NameListingsOf(policy, All(policy));
  const NameAnswers answers(listings);
  for (const char* const name :
       {"one.example", "ONE.Example.", "a.below.example", "a.b.below.example", "both.example",
        "a.b.both.example", "a.next.example", "az-turn.part.example", "abcz-turn.part.example",
        "a.b.middle.example"}) {
    EXPECT_NE(answers.RuleOf(name), kNoRuleId) << name;
  }
  for (const char* const name :
       {"a.one.example", "below.example", "evilboth.example", "next.example", "a.b.next.example",
        "z-turn.part.example", "b.az-turn.part.example", "a.middle.example", "a.b.c.middle.example",
        "example"}) {
    EXPECT_EQ(answers.RuleOf(name), kNoRuleId) << name;
  }
}

// Asks for a mix over made-up names.
class Mixes : public testing::Test {
 protected:
  Names Make(NameMix mix) const { return MakeNames(mix, listed_, kCount); }

  static std::string Plain(absl::string_view name) {
    return absl::AsciiStrToLower(absl::StripSuffix(name, "."));
  }

  size_t CountListed(const Names& names) const {
    const NameAnswers answers(listings_);
    size_t count = 0;
    for (size_t i = 0; i < names.count(); ++i) count += answers.RuleOf(names[i]) != kNoRuleId;
    return count;
  }

  size_t CountWhole(const Names& names) const {
    size_t count = 0;
    for (size_t i = 0; i < names.count(); ++i) {
      count += std::binary_search(listed_.begin(), listed_.end(), Plain(names[i]));
    }
    return count;
  }

  const std::vector<std::string> listed_ = MadeUpNames(1000);
  const Policy policy_ = NameListPolicy(listed_, 10);
  const std::vector<NameListing> listings_ = NameListingsOf(policy_, All(policy_));
};

TEST_F(Mixes, HitsAreListedAndSomeArePopular) {
  EXPECT_EQ(policy_.rules.size(), 1010u);
  EXPECT_EQ(CountWhole(Make(NameMix::kHits)), kCount);
  EXPECT_EQ(CountWhole(Make(NameMix::kUniform)), kCount);
  const auto most = [](const Names& names) {
    std::multiset<std::string> plain;
    for (size_t i = 0; i < names.count(); ++i) plain.insert(Plain(names[i]));
    size_t count = 0;
    for (const std::string& name : plain) count = std::max(count, plain.count(name));
    return count;
  };
  EXPECT_GT(most(Make(NameMix::kHits)), 10 * most(Make(NameMix::kUniform)));
}

TEST_F(Mixes, NamesBelowAreListedByAnotherName) {
  const Names names = Make(NameMix::kBelow);
  EXPECT_EQ(CountListed(names), kCount);
  EXPECT_EQ(CountWhole(names), 0u);
}

TEST_F(Mixes, MissesShareLabelsAndAreNotListed) {
  const Names names = Make(NameMix::kMisses);
  EXPECT_EQ(CountListed(names), 0u);
  for (size_t i = 0; i < names.count(); ++i) {
    const std::string name = Plain(names[i]);
    const std::string end = name.substr(name.rfind('.'));
    EXPECT_TRUE(std::any_of(listed_.begin(), listed_.end(), [&](const std::string& listed) {
      return absl::EndsWith(listed, end);
    })) << name;
  }
}

TEST_F(Mixes, AThirdOfMixedNamesAreMisses) {
  EXPECT_NEAR(static_cast<double>(CountListed(Make(NameMix::kMixed))), kCount * 2 / 3.0,
              kCount / 20.0);
}

TEST_F(Mixes, SomeNamesHaveUpperCaseOrAFinalDot) {
  const Names names = Make(NameMix::kHits);
  size_t upper = 0, dots = 0;
  for (size_t i = 0; i < names.count(); ++i) {
    upper += absl::AsciiStrToLower(names[i]) != names[i];
    dots += absl::EndsWith(names[i], ".");
  }
  EXPECT_NEAR(static_cast<double>(upper), kCount / 16.0, kCount / 64.0);
  EXPECT_NEAR(static_cast<double>(dots), kCount / 64.0, kCount / 128.0);
}

TEST_F(Mixes, AreRepeatable) {
  EXPECT_EQ(Make(NameMix::kMixed).bytes, Make(NameMix::kMixed).bytes);
  EXPECT_EQ(MadeUpNames(1000), listed_);
}

TEST(Samples, AreTheListItselfOrAPartOfIt) {
  if (!HasSharedNames()) GTEST_SKIP() << "ALLOWMATCH_SHARED names no folder with data/names";
  const std::vector<std::string> few = SampleOfSharedNames(100);
  const std::vector<std::string> more = SampleOfSharedNames(1000);
  ASSERT_EQ(few.size(), 100u);
  ASSERT_EQ(more.size(), 1000u);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), more.begin()));
  EXPECT_EQ(SampleOfSharedNames(0), SharedNames(1));
}

TEST(LoggedNames, AreThoseThatTheReadersFind) {
  const std::string folder = testing::TempDir() + "/logs";
  std::filesystem::create_directories(folder + "/below");
  std::ofstream(folder + "/below/a.csv") << "src_ip,dst_ip,dst_port,protocol,sni\n"
                                            "10.0.0.1,198.51.100.7,443,tcp,Live.Example\n"
                                            "10.0.0.1,198.51.100.7,443,tcp,\n"
                                            "10.0.0.1,198.51.100.7,443,tcp,no name\n"
                                            "10.0.0.1,198.51.100.8,443,tcp,b.example.\n"
                                            "10.0.0.1,198.51.100.7,443,tcp,live.example\n";
  std::ofstream(folder + "/notes.txt") << "see www.example for more\n";
  const std::vector<std::string> expected = {"live.example", "b.example", "live.example"};
  EXPECT_EQ(NamesInLogs(folder), expected);
  EXPECT_TRUE(NamesInLogs(folder + "/missing").empty());
}

}  // namespace
}  // namespace allowmatch
