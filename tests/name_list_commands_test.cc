// Name lists in load, compile and explain, as programs.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "loaders/name_list.h"

namespace allowmatch {
namespace {

struct Result {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// A folder of its own for each test; @ stands for it in arguments.
class NameListCommands : public testing::Test {
 protected:
  NameListCommands()
      : folder_(absl::StrCat(testing::TempDir(), "/lists_",
                             testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  void Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(absl::StrCat(folder_, "/", name), std::ios::binary) << bytes;
  }

  Result Run(const std::string& arguments) const {
    const std::string command =
        absl::StrCat("cli/allowmatch ", absl::StrReplaceAll(arguments, {{"@", folder_}}), " >",
                     folder_, ".out 2>", folder_, ".err");
    const int status = system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), Read(".out"),
            absl::StrReplaceAll(Read(".err"), {{folder_, "@"}})};
  }

 private:
  std::string Read(const char* ending) const {
    std::stringstream bytes;
    bytes << std::ifstream(folder_ + ending, std::ios::binary).rdbuf();
    return bytes.str();
  }

  const std::string folder_;
};

TEST_F(NameListCommands, AFormatThatIsNamedIsTaken) {
  Write("list", ".a.example\nb.example\n");
  EXPECT_EQ(Run("load --format squid --as acme @/list").out,
            "allow out any any to .a.example vendor=acme src=list:1\n"
            "allow out any any to b.example vendor=acme src=list:2\n");
  EXPECT_EQ(Run("load --format mihomo --source-name m @/list").out,
            "allow out any any to *.a.example src=m:1\n"
            "allow out any any to b.example src=m:2\n");
  EXPECT_EQ(Run("load --format aws-network-firewall - < @/list").out,
            "allow out tcp any to .a.example src=stdin:1\n"
            "allow out tcp any to b.example src=stdin:2\n");
}

TEST_F(NameListCommands, AFormatThatIsCertainIsDetected) {
  Write("list", "server_name .a.example;\n");
  Write("rule-set.json", "{\"version\": 3, \"rules\": [{\"domain_suffix\": \"b.example\"}]}\n");
  EXPECT_EQ(Run("load @/list").out, "allow out any any to .a.example src=list:1\n");
  EXPECT_EQ(Run("load @/rule-set.json").out,
            "allow out any any to .b.example src=rule-set.json:1\n");
  const Result compiled = Run("compile @/list @/rule-set.json -o @/x.amdb");
  EXPECT_EQ(compiled.exit_code, 0) << compiled.err;
  EXPECT_EQ(Run("inspect --rules @/x.amdb").out,
            "allow out any any to .a.example src=list:1\n"
            "allow out any any to .b.example src=rule-set.json:1\n");
}

// The name of a file that was written as rules stands above what it looks like.
TEST_F(NameListCommands, RulesStayRules) {
  Write("x.rules", "server_name .a.example;\n");
  const Result result = Run("compile @/x.rules -o @/x.amdb");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(absl::StartsWith(result.err, "@/x.rules:1:1: ")) << result.err;
}

TEST_F(NameListCommands, WhatIsNotReadIsReported) {
  Write("list", "a.example\nkeyword:b\n");
  const Result result = Run("load --format v2fly @/list");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err,
            "list:2:1: quarantined: keyword:b: it matches anywhere in a name; write rules for the "
            "names that are meant\n"
            "list: 1 rules; 2 tokens: 1 in rules, 1 quarantined (50.0 %), 0 ignored\n");
  EXPECT_EQ(Run("load --format v2fly --strict @/list").exit_code, 2);
  const Result json = Run("load --format v2fly --report json @/list");
  EXPECT_TRUE(absl::StrContains(json.err, "\"line\":2,\"column\":1,\"token\":\"keyword:b\""))
      << json.err;
}

TEST_F(NameListCommands, ActionAndQuarantine) {
  Write("list", "||a.example^\n||b.example^$third-party\n");
  const Result refused = Run("load --format adblock @/list");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_EQ(refused.out, "");
  EXPECT_TRUE(absl::StrContains(refused.err, "list:2:1: ||b.example^$third-party: its options"))
      << refused.err;
  EXPECT_EQ(Run("load --format adblock --quarantine 1 @/list").out,
            "deny out any any to .a.example src=list:1\n");
  EXPECT_EQ(Run("load --format adblock --action allow @/list").out,
            "allow out any any to .a.example src=list:1\n");
  EXPECT_EQ(Run("compile --format adblock @/list -o @/x.amdb").exit_code, 2);
  EXPECT_EQ(Run("compile --format adblock --quarantine 1 @/list -o @/x.amdb").exit_code, 0);
  EXPECT_EQ(Run("load --format adblock --action forbid @/list").exit_code, 2);
  EXPECT_EQ(Run("load --format adblock --quarantine -1 @/list").exit_code, 2);
}

TEST_F(NameListCommands, IncludedListsLieBeside) {
  Write("list", "include:other\n");
  Write("other", "a.example\n");
  EXPECT_EQ(Run("load --format v2fly @/list").out, "allow out any any to .a.example src=other:1\n");
  EXPECT_EQ(Run("load --format v2fly - < @/list").exit_code, 2);
}

TEST_F(NameListCommands, AVerdictNamesTheLine) {
  Write("list", "# ours\n*.a.example\n");
  ASSERT_EQ(Run("compile --format mihomo @/list -o @/x.amdb").exit_code, 0);
  const Result one = Run("explain --policy @/x.amdb w.a.example tcp 443");
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_TRUE(absl::StrContains(one.out, "to ?.a.example  list:2")) << one.out;
  EXPECT_EQ(Run("explain --policy @/x.amdb a.example tcp 443").exit_code, 1);
  EXPECT_EQ(Run("explain --policy @/x.amdb v.w.a.example tcp 443").exit_code, 1);
}

TEST_F(NameListCommands, HelpHasEachFormatWithAnExample) {
  for (const char* command : {"load", "compile"}) {
    const std::string help = Run(absl::StrCat(command, " --help")).out;
    for (const NameDialect& dialect : NameDialects()) {
      const size_t at = help.find(absl::StrCat("\n  ", dialect.name, " "));
      ASSERT_NE(at, std::string::npos) << dialect.name;
      EXPECT_NE(help.find(dialect.example, at), std::string::npos) << dialect.example;
    }
  }
  EXPECT_EQ(Run("load --format apache x").exit_code, 2);
}

}  // namespace
}  // namespace allowmatch
