// SEMANTICS.md: each sentence behind the introduction names tests, and each of
// them exists in the sources that are given as arguments.

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace allowmatch {
namespace {

std::vector<std::string>* arguments = nullptr;  // the document, then the sources

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// "Suite.Name" of each TEST in the sources.
std::set<std::string> KnownTests() {
  static const std::regex kTest(R"(TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
  std::set<std::string> known;
  for (size_t i = 1; i < arguments->size(); ++i) {
    const std::string source = ReadFile((*arguments)[i]);
    for (std::sregex_iterator it(source.begin(), source.end(), kTest), end; it != end; ++it) {
      known.insert(absl::StrCat((*it)[1].str(), ".", (*it)[2].str()));
    }
  }
  return known;
}

// The paragraphs and list items behind the introduction, each on one line,
// without headings, indented blocks, and what stands in code spans.
std::vector<std::string> Paragraphs(const std::string& document) {
  static const std::regex kCode("`[^`]*`");
  std::vector<std::string> paragraphs;
  bool in_sections = false;
  bool open = false;
  for (const absl::string_view line : absl::StrSplit(document, '\n')) {
    in_sections |= absl::StartsWith(line, "## ");
    const bool skipped = !in_sections || line.empty() || line[0] == '#' ||
                         absl::StartsWith(line, "    ");
    if (!skipped && (!open || absl::StartsWith(line, "- "))) paragraphs.emplace_back();
    open = !skipped;
    if (skipped) continue;
    const std::string text = std::regex_replace(std::string(line), kCode, "CODE");
    absl::StrAppend(&paragraphs.back(), paragraphs.back().empty() ? "" : " ", text);
  }
  return paragraphs;
}

// A heading of a list, which says nothing itself.
bool IsLabel(const std::string& paragraph) { return absl::StartsWith(paragraph, "More on "); }

// A sentence and the tests behind it.
struct Claim {
  std::string text;
  std::vector<std::string> tests;
};

std::vector<Claim> Claims(const std::string& paragraph) {
  static const std::regex kReference(R"(\[([A-Za-z0-9_., ]+)\])");
  std::vector<Claim> claims;
  size_t at = 0;
  for (std::sregex_iterator it(paragraph.begin(), paragraph.end(), kReference), end; it != end;
       ++it) {
    const size_t begin = static_cast<size_t>(it->position());
    claims.push_back({std::string(absl::StripAsciiWhitespace(paragraph.substr(at, begin - at))),
                      absl::StrSplit((*it)[1].str(), ", ")});
    at = begin + static_cast<size_t>(it->length());
  }
  const std::string rest(absl::StripAsciiWhitespace(paragraph.substr(at)));
  if (!rest.empty()) claims.push_back({rest, {}});
  return claims;
}

TEST(Semantics, EachSentenceHasATest) {
  size_t claims = 0;
  for (const std::string& paragraph : Paragraphs(ReadFile(arguments->at(0)))) {
    if (IsLabel(paragraph)) continue;
    for (const Claim& claim : Claims(paragraph)) {
      ++claims;
      EXPECT_FALSE(claim.tests.empty()) << claim.text;
      EXPECT_TRUE(absl::EndsWith(claim.text, ".") || absl::EndsWith(claim.text, ":"))
          << claim.text;
      EXPECT_FALSE(absl::StrContains(claim.text, ". ")) << "two sentences: " << claim.text;
    }
  }
  EXPECT_GT(claims, 100u);
}

TEST(Semantics, EachNamedTestExists) {
  const std::set<std::string> known = KnownTests();
  EXPECT_GT(known.size(), 100u);
  for (const std::string& paragraph : Paragraphs(ReadFile(arguments->at(0)))) {
    for (const Claim& claim : Claims(paragraph)) {
      for (const std::string& test : claim.tests) {
        EXPECT_EQ(known.count(test), 1u) << test << " behind: " << claim.text;
      }
    }
  }
}

}  // namespace
}  // namespace allowmatch

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  std::vector<std::string> rest(argv + 1, argv + argc);
  allowmatch::arguments = &rest;
  return RUN_ALL_TESTS();
}
