// Strings in JSON that we write.

#ifndef ALLOWMATCH_RULES_JSON_STRING_H_
#define ALLOWMATCH_RULES_JSON_STRING_H_

#include <string>

#include "absl/strings/string_view.h"

namespace allowmatch {

// `text` as a JSON string with its quotes. Always valid JSON: each byte that
// is not UTF-8 becomes U+FFFD, which is the only thing that can be lost.
std::string JsonString(absl::string_view text);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_JSON_STRING_H_
