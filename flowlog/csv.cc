#include "flowlog/csv.h"

#include <algorithm>
#include <utility>

namespace allowmatch {

CsvSplitter::Result CsvSplitter::Split(absl::string_view text, size_t limit, size_t* size) {
  cells_.clear();
  unquoted_.clear();
  lines_ = 0;
  size_t at = 0;
  while (true) {
    if (at < text.size() && text[at] == '"') {
      const Result result = SplitQuoted(text, limit, &at);
      if (result != Result::kRecord) return result;
    } else {
      size_t end = at;
      while (end < text.size() && text[end] != separator_ && text[end] != '\n') ++end;
      cells_.push_back(text.substr(at, end - at));
      at = end;
    }
    if (at >= text.size()) return Result::kIncomplete;
    if (text[at++] != '\n') continue;
    ++lines_;
    *size = at;
    return at > limit + 1 ? Result::kOpenQuote : Result::kRecord;
  }
}

// `*at` is the opening quote; afterwards what follows the closing one.
CsvSplitter::Result CsvSplitter::SplitQuoted(absl::string_view text, size_t limit, size_t* at) {
  const size_t begin = *at + 1;
  size_t end = begin;
  bool doubled = false;
  while (true) {
    if (end > limit) return Result::kOpenQuote;
    if (end >= text.size()) return Result::kIncomplete;
    if (text[end] == '\n') ++lines_;
    if (text[end++] != '"') continue;
    if (end >= text.size()) return Result::kIncomplete;
    if (text[end] != '"') break;
    doubled = true;
    ++end;
  }
  if (text[end] != separator_ && text[end] != '\n') return Result::kOpenQuote;
  *at = end;
  absl::string_view cell = text.substr(begin, end - 1 - begin);
  if (doubled) {
    std::string plain;
    for (size_t i = 0; i < cell.size(); ++i) {
      plain.push_back(cell[i]);
      if (cell[i] == '"') ++i;
    }
    cell = unquoted_.emplace_back(std::move(plain));
  }
  cells_.push_back(cell);
  return Result::kRecord;
}

char CsvSeparator(absl::string_view line) {
  static constexpr char kSeparators[] = {'\t', ',', ';', '|'};
  size_t counts[4] = {};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    for (int i = 0; i < 4; ++i) counts[i] += !quoted && c == kSeparators[i];
  }
  return kSeparators[std::max_element(counts, counts + 4) - counts];
}

}  // namespace allowmatch
