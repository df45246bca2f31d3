// What holds for name lists of all dialects. What is special to one of them is
// in name_dialects_test.cc, and what its forms mean in NAME_LISTS.md.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "loaders/name_list_testing.h"

namespace allowmatch {
namespace {

size_t Lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(NameList, EachNameIsARuleWithItsLine) {
  NameListOptions options;
  options.vendor = "acme";
  const LoadedList list = LoadList("squid", "# ours\n.example.com\n\n  b.example.org  # why\n",
                                   options);
  EXPECT_EQ(list.rules,
            "allow out any any to .example.com vendor=acme src=list:2\n"
            "allow out any any to b.example.org vendor=acme src=list:4\n");
  EXPECT_EQ(list.report, "");
  EXPECT_EQ(list.facts.tokens, 2u);
  EXPECT_EQ(list.facts.ruled, 2u);
}

TEST(NameList, TheSameNameTwiceIsOneRule) {
  EXPECT_EQ(LoadList("squid", "A.example.com\na.example.com.\n").rules,
            "allow out any any to a.example.com src=list:1 src=list:2\n");
}

TEST(NameList, WhatTheListBlocksIsDenied) {
  const LoadedList list = LoadList("hosts", "0.0.0.0 a.example.com\n192.0.2.7 b.example.com\n");
  EXPECT_EQ(list.rules,
            "allow out any any to b.example.com src=list:2\n"
            "deny out any any to a.example.com src=list:1\n");
  EXPECT_EQ(list.report,
            "list:1:9: note: the list blocks names, 1 in all, so their rules deny; --action allow "
            "reads them as names to allow\n");
}

TEST(NameList, TheActionCanBeSaid) {
  const std::string text = "0.0.0.0 a.example.com\n192.0.2.7 b.example.com\n";
  EXPECT_EQ(LoadList("hosts", text, WithAction(Action::kAllow)).rules,
            "allow out any any to a.example.com src=list:1\n"
            "allow out any any to b.example.com src=list:2\n");
  EXPECT_EQ(LoadList("hosts", text, WithAction(Action::kDeny)).rules,
            "deny out any any to a.example.com src=list:1\n"
            "deny out any any to b.example.com src=list:2\n");
}

TEST(NameList, WithoutWhichLessIsAllowedIsQuarantined) {
  const LoadedList list = LoadList("v2fly", "example.com\n  regexp:^a$\nfull:no name\n");
  EXPECT_TRUE(list.good);
  EXPECT_EQ(list.rules, "allow out any any to .example.com src=list:1\n");
  EXPECT_EQ(list.report,
            "list:2:3: quarantined: regexp:^a$: it is a regular expression; write rules for the "
            "names that are meant\n"
            "list:3:1: quarantined: name: behind a rule only @attribute and &list may stand\n");
  EXPECT_EQ(list.facts.tokens, 3u);
}

TEST(NameList, WithoutWhichMoreIsAllowedIsAnError) {
  const LoadedList list =
      LoadList("v2fly", "example.com\nregexp:^a$\nkeyword:b\n", WithAction(Action::kDeny));
  EXPECT_FALSE(list.good);
  EXPECT_EQ(list.rules, "");
  EXPECT_EQ(list.errors,
            "list:2:1: regexp:^a$: it is a regular expression; write rules for the names that are "
            "meant\n"
            "list:3:1: keyword:b: it matches anywhere in a name; write rules for the names that "
            "are meant\n"
            "list: 2 entries could not be read, without which more would be allowed; --quarantine "
            "2 leaves them out\n");
}

TEST(NameList, QuarantineLeavesThemOut) {
  const std::string text = "example.com\nregexp:^a$\nkeyword:b\n";
  EXPECT_FALSE(LoadList("v2fly", text, WithAction(Action::kDeny, 1)).good);
  const LoadedList list = LoadList("v2fly", text, WithAction(Action::kDeny, 2));
  EXPECT_TRUE(list.good);
  EXPECT_EQ(list.rules, "deny out any any to .example.com src=list:1\n");
  EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kQuarantined), 2u);
}

