#include "matcher/name.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

std::string Canonical(const std::string& text) {
  std::string name = "untouched";
  const Fault fault = CanonicalName(text, &name);
  if (fault == Fault::kNone) return name;
  EXPECT_EQ(name, "untouched");
  return FaultName(fault);
}

// A name of `size` octets in labels of 49.
std::string NameOfSize(size_t size) {
  std::string name;
  while (name.size() < size) name += name.size() % 50 == 49 ? '.' : 'a';
  return name;
}

TEST(Name, IsLowerCaseWithoutTheFinalDot) {
  EXPECT_EQ(Canonical("example.com"), "example.com");
  EXPECT_EQ(Canonical("EXAMPLE.Com."), "example.com");
  EXPECT_EQ(Canonical("_sip._tcp.Example"), "_sip._tcp.example");
  EXPECT_EQ(Canonical("xn--KUDWAY-yqf.com"), "xn--kudway-yqf.com");
  EXPECT_EQ(Canonical("-a-.b"), "-a-.b");
  EXPECT_EQ(Canonical("1.2.3.4"), "1.2.3.4");  // well formed; HasNumericEnd tells
}

TEST(Name, Lengths) {
  const std::string label63(63, 'a');
  EXPECT_EQ(Canonical(label63 + ".b"), label63 + ".b");
  EXPECT_EQ(Canonical(label63 + "a.b"), "label_too_long");
  EXPECT_EQ(Canonical(NameOfSize(253)), NameOfSize(253));
  EXPECT_EQ(Canonical(NameOfSize(253) + "."), NameOfSize(253));
  EXPECT_EQ(Canonical(NameOfSize(254)), "name_too_long");
  EXPECT_EQ(Canonical(NameOfSize(100000)), "name_too_long");
  std::string one_byte_labels = "a";
  while (one_byte_labels.size() < 253) one_byte_labels += ".a";
  EXPECT_EQ(Canonical(one_byte_labels), one_byte_labels);  // 127 labels
}

TEST(Name, EmptyLabels) {
  EXPECT_EQ(Canonical(""), "empty");
  for (const char* text : {".", "..", "a..b", ".a", "a.b..", "a.."}) {
    EXPECT_EQ(Canonical(text), "label_empty") << text;
  }
}

TEST(Name, StrangeBytes) {
  EXPECT_EQ(Canonical(std::string("a.com\0.evil.com", 15)), "nul");
  for (const char* text : {"\xE2\x84\xAAudoway.com",
                           "kudoway\xE3\x80\x82"
                           "com",
                           "ku\xC2\xAD"
                           "doway.com",
                           "kudoway.com\xE2\x80\x8B", "a\xFF.b"}) {
    EXPECT_EQ(Canonical(text), "non_ascii") << text;
  }
  for (const char* text : {"a.com:443", "a.com\r\nX: y", "a.com\t", " a.com", "a b", "*.a", "a/b",
                           "a@b", "[::1]", "a\x7f", "a\x01"}) {
    EXPECT_EQ(Canonical(text), "bad_char") << text;
  }
  // In a name that is too long as well, the byte is what counts.
  EXPECT_EQ(Canonical(NameOfSize(300) + "\x80"), "non_ascii");
}

TEST(Name, WritesNoMoreThanItMay) {
  struct {
    char out[kMaxNameSize];
    char guard = 'g';
  } buffer;
  size_t size = 0;
  EXPECT_EQ(CanonicalName(NameOfSize(253), buffer.out, &size), Fault::kNone);
  EXPECT_EQ(size, kMaxNameSize);
  EXPECT_EQ(CanonicalName(NameOfSize(254), buffer.out, &size), Fault::kNameTooLong);
  EXPECT_EQ(buffer.guard, 'g');
}

TEST(Name, NumericEnd) {
  EXPECT_TRUE(HasNumericEnd("10.0.0.1"));
  EXPECT_TRUE(HasNumericEnd("a.1"));
  EXPECT_TRUE(HasNumericEnd("7"));
  EXPECT_FALSE(HasNumericEnd("a.1b"));
  EXPECT_FALSE(HasNumericEnd("1.a"));
  EXPECT_FALSE(HasNumericEnd("a."));
  EXPECT_FALSE(HasNumericEnd(""));
}

}  // namespace
}  // namespace allowmatch
