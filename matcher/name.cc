#include "matcher/name.h"

namespace allowmatch {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

Fault StrangeByte(char c) {
  if (c == '\0') return Fault::kNul;
  return static_cast<unsigned char>(c) > 0x7f ? Fault::kNonAscii : Fault::kBadChar;
}

}  // namespace

Fault CanonicalName(absl::string_view text, char* out, size_t* size) {
  if (text.empty()) return Fault::kEmpty;
  if (text.back() == '.') text.remove_suffix(1);
  if (text.size() > kMaxNameSize) {
    for (const char c : text) {
      const char lower = Lower(c);
      if (!IsLabelChar(lower) && lower != '.') return StrangeByte(c);
    }
    return Fault::kNameTooLong;
  }
  size_t label = 0;  // octets of the current label
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = Lower(text[i]);
    out[i] = c;
    if (IsLabelChar(c)) {
      if (++label > kMaxLabelSize) return Fault::kLabelTooLong;
    } else if (c == '.') {
      if (label == 0) return Fault::kLabelEmpty;
      label = 0;
    } else {
      return StrangeByte(text[i]);
    }
  }
  if (label == 0) return Fault::kLabelEmpty;
  *size = text.size();
  return Fault::kNone;
}

Fault CanonicalName(absl::string_view text, std::string* name) {
  char buffer[kMaxNameSize];
  size_t size = 0;
  const Fault fault = CanonicalName(text, buffer, &size);
  if (fault == Fault::kNone) name->assign(buffer, size);
  return fault;
}

bool HasNumericEnd(absl::string_view name) {
  const size_t dot = name.rfind('.');
  const absl::string_view last = dot == absl::string_view::npos ? name : name.substr(dot + 1);
  if (last.empty()) return false;
  for (const char c : last) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

}  // namespace allowmatch
