// Lists as they are published, read from the folder in ALLOWMATCH_SHARED.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "loaders/name_list_testing.h"

namespace allowmatch {
namespace {

namespace fs = std::filesystem;

fs::path Feeds() {
  const char* shared = std::getenv("ALLOWMATCH_SHARED");
  return shared == nullptr ? fs::path() : fs::path(shared) / "data" / "feeds";
}

bool ReadFile(const fs::path& path, std::string* bytes) {
  std::ifstream file(path, std::ios::binary);
  bytes->assign(std::istreambuf_iterator<char>(file), {});
  return file.good() && !bytes->empty();
}

size_t LinesThat(const std::string& text, bool (*hold)(absl::string_view)) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  return static_cast<size_t>(std::count_if(lines.begin(), lines.end(), hold));
}

// A published list, and how many names it says that it has.
struct Sample {
  const char* label;
  const char* file;
  const char* dialect;
  size_t names;
  size_t quarantined;
  bool (*is_entry)(absl::string_view line);
  const char* rules_begin;  // what each rule begins with
};

class PublishedList : public testing::TestWithParam<Sample> {};

TEST_P(PublishedList, EachEntryIsARuleOrInTheReport) {
  const Sample& sample = GetParam();
  std::string text;
  if (!ReadFile(Feeds() / sample.file, &text)) {
    GTEST_SKIP() << sample.file << " is missing: set ALLOWMATCH_SHARED";
  }
  const LoadedList list = LoadList(sample.dialect, text);
  EXPECT_EQ(list.facts.ruled, sample.names);
  EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kQuarantined), sample.quarantined);
  EXPECT_EQ(LinesThat(text, sample.is_entry), sample.names + sample.quarantined);
  for (const absl::string_view rule : absl::StrSplit(list.rules, '\n', absl::SkipEmpty())) {
    EXPECT_TRUE(absl::StartsWith(rule, sample.rules_begin)) << rule;
  }
  EXPECT_EQ(list.good, sample.names > 0) << list.errors;
  const NameDialect* detected = DetectNameDialect(text);
  ASSERT_NE(detected, nullptr);
  EXPECT_STREQ(detected->name, sample.dialect);
}

bool IsNull(absl::string_view line) { return absl::StartsWith(line, "0.0.0.0 "); }
bool IsAddress(absl::string_view line) { return absl::StartsWith(line, "address=/"); }
bool IsServer(absl::string_view line) { return absl::StartsWith(line, "server=/"); }
bool IsHost(absl::string_view line) { return absl::StartsWith(line, "||"); }
bool IsException(absl::string_view line) { return absl::StartsWith(line, "@@"); }

INSTANTIATE_TEST_SUITE_P(
    Feeds, PublishedList,
    testing::Values(Sample{"hosts", "domains/hosts/hagezi-personal.hosts.txt", "hosts", 12305, 0,
                           IsNull, "deny out any any to "},
                    Sample{"dnsmasq", "domains/dnsmasq/hagezi-personal.dnsmasq.txt", "dnsmasq",
                           9671, 0, IsAddress, "deny out any any to ."},
                    Sample{"dnsmasq_servers", "domains/dnsmasq/google.china.conf", "dnsmasq", 112,
                           0, IsServer, "allow out any any to ."},
                    Sample{"adblock", "domains/adblock/hagezi-personal.adblock.txt", "adblock",
                           9671, 0, IsHost, "deny out any any to ."},
                    Sample{"adblock_exceptions", "domains/adblock/hagezi-whitelist-referral.txt",
                           "adblock", 0, 482, IsException, "none"}),
    [](const auto& info) { return std::string(info.param.label); });

// The same names, published in three dialects, are the same rules.
TEST(PublishedLists, DialectsOfOneListAgree) {
  std::string dnsmasq, adblock;
  if (!ReadFile(Feeds() / "domains/dnsmasq/hagezi-personal.dnsmasq.txt", &dnsmasq) ||
      !ReadFile(Feeds() / "domains/adblock/hagezi-personal.adblock.txt", &adblock)) {
    GTEST_SKIP() << "the lists are missing: set ALLOWMATCH_SHARED";
  }
  EXPECT_EQ(LoadList("dnsmasq", dnsmasq).rules, LoadList("adblock", adblock).rules);
}

TEST(PublishedLists, EachListOfV2fly) {
  const fs::path folder = Feeds() / "domains/v2fly/data";
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    GTEST_SKIP() << "domains/v2fly is missing: set ALLOWMATCH_SHARED";
  }
  NameListOptions options;
  options.include = [&folder](const std::string& name, std::string* bytes) {
    return ReadFile(folder / name, bytes);
  };
  options.policy.allow_broad = true;
  size_t lists = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().filename().string());
    std::string text;
    ASSERT_TRUE(ReadFile(entry.path(), &text));
    options.source = entry.path().filename().string();
    const LoadedList list = LoadList("v2fly", text, options);
    EXPECT_TRUE(list.good) << list.errors;
    EXPECT_EQ(list.facts.tokens, list.facts.ruled + list.facts.entries.size());
    for (const ReportEntry& unread : list.facts.entries) {
      EXPECT_TRUE(absl::StartsWith(unread.token, "regexp:") ||
                  absl::StartsWith(unread.token, "keyword:"))
          << unread.token << ": " << unread.reason;
    }
    ++lists;
  }
  EXPECT_GT(lists, 100u);
}

TEST(PublishedLists, Imports) {
  std::string hosts, squid;
  if (!ReadFile(Feeds() / "import/synthetic/hosts.txt", &hosts) ||
      !ReadFile(Feeds() / "import/synthetic/squid.conf", &squid)) {
    GTEST_SKIP() << "import/synthetic is missing: set ALLOWMATCH_SHARED";
  }
  EXPECT_EQ(LoadList("hosts", hosts).rules,
            "allow out any any to real.vendor.example src=list:6\n"
            "deny out any any to a.vendor.example src=list:4\n"
            "deny out any any to b.vendor.example src=list:4\n"
            "deny out any any to c.vendor.example src=list:5\n");
  EXPECT_EQ(LoadList("squid", squid).rules,
            "allow out tcp 80,443,8801-8810 to .vendor.example src=list:1\n"
            "allow out tcp 80,443,8801-8810 to media.other.example src=list:1\n");
}

}  // namespace
}  // namespace allowmatch
