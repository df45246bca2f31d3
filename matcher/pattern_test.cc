#include "matcher/pattern.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

Pattern Parsed(const std::string& text) {
  Pattern pattern;
  EXPECT_STREQ(FaultName(ParsePattern(text, &pattern)), "none") << text;
  return pattern;
}

void ExpectFaults(Fault fault, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    Pattern pattern = Parsed("untouched.example");
    EXPECT_STREQ(FaultName(ParsePattern(text, &pattern)), FaultName(fault)) << text;
    EXPECT_EQ(pattern.ToString(), "untouched.example");
  }
}

TEST(Pattern, Forms) {
  const char* cases[][2] = {
      {"example.com", "example.com"},
      {"EXAMPLE.com.", "example.com"},
      {"*.example.com", "*.example.com"},
      {".example.com", ".example.com"},
      {"?.example.com", "?.example.com"},
      {"*-turn.x.com", "*-turn.x.com"},
      {"turn*.x.com", "turn*.x.com"},
      {"a*b*c.x.com", "a*b*c.x.com"},
      {"a.*.x.com", "a.*.x.com"},
      {"*.*.x.com", "*.*.x.com"},
      {"_dmarc.x.com", "_dmarc.x.com"},
      {"xn--a.com", "xn--a.com"},
      {"com", "com"},
      {"*.com", "*.com"},
      {"*kudoway.com", "*kudoway.com"},
  };
  for (const auto& [text, canonical] : cases) {
    EXPECT_EQ(Parsed(text).ToString(), canonical);
    EXPECT_EQ(Parsed(Parsed(text).ToString()), Parsed(text));
  }
  EXPECT_EQ(Parsed("*.x").head(), Pattern::Head::kBelow);
  EXPECT_EQ(Parsed(".x").head(), Pattern::Head::kSelfAndBelow);
  EXPECT_EQ(Parsed("?.x").head(), Pattern::Head::kOneBelow);
  EXPECT_EQ(Parsed("*a.x").head(), Pattern::Head::kNone);
  EXPECT_EQ(Parsed("*.x").body(), "x");
}

TEST(Pattern, RefusesUnknownForms) {
  ExpectFaults(Fault::kEmpty, {""});
  ExpectFaults(Fault::kWildcardForm,
               {"*", "**", "**.x.com", "*.", "?.", "?", "a.?.com", "a?.com", "x.*", "10.0.0.*",
                "a**b.com", "xn--*.com", "xn--a*.com", ".*.com", "a.b*"});
  ExpectFaults(Fault::kLabelEmpty, {"..", "a..b", "..a", "*..a", "a.com..", "?..a"});
  ExpectFaults(Fault::kNumericName, {"10.0.0.1", "*.0.0.1", "a.7", "?.1"});
  ExpectFaults(Fault::kNonAscii, {"\xC3\xBC.com", "*.\xC3\xBC.com"});
  ExpectFaults(Fault::kNul, {std::string("a\0b.com", 7)});
  ExpectFaults(Fault::kBadChar, {"a b.com", "a:443", "http://a.com", "a/b", "[a]", "a,b"});
}

TEST(Pattern, Lengths) {
  const std::string label63(63, 'a');
  EXPECT_EQ(Parsed("*." + label63).body(), label63);
  ExpectFaults(Fault::kLabelTooLong, {label63 + "a.com", "*." + label63 + "a"});
  std::string long_name = label63 + "." + label63 + "." + label63 + ".";
  EXPECT_EQ(Parsed(long_name + std::string(61, 'b')).body().size(), 253u);
  ExpectFaults(Fault::kNameTooLong, {long_name + std::string(62, 'b')});
}

TEST(Pattern, Specificity) {
  EXPECT_TRUE(Parsed("a.b").IsExact());
  for (const char* text : {"*.a.b", ".a.b", "?.a.b", "a*.b", "a.*.b"}) {
    EXPECT_FALSE(Parsed(text).IsExact()) << text;
  }
  EXPECT_EQ(Parsed("a.b.c").FixedLabels(), 3);
  EXPECT_EQ(Parsed("*.b.c").FixedLabels(), 2);
  EXPECT_EQ(Parsed("a*.b.c").FixedLabels(), 2);
  EXPECT_EQ(Parsed("a.*.c").FixedLabels(), 2);
  EXPECT_EQ(Parsed("c").FixedLabels(), 1);
}

TEST(Pattern, WildAbove) {
  EXPECT_TRUE(Parsed("*.com").WildAbove(1));
  EXPECT_TRUE(Parsed(".com").WildAbove(1));
  EXPECT_TRUE(Parsed("?.com").WildAbove(1));
  EXPECT_TRUE(Parsed("*kudoway.com").WildAbove(1));
  EXPECT_TRUE(Parsed("a.*.com").WildAbove(1));
  EXPECT_FALSE(Parsed("*.kudoway.com").WildAbove(1));
  EXPECT_TRUE(Parsed("*.co.uk").WildAbove(2));
  EXPECT_FALSE(Parsed("*.co.uk").WildAbove(1));
  EXPECT_FALSE(Parsed("a.com").WildAbove(1));
  EXPECT_FALSE(Parsed("com").WildAbove(1));
}

TEST(Pattern, LabelsFromRight) {
  const Pattern pattern = Parsed("*.a*.b.com");
  const std::vector<absl::string_view> expected = {"com", "b", "a*"};
  EXPECT_EQ(pattern.LabelsFromRight(), expected);
}

TEST(Glob, Matches) {
  EXPECT_TRUE(GlobMatches("*-turn", "x-turn"));
  EXPECT_TRUE(GlobMatches("*-turn", "-turn"));  // zero characters
  EXPECT_TRUE(GlobMatches("turn*", "turn"));
  EXPECT_TRUE(GlobMatches("turn*", "turn-7_x"));
  EXPECT_TRUE(GlobMatches("a*b*c", "abc"));
  EXPECT_TRUE(GlobMatches("a*b*c", "aXbYbZc"));
  EXPECT_TRUE(GlobMatches("*", "anything"));
  EXPECT_FALSE(GlobMatches("*-turn", "x-turns"));
  EXPECT_FALSE(GlobMatches("turn*", "xturn"));
  EXPECT_FALSE(GlobMatches("a*b*c", "ac"));
  EXPECT_FALSE(GlobMatches("ab", "abc"));
  EXPECT_FALSE(GlobMatches("", "a"));
}

TEST(Glob, NeverIntoAnALabel) {
  EXPECT_FALSE(GlobMatches("x*", "xn--a"));
  EXPECT_FALSE(GlobMatches("*a", "xn--a"));
  EXPECT_FALSE(GlobMatches("*", "xn--"));
  EXPECT_TRUE(GlobMatches("x*", "xn-a"));
}

// The worst case is the product of the lengths, not exponential.
TEST(Glob, IsBounded) {
  std::string glob;
  for (int i = 0; i < 31; ++i) glob += "*a";
  EXPECT_FALSE(GlobMatches(glob + "b", std::string(63, 'a')));
  EXPECT_TRUE(GlobMatches(glob, std::string(63, 'a')));
}

}  // namespace
}  // namespace allowmatch
