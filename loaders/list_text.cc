#include "loaders/list_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace allowmatch {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }
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
  const char* at = line.data();
  const char* const end = at + line.size();
  while (true) {
    while (at != end && IsBlank(*at)) ++at;
    if (at == end) return words;
    const char* const begin = at;
    while (at != end && !IsBlank(*at)) ++at;
    words.emplace_back(begin, static_cast<size_t>(at - begin));
  }
}

absl::string_view WithoutComment(absl::string_view line, char mark) {
  for (size_t at = line.find(mark); at != absl::string_view::npos; at = line.find(mark, at + 1)) {
    if (at == 0 || IsBlank(line[at - 1])) return line.substr(0, at);
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
