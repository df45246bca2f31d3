// compile, inspect, and a compiled file in classify and explain, as programs.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace allowmatch {
namespace {

struct Result {
  int exit_code = -1;
  std::string out;
  std::string err;
};

constexpr char kRules[] =
    "# comments are not kept\n"
    "allow out tcp 443 to 198.51.100.0/24,*.listed.example vendor=one service=web region=us "
    "require=mandatory dated=2024-05 inferred=\"a port\" src=one.txt:1\n"
    "allow out udp any to 203.0.113.7 vendor=two region=eu src=two.txt:9\n"
    "allow in tcp 80 to self vendor=two\n"
    "allow out tcp 8443 to 2001:db8::/33 vendor=three profile=narrow choice=1\n"
    "allow out tcp 8443 to 2001:db8::/32 vendor=three profile=wide choice=2\n"
    "deny out any any to 198.51.100.66 vendor=local\n";

// A folder of its own for each test.
class ImageCommands : public testing::Test {
 protected:
  ImageCommands()
      : folder_(absl::StrCat(testing::TempDir(), "/",
                             testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    Write("office.rules", kRules);
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }

  std::string Read(const std::string& name) const {
    std::stringstream bytes;
    bytes << std::ifstream(Path(name), std::ios::binary).rdbuf();
    return bytes.str();
  }

  // Runs `allowmatch ARGUMENTS`; @ stands for the folder.
  Result Run(const std::string& arguments, const std::string& before = "") const {
    const std::string command =
        absl::StrCat(before, " cli/allowmatch ", absl::StrReplaceAll(arguments, {{"@", folder_}}),
                     " >", folder_, ".out 2>", folder_, ".err");
    const int status = system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            Read("../" + Name(".out")),
            absl::StrReplaceAll(Read("../" + Name(".err")), {{folder_, "@"}})};
  }

  size_t FileCount() const {
    size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++count;
    return count;
  }

 private:
  std::string Name(const char* ending) const {
    return std::filesystem::path(folder_).filename().string() + ending;
  }

