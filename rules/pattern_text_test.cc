// Tests of ReadPattern.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

std::string Read(absl::string_view text, bool allow_broad = false) {
  PolicyOptions options;
  options.allow_broad = allow_broad;
  Pattern pattern;
  const Fault fault = ReadPattern(text, options, &pattern);
  return fault == Fault::kNone ? pattern.ToString() : FaultName(fault);
}

TEST(ReadPattern, ULabelsBecomeALabels) {
  EXPECT_EQ(Read("b\xc3\xbc" "cher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(Read("*.b\xc3\xbc" "cher.example"), "*.xn--bcher-kva.example");
  EXPECT_EQ(Read("?.b\xc3\xbc" "cher.example"), "?.xn--bcher-kva.example");
  EXPECT_EQ(Read(".b\xc3\xbc" "cher.example."), ".xn--bcher-kva.example");
  EXPECT_EQ(Read("a.*.b\xc3\xbc" "cher.example"), "a.*.xn--bcher-kva.example");
  EXPECT_EQ(Read("B\xc3\xbc" "CHER.Example"), "xn--bcher-kva.example");
  EXPECT_EQ(Read("fa\xc3\x9f.example"), "xn--fa-hia.example");  // not "fass"
}

TEST(ReadPattern, NothingIsMapped) {
  EXPECT_EQ(Read("\xe2\x84\xaaudoway.com"), "idna_invalid");            // U+212A
  EXPECT_EQ(Read("\xef\xbd\x8budoway.com"), "idna_invalid");            // full-width k
  EXPECT_EQ(Read("B\xc3\x9c" "CHER.example"), "idna_invalid");          // capital U-umlaut
  EXPECT_EQ(Read("bu\xcc\x88" "cher.example"), "idna_invalid");         // decomposed
  EXPECT_EQ(Read("ku\xc2\xad" "doway.com"), "idna_invalid");            // soft hyphen
  EXPECT_EQ(Read("kudoway\xe3\x80\x82" "com"), "idna_invalid");         // ideographic full stop
  EXPECT_EQ(Read("kudoway.com\xe2\x80\x8b"), "idna_invalid");           // zero-width space
  EXPECT_EQ(Read("b\xfc" "cher.example"), "idna_invalid");              // Latin-1
}

TEST(ReadPattern, ALabelsAreChecked) {
  EXPECT_EQ(Read("xn--bcher-kva.example"), "xn--bcher-kva.example");
  EXPECT_EQ(Read("XN--BCHER-KVA.example"), "xn--bcher-kva.example");
  for (const char* bad : {"xn--", "xn--99999999", "xn--a-\xc3\xbc", "xn--a", "xn--abc-"}) {
    EXPECT_EQ(Read(std::string(bad) + ".example"), "idna_invalid") << bad;
    EXPECT_EQ(Read(std::string("*.") + bad + ".example"), "idna_invalid") << bad;
  }
}

TEST(ReadPattern, NoWildcardInsideInternationalisedLabels) {
  EXPECT_EQ(Read("*b\xc3\xbc" "cher.example"), "wildcard_form");
  EXPECT_EQ(Read("xn--*.kudoway.com"), "wildcard_form");
}

TEST(ReadPattern, BroadPatterns) {
  for (const char* broad : {"com", "co.uk", "*.com", ".com", "?.com", "*kudoway.com", "a.*.com",
                            "*.co.uk", "x*.co.uk", "*.ck", "*.foo.ck", "xn--p1ai", "*.xn--p1ai"}) {
    EXPECT_EQ(Read(broad), "too_broad") << broad;
    EXPECT_EQ(Read(broad, true), broad);
  }
}

TEST(ReadPattern, NotBroad) {
  for (const char* good :
       {".kudoway.com", "*.kudoway.com", "?.kudoway.com", "*-turn.newrow.com", "a.*.kudoway.com",
        "kudoway.co.uk", "*.www.ck", "localhost", "*.internal", "*.amazonaws.com", "*.github.io"}) {
    EXPECT_EQ(Read(good), good);
  }
}

// The two forms of ReadPattern agree, on what is quick to read and on what is not.
TEST(ReadPattern, CanonicalText) {
  const std::string label(63, 'x');
  const std::string longest = label + "." + label + "." + label + "." + label.substr(2);
  std::vector<std::string> bodies = {
      "", "a", "A.Example", "a.example.", "a.example..", "a..example", ".", "a b", "a.1", "10.0.0.1",
      "com", "co.uk", "any", "xn--p1ai", "XN--BCHER-KVA.example", "axn--.example", "a.xn--.example",
      "b\xc3\xbc" "cher.example", "*.a.example", "a*.example", "?.a.example", "_a-b.example",
      label + ".example", label + "x.example", longest, longest + "x", "x." + longest};
  for (const size_t size : {254, 255, 256, 257, 300, 512, 520}) {
    bodies.push_back(std::string(size, 'b'));
    bodies.push_back(std::string(size - 4, 'b') + ".com");
  }
  for (const char* head : {"", ".", "*.", "?.", "..", "*", "*.*."}) {
    for (const std::string& body : bodies) {
      for (const bool allow_broad : {false, true}) {
        PolicyOptions options;
        options.allow_broad = allow_broad;
        std::string canonical;
        const Fault fault = ReadPattern(head + body, options, &canonical);
        EXPECT_EQ(fault == Fault::kNone ? canonical : FaultName(fault),
                  Read(head + body, allow_broad))
            << head << body;
      }
    }
  }
}

TEST(ReadPattern, AddressesAreNoNames) {
  for (const char* address : {"10.0.0.1", "::1", "2001:db8::1", "*.0.0.1", "a.1"}) {
    EXPECT_EQ(Read(address), "numeric_name") << address;
  }
}

TEST(ReadPattern, Forms) {
  EXPECT_EQ(Read(""), "empty");
  EXPECT_EQ(Read("*"), "wildcard_form");
  EXPECT_EQ(Read("10.0.0.*"), "wildcard_form");
  EXPECT_EQ(Read("**.kudoway.com"), "wildcard_form");
  EXPECT_EQ(Read("kudoway..com"), "label_empty");
  EXPECT_EQ(Read(absl::string_view("a\0b.com", 7)), "nul");
  EXPECT_EQ(Read(std::string(100000, 'a')), "name_too_long");
  EXPECT_EQ(Read("\xc3\xbc" + std::string(100000, 'a')), "label_too_long");
}

}  // namespace
}  // namespace allowmatch
