#include "rules/line_tokens.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "rules/quoting.h"
#include "rules/utf8.h"

namespace allowmatch {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Characters that look like nothing or like a blank, and C1 controls. In a
// bare value they would hide what is written.
bool IsInvisible(uint32_t code) {
  return (code >= 0x80 && code <= 0xa0) || code == 0xad || (code >= 0x2000 && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202f) || (code >= 0x205f && code <= 0x206f) ||
         code == 0x3000 || code == 0xfeff;
}

bool CheckBytes(absl::string_view line, Problem* problem, size_t* at) {
  for (size_t i = 0; i < line.size(); ++i) {
    const uint8_t byte = static_cast<uint8_t>(line[i]);
    if ((byte >= 0x20 && byte != 0x7f) || byte == '\t') continue;
    *at = i;
    *problem = byte == 0 ? Problem{"nul", "a NUL byte", "a policy is plain text"}
                         : Problem{"control_char", "a control character",
                                   "in a quoted value, write it as \\xNN"};
    return false;
  }
  *at = FindInvalidUtf8(line);
  if (*at == absl::string_view::npos) return true;
  *problem = {"invalid_utf8", "this is not UTF-8", "save the file as UTF-8"};
  return false;
}

// The offset behind the token at `start`, or npos if a quote stays open, which
// is then at `*quote`.
size_t TokenEnd(absl::string_view line, size_t start, size_t* quote) {
  bool quoted = false;
  size_t i = start;
  while (i < line.size() && (quoted || !IsBlank(line[i]))) {
    if (line[i] == '"') {
      quoted = !quoted;
      *quote = i;
    }
    i += quoted && line[i] == '\\' ? 2 : 1;
  }
  return quoted ? absl::string_view::npos : i;
}

bool Fail(size_t where, Problem what, size_t* at, Problem* problem) {
  *at = where;
  *problem = std::move(what);
  return false;
}

// A bare item ends at `end`; its characters must be plain.
bool CheckBare(absl::string_view text, size_t begin, size_t* at, Problem* problem) {
  if (text.empty()) {
    return Fail(begin, {"empty_value", "there is no value", "an empty value is written \"\""}, at,
                problem);
  }
  for (size_t i = 0; i < text.size();) {
    uint32_t code = 0;
    const size_t size = DecodeUtf8(text.substr(i), &code);
    if (code == '"' || code == '\\' || IsInvisible(code)) {
      return Fail(begin + i,
                  {"needs_quotes", "this character cannot stand outside quotes",
                   "put the whole value in double quotes"},
                  at, problem);
    }
    i += std::max<size_t>(size, 1);
  }
  return true;
}

}  // namespace

bool SplitLine(absl::string_view line, std::vector<Token>* tokens, Problem* problem, size_t* at) {
  tokens->clear();
  if (!CheckBytes(line, problem, at)) return false;
  size_t i = 0;
  while (true) {
    while (i < line.size() && IsBlank(line[i])) ++i;
    if (i >= line.size() || line[i] == '#') return true;
    size_t quote = 0;
    const size_t end = TokenEnd(line, i, &quote);
    if (end == absl::string_view::npos) {
      return Fail(quote, {"unclosed_quote", "the quote is not closed", ""}, at, problem);
    }
    tokens->push_back({line.substr(i, end - i), i});
    i = end;
  }
}

bool SplitValue(const Token& value, bool list, std::vector<Item>* items, Problem* problem,
                size_t* at) {
  size_t i = 0;
  while (true) {
    const absl::string_view rest = value.text.substr(i);
    Item item{"", value.at + i, !rest.empty() && rest[0] == '"'};
    size_t size = 0;
    if (item.quoted) {
      size_t wrong = 0;
      const char* what = nullptr;
      size = UnquoteValue(rest, &item.text, &wrong, &what);
      if (size == 0) {
        return Fail(item.at + wrong, {"bad_escape", what, "escapes are \\\" \\\\ \\n \\t \\xNN"},
                    at, problem);
      }
    } else {
      size = list ? std::min(rest.find(','), rest.size()) : rest.size();
      item.text = std::string(rest.substr(0, size));
      if (!CheckBare(item.text, item.at, at, problem)) return false;
    }
    items->push_back(std::move(item));
    i += size;
    if (i == value.text.size()) return true;
    if (!list || value.text[i] != ',') {
      return Fail(value.at + i,
                  {"needs_quotes", "this stands behind the closing quote",
                   "put the whole value in one pair of double quotes"},
                  at, problem);
    }
    ++i;
  }
}

}  // namespace allowmatch
