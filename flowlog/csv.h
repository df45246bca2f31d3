// Splits CSV (RFC 4180) and its cousins with tabs or semicolons into records.

#ifndef ALLOWMATCH_FLOWLOG_CSV_H_
#define ALLOWMATCH_FLOWLOG_CSV_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace allowmatch {

// A cell that begins with a quote ends at the next single one; "" inside it is
// a quote, and separators and line ends inside it are text.
class CsvSplitter {
 public:
  enum class Result { kRecord, kIncomplete, kOpenQuote };

  explicit CsvSplitter(char separator = ',') : separator_(separator) {}

  // Splits the record at the start of `text`. kRecord: cells() are valid until
  // the next call, `*size` is its length with the line end. kIncomplete: the
  // text ends first. kOpenQuote: no end within `limit` bytes, or text between
  // a closing quote and the separator.
  Result Split(absl::string_view text, size_t limit, size_t* size);

  const std::vector<absl::string_view>& cells() const { return cells_; }

  // The line ends inside the record, its own last one included.
  uint64_t lines() const { return lines_; }

 private:
  Result SplitQuoted(absl::string_view text, size_t limit, size_t* at);

  const char separator_;
  std::vector<absl::string_view> cells_;
  std::deque<std::string> unquoted_;  // cells that held ""
  uint64_t lines_ = 0;
};

// The separator of the header line `line`: the commonest of tab, comma,
// semicolon and '|' outside of quotes.
char CsvSeparator(absl::string_view line);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_CSV_H_
