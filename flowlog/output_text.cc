#include "flowlog/output_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace allowmatch {
namespace {

unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

bool IsContinuation(absl::string_view text, size_t i) {
  return i < text.size() && (Byte(text[i]) & 0xc0) == 0x80;
}

// The size of the well-formed UTF-8 sequence at the start of `text` (Unicode,
// table 3-7), 0 if there is none.
size_t Utf8Size(absl::string_view text) {
  const unsigned char lead = Byte(text[0]);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4 || !IsContinuation(text, 1)) return 0;
  const unsigned char second = Byte(text[1]);
  if (lead < 0xe0) return 2;
  if (!IsContinuation(text, 2)) return 0;
  if (lead < 0xf0) {
    const bool overlong = lead == 0xe0 && second < 0xa0;
    const bool surrogate = lead == 0xed && second > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  const bool in_range = !(lead == 0xf0 && second < 0x90) && !(lead == 0xf4 && second > 0x8f);
  return in_range && IsContinuation(text, 3) ? 4 : 0;
}

}  // namespace

std::string ProtocolText(uint8_t protocol) {
  switch (protocol) {
    case 1:
      return "icmp";
    case 6:
      return "tcp";
    case 17:
      return "udp";
    case 58:
      return "icmp6";
    default:
      return absl::StrCat(protocol);
  }
}

std::string JsonString(absl::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const size_t size = Utf8Size(text);
    const char c = text[0];
    if (size == 0) {
      absl::StrAppendFormat(&out, "\\\\x%02x", Byte(c));
    } else if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (Byte(c) < 0x20 || c == 0x7f) {
      absl::StrAppendFormat(&out, "\\u%04x", Byte(c));
    } else {
      out.append(text.data(), size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out.push_back('"');
  return out;
}

std::string PlainText(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t size = Utf8Size(text);
    const char c = text[0];
    if (size == 0 || Byte(c) < 0x20 || c == 0x7f || c == '\\') {
      absl::StrAppendFormat(&out, "\\x%02x", Byte(c));
    } else {
      out.append(text.data(), size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

}  // namespace allowmatch
