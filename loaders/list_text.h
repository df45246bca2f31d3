// Lists of names as text: lines, words, and how a list begins.

#ifndef ALLOWMATCH_LOADERS_LIST_TEXT_H_
#define ALLOWMATCH_LOADERS_LIST_TEXT_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "rules/encoding.h"

namespace allowmatch {

// The lines of a text, without the line feed or carriage return and line feed.
class ListLines {
 public:
  explicit ListLines(absl::string_view text) : rest_(text) {}

  bool Next();
  absl::string_view line() const { return line_; }

  // Where `part`, a view into the current line, stands.
  Position At(absl::string_view part) const {
    return {number_, 1 + static_cast<int>(part.data() - line_.data())};
  }

 private:
  absl::string_view rest_;
  absl::string_view line_;
  int number_ = 0;
};

// What stands between blanks (spaces and tabs), as views into `line`.
std::vector<absl::string_view> Words(absl::string_view line);

// The line before the first word that begins with `mark`, which begins a
// comment.
absl::string_view WithoutComment(absl::string_view line, char mark);

// How a list begins: enough to tell what it is.
struct ListOpening {
  explicit ListOpening(absl::string_view bytes);

  absl::string_view text;   // without blanks before it; some 64 KiB of whole lines
  absl::string_view first;  // the first line that is not empty and no # comment, trimmed
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_LIST_TEXT_H_
