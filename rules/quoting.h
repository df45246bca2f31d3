// How the value of an attribute is written in .rules text.
//
//   lesson             bare: no blank, quote, backslash, `#` or comma
//   "lesson server"    quoted: \" \\ \n \t and \xNN stand for what they say
//
// A quoted value can hold any byte, so the writer loses nothing. In the text
// itself a quoted value stays on one line.

#ifndef ALLOWMATCH_RULES_QUOTING_H_
#define ALLOWMATCH_RULES_QUOTING_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace allowmatch {

// `value` as it stands after the `=` of an attribute: bare where it can be.
// ASCII control characters, C1 controls and bytes that are not UTF-8 become
// \xNN.
std::string QuoteValue(absl::string_view value);

// The same in quotes in any case and cut after some 60 bytes: for messages.
std::string ShowText(absl::string_view text);

// Reads the quoted string at the start of `text`, which begins with `"`.
// Returns its size with both quotes and sets `*value`. Returns 0 if it is
// wrong: then `*at` is the offset of what is wrong and `*what` says it.
size_t UnquoteValue(absl::string_view text, std::string* value, size_t* at, const char** what);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_QUOTING_H_