  const std::string folder_;
};

TEST_F(ImageCommands, CompileReportsWhatItWrote) {
  const Result result = Run("compile @/office.rules --region us -o @/office.amdb");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(absl::StartsWith(result.err, "@/office.amdb: 6 rules, 4 active (region=us)\n"))
      << result.err;
  const std::string size = absl::StrCat(Read("office.amdb").size());
  for (const std::string& part :
       {std::string(" for lookups, "), std::string(" for the rules themselves, "),
        std::string("IPv4: "), std::string("IPv6: "), std::string("verdicts: shapes")}) {
    EXPECT_TRUE(absl::StrContains(result.err, part)) << part << "\n" << result.err;
  }
  EXPECT_TRUE(absl::StrContains(absl::StrReplaceAll(result.err, {{",", ""}}), size + " bytes: "))
      << result.err;
  EXPECT_EQ(Run("compile -q @/office.rules -o @/quiet.amdb").err, "");
}

TEST_F(ImageCommands, CompileIsDeterministic) {
  Write("first.rules",
        "allow out tcp 443 to 192.0.2.1,192.0.2.2 src=a.txt:1 src=b.txt:2\n"
        "allow out tcp 80 to 192.0.2.3\n");
  Write("second.rules", "\n\nallow out tcp 80 to 192.0.2.3\n");
  Write("third.rules", "allow out tcp 443 to 192.0.2.2,192.0.2.1 src=b.txt:2 src=a.txt:1 # same\n");
  ASSERT_EQ(Run("compile @/first.rules -o @/1.amdb").exit_code, 0);
  ASSERT_EQ(Run("compile @/second.rules @/third.rules -o @/2.amdb").exit_code, 0);
  ASSERT_EQ(Run("compile @/third.rules - -o @/3.amdb <@/second.rules").exit_code, 0);
  EXPECT_FALSE(Read("1.amdb").empty());
  EXPECT_EQ(Read("1.amdb"), Read("2.amdb"));
  EXPECT_EQ(Read("1.amdb"), Read("3.amdb"));
}

TEST_F(ImageCommands, CompileReadsEachFormOfASource) {
  ASSERT_EQ(Run("compile @/office.rules -o @/text.amdb").exit_code, 0);
  const Result json = Run("load @/office.rules --output json");
  Write("office.json", json.out);
  ASSERT_EQ(Run("compile @/office.json -o @/json.amdb").exit_code, 0);
  EXPECT_EQ(Read("json.amdb"), Read("text.amdb"));
  Write("page.txt",
        "Acme firewall requirements\n\nPlease allow these addresses:\n\n"
        "| Address | Protocol | Port |\n|---|---|---|\n| 8.8.4.0/24 | TCP | 443 |\n");
  const Result page = Run("compile --as acme @/page.txt -o @/page.amdb");
  ASSERT_EQ(page.exit_code, 0) << page.err;
  EXPECT_TRUE(absl::StrContains(page.err, "page.txt: 1 rules"))
      << "the loader's report: " << page.err;
  const Result rules = Run("inspect --rules @/page.amdb");
  EXPECT_TRUE(absl::StrContains(rules.out, "to 8.8.4.0/24 vendor=acme")) << rules.out;
  EXPECT_TRUE(absl::StrContains(rules.out, "src=page.txt:7")) << rules.out;
}

TEST_F(ImageCommands, CompileWithoutASourceTakesTheBuiltInRules) {
  ASSERT_EQ(Run("compile -o @/vendors.amdb").exit_code, 0);
  const Result compiled = Run("explain --policy @/vendors.amdb 3.7.161.50 tcp 443");
  EXPECT_EQ(compiled.exit_code, 0);
  EXPECT_EQ(compiled.out, Run("explain 3.7.161.50 tcp 443").out);
  EXPECT_TRUE(absl::StrContains(compiled.out, "kudo.txt:75")) << compiled.out;
}

TEST_F(ImageCommands, CompileSaysWhatIsWrongAndLeavesNothing) {
  Write("bad.rules", "alow out tcp 443 to 192.0.2.1\nallow out tcp 70000 to 192.0.2.1\n");
  Write("broad.rules", "allow out tcp 443 to any\n");
  const auto error = [this](const std::string& arguments) {
    const Result result = Run("compile " + arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments;
    EXPECT_EQ(result.out, "");
    return result.err;
  };
  const std::string bad = error("@/bad.rules @/office.rules @/nowhere.rules -o @/x.amdb");
  for (const char* part :
       {"@/bad.rules:1:1: ", "@/bad.rules:2:", "@/nowhere.rules: No such file"}) {
    EXPECT_TRUE(absl::StrContains(bad, part)) << part << "\n" << bad;
  }
  EXPECT_TRUE(absl::StrContains(error("@/broad.rules -o @/x.amdb"), "--allow-broad"));
  EXPECT_TRUE(
      absl::StrContains(error("@/office.rules --region moon -o @/x.amdb"), "unknown region"));
  EXPECT_TRUE(absl::StrContains(error("@/office.rules --self 10 -o @/x.amdb"), "--self 10: "));
  EXPECT_EQ(error("@/office.rules -o @/no/x.amdb"), "@/no/x.amdb: No such file or directory\n");
  EXPECT_EQ(error("@/office.rules -o @"), "@: Is a directory\n");
  EXPECT_EQ(error("@/office.rules -o /dev/null"), "/dev/null: it is not a regular file\n");
  EXPECT_TRUE(absl::StrContains(error("@/office.rules"), "--output is required"));
  EXPECT_EQ(FileCount(), 3u) << "the sources";
}

TEST_F(ImageCommands, CompileReplacesDatabasesAlone) {
  const Result refused = Run("compile @/office.rules -o @/office.rules");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_TRUE(absl::StrContains(refused.err, "no database, and it was not overwritten"));
  EXPECT_EQ(Read("office.rules"), kRules);
  ASSERT_EQ(Run("compile @/office.rules -o @/office.amdb").exit_code, 0);
  ASSERT_EQ(chmod(Path("office.amdb").c_str(), 0640), 0);
  const std::string before = Read("office.amdb");
  ASSERT_EQ(Run("compile @/office.rules --vendor one -o @/office.amdb").exit_code, 0);
  EXPECT_NE(Read("office.amdb"), before);
  struct stat about = {};
  ASSERT_EQ(stat(Path("office.amdb").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0640u) << "as the file before";
  const Result again = Run("compile @/office.amdb -o @/new.amdb");
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_TRUE(absl::StrContains(again.err, "inspect --rules")) << again.err;
}

TEST_F(ImageCommands, CompileThroughALinkReplacesWhatItLeadsTo) {
  ASSERT_EQ(Run("compile @/office.rules -o @/real.amdb").exit_code, 0);
  std::filesystem::create_symlink("real.amdb", Path("link.amdb"));
  ASSERT_EQ(Run("compile @/office.rules --vendor one -o @/link.amdb").exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(Path("link.amdb")));
  EXPECT_TRUE(absl::StrContains(Run("inspect @/real.amdb").out, "vendor=one"));
}

TEST_F(ImageCommands, AFullDiskChangesNothing) {
  ASSERT_EQ(Run("compile @/office.rules -o @/office.amdb").exit_code, 0);
  const std::string before = Read("office.amdb");
  const Result full = Run("compile @/office.rules --vendor one -o @/office.amdb", "ulimit -f 2;");
  EXPECT_EQ(full.exit_code, 2);
  EXPECT_EQ(full.err, "@/office.amdb: File too large\n");
  EXPECT_EQ(Read("office.amdb"), before);
  EXPECT_EQ(FileCount(), 2u) << "no file beside it";
}

// An unwritable folder; root may write there all the same.
TEST_F(ImageCommands, AFolderThatCannotBeWrittenTo) {
  std::filesystem::create_directory(Path("locked"));
  std::filesystem::permissions(
      Path("locked"), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  if (access(Path("locked").c_str(), W_OK) == 0) GTEST_SKIP() << "run as root";
  const Result result = Run("compile @/office.rules -o @/locked/x.amdb");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err, "@/locked/x.amdb: Permission denied\n");
}

std::string Row(const std::string& dst, const std::string& port, const std::string& protocol) {
  return absl::StrCat("2 1 eni-1 10.0.0.1 ", dst, " 51000 ", port, " ", protocol,
                      " 1 60 1 2 ACCEPT OK\n");
}

std::string EveryVerdict() {
  return Row("198.51.100.7", "443", "6") + Row("198.51.100.66", "443", "6") +
         Row("198.51.100.7", "80", "6") + Row("192.0.2.1", "443", "6") +
         Row("192.0.2.1", "25", "6") + Row("203.0.113.7", "5000", "17") +
         Row("2001:db8:7000::1", "8443", "6") + Row("2001:db8:f000::1", "8443", "6") +
         "2 1 eni-1 192.0.2.9 10.0.0.4 51000 80 6 1 60 1 2 ACCEPT OK\n";
}

TEST_F(ImageCommands, ClassifySaysTheSameWithACompiledPolicy) {
  Write("flows.log", EveryVerdict());
  for (const std::string& options :
       {std::string(), std::string("--region us --self 10.0.0.4"), std::string("--vendor one,two"),
        std::string("--profile three=wide --basis both --require mandatory")}) {
    ASSERT_EQ(Run(absl::StrCat("compile @/office.rules -o @/office.amdb ", options)).exit_code, 0);
    for (const char* output : {"--output ndjson", "--output tsv", "--output summary", "--json"}) {
      const std::string log = absl::StrCat(" ", output, " @/flows.log");
      const Result rules = Run(absl::StrCat("classify --policy @/office.rules ", options, log));
      const Result compiled = Run(absl::StrCat("classify --policy @/office.amdb", log));
      EXPECT_EQ(compiled.exit_code, 0) << compiled.err;
      EXPECT_TRUE(absl::StrContains(compiled.out, "one")) << "the vendor: " << compiled.out;
      EXPECT_EQ(absl::StrReplaceAll(compiled.out, {{"office.amdb", "office.rules"}}), rules.out)
          << options << log;
      EXPECT_EQ(compiled.err, rules.err);
    }
  }
}

TEST_F(ImageCommands, ExplainSaysTheSameWithACompiledPolicy) {
  ASSERT_EQ(Run("compile @/office.rules --region us --self 10.0.0.4 -o @/us.amdb").exit_code, 0);
  for (const char* question :
       {"198.51.100.7 tcp 443", "198.51.100.66 tcp 443", "198.51.100.7 tcp 80", "203.0.113.7 udp 1",
        "2001:db8:f000::1 tcp 8443", "192.0.2.9 tcp 80 --in --local 10.0.0.4",
        "a.listed.example tcp 443", "listed.example tcp 443", "evillisted.example tcp 443"}) {
    const Result rules =
        Run(absl::StrCat("explain --policy @/office.rules --region us --self 10.0.0.4 ", question));
    const Result compiled = Run(absl::StrCat("explain --policy @/us.amdb ", question));
    EXPECT_EQ(compiled.exit_code, rules.exit_code) << question;
    EXPECT_EQ(compiled.out, rules.out);
    EXPECT_FALSE(compiled.out.empty());
  }
  const Result source = Run("explain --policy @/us.amdb 198.51.100.7 tcp 443");
  EXPECT_TRUE(absl::StrContains(source.out, "one.txt:1")) << source.out;
}

// What a file is, its first bytes say; its name only where they do not.
TEST_F(ImageCommands, ACompiledFileIsKnownByItsBytes) {
  ASSERT_EQ(Run("compile @/office.rules -o @/policy.bin").exit_code, 0);
  EXPECT_EQ(Run("explain --policy @/policy.bin 198.51.100.7 tcp 443").exit_code, 0);
  Write("not.amdb", kRules);
  const Result result = Run("explain --policy @/not.amdb 198.51.100.7 tcp 443");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(absl::StrContains(result.err, "@/not.amdb: not a database")) << result.err;
}

TEST_F(ImageCommands, SelectionIsMadeWhenItIsCompiled) {
  ASSERT_EQ(Run("compile @/office.rules -o @/office.amdb").exit_code, 0);
  Write("flows.log", EveryVerdict());
  for (const char* option :
       {"--vendor one", "--region us", "--require mandatory", "--profile three=wide",
        "--self 10.0.0.4", "--basis both", "--basis either", "--allow-broad", "--mask-host-bits"}) {
    for (const char* command : {"classify @/flows.log", "explain 198.51.100.7 tcp 443"}) {
      const Result result = Run(absl::StrCat(command, " --policy @/office.amdb ", option));
      EXPECT_EQ(result.exit_code, 2) << option;
      const std::string name = std::string(option).substr(0, std::string(option).find(' '));
      EXPECT_TRUE(absl::StrContains(result.err, name + " cannot change a compiled policy"))
          << result.err;
      EXPECT_TRUE(absl::StrContains(result.err, "allowmatch compile")) << result.err;
    }
  }
}

TEST_F(ImageCommands, ACompiledPolicyIsUsedAlone) {
  ASSERT_EQ(Run("compile @/office.rules -o @/office.amdb").exit_code, 0);
  for (const char* files : {"--policy @/office.amdb --policy @/office.rules",
                            "--policy @/office.rules --policy @/office.amdb",
                            "--policy @/office.amdb --policy @/office.amdb"}) {
    const Result result = Run(absl::StrCat("explain 198.51.100.7 tcp 443 ", files));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(absl::StrContains(result.err, "used alone; to join it with others")) << result.err;
    EXPECT_TRUE(absl::StrContains(result.err, "inspect --rules @/office.amdb")) << result.err;
  }
}

// The rules that inspect prints compile, under the same options, to the same
// bytes, and the sum of the parts is the whole.
TEST_F(ImageCommands, InspectGivesTheRulesBack) {
  for (const char* options : {"", "--region us --self 10.0.0.4,2001:db8::4", "--basis both"}) {
    ASSERT_EQ(Run(absl::StrCat("compile @/office.rules -o @/1.amdb ", options)).exit_code, 0);
    const Result rules = Run("inspect --rules @/1.amdb");
    ASSERT_EQ(rules.exit_code, 0) << rules.err;
    EXPECT_EQ(rules.out, Run("load @/office.rules").out);
    Write("printed.rules", rules.out);
    ASSERT_EQ(Run(absl::StrCat("compile @/printed.rules -o @/2.amdb ", options)).exit_code, 0);
    EXPECT_EQ(Read("1.amdb"), Read("2.amdb")) << options;
  }
}

// The number behind "KEY": in JSON.
long long Number(const std::string& json, const std::string& key, size_t from = 0) {
  const size_t at = json.find("\"" + key + "\":", from);
  return at == std::string::npos ? -1 : atoll(json.c_str() + at + key.size() + 3);
}

TEST_F(ImageCommands, InspectCounts) {
  ASSERT_EQ(Run("compile @/office.rules --region us --basis both -o @/us.amdb").exit_code, 0);
  const Result json = Run("inspect --json @/us.amdb");
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const long long bytes = static_cast<long long>(Read("us.amdb").size());
  EXPECT_EQ(Number(json.out, "bytes"), bytes);
  EXPECT_EQ(Number(json.out, "rules"), 6);
  EXPECT_EQ(Number(json.out, "active_rules"), 4);
  EXPECT_EQ(Number(json.out, "lookup_bytes") + Number(json.out, "metadata_bytes") +
                Number(json.out, "frame_bytes"),
            bytes);
  EXPECT_TRUE(absl::StrContains(json.out, R"("selection":"region=us basis=both")")) << json.out;
  EXPECT_TRUE(absl::StrContains(json.out, R"("dates":["one 2024-05"])")) << json.out;
  const size_t text = json.out.find(R"("name":"rule_text")");
  ASSERT_NE(text, std::string::npos);
  EXPECT_EQ(Number(json.out, "bytes", text),
            static_cast<long long>(Run("load @/office.rules").out.size()));
  const Result people = Run("inspect @/us.amdb");
  EXPECT_EQ(people.exit_code, 0);
  for (const char* part : {"region=us basis=both", "one 2024-05", "rank_rules", "rule_text",
                           "rules themselves", "kernel"}) {
    EXPECT_TRUE(absl::StrContains(people.out, part)) << part << "\n" << people.out;
  }
  const Result scalar = Run("inspect --json @/us.amdb", "ALLOWMATCH_KERNEL=scalar");
  EXPECT_TRUE(absl::StrContains(scalar.out, R"("kernel":"scalar")")) << scalar.out;
}

TEST_F(ImageCommands, DamagedFilesAreNamed) {
  ASSERT_EQ(Run("compile @/office.rules -o @/office.amdb").exit_code, 0);
  const std::string good = Read("office.amdb");
  std::string flipped = good;
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 4);
  std::string newer = good;
  newer[8] = 77;
  Write("flipped.amdb", flipped);
  Write("newer.amdb", newer);
  Write("cut.amdb", good.substr(0, good.size() / 2));
  Write("flows.log", EveryVerdict());
  const auto check = [this](const std::string& file, const std::string& expected) {
    for (const std::string& command : {std::string("inspect @/"), std::string("inspect --rules @/"),
                                       std::string("classify @/flows.log --policy @/"),
                                       std::string("explain 192.0.2.1 tcp 443 --policy @/")}) {
      const Result result = Run(command + file);
      EXPECT_EQ(result.exit_code, 2) << command;
      EXPECT_EQ(result.out, "");
      EXPECT_TRUE(absl::StartsWith(result.err, absl::StrCat("@/", file, ": ", expected)))
          << command << result.err;
    }
  };
  check("flipped.amdb", "not a usable database: the checksum is wrong");
  check("newer.amdb", "this database has format 77");
  check("cut.amdb", "not a usable database: it is cut off: ");
  check("nowhere.amdb", "No such file or directory");
}

}  // namespace
}  // namespace allowmatch
