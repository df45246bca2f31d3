#include "rules/quoting.h"

#include <string>

#include "gtest/gtest.h"
#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

TEST(Quoting, BareWhereItCanBe) {
  EXPECT_EQ(QuoteValue("kudo"), "kudo");
  EXPECT_EQ(QuoteValue("a=b:c/d@e"), "a=b:c/d@e");
}

TEST(Quoting, QuotedWhereItMustBe) {
  EXPECT_EQ(QuoteValue(""), "\"\"");
  EXPECT_EQ(QuoteValue("lesson server"), "\"lesson server\"");
  EXPECT_EQ(QuoteValue("a,b"), "\"a,b\"");
  EXPECT_EQ(QuoteValue("#x"), "\"#x\"");
  EXPECT_EQ(QuoteValue("b\xc3\xbc"), "\"b\xc3\xbc\"");
}

TEST(Quoting, Escapes) {
  EXPECT_EQ(QuoteValue("\"\\\n\t\r\x7f"), "\"\\\"\\\\\\n\\t\\x0d\\x7f\"");
  EXPECT_EQ(QuoteValue("\xc2\x9b"), "\"\\xc2\\x9b\"");  // a C1 control
  EXPECT_EQ(QuoteValue("a\xff"), "\"a\\xff\"");         // not UTF-8
}

TEST(Quoting, EachByteReadsBack) {
  for (int first = 1; first < 256; ++first) {
    for (int second = 1; second < 256; ++second) {
      const std::string value = {static_cast<char>(first), static_cast<char>(second)};
      std::string quoted = QuoteValue(value);
      if (quoted[0] != '"') quoted = absl::StrCat("\"", quoted, "\"");
      std::string read;
      size_t at = 0;
      const char* what = nullptr;
      ASSERT_EQ(UnquoteValue(quoted, &read, &at, &what), quoted.size()) << quoted;
      ASSERT_EQ(read, value);
    }
  }
}

TEST(Quoting, Errors) {
  std::string value = "left alone";
  size_t at = 0;
  const char* what = nullptr;
  EXPECT_EQ(UnquoteValue("\"ab", &value, &at, &what), 0u);
  EXPECT_EQ(at, 0u);
  for (const char* bad : {"\"ab\\q\"", "\"ab\\x4\"", "\"ab\\xg0\"", "\"ab\\x00\"", "\"ab\\"}) {
    EXPECT_EQ(UnquoteValue(bad, &value, &at, &what), 0u) << bad;
    EXPECT_EQ(at, 3u) << bad;
  }
  EXPECT_EQ(value, "left alone");
}

TEST(Quoting, ShowTextIsShort) {
  EXPECT_EQ(ShowText("a b"), "\"a b\"");
  EXPECT_EQ(ShowText(std::string(1000, 'x')).size(), 65u);
  EXPECT_EQ(ShowText("\x1b[0m"), "\"\\x1b[0m\"");
}

}  // namespace
}  // namespace allowmatch
