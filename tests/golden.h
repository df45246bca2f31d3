// The policies in data/golden and the options with which each becomes an image.

#ifndef ALLOWMATCH_TESTS_GOLDEN_H_
#define ALLOWMATCH_TESTS_GOLDEN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/compile.h"

namespace allowmatch {

struct GoldenImage {
  std::string rules;  // "mixed.rules"
  std::string image;  // "mixed_lists.amdb"
  CompileOptions options;
};

std::vector<GoldenImage> GoldenImages();

// Compiles the rules in `folder`.
absl::StatusOr<Image> CompileGolden(const GoldenImage& golden, const std::string& folder);

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_GOLDEN_H_
