// The explain command as a user runs it, and its way of matching against the
// matcher's.

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/matcher.h"
#include "matcher/name.h"
#include "rules/compile.h"
#include "rules/rule_match.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

struct Outcome {
  std::string out;
  int code = -1;
};

Outcome Explain(const std::string& arguments) {
  Outcome run;
  FILE* pipe = popen(absl::StrCat("cli/allowmatch explain ", arguments, " 2>&1").c_str(), "r");
  if (pipe == nullptr) return run;
  std::array<char, 4096> buffer;
  size_t size;
  while ((size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) run.out.append(buffer.data(), size);
  const int status = pclose(pipe);
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

TEST(ExplainTest, AllowNamesRuleAndLine) {
  const Outcome run = Explain("3.7.161.50 tcp 443");
  EXPECT_EQ(run.code, 0) << run.out;
  EXPECT_TRUE(absl::StrContains(run.out, "\nallow: "));
  EXPECT_TRUE(absl::StrContains(run.out, "3.7.161.48/28")) << "the narrower of two prefixes";
  EXPECT_TRUE(absl::StrContains(run.out, "kudo.txt:75"));
  EXPECT_TRUE(absl::StrContains(run.out, "3.7.161.0/26")) << "all matching rules";
}

TEST(ExplainTest, PartialLabel) {
  const Outcome run = Explain("x-turn.newrow.com udp 80");
  EXPECT_EQ(run.code, 0) << run.out;
  EXPECT_TRUE(absl::StrContains(run.out, "*-turn.newrow.com"));
  EXPECT_TRUE(absl::StrContains(run.out, "basis: name"));
}

TEST(ExplainTest, NameWithoutLabelBoundaryIsDenied) {
  const Outcome run = Explain("evilkudoway.com tcp 443");
  EXPECT_EQ(run.code, 1) << run.out;
  EXPECT_TRUE(absl::StrContains(run.out, "deny: "));
  EXPECT_TRUE(absl::StrContains(run.out, "only ends like kudoway.com"));
}

TEST(ExplainTest, WrongServiceSaysWhatIsListed) {
  const Outcome run = Explain("3.7.161.50 tcp 80");
  EXPECT_EQ(run.code, 1);
  EXPECT_TRUE(absl::StrContains(
      run.out, "3.7.161.50 is kudo's, but TCP 80 is not listed; TCP 443, UDP 3478 are"));
}

TEST(ExplainTest, UndecidedIsNotAllow) {
  const Outcome run = Explain("8.8.8.8 tcp 443");
  EXPECT_EQ(run.code, 1);
  EXPECT_TRUE(absl::StrContains(run.out, "undecided: "));
  EXPECT_TRUE(absl::StrContains(run.out, "--profile pexip=general"));
}

TEST(ExplainTest, ProfileIsUsed) {
  EXPECT_EQ(Explain("--profile pexip=general --allow-broad 8.8.8.8 tcp 443").code, 0);
  const Outcome run = Explain("--profile pexip=general 8.8.8.8 tcp 443");
  EXPECT_EQ(run.code, 2) << "the breadth guard";
  EXPECT_TRUE(absl::StrContains(run.out, "--allow-broad")) << run.out;
}

TEST(ExplainTest, SelfIsGivenByTheUser) {
  EXPECT_EQ(Explain("198.51.100.9 tcp 7881 --in --local 203.0.113.4").code, 1);
  EXPECT_EQ(Explain("198.51.100.9 tcp 7881 --in --local 203.0.113.4 --self 203.0.113.4").code, 0);
}

TEST(ExplainTest, BadQuestionsAreErrors) {
  for (const char* arguments : {"010.0.0.1 tcp 443", "3.7.161.50 tcp 65536", "3.7.161.50 tcp6 443",
                                "a..b tcp 443", "3.7.161.50 any 443", "3.7.161.50 tcp 0443"}) {
    const Outcome run = Explain(arguments);
    EXPECT_EQ(run.code, 2) << arguments;
    EXPECT_TRUE(absl::StrContains(run.out, "allowmatch explain: ")) << run.out;
  }
}

// The rule that matching by single rules puts first is the matcher's.
TEST(ExplainTest, MatchesAsTheMatcherDoes) {
  Random random(20240321);
  for (int round = 0; round < 20; ++round) {
    const Policy policy = RandomPolicy(40, &random);
    CompileOptions options;
    options.self = RandomSelf(&random);
    options.allow_broad = true;
    absl::StatusOr<Image> image = Compile(policy, options);
    ASSERT_TRUE(image.ok()) << image.status();
    absl::StatusOr<Database> database = Database::Open(std::move(*image));
    ASSERT_TRUE(database.ok()) << database.status();
    const Matcher matcher(&*database);
    const absl::StatusOr<std::vector<bool>> active = ActiveRules(policy, options.selection);
    ASSERT_TRUE(active.ok());
    const Prober prober(policy, options.self);
    TupleBatch batch;
    for (int i = 0; i < 2000; ++i) prober.Probe(&random, &batch);
    for (size_t i = 0; i < batch.size(); ++i) {
      Tuple tuple = batch[i];
      const Verdict verdict = matcher.Classify(tuple);
      if (verdict.decision() == Decision::kInvalid) continue;
      std::string name;
      if (tuple.name.has_value()) {
        ASSERT_EQ(CanonicalName(*tuple.name, &name), Fault::kNone);
        tuple.name = name;
      }
      const Rule* best = nullptr;
      std::optional<Destination> by;
      for (size_t id = 0; id < policy.rules.size(); ++id) {
        if (!(*active)[id]) continue;
        const Rule& rule = policy.rules[id];
        const RuleMatch match = MatchRule(rule, tuple, options.self);
        if (!match.All()) continue;
        const bool denies = rule.action == Action::kDeny;
        const bool best_denies = best != nullptr && best->action == Action::kDeny;
        if (best == nullptr || (denies && !best_denies) ||
            (denies == best_denies && IsMoreSpecific(rule, *match.by, *best, *by))) {
          best = &rule;
          by = match.by;
        }
      }
      const bool ruled =
          verdict.reason() == Reason::kAllowRule || verdict.reason() == Reason::kDenyRule;
      ASSERT_EQ(best != nullptr, ruled) << "round " << round << " probe " << i;
      if (best != nullptr) {
        EXPECT_EQ(static_cast<size_t>(best - policy.rules.data()), verdict.rule())
            << "round " << round << " probe " << i << "\n" << best->CanonicalText() << "\n" << policy.rules[verdict.rule()].CanonicalText() << "\n" << DestinationToString(*by) << " " << (tuple.name ? std::string(*tuple.name) : "") << " " << (tuple.remote ? tuple.remote->ToString() : "");
      }
    }
  }
}

}  // namespace
}  // namespace allowmatch
