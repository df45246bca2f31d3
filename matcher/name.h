// Names (FQDNs) as they are compared: ASCII, lower case, without the final dot.
//
//   std::string name;
//   CanonicalName("API.Example.COM.", &name);  // kNone, "api.example.com"
//
// A name has 1 to 253 octets in labels of 1 to 63 octets; a label holds
// letters, digits, `-` and `_`. No Unicode mapping is done: a byte above 0x7f
// is a fault, because every mapping turns some other name into a listed one.

#ifndef ALLOWMATCH_MATCHER_NAME_H_
#define ALLOWMATCH_MATCHER_NAME_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "matcher/fault.h"

namespace allowmatch {

constexpr size_t kMaxNameSize = 253;
constexpr size_t kMaxLabelSize = 63;
constexpr size_t kMaxLabels = 127;

// Writes the canonical form to `out`, which has room for kMaxNameSize bytes,
// and its length to `*size`. Their contents are unspecified after a fault.
// Does not allocate.
Fault CanonicalName(absl::string_view text, char* out, size_t* size);

// The same into a string, which is left alone after a fault.
Fault CanonicalName(absl::string_view text, std::string* name);

// Whether `c` may stand in a label of a canonical name: [a-z0-9_-].
constexpr bool IsLabelChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// Whether the last label of `name` is a decimal number. Such a text is an
// address, or an attempt at one, and never a name.
bool HasNumericEnd(absl::string_view name);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_NAME_H_
