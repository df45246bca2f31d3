#include "rules/quoting.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "rules/utf8.h"

namespace allowmatch {
namespace {

bool IsBareChar(char c) {
  return absl::ascii_isgraph(static_cast<unsigned char>(c)) && c != '"' && c != '\\' && c != '#' &&
         c != ',';
}

bool IsBare(absl::string_view value) {
  for (const char c : value) {
    if (!IsBareChar(c)) return false;
  }
  return !value.empty();
}

bool IsControl(uint32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

void AppendHex(absl::string_view bytes, std::string* out) {
  for (const char c : bytes) absl::StrAppendFormat(out, "\\x%02x", static_cast<uint8_t>(c));
}

// Appends the character `bytes`, whose code point is `code`.
void AppendEscaped(absl::string_view bytes, uint32_t code, std::string* out) {
  switch (code) {
    case '"': *out += "\\\""; return;
    case '\\': *out += "\\\\"; return;
    case '\n': *out += "\\n"; return;
    case '\t': *out += "\\t"; return;
    default: break;
  }
  if (IsControl(code)) {
    AppendHex(bytes, out);
  } else {
    out->append(bytes.data(), bytes.size());
  }
}

// Appends the first character of `text`, which is not empty, or its first byte
// where that is no UTF-8; returns how many bytes that was.
size_t AppendCharacter(absl::string_view text, std::string* out) {
  uint32_t code = 0;
  const size_t size = DecodeUtf8(text, &code);
  if (size == 0) {
    AppendHex(text.substr(0, 1), out);
    return 1;
  }
  AppendEscaped(text.substr(0, size), code, out);
  return size;
}

int HexDigit(char c) {
  if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) return -1;
  return absl::ascii_isdigit(static_cast<unsigned char>(c)) ? c - '0' : (c | 0x20) - 'a' + 10;
}

// Appends what the escape at the start of `text` stands for; its size, or 0.
size_t Unescape(absl::string_view text, std::string* out) {
  if (text.size() < 2) return 0;
  switch (text[1]) {
    case '"':
    case '\\': *out += text[1]; return 2;
    case 'n': *out += '\n'; return 2;
    case 't': *out += '\t'; return 2;
    default: break;
  }
  if (text[1] != 'x' || text.size() < 4) return 0;
  const int high = HexDigit(text[2]);
  const int low = HexDigit(text[3]);
  if (high < 0 || low < 0 || high + low == 0) return 0;
  *out += static_cast<char>(high << 4 | low);
  return 4;
}

}  // namespace

std::string QuoteValue(absl::string_view value) {
  if (IsBare(value)) return std::string(value);
  std::string out = "\"";
  while (!value.empty()) value.remove_prefix(AppendCharacter(value, &out));
  return out + "\"";
}

std::string ShowText(absl::string_view text) {
  constexpr size_t kMaxShown = 60;
  std::string out = "\"";
  size_t shown = 0;
  while (shown < text.size() && shown < kMaxShown) {
    shown += AppendCharacter(text.substr(shown), &out);
  }
  return out + (shown < text.size() ? "...\"" : "\"");
}

size_t UnquoteValue(absl::string_view text, std::string* value, size_t* at, const char** what) {
  std::string result;
  size_t i = 1;
  while (i < text.size() && text[i] != '"') {
    if (text[i] != '\\') {
      result += text[i++];
      continue;
    }
    const size_t size = Unescape(text.substr(i), &result);
    if (size == 0) {
      *at = i;
      *what = "this is no escape";
      return 0;
    }
    i += size;
  }
  if (i >= text.size()) {
    *at = 0;
    *what = "the quote is not closed";
    return 0;
  }
  *value = std::move(result);
  return i + 1;
}

}  // namespace allowmatch
