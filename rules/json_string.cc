#include "rules/json_string.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_format.h"
#include "rules/utf8.h"

namespace allowmatch {
namespace {

void AppendCharacter(absl::string_view bytes, uint32_t code, std::string* out) {
  switch (code) {
    case '"': *out += "\\\""; return;
    case '\\': *out += "\\\\"; return;
    case '\n': *out += "\\n"; return;
    case '\r': *out += "\\r"; return;
    case '\t': *out += "\\t"; return;
    default: break;
  }
  if (code < 0x20 || code == 0x7f) {
    absl::StrAppendFormat(out, "\\u%04x", code);
  } else {
    out->append(bytes.data(), bytes.size());
  }
}

}  // namespace

std::string JsonString(absl::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    uint32_t code = 0;
    const size_t size = DecodeUtf8(text, &code);
    if (size == 0) {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
      continue;
    }
    AppendCharacter(text.substr(0, size), code, &out);
    text.remove_prefix(size);
  }
  return out + "\"";
}

}  // namespace allowmatch
