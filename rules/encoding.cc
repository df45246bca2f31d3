#include "rules/encoding.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace allowmatch {
namespace {

// A mark, or a first ASCII character in two bytes.
bool IsUtf16(absl::string_view text) {
  if (absl::StartsWith(text, "\xff\xfe") || absl::StartsWith(text, "\xfe\xff")) return true;
  return text.size() >= 2 && (text[0] == '\0') != (text[1] == '\0');
}

}  // namespace

bool OpenText(absl::string_view file, absl::string_view* text, Diagnostics* errors) {
  if (IsUtf16(*text)) {
    errors->push_back({std::string(file), 0, 0, "the text is UTF-16", "convert it to UTF-8",
                       "encoding_unsupported"});
    return false;
  }
  absl::ConsumePrefix(text, "\xef\xbb\xbf");
  return true;
}

Position PositionAt(absl::string_view text, size_t offset) {
  const absl::string_view before = text.substr(0, std::min(offset, text.size()));
  const size_t line_feed = before.rfind('\n');
  const size_t start = line_feed == absl::string_view::npos ? 0 : line_feed + 1;
  return {1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
          1 + static_cast<int>(before.size() - start)};
}

}  // namespace allowmatch
