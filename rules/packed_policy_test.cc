#include "rules/packed_policy.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace allowmatch {
namespace {

// Each is a rule of its own kind, or shares its frame with another.
constexpr const char* kLines[] = {
    "allow out any any to a.example src=list:7",
    "allow out any any to .b.example src=list:3",
    "allow out any any to *.c.example src=list:3",
    "allow out any any to ?.d.example src=list:120001",
    "allow out any any to e*.example src=other:3",
    "allow out any any to any. src=list:9",
    "allow out any any to any src=list:10",
    "allow out any any to self",
    "allow out any any to @aws:EC2@us-east-1",
    "allow out any any to 192.0.2.0/24",
    "allow out any any to 192.0.2.1-192.0.2.9",
    "allow out any any to 2001:db8::/32",
    "allow out any any to 192.0.2.7,a.example src=list:1",
    "allow out any any to a.example vendor=kudo src=list:1 src=list:2",
    "allow out tcp 443 to a.example vendor=kudo dated=2022-10-31 inferred=port src=list",
    "allow out tcp 443 to b.example vendor=kudo dated=2022-10-31 inferred=port src=\"a b:1:4\"",
    "allow out tcp 443 to c.example vendor=kudo src=\"a b:1:0\"",
    "allow in udp 53 from 192.0.2.1 to self region=us choice=2",
    "deny both tcp 80,443 to a.example condition=\"if, so\"",
};

std::string Text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) absl::StrAppend(&text, line, "\n");
  return text;
}

Policy Parse(const std::string& text) {
  Policy policy;
  Diagnostics errors;
  EXPECT_TRUE(ParseRules(text, "test", {}, &policy, &errors)) << errors[0].ToString();
  return policy;
}

std::string LinesOf(PackedPolicy policy) {
  size_t size = 0;
  for (size_t id = 0; id < policy.size(); ++id) size += policy.LineSize(id);
  std::string text(size, '\0');
  std::move(policy).WriteLines(text.data());
  return text;
}

class PackedPolicyTest : public testing::Test {
 protected:
  PackedPolicyTest() : lines_(std::begin(kLines), std::end(kLines)) {}

  PackedPolicy Packed() { return PackedPolicy(Parse(Text(lines_))); }

  std::vector<std::string> lines_;
};

TEST_F(PackedPolicyTest, KeepsEachRule) {
  const Policy policy = Parse(Text(lines_));
  const PackedPolicy packed = Packed();
  ASSERT_EQ(packed.size(), policy.rules.size());
  for (size_t id = 0; id < packed.size(); ++id) {
    EXPECT_EQ(FormatRule(packed.rule(id)), FormatRule(policy.rules[id]));
    EXPECT_EQ(packed.rule(id).to, policy.rules[id].to);
    EXPECT_EQ(packed.ContentHash(id), policy.rules[id].ContentHash());
  }
  EXPECT_EQ(FormatRules(Packed().Unpack()), FormatRules(policy));
}

TEST_F(PackedPolicyTest, WritesTheLinesThatTheyAre) {
  EXPECT_EQ(LinesOf(Packed()), FormatRules(Parse(Text(lines_))));
}

TEST_F(PackedPolicyTest, CanonicalOrderIsThatOfTheTexts) {
  std::vector<std::string> texts;
  for (const Rule& rule : Parse(Text(lines_)).rules) texts.push_back(rule.CanonicalText());
  std::sort(texts.begin(), texts.end());
  std::mt19937 random(1);
  std::string first;
  for (int i = 0; i < 20; ++i) {
    PackedPolicy packed = Packed();
    packed.Canonicalize();
    ASSERT_EQ(packed.size(), texts.size());
    for (size_t id = 0; id < packed.size(); ++id) {
      EXPECT_EQ(packed.rule(id).CanonicalText(), texts[id]);
    }
    const std::string lines = LinesOf(std::move(packed));
    if (i == 0) first = lines;
    EXPECT_EQ(lines, first);
    std::shuffle(lines_.begin(), lines_.end(), random);
  }
}

