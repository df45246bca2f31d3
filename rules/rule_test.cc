#include "rules/rule.h"

#include <string>

#include "gtest/gtest.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

Pattern Name(absl::string_view text) {
  Pattern pattern;
  EXPECT_EQ(ParsePattern(text, &pattern), Fault::kNone) << text;
  return pattern;
}

AddressRange Range(absl::string_view text) {
  AddressRange range;
  EXPECT_EQ(ParseRange(text, &range), Fault::kNone) << text;
  return range;
}

Rule Sample() {
  Rule rule;
  rule.protocol = Protocol::Tcp();
  rule.ports = PortSet({{443, 443}});
  rule.to = {Name("*.kudoway.com"), Range("192.0.2.0/24")};
  rule.vendor = "kudo";
  return rule;
}

TEST(Rule, DestinationToString) {
  EXPECT_EQ(DestinationToString(AnyDestination()), "any");
  EXPECT_EQ(DestinationToString(SelfDestination()), "self");
  EXPECT_EQ(DestinationToString(Range("192.0.2.0 255.255.255.0")), "192.0.2.0/24");
  EXPECT_EQ(DestinationToString(Range("192.0.2.1-192.0.2.3")), "192.0.2.1-192.0.2.3");
  EXPECT_EQ(DestinationToString(Name("*.Kudoway.com.")), "*.kudoway.com");
  EXPECT_EQ(DestinationToString(FeedReference{"aws:CHIME_MEETINGS"}), "@aws:CHIME_MEETINGS");
}

TEST(Rule, NamesThatAreWordsKeepADot) {
  for (const char* word : {"any", "self", "to", "from"}) {
    EXPECT_EQ(DestinationToString(Name(word)), std::string(word) + ".");
  }
}

TEST(Rule, SourceToString) {
  EXPECT_EQ((Source{"kudo.txt", 5}.ToString()), "kudo.txt:5");
  EXPECT_EQ((Source{"kudo.txt", 0}.ToString()), "kudo.txt");
  EXPECT_EQ((Source{"odd:7", 0}.ToString()), "odd:7:0");
  EXPECT_EQ((Source{"odd:", 0}.ToString()), "odd:");
}

TEST(Rule, NormalizeSortsAndDedups) {
  Rule rule = Sample();
  rule.to.push_back(rule.to[0]);
  rule.from = {Name("b.example"), Name("a.example"), Name("b.example")};
  rule.inferred = {"ports", "direction", "ports"};
  rule.sources = {{"b", 1}, {"a", 2}, {"b", 1}};
  rule.Normalize();
  EXPECT_EQ(FormatRule(rule),
            "allow out tcp 443 from a.example,b.example to 192.0.2.0/24,*.kudoway.com vendor=kudo "
            "inferred=direction inferred=ports src=a:2 src=b:1");
}

TEST(Rule, AnySwallowsTheRest) {
  Rule rule = Sample();
  rule.to.emplace_back(AnyDestination());
  rule.from = {Name("a.example"), AnyDestination()};
  rule.Normalize();
  EXPECT_EQ(rule.CanonicalText(), "allow out tcp 443 to any vendor=kudo");
}

TEST(Rule, CanonicalTextLeavesProvenanceOut) {
  Rule rule = Sample();
  rule.Normalize();
  const std::string text = rule.CanonicalText();
  rule.sources = {{"kudo.txt", 5}};
  rule.inferred = {"direction"};
  rule.dated = "2022-10-31";
  EXPECT_EQ(rule.CanonicalText(), text);
  rule.region = "us";
  EXPECT_NE(rule.CanonicalText(), text);
}

TEST(Rule, ContentHashIsPinned) {
  Rule rule;
  rule.to = {AnyDestination()};
  EXPECT_EQ(rule.CanonicalText(), "allow out any any to any");
  EXPECT_EQ(rule.ContentHash(), 0xa3b54ec71daf9e11u);
  rule.action = Action::kDeny;
  EXPECT_NE(rule.ContentHash(), 0xa3b54ec71daf9e11u);
}

TEST(Rule, AppliesTo) {
  Rule rule;
  EXPECT_TRUE(rule.AppliesTo(false));
  EXPECT_FALSE(rule.AppliesTo(true));
  rule.direction = RuleDirection::kIn;
  EXPECT_FALSE(rule.AppliesTo(false));
  EXPECT_TRUE(rule.AppliesTo(true));
  rule.direction = RuleDirection::kBoth;
  EXPECT_TRUE(rule.AppliesTo(false));
  EXPECT_TRUE(rule.AppliesTo(true));
}

}  // namespace
}  // namespace allowmatch
