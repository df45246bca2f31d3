// A first look at JSON, before it is parsed: what parsers leave to their
// callers or report without a place.

#ifndef ALLOWMATCH_RULES_JSON_SCAN_H_
#define ALLOWMATCH_RULES_JSON_SCAN_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "rules/field.h"

namespace allowmatch {

constexpr int kMaxJsonDepth = 64;
constexpr size_t kMaxJsonSize = size_t{128} << 20;  // bytes

// Checks that `text` has no byte-order mark, no NUL and only UTF-8, that its
// arrays and objects nest at most kMaxJsonDepth deep, and that one value
// stands in it with nothing behind. On failure `*at` is the offset of what is
// wrong. Linear, without recursion or allocation; what the value is made of is
// left to the parser.
bool ScanJson(absl::string_view text, Problem* problem, size_t* at);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_JSON_SCAN_H_
