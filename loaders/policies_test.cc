// The built-in policies are what the loader makes of the vendors' documents.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "gtest/gtest.h"
#include "loaders/page.h"

namespace allowmatch {
namespace {

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The document whose name begins with `number`; empty if it is not there.
std::string Document(const std::string& number) {
  const char* shared = std::getenv("ALLOWMATCH_SHARED");
  if (shared == nullptr) return "";
  const std::filesystem::path folder = std::filesystem::path(shared) / "seeds";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().filename().string().rfind(number, 0) == 0) return ReadAll(entry.path());
  }
  return "";
}

struct Vendor {
  const char* name;
  const char* document;
};

class BuiltInPolicy : public testing::TestWithParam<Vendor> {};

TEST_P(BuiltInPolicy, IsWhatTheLoaderMakesOfTheDocument) {
  const std::string page = Document(GetParam().document);
  if (page.empty()) GTEST_SKIP() << "the vendor's document is missing: set ALLOWMATCH_SHARED";
  PageOptions options;
  options.source = std::string(GetParam().name) + ".txt";
  options.vendor = GetParam().name;
  Policy policy;
  LoadReport report;
  Diagnostics errors;
  ASSERT_TRUE(LoadPage(page, options, &policy, &report, &errors));
  const std::string want = ReadAll(std::string("data/policies/") + GetParam().name + ".rules");
  ASSERT_FALSE(want.empty());
  EXPECT_EQ(FormatRules(policy), want);
}

TEST_P(BuiltInPolicy, ReadsBackToItself) {
  const std::string text = ReadAll(std::string("data/policies/") + GetParam().name + ".rules");
  Policy policy;
  Diagnostics errors;
  ASSERT_TRUE(ParseRules(text, "policy.rules", {}, &policy, &errors));
  policy.Canonicalize();
  EXPECT_EQ(FormatRules(policy), text);
}

INSTANTIATE_TEST_SUITE_P(Vendors, BuiltInPolicy,
                         testing::Values(Vendor{"kaltura", "000"}, Vendor{"kudo", "001"},
                                         Vendor{"pexip", "002"}, Vendor{"tute", "003"},
                                         Vendor{"plugnmeet", "004"}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace allowmatch
