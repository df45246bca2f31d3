#include "rules/json_scan.h"

#include <utility>

#include "absl/strings/match.h"
#include "rules/utf8.h"

namespace allowmatch {
namespace {

constexpr size_t kNone = absl::string_view::npos;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool Fail(size_t where, Problem what, size_t* at, Problem* problem) {
  *at = where;
  *problem = std::move(what);
  return false;
}

// Moves `*i` from the quote of a string to what is behind it.
bool SkipString(absl::string_view text, size_t* i, Problem* problem, size_t* at) {
  const size_t quote = *i;
  for (++*i; *i < text.size() && text[*i] != '"'; ++*i) {
    if (static_cast<unsigned char>(text[*i]) < 0x20) {
      return Fail(*i, {"json_string", "a control character in a string", "write it as \\u00NN"},
                  at, problem);
    }
    if (text[*i] == '\\') ++*i;
  }
  if (*i >= text.size()) {
    return Fail(quote, {"json_syntax", "the string is not closed", ""}, at, problem);
  }
  ++*i;
  return true;
}

// A scalar ends before the next blank; what it holds is for the parser.
size_t ScalarEnd(absl::string_view text, size_t at) {
  while (at < text.size() && !IsBlank(text[at])) ++at;
  return at;
}

// Sets `*end` to the offset behind the array, object or string at `start`.
bool FindEnd(absl::string_view text, size_t start, size_t* end, Problem* problem, size_t* at) {
  char closing[kMaxJsonDepth];
  int depth = 0;
  size_t i = start;
  while (i < text.size()) {
    const char c = text[i];
    if (c == '"') {
      if (!SkipString(text, &i, problem, at)) return false;
    } else {
      if (c == '[' || c == '{') {
        if (depth == kMaxJsonDepth) {
          return Fail(i, {"json_depth", "the JSON is nested too deeply", ""}, at, problem);
        }
        closing[depth++] = c == '[' ? ']' : '}';
      } else if ((c == ']' || c == '}') && closing[--depth] != c) {
        return Fail(i, {"json_syntax", "this closes what is not open", ""}, at, problem);
      }
      ++i;
    }
    if (depth == 0) {
      *end = i;
      return true;
    }
  }
  return Fail(start, {"json_syntax", "this is not closed", "is the file complete?"}, at, problem);
}

bool CheckBytes(absl::string_view text, Problem* problem, size_t* at) {
  if (absl::StartsWith(text, "\xef\xbb\xbf")) {
    return Fail(0, {"bad_char", "a second byte-order mark", "leave it out"}, at, problem);
  }
  if (const size_t nul = text.find('\0'); nul != kNone) {
    return Fail(nul, {"nul", "a NUL byte", ""}, at, problem);
  }
  if (const size_t invalid = FindInvalidUtf8(text); invalid != kNone) {
    return Fail(invalid, {"invalid_utf8", "this is not UTF-8", "save the file as UTF-8"}, at,
                problem);
  }
  return true;
}

}  // namespace

bool ScanJson(absl::string_view text, Problem* problem, size_t* at) {
  if (text.size() > kMaxJsonSize) {
    return Fail(0, {"too_large", "the JSON has more than 128 MiB", "split it"}, at, problem);
  }
  if (!CheckBytes(text, problem, at)) return false;
  size_t start = 0;
  while (start < text.size() && IsBlank(text[start])) ++start;
  if (start == text.size()) return Fail(0, {"empty_input", "it is empty", ""}, at, problem);
  size_t end = ScalarEnd(text, start);
  if (absl::StrContains("[{\"", text.substr(start, 1)) &&
      !FindEnd(text, start, &end, problem, at)) {
    return false;
  }
  while (end < text.size() && IsBlank(text[end])) ++end;
  if (end == text.size()) return true;
  return Fail(end, {"trailing_content", "something follows the JSON", "leave it out"}, at, problem);
}

}  // namespace allowmatch
