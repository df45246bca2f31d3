// The classify subcommand as a program: exit codes, streams, files.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

struct Result {
  int exit_code = -1;
  std::string out;
  std::string err;
};

std::string Path(const std::string& name) { return testing::TempDir() + "/" + name; }

void Write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string ReadFile(const std::string& path) {
  std::stringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// Runs `allowmatch classify` with a small policy.
Result Classify(const std::string& arguments, const std::string& before = "") {
  static int runs = 0;
  const std::string name = Path(absl::StrCat("run", ++runs));
  Write(
      name + ".rules",
      "allow out tcp 443 to 198.51.100.0/24,*.listed.example vendor=one service=web src=one.txt:1\n"
      "allow out udp any to 203.0.113.7 vendor=two\n"
      "deny out any any to 198.51.100.66 vendor=local\n");
  const std::string command =
      absl::StrCat(before, " cli/allowmatch classify --policy ", name, ".rules ", arguments, " >",
                   name, ".out 2>", name, ".err");
  const int status = system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), ReadFile(name + ".out"),
          ReadFile(name + ".err")};
}

std::string File(const std::string& name, const std::string& bytes) {
  Write(Path(name), bytes);
  return Path(name);
}

std::string Gzip(const std::string& text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// The number after "KEY": in a JSON summary; -1 without it.
long long Number(const Result& result, const std::string& key) {
  const size_t at = result.out.find("\"" + key + "\":");
  return at == std::string::npos ? -1 : atoll(result.out.c_str() + at + key.size() + 3);
}

constexpr char kRow[] = "2 1 eni-1 10.0.0.1 198.51.100.7 51000 443 6 1 60 1 2 ACCEPT OK\n";

std::string Row(const std::string& dst, const std::string& port = "443",
                const std::string& protocol = "6") {
  return absl::StrCat("2 1 eni-1 10.0.0.1 ", dst, " 51000 ", port, " ", protocol,
                      " 1 60 1 2 ACCEPT OK\n");
}

std::string EveryVerdict() {
  return Row("198.51.100.7") + Row("198.51.100.66") + Row("198.51.100.7", "80") + Row("192.0.2.1") +
         Row("192.0.2.1", "25") + Row("10.0.0.2") + Row("203.0.113.7", "5000", "17") +
         Row("203.0.113.7", "-", "1") + Row("010.0.0.1") + Row("198.51.100.7", "65979") +
         "2 1 eni-1 - - - - - - - 1 2 - NODATA\n";
}

TEST(ClassifyTest, EveryVerdictAsNdjson) {
  const Result result = Classify("--output ndjson " + File("verdicts.log", EveryVerdict()));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  // Canonical order: the rule on 198.51.100.0/24 is 0, on 203.0.113.7 is 1.
  EXPECT_EQ(
      result.out,
      R"({"line":1,"verdict":"allow","reason":"allow-rule","rule":0,"vendor":"one","basis":"ip","remote":"198.51.100.7","name":null,"protocol":"tcp","port":443}
{"line":2,"verdict":"deny","reason":"deny-rule","rule":2,"vendor":"local","basis":"ip","remote":"198.51.100.66","name":null,"protocol":"tcp","port":443}
{"line":3,"verdict":"deny","reason":"wrong-service","rule":0,"vendor":"one","basis":"ip","remote":"198.51.100.7","name":null,"protocol":"tcp","port":80}
{"line":4,"verdict":"undecided","reason":"name-needed","rule":null,"vendor":null,"basis":null,"remote":"192.0.2.1","name":null,"protocol":"tcp","port":443}
{"line":5,"verdict":"deny","reason":"no-rule","rule":null,"vendor":null,"basis":null,"remote":"192.0.2.1","name":null,"protocol":"tcp","port":25}
{"line":6,"verdict":"skipped","reason":"internal","rule":null,"vendor":null,"basis":null,"remote":null,"name":null,"protocol":"tcp","port":null}
{"line":7,"verdict":"allow","reason":"allow-rule","rule":1,"vendor":"two","basis":"ip","remote":"203.0.113.7","name":null,"protocol":"udp","port":5000}
{"line":8,"verdict":"deny","reason":"wrong-service","rule":1,"vendor":"two","basis":"ip","remote":"203.0.113.7","name":null,"protocol":"icmp","port":null}
{"line":9,"verdict":"invalid","reason":"leading_zero","rule":null,"vendor":null,"basis":null,"remote":null,"name":null,"protocol":"tcp","port":null}
{"line":10,"verdict":"invalid","reason":"port_range","rule":null,"vendor":null,"basis":null,"remote":null,"name":null,"protocol":"tcp","port":null}
{"line":11,"verdict":"skipped","reason":"nodata","rule":null,"vendor":null,"basis":null,"remote":null,"name":null,"protocol":null,"port":null}
)");
}

TEST(ClassifyTest, TsvAndOnly) {
  const Result result =
      Classify("--output tsv --only deny,invalid " + File("only.log", EveryVerdict()));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "line\tverdict\treason\trule\tvendor\tbasis\tremote\tname\tprotocol\tport\n"
            "2\tdeny\tdeny-rule\t2\tlocal\tip\t198.51.100.66\t\ttcp\t443\n"
            "3\tdeny\twrong-service\t0\tone\tip\t198.51.100.7\t\ttcp\t80\n"
            "5\tdeny\tno-rule\t\t\t\t192.0.2.1\t\ttcp\t25\n"
            "8\tdeny\twrong-service\t1\ttwo\tip\t203.0.113.7\t\ticmp\t\n"
            "9\tinvalid\tleading_zero\t\t\t\t\t\ttcp\t\n"
            "10\tinvalid\tport_range\t\t\t\t\t\ttcp\t\n");
}

