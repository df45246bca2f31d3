// Runs classify_counts.py: real logs, read and judged a second time in Python.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

TEST(ClassifyCounts, RealLogsAgreeWithAnIndependentReader) {
  const char* const shared = std::getenv("ALLOWMATCH_SHARED");
  if (shared == nullptr ||
      system(absl::StrCat("test -d '", shared, "/data/flowlogs'").c_str()) != 0) {
    GTEST_SKIP() << "ALLOWMATCH_SHARED names no folder with data/flowlogs";
  }
  if (system("python3 -c '' 2>/dev/null") != 0) GTEST_SKIP() << "python3 is missing";
  const std::string command = absl::StrCat("python3 tests/classify_counts.py cli/allowmatch '",
                                           shared, "/data/flowlogs' data/policies/*.rules");
  EXPECT_EQ(system(command.c_str()), 0) << "the differences are listed above";
}

}  // namespace
}  // namespace allowmatch
