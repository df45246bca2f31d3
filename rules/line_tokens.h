// The parts of one line of .rules text.

#ifndef ALLOWMATCH_RULES_LINE_TOKENS_H_
#define ALLOWMATCH_RULES_LINE_TOKENS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/field.h"

namespace allowmatch {

// What stands between blanks (spaces and tabs). Blanks inside double quotes
// are part of a token.
struct Token {
  absl::string_view text;
  size_t at = 0;  // its offset in the line
};

// Splits `line`, which has no line end. A `#` at the start of a token begins a
// comment. Returns false if a byte may not stand in the text at all (a control
// character, broken UTF-8) or a quote is not closed: then `*at` is the offset.
bool SplitLine(absl::string_view line, std::vector<Token>* tokens, Problem* problem, size_t* at);

// One value of an attribute, or one item of a list.
struct Item {
  std::string text;
  size_t at = 0;        // its offset in the line
  bool quoted = false;  // it was, and so may be empty
};

// Reads the value of an attribute, quoted or bare; `list` if commas outside
// quotes separate several. `value.at` is where it begins in the line.
bool SplitValue(const Token& value, bool list, std::vector<Item>* items, Problem* problem,
                size_t* at);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_LINE_TOKENS_H_