TEST(ClassifyTest, SummaryAsJsonAndText) {
  const std::string log = File("summary.log", EveryVerdict());
  const Result json = Classify("--json " + log);
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_EQ(Number(json, "records"), 11);
  EXPECT_EQ(Number(json, "allow"), 2);
  EXPECT_EQ(Number(json, "deny"), 4);
  EXPECT_EQ(Number(json, "undecided"), 1);
  EXPECT_EQ(Number(json, "invalid"), 2);
  EXPECT_EQ(Number(json, "skipped"), 2);
  EXPECT_TRUE(absl::StrContains(json.out, "\"rules_never_hit\":[]")) << json.out;
  const Result text = Classify("--output summary " + log);
  for (const char* const part :
       {"Records", "tcp 443 (web)", "Top denied destinations", "198.51.100.66", "deny-rule"}) {
    EXPECT_TRUE(absl::StrContains(text.out, part)) << part << "\n" << text.out;
  }
  EXPECT_FALSE(absl::StrContains(text.out, "\x1b")) << "no colours in a file";
}

TEST(ClassifyTest, ExitCodes) {
  const std::string good = File("good.log", kRow);
  const std::string denied = File("denied.log", Row("192.0.2.1", "25"));
  EXPECT_EQ(Classify(good).exit_code, 0);
  EXPECT_EQ(Classify("--fail-on-deny " + good).exit_code, 0);
  EXPECT_EQ(Classify(denied).exit_code, 0);
  EXPECT_EQ(Classify("--fail-on-deny " + denied).exit_code, 1);
  EXPECT_EQ(Classify("--format zeek " + File("bad.log", "nonsense\nmore\n")).exit_code, 2)
      << "all invalid";
  EXPECT_EQ(Classify("--format nonsense " + good).exit_code, 2);
  EXPECT_EQ(Classify("--map dst " + good).exit_code, 2);
  EXPECT_EQ(Classify("--internal 10.0.0.1/8 " + good).exit_code, 2);
  EXPECT_EQ(Classify("--only nothing " + good).exit_code, 2);
  EXPECT_EQ(Classify("--nonsense " + good).exit_code, 2);
  EXPECT_EQ(Classify("").exit_code, 2);
}

