// The comparison harness from end to end, on workloads too small to time.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

std::string TempFile(const std::string& name) {
  return absl::StrCat(std::getenv("TEST_TMPDIR"), "/", name);
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

struct Outcome {
  int code;
  std::string text;
};

// Runs bench/SCRIPT with `words`; its output, and its exit code.
Outcome RunScript(const std::string& script, const std::string& words) {
  const std::string out = TempFile("out");
  const std::string command =
      absl::StrCat("python3 bench/", script, " ", words, " >'", out, "' 2>&1");
  const int status = system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, ReadText(out)};
}

Outcome Duel(const std::string& words) {
  return RunScript("duel.py", absl::StrCat("--tools bench --data '", TempFile("workloads"),
                                           "' --peer '^$' --rounds 2 ", words));
}

Outcome DuelWithFake(const std::string& how) {
  return Duel(absl::StrCat("--workload '^tiny-tuples$' --contender 'fake=python3 ",
                           "bench/fake_contender.py ", how, "'"));
}

bool Holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Duel, OurAnswersAreRightOnEveryKindOfQuery) {
  const std::string json = TempFile("duel.json");
  const Outcome outcome = Duel(absl::StrCat("--workload '^tiny-' -o '", json, "'"));
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  const std::string check = absl::StrCat(
      "python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); "
      "w = d[\"workloads\"]; assert len(w) == 4, w; r = [x[\"results\"][0] for x in w]; "
      "assert all(x[\"contender\"] == \"allowmatch\" and x[\"state\"] == \"ok\" and "
      "len(x[\"mlps\"]) == 2 and x[\"table_bytes\"] > 0 for x in r), r; "
      "assert d[\"machine\"][\"cpu\"][\"model\"]' '",
      json, "'");
  EXPECT_EQ(system(check.c_str()), 0) << ReadText(json);
}

TEST(Duel, ARatioIsOursOverThePeers) {
  const std::string json = TempFile("slow.json");
  const Outcome outcome = Duel(absl::StrCat("--workload '^tiny-tuples$' --contender 'fake=python3 ",
                                            "bench/fake_contender.py slow' -o '", json, "'"));
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  // The fake answers a thousand queries a second; we are a little quicker.
  const std::string check = absl::StrCat(
      "python3 -c 'import json, sys; r = json.load(open(sys.argv[1]))[\"workloads\"][0]; "
      "ours, fake = r[\"results\"]; assert ours[\"ratio_spread\"] is not None; "
      "assert fake[\"mlps\"] == [0.001, 0.001], fake; s = fake[\"ratio_spread\"]; "
      "assert 10 < s[\"min\"] <= s[\"median\"] <= s[\"max\"], s; "
      "assert abs(s[\"max\"] - max(ours[\"mlps\"]) * 1000) < 1e-6 * s[\"max\"]' '",
      json, "'");
  EXPECT_EQ(system(check.c_str()), 0) << ReadText(json);
}

TEST(Duel, AWrongSumFails) {
  const Outcome outcome = DuelWithFake("wrong");
  EXPECT_EQ(outcome.code, 1) << outcome.text;
  EXPECT_TRUE(Holds(outcome.text, "failed: wrong answers: sum ")) << outcome.text;
}

TEST(Duel, AContenderThatDiesFails) {
  const Outcome outcome = DuelWithFake("dead");
  EXPECT_EQ(outcome.code, 1) << outcome.text;
  EXPECT_TRUE(Holds(outcome.text, "failed: it ended with code 0")) << outcome.text;
}

TEST(Duel, AContenderThatCannotHoldTheWorkloadIsReported) {
  const Outcome outcome = DuelWithFake("unsupported");
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_TRUE(Holds(outcome.text, "unsupported: it is a fake")) << outcome.text;
}

TEST(Duel, AnUnknownWorkloadIsAnError) {
  const Outcome outcome = Duel("--workload '^no-such$'");
  EXPECT_EQ(outcome.code, 2) << outcome.text;
}

TEST(Growth, DrawsItsPoints) {
  const std::string json = TempFile("growth.json");
  std::ofstream(json) << R"({"points": [
      {"family": "IPv4", "prefixes": 100, "table_bytes": 2000, "build_ms": 0,
       "mlps": {"min": 50, "median": 60, "max": 70}},
      {"family": "IPv4", "prefixes": 1000, "table_bytes": 30000, "build_ms": 2,
       "mlps": {"min": 40, "median": 50, "max": 60}}]})";
  const std::string svg = TempFile("growth.svg");
  const Outcome outcome =
      RunScript("growth.py", absl::StrCat("--from '", json, "' --svg '", svg, "'"));
  EXPECT_EQ(outcome.code, 0) << outcome.text;
  EXPECT_TRUE(Holds(outcome.text, "50.0 / 60.0 / 70.0")) << outcome.text;
  const std::string check = absl::StrCat(
      "python3 -c 'import sys; from xml.etree import ElementTree as E; "
      "r = E.parse(sys.argv[1]).getroot(); s = \"{http://www.w3.org/2000/svg}\"; "
      "assert len(r.findall(s + \"polyline\")) == 3; "
      // Two speeds, two sizes, one time above zero, and a dot a legend.
      "assert len(r.findall(s + \"circle\")) == 5 + 3' '",
      svg, "'");
  EXPECT_EQ(system(check.c_str()), 0) << ReadText(svg);
}

}  // namespace
}  // namespace allowmatch
