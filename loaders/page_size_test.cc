// Time is linear in the size of a page, whatever the page is made of.

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "loaders/page.h"

namespace allowmatch {
namespace {

double SecondsToLoad(const std::string& text) {
  Policy policy;
  LoadReport report;
  Diagnostics errors;
  PageOptions options;
  options.source = "page";
  const auto begin = std::chrono::steady_clock::now();
  LoadPage(text, options, &policy, &report, &errors);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
  return time.count();
}

std::string Repeated(const std::string& piece, size_t size) {
  std::string out;
  out.reserve(size + piece.size());
  while (out.size() < size) out += piece;
  return out;
}

// The piece with its `%` replaced by numbers, so that no two are equal.
std::string Counted(const std::string& piece, size_t size) {
  std::string out;
  for (size_t n = 0; out.size() < size; ++n) {
    for (const char c : piece) {
      if (c == '%') {
        absl::StrAppend(&out, n);
      } else if (c == '$') {
        absl::StrAppend(&out, "5.", n >> 16 & 255, ".", n >> 8 & 255, ".", n & 255);
      } else {
        out += c;
      }
    }
  }
  return out;
}

struct SizeCase {
  const char* name;
  const char* piece;
};

const SizeCase kCases[] = {
    {"Words", "lorem ipsum dolor "},
    {"Digits", "1234567890"},
    {"Dots", "."},
    {"Dashes", "-"},
    {"Stars", "*"},
    {"StarDots", "*."},
    {"Labels", "a."},
    {"DottedDigits", "1."},
    {"Colons", ":"},
    {"HexColons", "2001:"},
    {"Slashes", "/"},
    {"OpenBrackets", "("},
    {"OpenSquare", "["},
    {"LinkStarts", "[a]("},
    {"OpenBraces", "{"},
    {"OpenAngles", "<"},
    {"Tags", "<b>"},
    {"Divs", "<div>"},
    {"Comments", "<!--"},
    {"Entities", "&amp;"},
    {"Ampersands", "&"},
    {"Backslashes", "\\"},
    {"Backquotes", "`"},
    {"Struck", "~~a"},
    {"Bars", "|"},
    {"Tabs", "\t"},
    {"Addresses", "$ "},
    {"AddressesByComma", "$,"},
    {"GluedAddresses", "$TCP443Yes"},
    {"Names", "h%.parleo.com, "},
    {"OneLineTable", "TCP 443 h%.parleo.com "},
    {"Urls", "https://h%.parleo.com:8443/a/b "},
    {"Mails", "a%@parleo.com "},
    {"PortList", "%,"},
    {"PortWords", "TCP/"},
    {"AllowWords", "allow "},
    {"Sentences", "Allow TCP 443 to h%.parleo.com. "},
    {"Conditions", "(if (only if "},
    {"Newlines", "\n"},
    {"ShortLines", "x\n"},
    {"BlankedLines", "x\n\n"},
    {"AddressLines", "$\n"},
    {"NameItems", "- h%.parleo.com\n"},
    {"ServiceItems", "- TCP %\n"},
    {"NestedItems", "  - a\n    - b\n"},
    {"Headings", "# Part %\n"},
    {"Labels9", "TCP:\nPart %:\n"},
    {"TabTable", "TCP\t443\th%.parleo.com\n"},
    {"PipeTable", "| TCP | 443 | h%.parleo.com |\n"},
    {"HeaderRows", "| Protocol | Ports | Destination |\n"},
    {"EmptyRows", "|||||\n"},
    {"CellALine", "TCP\n443\nh%.parleo.com\n"},
    {"GridBorders", "+---+---+\n"},
    {"LookAlikes", "- rnedia%.parleo.com\n- media%.parleo.com\n"},
    {"Fences", "```\n"},
    {"JsonOpens", "{\"a\":[\n"},
    {"Options", "Option %\n- $\n"},
    {"BackReferences", "TCP 443 to the IP ranges listed below\n- $\n"},
    {"Negatives", "no longer used $\n"},
};

class PageSize : public testing::TestWithParam<SizeCase> {};

void PrintTo(const SizeCase& size, std::ostream* out) { *out << size.name; }

// Four times the text may take eight times as long at most; 0.2 s are noise.
TEST_P(PageSize, TimeIsLinear) {
  const std::string head =
      "Parleo network requirements\n\nAllow the following outbound traffic.\n\n";
  double before = SecondsToLoad(head + Counted(GetParam().piece, size_t{8} << 10));
  for (size_t size = size_t{32} << 10; size <= size_t{2} << 20; size *= 4) {
    const double time = SecondsToLoad(head + Counted(GetParam().piece, size));
    ASSERT_LT(time, 8 * before + 0.2) << size << " bytes; a quarter took " << before << " s";
    before = time;
  }
  EXPECT_LT(before, 30) << "for 2 MiB";
}

INSTANTIATE_TEST_SUITE_P(Texts, PageSize, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<SizeCase>& info) {
                           return std::string(info.param.name);
                         });

TEST(PageSizeTest, OneLineOfFiveMegabytes) {
  const double time = SecondsToLoad(Repeated("Allow TCP 443 to a.parleo.com. ", size_t{5} << 20));
  EXPECT_LT(time, 60);
}

TEST(PageSizeTest, AMillionLines) {
  const double time = SecondsToLoad("Allow TCP 443 to:\n" + Repeated("some words\n", 11'000'000));
  EXPECT_LT(time, 60);
}

TEST(PageSizeTest, AMillionOpenBrackets) {
  for (const char* bracket : {"(", "[", "{", "<", "<div>"}) {
    EXPECT_LT(SecondsToLoad(Repeated(bracket, 1'000'000)), 30) << bracket;
  }
}

// Every service of one list with every destination of another: the rules
// grow with the product, so the loader has to stop somewhere.
TEST(PageSizeTest, ServicesTimesDestinations) {
  const std::string page = absl::StrCat(
      "Allow the following ports.\n\nPorts\n\n", Counted("- UDP %0\n", 8'000),
      "\nAddresses\n\n", Counted("- $\n", 8'000));
  EXPECT_LT(SecondsToLoad(page), 30);
}

}  // namespace
}  // namespace allowmatch