TEST(ClassifyTest, EmptyLogs) {
  for (const std::string& bytes :
       {std::string(), std::string("\n\n"), Gzip(""), std::string("\xef\xbb\xbf"),
        std::string("version account-id interface-id srcaddr dstaddr srcport dstport "
                    "protocol packets bytes start end action log-status\n")}) {
    const Result result = Classify("--json " + File("empty.log", bytes));
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(Number(result, "records"), 0);
    EXPECT_TRUE(absl::StrContains(result.err, "no records")) << result.err;
  }
}

TEST(ClassifyTest, LineEndsMarksAndPacking) {
  const std::string log =
      std::string(
          "version account-id interface-id srcaddr dstaddr srcport dstport protocol "
          "packets bytes start end action log-status\n") +
      EveryVerdict();
  std::string dos = log, mac = log;
  for (size_t at = 0; (at = dos.find('\n', at)) != std::string::npos; at += 2)
    dos.replace(at, 1, "\r\n");
  std::replace(mac.begin(), mac.end(), '\n', '\r');
  const std::string expected = Classify("--output ndjson " + File("plain.log", log)).out;
  EXPECT_EQ(std::count(expected.begin(), expected.end(), '\n'), 11);
  for (const std::string& bytes : {dos, mac, log.substr(0, log.size() - 1), "\xef\xbb\xbf" + log,
                                   Gzip(log), Gzip(log.substr(0, 300)) + Gzip(log.substr(300))}) {
    EXPECT_EQ(Classify("--output ndjson " + File("same.log.zip", bytes)).out, expected);
  }
  EXPECT_EQ(Classify("--output ndjson - <" + File("stdin.log", log)).out, expected);
}

TEST(ClassifyTest, CutGzipIsPartial) {
  std::string log;
  for (int i = 0; i < 3000; ++i)
    log += Row(absl::StrCat("198.51.100.", i % 60), absl::StrCat(i * 31 % 60000));
  const std::string bytes = Gzip(log);
  for (const size_t cut : {size_t{1}, size_t{8}, size_t{9}, bytes.size() / 2}) {
    const Result result =
        Classify("--json " + File("cut.log.gz", bytes.substr(0, bytes.size() - cut)));
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_TRUE(absl::StrContains(result.err, "gz_truncated")) << result.err;
    EXPECT_TRUE(absl::StrContains(result.out, "\"partial\":true"));
    EXPECT_GT(Number(result, "records"), 0);
    EXPECT_EQ(Number(result, "invalid"), 0) << "half a line is no record";
  }
}

TEST(ClassifyTest, OneBadFileAmongGoodOnes) {
  const std::string good = File("good2.log", kRow);
  for (const std::string& bad :
       {Path("missing.log"), testing::TempDir(), File("utf16.log", std::string("v\0e\0r\0s\0", 8)),
        File("some.zip", "PK\x03\x04"), File("odd.txt", "what is this\n"),
        File("nodst.log", "version srcaddr log-status\n")}) {
    const Result result = Classify("--json " + good + " " + bad + " " + good);
    EXPECT_EQ(result.exit_code, 2) << bad;
    EXPECT_EQ(Number(result, "records"), 2) << bad;
    EXPECT_TRUE(absl::StrContains(result.err, bad + ": ")) << result.err;
    EXPECT_EQ(Classify(bad).exit_code, 2);
  }
}

TEST(ClassifyTest, LongLineInConstantMemory) {
  const std::string log = Path("long.log");
  Write(log, kRow);
  ASSERT_EQ(system(("head -c 300000000 /dev/zero | tr '\\0' x >>" + log).c_str()), 0);
  std::ofstream(log, std::ios::app) << "\n" << kRow;
  const Result result = Classify("--output ndjson " + log, "ulimit -v 400000;");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_TRUE(absl::StrContains(result.out,
                                "\"line\":2,\"verdict\":\"invalid\",\"reason\":\"line_too_long\""))
      << result.out;
  EXPECT_TRUE(absl::StrContains(result.out, "\"line\":3,\"verdict\":\"allow\"")) << result.out;
  std::remove(log.c_str());
}

