// FORMAT.md lists exactly the sections, with the names, of matcher/image.h, and
// states its versions and sizes.

#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/image.h"

namespace allowmatch {
namespace {

using Sections = std::map<int, std::string>;  // id -> name

std::string ReadFile(const std::string& path) {
  std::stringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// "RankRules" -> "rank_rules".
std::string SnakeCase(const std::string& name) {
  std::string snake;
  for (const char c : name) {
    if (absl::ascii_isupper(static_cast<unsigned char>(c)) && !snake.empty()) snake += '_';
    snake += absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return snake;
}

// The first two groups of each match.
Sections Matches(const std::string& text, const std::string& pattern, int id, int name) {
  Sections found;
  const std::regex regex(pattern);
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end; ++it) {
    EXPECT_TRUE(found
                    .emplace(std::stoi((*it)[static_cast<size_t>(id)].str()),
                             (*it)[static_cast<size_t>(name)].str())
                    .second)
        << "twice: " << it->str();
  }
  return found;
}

Sections InHeader() {
  const std::string header = ReadFile("matcher/image.h");
  const size_t begin = header.find("enum class SectionId");
  EXPECT_NE(begin, std::string::npos);
  const std::string body = header.substr(begin, header.find("};", begin) - begin);
  Sections sections = Matches(body, R"(\bk(\w+) = (\d+),)", 2, 1);
  for (auto& [id, name] : sections) name = SnakeCase(name);
  return sections;
}

Sections InDocument() {
  const std::string document = ReadFile("FORMAT.md");
  const size_t begin = document.find("## Sections\n");
  EXPECT_NE(begin, std::string::npos);
  const std::string body = document.substr(begin, document.find("\n## ", begin + 3) - begin);
  return Matches(body, R"(\n\| (\d+) \| (\w+) \|)", 1, 2);
}

TEST(Format, TheDocumentListsTheSectionsOfTheHeader) {
  EXPECT_GT(InHeader().size(), 10u);
  EXPECT_EQ(InDocument(), InHeader());
}

TEST(Format, SectionsAreCalledAsInTheDocument) {
  const Sections sections = InDocument();
  for (int id = 0; id < 1000; ++id) {
    const char* const name = SectionName(static_cast<SectionId>(id));
    const auto documented = sections.find(id);
    EXPECT_EQ(name != nullptr, documented != sections.end()) << id;
    if (name != nullptr && documented != sections.end()) {
      EXPECT_EQ(name, documented->second);
    }
  }
}

TEST(Format, TheDocumentHasTheVersionsAndSizes) {
  const std::string document = ReadFile("FORMAT.md");
  for (const std::string& part :
       {absl::StrCat("This is format ", kImageFormat, ", semantics ", kImageSemantics, " "),
        absl::StrCat("| format version | ", kImageFormat, " |"),
        absl::StrCat("| semantics version | ", kImageSemantics, " |"),
        absl::StrCat("## Header: ", sizeof(ImageHeader), " bytes"),
        absl::StrCat("## Section table: ", sizeof(ImageSection), " bytes each at offset ",
                     sizeof(ImageHeader)),
        absl::StrCat("at most ", kMaxSections, " |"),
        absl::StrCat("a multiple of ", kImageAlignment, " |")}) {
    EXPECT_TRUE(absl::StrContains(document, part)) << part;
  }
}

}  // namespace
}  // namespace allowmatch
