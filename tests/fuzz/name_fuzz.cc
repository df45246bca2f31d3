// Names and patterns, ASCII ones and those with U-labels.

#include "matcher/name.h"
#include "matcher/pattern.h"
#include "rules/policy.h"
#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/require.h"

namespace allowmatch {
namespace {

void CheckName(absl::string_view text) {
  std::string name;
  if (CanonicalName(text, &name) != Fault::kNone) return;
  Require(!name.empty() && name.size() <= kMaxNameSize, "a name has 1 to 253 octets", name);
  std::string again;
  Require(CanonicalName(name, &again) == Fault::kNone, "a name parses again", name);
  Require(again == name, "a canonical name stays the same", name);
}

void CheckPattern(const Pattern& pattern) {
  const std::string written = pattern.ToString();
  Pattern again;
  Require(ParsePattern(written, &again) == Fault::kNone, "a pattern parses again", written);
  Require(again == pattern, "a pattern stays the same", written);
  Require(!pattern.LabelsFromRight().empty(), "a pattern has labels", written);
}

}  // namespace
}  // namespace allowmatch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace allowmatch;  // NOLINT
  const ExactCopy copy(data, size);
  CheckName(copy.text());
  Pattern pattern;
  if (ParsePattern(copy.text(), &pattern) == Fault::kNone) CheckPattern(pattern);
  for (const bool broad : {false, true}) {
    PolicyOptions options;
    options.allow_broad = broad;
    if (ReadPattern(copy.text(), options, &pattern) == Fault::kNone) CheckPattern(pattern);
  }
  return 0;
}
