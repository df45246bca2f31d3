#include "loaders/list_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace allowmatch {
namespace {

constexpr absl::string_view kBlanks = " \t\r\f\v";
constexpr size_t kOpeningSize = 64 << 10;

}  // namespace

bool ListLines::Next() {
  if (rest_.empty()) return false;
  const size_t end = rest_.find('\n');
  line_ = rest_.substr(0, end);
  rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() : end + 1);
  absl::ConsumeSuffix(&line_, "\r");
  ++number_;
  return true;
}

std::vector<absl::string_view> Words(absl::string_view line) {
  std::vector<absl::string_view> words;
  size_t begin = line.find_first_not_of(kBlanks);
  while (begin != absl::string_view::npos) {
    const size_t end = line.find_first_of(kBlanks, begin);
    words.push_back(line.substr(begin, end == absl::string_view::npos ? end : end - begin));
    begin = end == absl::string_view::npos ? end : line.find_first_not_of(kBlanks, end);
  }
  return words;
}

absl::string_view WithoutComment(absl::string_view line, char mark) {
  for (size_t at = line.find(mark); at != absl::string_view::npos; at = line.find(mark, at + 1)) {
    if (at == 0 || kBlanks.find(line[at - 1]) != absl::string_view::npos) return line.substr(0, at);
  }
  return line;
}

ListOpening::ListOpening(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xef\xbb\xbf");
  text = absl::StripLeadingAsciiWhitespace(bytes);
  if (text.size() > kOpeningSize) {
    text = text.substr(0, kOpeningSize);
    const size_t end = text.rfind('\n');
    if (end != absl::string_view::npos) text = text.substr(0, end);
  }
  for (ListLines lines(text); first.empty() && lines.Next();) {
    const absl::string_view line = absl::StripAsciiWhitespace(lines.line());
    if (!line.empty() && line[0] != '#') first = line;
  }
}

}  // namespace allowmatch
