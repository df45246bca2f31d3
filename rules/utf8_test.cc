#include "rules/utf8.h"

#include <string>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

constexpr size_t kNone = absl::string_view::npos;

// The sequence by the table of RFC 3629, section 3.
std::string Encode(uint32_t code) {
  const auto tail = [](uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3f)); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {static_cast<char>(0xc0 | code >> 6), tail(code)};
  if (code < 0x10000) return {static_cast<char>(0xe0 | code >> 12), tail(code >> 6), tail(code)};
  return {static_cast<char>(0xf0 | code >> 18), tail(code >> 12), tail(code >> 6), tail(code)};
}

TEST(Utf8, EveryCodePoint) {
  for (uint32_t code = 0; code <= 0x110000; ++code) {
    const std::string text = Encode(code);
    const bool good = code < 0xd800 || (code > 0xdfff && code < 0x110000);
    uint32_t decoded = 0;
    ASSERT_EQ(DecodeUtf8(text, &decoded), good ? text.size() : 0) << code;
    if (good) {
      ASSERT_EQ(decoded, code);
    }
  }
}

TEST(Utf8, OverlongAndCut) {
  for (const char* bad : {"\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\x80",
                          "\xc3", "\xe2\x84", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_EQ(FindInvalidUtf8(bad), 0u) << bad;
  }
  EXPECT_EQ(FindInvalidUtf8("ab\xc3"), 2u);
  EXPECT_EQ(FindInvalidUtf8("b\xc3\xbc"), kNone);
  EXPECT_EQ(FindInvalidUtf8(""), kNone);
}

}  // namespace
}  // namespace allowmatch
