// Addresses, prefixes and ranges: what parses is written as text that parses
// to the same value.

#include "matcher/address.h"
#include "matcher/range.h"
#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/require.h"

namespace allowmatch {
namespace {

void CheckAddress(absl::string_view text) {
  Address address;
  if (ParseAddress(text, &address) != Fault::kNone) return;
  Address again;
  const std::string written = address.ToString();
  Require(ParseAddress(written, &again) == Fault::kNone, "an address parses again", written);
  Require(again == address, "an address stays the same", written);
}

void CheckPrefix(absl::string_view text, const RangeOptions& options) {
  Prefix prefix;
  if (ParsePrefix(text, &prefix, options) != Fault::kNone) return;
  Prefix again;
  const std::string written = prefix.ToString();
  Require(ParsePrefix(written, &again) == Fault::kNone, "a prefix parses again", written);
  Require(again == prefix, "a prefix stays the same", written);
}

void CheckRange(absl::string_view text, const RangeOptions& options) {
  AddressRange range;
  if (ParseRange(text, &range, options) != Fault::kNone) return;
  const std::string written = range.ToString();
  Require(!(range.last < range.first), "a range ascends", written);
  AddressRange again;
  Require(ParseRange(written, &again) == Fault::kNone, "a range parses again", written);
  Require(again == range, "a range stays the same", written);
  const std::vector<Prefix> cover = range.Cover();
  Require(AddressRange::Of(cover.front()).first == range.first, "the cover begins it", written);
  Require(AddressRange::Of(cover.back()).last == range.last, "the cover ends it", written);
}

}  // namespace
}  // namespace allowmatch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const allowmatch::ExactCopy copy(data, size);
  allowmatch::CheckAddress(copy.text());
  for (const bool lenient : {false, true}) {
    allowmatch::CheckPrefix(copy.text(), {lenient, lenient});
    allowmatch::CheckRange(copy.text(), {lenient, lenient});
  }
  return 0;
}
