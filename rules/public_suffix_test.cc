#include "rules/public_suffix.h"

#include <algorithm>
#include <cstring>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

TEST(PublicSuffix, Rules) {
  for (const char* name : {"com", "co.uk", "uk", "xn--p1ai", "gov.uk"}) {
    EXPECT_TRUE(IsPublicSuffix(name)) << name;
  }
  for (const char* name : {"", "example.com", "example.co.uk", "o.uk", "internal", "a.internal"}) {
    EXPECT_FALSE(IsPublicSuffix(name)) << name;
  }
}

TEST(PublicSuffix, WildcardsAndExceptions) {
  EXPECT_TRUE(IsPublicSuffix("ck"));
  EXPECT_TRUE(IsPublicSuffix("foo.ck"));
  EXPECT_FALSE(IsPublicSuffix("www.ck"));
  EXPECT_FALSE(IsPublicSuffix("a.foo.ck"));
  EXPECT_FALSE(IsPublicSuffix("a.www.ck"));
  EXPECT_TRUE(IsPublicSuffix("foo.kawasaki.jp"));
  EXPECT_FALSE(IsPublicSuffix("city.kawasaki.jp"));
}

TEST(PublicSuffix, InternationalisedRulesAreALabels) {
  EXPECT_TRUE(IsPublicSuffix("xn--55qx5d.cn"));
  EXPECT_FALSE(IsPublicSuffix("a.xn--55qx5d.cn"));
}

TEST(PublicSuffix, PrivateDomainsAreNone) {
  EXPECT_FALSE(IsPublicSuffix("github.io"));
  EXPECT_FALSE(IsPublicSuffix("blogspot.com"));
}

// So that a list that was cut off when it was built in does not pass.
TEST(PublicSuffix, TheListIsWhole) {
  const char* const end = kPublicSuffixRules + std::strlen(kPublicSuffixRules);
  EXPECT_GT(std::count(kPublicSuffixRules, end, '\n'), 6000);
  EXPECT_EQ(std::count(kPublicSuffixRules, end, '/'), 0);
}

}  // namespace
}  // namespace allowmatch
