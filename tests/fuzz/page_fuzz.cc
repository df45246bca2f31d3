// Vendor pages: what a page is read into can be written and read as rules.

#include "loaders/page.h"
#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/round_trip.h"

namespace allowmatch {
namespace {

void CheckPage(absl::string_view text) {
  Policy policy;
  LoadReport report;
  Diagnostics errors;
  PageOptions options;
  options.source = "page.txt";
  if (!LoadPage(text, options, &policy, &report, &errors)) {
    Require(!errors.empty(), "an error where nothing is read");
    return;
  }
  Require(report.ruled <= report.tokens, "no more tokens in rules than there are");
  Require(report.QuarantineShare() >= 0 && report.QuarantineShare() <= 1, "a share");
  report.ToText();
  report.ToJson();
  RequireRoundTrip(std::move(policy));
}

}  // namespace
}  // namespace allowmatch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const allowmatch::ExactCopy copy(data, size);
  allowmatch::CheckPage(copy.text());
  return 0;
}
