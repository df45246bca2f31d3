// Bytes of a page -> lines of plain text.
//
// Undoes what stands between a page's text and its words: Markdown escapes and
// emphasis, links, HTML entities, tags and comments, typographic dashes,
// quotes and blanks. Each byte of a clean line remembers where it came from.

#ifndef ALLOWMATCH_LOADERS_PAGE_TEXT_H_
#define ALLOWMATCH_LOADERS_PAGE_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace allowmatch {

// A piece of text that was taken out of a line.
struct PagePiece {
  std::string text;
  int column = 0;
};

struct PageLine {
  int number = 0;            // 1-based, in the page
  std::string text;          // clean; trailing blanks removed
  std::vector<int> columns;  // of each byte of `text` in the page, 1-based
  std::vector<PagePiece> links;   // link targets: never destinations by themselves
  std::vector<PagePiece> struck;  // what was struck out: ~~...~~ or <del>
  bool code = false;     // inside a code fence
  bool fence = false;    // the fence line itself
  bool escaped = false;  // held Markdown escapes

  int Column(size_t at) const {
    if (columns.empty()) return 0;
    return at < columns.size() ? columns[at] : columns.back() + 1;
  }
};

std::vector<PageLine> ReadPageLines(absl::string_view bytes);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_TEXT_H_
