// Every page of data/pages against its key, and the pages of the shared data
// where they are present.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "loaders/page.h"
#include "loaders/page_expectation.h"

namespace allowmatch {
namespace {

constexpr char kFolder[] = "data/pages";

std::string BaseName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string Stem(const std::string& path) {
  const std::string name = BaseName(path);
  return name.substr(0, name.rfind('.'));
}

// One line of the score, printed when all pages are done.
struct ScoreLine {
  std::string page;
  PageScore score;
};

std::vector<ScoreLine>* Scores() {
  static auto* const scores = new std::vector<ScoreLine>;
  return scores;
}

void ExpectPage(const std::string& path, const std::string& key_path) {
  std::string bytes;
  std::string key;
  ASSERT_TRUE(ReadBytes(path, &bytes)) << path;
  ASSERT_TRUE(ReadBytes(key_path, &key)) << key_path;
  PageExpectation expectation;
  std::string error;
  ASSERT_TRUE(ReadPageExpectation(key, &expectation, &error)) << key_path << ": " << error;
  PageOptions options;
  options.source = BaseName(path);
  Policy policy;
  LoadReport report;
  Diagnostics errors;
  const bool loaded = LoadPage(bytes, options, &policy, &report, &errors);
  EXPECT_EQ(loaded, !expectation.refused) << (errors.empty() ? "" : errors[0].ToString());
  if (!loaded) policy.rules.clear();
  const PageScore score = ScorePage(expectation, policy, report);
  Scores()->push_back({BaseName(path), score});
  EXPECT_TRUE(score.Perfect()) << BaseName(path) << "\n" << score.ToString();
}

class PageCorpus : public testing::TestWithParam<std::string> {};

TEST_P(PageCorpus, LoadsToItsKey) {
  const std::string stem = absl::StrCat(kFolder, "/", GetParam());
  for (const char* suffix : {".txt", ".md", ".rst"}) {
    std::string bytes;
    if (!ReadBytes(stem + suffix, &bytes)) continue;
    ExpectPage(stem + suffix, stem + ".expected");
    return;
  }
  FAIL() << "no page for " << stem << ".expected";
}

std::vector<std::string> Keys(const std::string& folder) {
  std::vector<std::string> stems;
  for (const std::string& path : FilesIn(folder, ".expected")) stems.push_back(Stem(path));
  return stems;
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Pages, PageCorpus, testing::ValuesIn(Keys(kFolder)), TestName);

// The vendors' own pages are not ours to distribute: only the keys are here.
class SharedPages : public testing::TestWithParam<std::string> {};

TEST_P(SharedPages, LoadsToItsKey) {
  const char* const shared = std::getenv("ALLOWMATCH_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "ALLOWMATCH_SHARED is not set";
  const std::string key = absl::StrCat(kFolder, "/expected/", GetParam(), ".expected");
  for (const char* folder : {"/seeds/", "/data/vendor-pages/"}) {
    for (const char* suffix : {".txt", ".md", ".rst"}) {
      const std::string path = absl::StrCat(shared, folder, GetParam(), suffix);
      std::string bytes;
      if (!ReadBytes(path, &bytes)) continue;
      ExpectPage(path, key);
      return;
    }
  }
  GTEST_SKIP() << GetParam() << " is not under ALLOWMATCH_SHARED";
}

INSTANTIATE_TEST_SUITE_P(Vendors, SharedPages,
                         testing::ValuesIn(Keys(absl::StrCat(kFolder, "/expected"))), TestName);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SharedPages);

class ScoreTable : public testing::Environment {
 public:
  void TearDown() override {
    size_t found = 0;
    size_t missed = 0;
    size_t wrong = 0;
    size_t reported = 0;
    std::printf("\n%-44s %6s %7s %6s %7s\n", "page", "found", "missed", "wrong", "report");
    for (const ScoreLine& line : *Scores()) {
      std::printf("%-44s %6zu %7zu %6zu %7zu\n", line.page.c_str(), line.score.found,
                  line.score.missed.size(), line.score.wrong.size(), line.score.reported.size());
      found += line.score.found;
      missed += line.score.missed.size();
      wrong += line.score.wrong.size();
      reported += line.score.reported.size();
    }
    std::printf("%-44s %6zu %7zu %6zu %7zu\n", "all", found, missed, wrong, reported);
  }
};

testing::Environment* const kScoreTable = testing::AddGlobalTestEnvironment(new ScoreTable);

}  // namespace
}  // namespace allowmatch