TEST_F(PackedPolicyTest, RulesThatAreAlikeShareAFrame) {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&text, "allow out any any to n", i, ".example vendor=v", i % 3, " src=f:", i,
                    "\n");
  }
  const PackedPolicy packed(Parse(text));
  EXPECT_EQ(packed.size(), 1000u);
  EXPECT_EQ(packed.frames().size(), 3u);
}

// A frame that is one rule's own is not that of a rule like it, even if it is the first.
TEST_F(PackedPolicyTest, AnOwnFrameIsNotShared) {
  const std::string lines =
      "allow out any any to a.example,b.example src=list:1\n"
      "allow out any any to c.example src=list:2\n";
  EXPECT_EQ(LinesOf(PackedPolicy(Parse(lines))), lines);
}

TEST_F(PackedPolicyTest, EqualRulesAreOne) {
  PackedPolicy packed(
      Parse("allow out any any to c.example src=list:4\n"
            "allow out any any to a.example src=list:9 inferred=x,y\n"
            "allow out any any to b.example src=list:2\n"
            "allow out any any to a.example src=other:1 inferred=x dated=2023-01\n"
            "allow out any any to a.example src=list:9 inferred=x\n"));
  packed.Canonicalize();
  EXPECT_EQ(LinesOf(std::move(packed)),
            "allow out any any to a.example dated=2023-01 inferred=x src=list:9 src=other:1\n"
            "allow out any any to b.example src=list:2\n"
            "allow out any any to c.example src=list:4\n");
}

TEST_F(PackedPolicyTest, AppendedRulesAreThoseOfBoth) {
  for (size_t first : {size_t{0}, size_t{1}, lines_.size() / 2, lines_.size()}) {
    PackedPolicy packed, more;
    for (size_t i = 0; i < lines_.size(); ++i) {
      (i < first ? packed : more).Add(Parse(Text({lines_[i]})).rules[0]);
    }
    packed.Append(std::move(more));
    EXPECT_EQ(packed.frames().size(), Packed().frames().size());
    EXPECT_EQ(LinesOf(std::move(packed)), LinesOf(Packed()));
  }
}

// More text than a block holds, in the order of the rules and in another.
TEST_F(PackedPolicyTest, LongTexts) {
  const std::string label(60, 'x');
  for (const int step : {1, 7}) {
    Policy policy;
    Rule rule;
    for (int i = 0; i < 30000; ++i) {
      Pattern pattern;
      ASSERT_EQ(ParsePattern(absl::StrCat(".n", 100000 + i * step % 30000, ".", label, ".", label,
                                          ".example"),
                             &pattern),
                Fault::kNone);
      rule.to = {pattern};
      policy.rules.push_back(rule);
    }
    PackedPolicy packed(policy);
    packed.Canonicalize();
    policy.Canonicalize();
    EXPECT_EQ(packed.to(29999), absl::StrCat(".n129999.", label, ".", label, ".example"));
    EXPECT_EQ(LinesOf(std::move(packed)), FormatRules(policy));
  }
}

// What no reader makes is kept as it is, for the compiler to refuse.
TEST_F(PackedPolicyTest, UnsoundDestinations) {
  AddressRange descending, mapped;
  ASSERT_EQ(ParseRange("192.0.2.0/24", &descending), Fault::kNone);
  std::swap(descending.first, descending.last);
  mapped = AddressRange::Of(Address::Raw(Family::kV6, uint128{0xffff} << 32 | 1));
  Rule rule;
  for (const Destination& destination :
       {Destination(descending), Destination(mapped), Destination(Pattern())}) {
    rule.to = {destination};
    PackedPolicy packed;
    packed.Add(rule);
    EXPECT_EQ(packed.rule(0).to, rule.to);
  }
  rule.to.clear();
  PackedPolicy packed;
  packed.Add(rule);
  EXPECT_TRUE(packed.rule(0).to.empty());
}

}  // namespace
}  // namespace allowmatch
