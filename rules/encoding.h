// The bytes of a source before anything else is read in them.

#ifndef ALLOWMATCH_RULES_ENCODING_H_
#define ALLOWMATCH_RULES_ENCODING_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "rules/diagnostic.h"

namespace allowmatch {

// Drops one byte-order mark of UTF-8 from `*text`. Returns false and appends
// an error about `file` if the text is UTF-16.
bool OpenText(absl::string_view file, absl::string_view* text, Diagnostics* errors);

struct Position {
  int line = 1;
  int column = 1;  // in bytes
};

// Where the byte at `offset` stands; lines end with a line feed.
Position PositionAt(absl::string_view text, size_t offset);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_ENCODING_H_
