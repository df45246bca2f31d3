#include "flowlog/output_text.h"

#include <gtest/gtest.h>

namespace allowmatch {
namespace {

TEST(JsonStringTest, AlwaysValidJson) {
  EXPECT_EQ(JsonString("a.example"), "\"a.example\"");
  EXPECT_EQ(JsonString("q\"\\\n\t\x01\x7f"), "\"q\\\"\\\\\\u000a\\u0009\\u0001\\u007f\"");
  EXPECT_EQ(JsonString(absl::string_view("a\0b", 3)), "\"a\\u0000b\"");
  EXPECT_EQ(JsonString("\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80"),
            "\"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

TEST(JsonStringTest, BytesThatAreNoUtf8) {
  EXPECT_EQ(JsonString("\xff"), "\"\\\\xff\"");
  EXPECT_EQ(JsonString("\xc3"), "\"\\\\xc3\"");
  EXPECT_EQ(JsonString("\xc0\x80"), "\"\\\\xc0\\\\x80\"");             // overlong
  EXPECT_EQ(JsonString("\xed\xa0\x80"), "\"\\\\xed\\\\xa0\\\\x80\"");  // a surrogate
  EXPECT_EQ(JsonString("\xf4\x90\x80\x80"), "\"\\\\xf4\\\\x90\\\\x80\\\\x80\"");
  EXPECT_EQ(JsonString("\xe2\x82"), "\"\\\\xe2\\\\x82\"");
}

TEST(PlainTextTest, NoControlCharacters) {
  EXPECT_EQ(PlainText("a\tb\nc\x1b[31m\\\xff"), "a\\x09b\\x0ac\\x1b[31m\\x5c\\xff");
  EXPECT_EQ(PlainText("\xc3\xbc"), "\xc3\xbc");
}

TEST(ProtocolTextTest, NamesOfTheCommonOnes) {
  EXPECT_EQ(ProtocolText(6), "tcp");
  EXPECT_EQ(ProtocolText(17), "udp");
  EXPECT_EQ(ProtocolText(1), "icmp");
  EXPECT_EQ(ProtocolText(58), "icmp6");
  EXPECT_EQ(ProtocolText(47), "47");
}

}  // namespace
}  // namespace allowmatch
