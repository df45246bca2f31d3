#include "rules/json_scan.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace allowmatch {
namespace {

// The code and the offset of what is wrong, or "good".
std::string Scan(absl::string_view text) {
  Problem problem;
  size_t at = 0;
  return ScanJson(text, &problem, &at) ? "good" : absl::StrCat(problem.code, " ", at);
}

TEST(JsonScan, Good) {
  for (const char* text : {"[]", " {} ", "\"x\"", "12", "true", "[{\"a\": \"]\\\"[\"}]\n",
                           "[\"\xc3\xbc\"]"}) {
    EXPECT_EQ(Scan(text), "good") << text;
  }
}

TEST(JsonScan, Nesting) {
  EXPECT_EQ(Scan(std::string(64, '[') + std::string(64, ']')), "good");
  EXPECT_EQ(Scan(std::string(65, '[') + std::string(65, ']')), "json_depth 64");
  EXPECT_EQ(Scan(std::string(1000000, '{')), "json_depth 64");
  EXPECT_EQ(Scan(" [[]"), "json_syntax 1");
  EXPECT_EQ(Scan("[}"), "json_syntax 1");
  EXPECT_EQ(Scan("[{]}"), "json_syntax 2");
}

TEST(JsonScan, Strings) {
  EXPECT_EQ(Scan("[\"ab]"), "json_syntax 1");
  EXPECT_EQ(Scan("[\"ab\\\"]"), "json_syntax 1");
  EXPECT_EQ(Scan("[\"ab\\"), "json_syntax 1");
  EXPECT_EQ(Scan("[\"a\nb\"]"), "json_string 3");
}

TEST(JsonScan, Ends) {
  EXPECT_EQ(Scan(""), "empty_input 0");
  EXPECT_EQ(Scan(" \n"), "empty_input 0");
  EXPECT_EQ(Scan("[] x"), "trailing_content 3");
  EXPECT_EQ(Scan("{}{}"), "trailing_content 2");
  EXPECT_EQ(Scan("12 3"), "trailing_content 3");
  EXPECT_EQ(Scan("]"), "good");  // for the parser to refuse
}

TEST(JsonScan, Bytes) {
  EXPECT_EQ(Scan(absl::string_view("[]\0", 3)), "nul 2");
  EXPECT_EQ(Scan("[\"\xff\"]"), "invalid_utf8 2");
  EXPECT_EQ(Scan("\xef\xbb\xbf[]"), "bad_char 0");
}

TEST(JsonScan, Size) {
  EXPECT_EQ(Scan(std::string(kMaxJsonSize + 1, ' ')), "too_large 0");
}

}  // namespace
}  // namespace allowmatch