TEST(ClassifyTest, NamesThatCannotBeReadAreShownEscaped) {
  const Result result = Classify(
      "--output ndjson " +
      File("names.ndjson",
           "{\"dst\":\"192.0.2.1\",\"dport\":443,\"proto\":\"tcp\",\"sni\":\"a.listed.example\","
           "\"user\":\"\xff\"}\n"
           "{\"dst\":\"192.0.2.1\",\"dport\":443,\"proto\":\"tcp\",\"sni\":\"a\\u0000.listed."
           "example\"}\n"
           "{\"dst\":\"192.0.2.1\",\"dport\":443,\"proto\":\"tcp\",\"sni\":\"\\u212aisted."
           "example\"}\n"
           "{\"dst\":\"192.0.2.1\",\"dport\":443,\"proto\":\"tcp\",\"sni\":\"listed.example\"}\n"));
  EXPECT_TRUE(absl::StrContains(result.out, "\"line\":1,\"verdict\":\"allow\"")) << result.out;
  EXPECT_TRUE(absl::StrContains(result.out, "\"reason\":\"nul\"")) << result.out;
  EXPECT_TRUE(absl::StrContains(result.out, "\"name\":\"a\\u0000.listed.example\"")) << result.out;
  EXPECT_TRUE(absl::StrContains(result.out, "\"reason\":\"non_ascii\"")) << result.out;
  EXPECT_TRUE(
      absl::StrContains(result.out, "\"line\":4,\"verdict\":\"deny\",\"reason\":\"no-rule\""))
      << result.out;
}

TEST(ClassifyTest, InternalAndRemote) {
  const std::string log =
      File("public.log", "2 1 eni-1 198.51.100.9 192.0.2.1 443 51000 6 1 60 1 2 ACCEPT OK\n");
  EXPECT_EQ(Number(Classify("--json " + log), "direction_guessed"), 1);
  const Result internal = Classify("--json --internal 192.0.2.0/24 " + log);
  EXPECT_EQ(Number(internal, "direction_guessed"), 0);
  EXPECT_EQ(Number(internal, "allow"), 1);
  EXPECT_EQ(Number(Classify("--json --remote dst " + log), "allow"), 0);
  EXPECT_EQ(Number(Classify("--json --remote src " + log), "allow"), 1);
}

TEST(ClassifyTest, PipesThatCloseAreQuiet) {
  std::string log;
  for (int i = 0; i < 200000; ++i) log += kRow;
  const std::string path = File("many.log", log);
  const std::string err = Path("pipe.err");
  ASSERT_EQ(system(absl::StrCat("cli/allowmatch classify --output ndjson ", path, " 2>", err,
                                " | head -1 >/dev/null")
                       .c_str()),
            0);
  EXPECT_EQ(ReadFile(err), "");
  const int status =
      system(absl::StrCat("cli/allowmatch classify --output ndjson ", path, " >/dev/full 2>", err)
                 .c_str());
  EXPECT_EQ(WEXITSTATUS(status), 2);
  EXPECT_TRUE(absl::StrContains(ReadFile(err), "stdout: ")) << ReadFile(err);
}

TEST(ClassifyTest, SamplesShowEveryVerdict) {
  for (const char* const name : {"aws_vpc.log", "zeek_conn.log", "zeek_ssl.log", "zeek.json",
                                 "eve.json", "generic.csv", "generic.ndjson"}) {
    const int status = system(
        absl::StrCat("cli/allowmatch classify --json data/logs/", name, " >", Path("sample.json"))
            .c_str());
    EXPECT_EQ(WEXITSTATUS(status), 0) << name;
    const Result result = {0, ReadFile(Path("sample.json")), ""};
    EXPECT_GT(Number(result, "allow"), 0) << name;
    EXPECT_GT(Number(result, "deny"), 0) << name;
    EXPECT_EQ(Number(result, "allow") + Number(result, "deny") + Number(result, "undecided") +
                  Number(result, "invalid") + Number(result, "skipped"),
              Number(result, "records"))
        << name;
  }
}

}  // namespace
}  // namespace allowmatch
