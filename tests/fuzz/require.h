// What a fuzz target promises of any input; a broken promise ends the program,
// which the fuzzer and the replay both report with the input.

#ifndef ALLOWMATCH_TESTS_FUZZ_REQUIRE_H_
#define ALLOWMATCH_TESTS_FUZZ_REQUIRE_H_

#include <cstdio>
#include <cstdlib>
#include <string>

namespace allowmatch {

// `shown` is printed where the promise is broken.
inline void Require(bool holds, const char* promise, const std::string& shown = "") {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n%s\n", promise, shown.c_str());
  std::abort();
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_FUZZ_REQUIRE_H_
