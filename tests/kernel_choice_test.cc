// Which kernel is used: the widest, or the one that ALLOWMATCH_KERNEL names; a
// name that cannot be had is an error that says what can.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "matcher/database.h"
#include "matcher/kernel.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

constexpr const char* kNames[] = {"scalar", "avx2", "avx512", "avx512vbmi"};
constexpr char kVariable[] = "ALLOWMATCH_KERNEL";

std::vector<std::string> Available() {
  std::vector<std::string> names;
  for (const Kernel kernel : AvailableKernels()) names.emplace_back(KernelName(kernel));
  return names;
}

std::vector<std::string> Unavailable() {
  const std::vector<std::string> available = Available();
  std::vector<std::string> names(std::begin(kNames), std::end(kNames));
  for (const std::string& name : available) {
    names.erase(std::remove(names.begin(), names.end(), name), names.end());
  }
  return names;
}

absl::StatusOr<Database> OpenSmall() {
  CompileOptions options;
  const Policy policy =
      MakePolicy({MakeRule(Action::kAllow, RuleDirection::kOut, "tcp", "443", "192.0.2.0/24")});
  return Database::Open(Compile(policy, options).value());
}

class KernelChoice : public testing::Test {
 protected:
  ~KernelChoice() override { unsetenv(kVariable); }
};

TEST_F(KernelChoice, ScalarIsThereAndTheNamesAreThoseOfTheManual) {
  const std::vector<std::string> available = Available();
  ASSERT_FALSE(available.empty());
  EXPECT_EQ(available[0], "scalar");
  for (const std::string& name : available) {
    EXPECT_NE(std::find(std::begin(kNames), std::end(kNames), name), std::end(kNames)) << name;
  }
}

TEST_F(KernelChoice, UnsetOrEmptyIsTheWidest) {
  unsetenv(kVariable);
  EXPECT_EQ(OpenSmall().value().kernel(), AvailableKernels().back());
  setenv(kVariable, "", 1);
  EXPECT_EQ(OpenSmall().value().kernel(), AvailableKernels().back());
}

TEST_F(KernelChoice, EachAvailableNameIsHonoured) {
  for (const Kernel kernel : AvailableKernels()) {
    setenv(kVariable, KernelName(kernel), 1);
    EXPECT_EQ(OpenSmall().value().kernel(), kernel);
  }
}

TEST_F(KernelChoice, IsMadeWhenTheDatabaseIsOpened) {
  setenv(kVariable, "scalar", 1);
  const absl::StatusOr<Database> database = OpenSmall();
  unsetenv(kVariable);
  EXPECT_EQ(database.value().kernel(), Kernel::kScalar);
}

TEST_F(KernelChoice, AnUnknownNameIsAnErrorThatNamesTheChoices) {
  for (const char* name : {"sse2", "AVX2", "avx512 ", "avx", "0"}) {
    setenv(kVariable, name, 1);
    const absl::Status status = OpenSmall().status();
    EXPECT_FALSE(status.ok()) << name;
    EXPECT_TRUE(absl::StrContains(status.message(), kVariable)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), absl::StrCat("'", name, "'"))) << status;
    for (const std::string& choice : Available()) {
      EXPECT_TRUE(absl::StrContains(status.message(), choice)) << status;
    }
  }
}

TEST_F(KernelChoice, AnUnavailableNameIsAnErrorThatNamesTheChoices) {
  if (Unavailable().empty()) GTEST_SKIP() << "this CPU has all kernels";
  for (const std::string& name : Unavailable()) {
    setenv(kVariable, name.c_str(), 1);
    const absl::Status status = OpenSmall().status();
    EXPECT_FALSE(status.ok()) << name;
    EXPECT_TRUE(absl::StrContains(status.message(), "does not have")) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), name)) << status;
    for (const std::string& choice : Available()) {
      EXPECT_TRUE(absl::StrContains(status.message(), choice)) << status;
    }
  }
}

struct Result {
  int exit_code;
  std::string out;
  std::string err;
};

std::string ReadFile(const std::string& path) {
  std::stringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// The program on a log, with a kernel: an empty name leaves the variable unset.
Result Classify(const std::string& kernel) {
  const std::string name = testing::TempDir() + "/choice";
  const std::string set = kernel.empty() ? "" : absl::StrCat(kVariable, "='", kernel, "' ");
  const int status =
      system(absl::StrCat(set, "cli/allowmatch classify --output ndjson data/logs/aws_vpc.log >",
                          name, ".out 2>", name, ".err")
                 .c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), ReadFile(name + ".out"),
          ReadFile(name + ".err")};
}

TEST(KernelOfTheProgram, GivesTheSameAnswers) {
  const Result unset = Classify("");
  ASSERT_EQ(unset.exit_code, 0) << unset.err;
  ASSERT_TRUE(absl::StrContains(unset.out, "allow-rule"));
  for (const std::string& kernel : Available()) {
    const Result forced = Classify(kernel);
    EXPECT_EQ(forced.exit_code, 0) << kernel << forced.err;
    EXPECT_EQ(forced.out, unset.out) << kernel;
  }
}

TEST(KernelOfTheProgram, OneThatCannotBeHadEndsItWithTheChoices) {
  std::vector<std::string> wrong = Unavailable();
  wrong.emplace_back("neon");
  for (const std::string& kernel : wrong) {
    const Result result = Classify(kernel);
    EXPECT_EQ(result.exit_code, 2) << kernel;
    EXPECT_EQ(result.out, "") << kernel;
    EXPECT_TRUE(absl::StrContains(result.err, kVariable)) << result.err;
    EXPECT_TRUE(absl::StrContains(result.err, kernel)) << result.err;
    for (const std::string& choice : Available()) {
      EXPECT_TRUE(absl::StrContains(result.err, choice)) << result.err;
    }
  }
}

}  // namespace
}  // namespace allowmatch
