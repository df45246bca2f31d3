#include "rules/nearest_word.h"

#include <string>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

TEST(NearestWord, Slips) {
  EXPECT_EQ(NearestWord("alow", {"allow", "deny"}), "allow");
  EXPECT_EQ(NearestWord("dney", {"allow", "deny"}), "deny");
  EXPECT_EQ(NearestWord("ALLOWW", {"allow", "deny"}), "allow");
  EXPECT_EQ(NearestWord("tpc", {"udp", "tcp"}), "tcp");
}

TEST(NearestWord, OtherWords) {
  EXPECT_EQ(NearestWord("permit", {"allow", "deny"}), "");
  EXPECT_EQ(NearestWord("gre", {"tcp", "udp"}), "");
  EXPECT_EQ(NearestWord("", {"in"}), "");
  EXPECT_EQ(NearestWord(std::string(10000, 'a'), {"in"}), "");
}

}  // namespace
}  // namespace allowmatch