// An exception to what is allowed must not be lost; one to what is denied may.
TEST(NameList, ExceptionsAreNeverLostFromWhatIsAllowed) {
  const std::string blocks = "||example.com^\n@@||a.example.com^\n";
  EXPECT_TRUE(LoadList("adblock", blocks).good);
  EXPECT_TRUE(LoadList("adblock", blocks, WithAction(Action::kDeny)).good);
  EXPECT_FALSE(LoadList("adblock", blocks, WithAction(Action::kAllow)).good);
  const std::string lists = ".example.com 1;\na.example.com 0;\n";
  EXPECT_FALSE(LoadList("nginx", lists).good);
  EXPECT_FALSE(LoadList("nginx", lists, WithAction(Action::kAllow)).good);
  EXPECT_TRUE(LoadList("nginx", lists, WithAction(Action::kDeny)).good);
}

TEST(NameList, AHundredErrorsAreEnough) {
  std::string text;
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, "/regex", i, "/\n");
  const LoadedList list = LoadList("adblock", text);
  EXPECT_EQ(Lines(list.errors), 101u);
  EXPECT_TRUE(absl::StrContains(list.errors, "--quarantine 1000"));
}

TEST(NameList, NoNameIsAnError) {
  for (const NameDialect& dialect : NameDialects()) {
    EXPECT_FALSE(LoadList(dialect.name, "").good) << dialect.name;
    EXPECT_FALSE(LoadList(dialect.name, "\n# nothing\n").good) << dialect.name;
  }
  EXPECT_EQ(LoadList("hosts", "# nothing\n").errors,
            "list: no name could be read from the list; it has no entry of this format\n");
}

TEST(NameList, LineEndsAndByteOrderMark) {
  EXPECT_EQ(LoadList("squid", "\xef\xbb\xbf.example.com\r\nb.example.org").rules,
            "allow out any any to .example.com src=list:1\n"
            "allow out any any to b.example.org src=list:2\n");
}

TEST(NameList, BytesThatAreNoTextAreRefused) {
  for (const NameDialect& dialect : NameDialects()) {
    const LoadedList nul = LoadList(dialect.name, absl::string_view("x.example\n a\0b\n", 15));
    EXPECT_EQ(nul.errors, "list:2:3: the list holds a NUL byte; it is no text\n") << dialect.name;
    EXPECT_FALSE(LoadList(dialect.name, "\xff\xfe.\0x\0").good) << dialect.name;
  }
}

TEST(NameList, NamesBeyondAscii) {
  EXPECT_EQ(LoadList("squid", ".b\xc3\xbc"
                              "cher.example\n")
                .rules,
            "allow out any any to .xn--bcher-kva.example src=list:1\n");
  const LoadedList upper = LoadList("squid", "x.example\nB\xc3\x9c"
                                             "CHER.example\n");
  EXPECT_TRUE(absl::StrContains(upper.report, "list:2:1: quarantined: B\xc3\x9c"
                                              "CHER.example: it is not a valid"))
      << upper.report;
}

TEST(NameList, BrokenUtf8IsShownEscaped) {
  const LoadedList list = LoadList("squid", "x.example\nb\xc3.example\n\x1b[31m.example\n");
  EXPECT_EQ(list.rules, "allow out any any to x.example src=list:1\n");
  EXPECT_TRUE(absl::StrContains(list.report, "quarantined: \"b\\xc3.example\"")) << list.report;
  EXPECT_TRUE(absl::StrContains(list.report, "quarantined: \"\\x1b[31m.example\"")) << list.report;
}

TEST(NameList, LongNamesAreShownCut) {
  const std::string labels(3000000, '.');
  const LoadedList list =
      LoadList("squid", absl::StrCat("x.example\na", labels, "\n", std::string(300, 'b'), "\n"));
  EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kQuarantined), 2u);
  EXPECT_LT(list.report.size(), 400u);
}

TEST(NameList, PublicSuffixesAreTooBroad) {
  const LoadedList list = LoadList("v2fly", "com\nexample.com\n");
  EXPECT_EQ(list.rules, "allow out any any to .example.com src=list:2\n");
  EXPECT_TRUE(absl::StrContains(list.report, "--allow-broad")) << list.report;
  NameListOptions broad;
  broad.policy.allow_broad = true;
  EXPECT_EQ(Lines(LoadList("v2fly", "com\nexample.com\n", broad).rules), 2u);
}

TEST(NameList, AddressesAreNoNames) {
  for (const char* dialect : {"squid", "v2fly", "mihomo", "aws-network-firewall"}) {
    const LoadedList list = LoadList(dialect, "x.example\n192.0.2.7\n");
    EXPECT_EQ(Lines(list.rules), 1u) << dialect;
    EXPECT_TRUE(absl::StrContains(list.report, "quarantined: 192.0.2.7")) << list.report;
  }
}

