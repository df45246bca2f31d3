// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, up to U+10FFFF.

#ifndef ALLOWMATCH_RULES_UTF8_H_
#define ALLOWMATCH_RULES_UTF8_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace allowmatch {

// The size of the well-formed sequence at the start of `text`, whose code
// point `*code` receives; 0 if there is none. Never reads beyond `text`.
size_t DecodeUtf8(absl::string_view text, uint32_t* code);

// The offset of the first byte that is not part of a well-formed sequence, or
// absl::string_view::npos.
size_t FindInvalidUtf8(absl::string_view text);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_UTF8_H_