// A dialect's word must not become a wildcard of ours.
TEST(NameList, OurWildcardsAreNotTheirs) {
  for (const char* entry : {"full:*.x.example", "domain:*.x.example", "?.x.example",
                            "domain:.x.example", "full:.x.example", "a.*.x.example"}) {
    EXPECT_FALSE(LoadList("v2fly", entry).good) << entry;
  }
  EXPECT_FALSE(LoadList("hosts", "192.0.2.7 .x.example").good);
  EXPECT_FALSE(LoadList("mihomo", "?.x.example").good);
  EXPECT_FALSE(LoadList("mihomo", "DOMAIN,*.x.example").good);
  EXPECT_FALSE(LoadList("cilium", "egress: [{toFQDNs: [{matchName: '*.x.example'}]}]").good);
  EXPECT_FALSE(LoadList("cilium", "egress: [{toFQDNs: [{matchPattern: '?.x.example'}]}]").good);
  EXPECT_FALSE(LoadList("cilium", "egress: [{toFQDNs: [{matchPattern: '.x.example'}]}]").good);
}

const char* Detected(absl::string_view text) {
  const NameDialect* dialect = DetectNameDialect(text);
  return dialect == nullptr ? "" : dialect->name;
}

TEST(NameList, WhatIsCertainIsDetected) {
  EXPECT_STREQ(Detected("! Title: x\n\n||example.com^\n"), "adblock");
  EXPECT_STREQ(Detected("[Adblock Plus 2.0]\n"), "adblock");
  EXPECT_STREQ(Detected("{\"RulesSource\": {\"RulesSourceList\": {}}}"), "aws-network-firewall");
  EXPECT_STREQ(Detected("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"), "cilium");
  EXPECT_STREQ(Detected("{\n  \"kind\": \"CiliumNetworkPolicy\",\n"), "cilium");
  EXPECT_STREQ(Detected("# x\nserver=/example.com/192.0.2.53\n"), "dnsmasq");
  EXPECT_STREQ(Detected("127.0.0.1 localhost # us\n\n192.0.2.7 x.example\n"), "hosts");
  EXPECT_STREQ(Detected("\xef\xbb\xbfpayload:\n- x.example\n"), "mihomo");
  EXPECT_STREQ(Detected("# x\nDOMAIN-SUFFIX,example.com\n"), "mihomo");
  EXPECT_STREQ(Detected("+.example.com\n"), "mihomo");
  EXPECT_STREQ(Detected("map $host $ok {\n  hostnames;\n"), "nginx");
  EXPECT_STREQ(Detected("server_name .example.com;\n"), "nginx");
  EXPECT_STREQ(Detected("{\"version\": 3, \"rules\": [{\"domain\": \"x\"}]}"), "sing-box");
  EXPECT_STREQ(Detected("acl ok dstdomain .example.com\n"), "squid");
  EXPECT_STREQ(Detected("include:other\n"), "v2fly");
  EXPECT_STREQ(Detected("full:www.example.com @cn\n"), "v2fly");
}

TEST(NameList, WhatIsInDoubtIsNotDetected) {
  for (const char* text :
       {"", ".example.com\n", "example.com\n", "*.example.com\n", "192.0.2.7 example.com\n",
        "127.0.0.1 localhost\nand more\n", "[{\"action\": \"allow\"}]", "{\"version\": 1}",
        "Domain: example.com\n", "domain: example.com\n", "server\n", "The map of ports {\n",
        "allow out any any to x.example\n", "Allow *.example.com\n||\n"}) {
    EXPECT_STREQ(Detected(text), "") << text;
  }
}

TEST(NameList, PagesAreNotDetected) {
  size_t pages = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("data/pages")) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_STREQ(Detected(text), "") << entry.path();
    ++pages;
  }
  EXPECT_GT(pages, 10u);
}

TEST(NameList, DialectsAreKnownByTheirNames) {
  for (const NameDialect& dialect : NameDialects()) {
    EXPECT_EQ(FindNameDialect(dialect.name), &dialect);
  }
  EXPECT_EQ(FindNameDialect("Squid"), nullptr);
  EXPECT_EQ(FindNameDialect(""), nullptr);
}

}  // namespace
}  // namespace allowmatch
