#include "matcher/name.h"

namespace allowmatch {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Each character of a name as it is compared; 0 for those that may not be there.
struct Folding {
  char of[256];
  constexpr Folding() : of() {
    for (int c = 0; c < 128; ++c) {
      const char lower = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
      if (IsLabelChar(lower) || lower == '.') of[c] = lower;
    }
  }
};
constexpr Folding kFolding;

Fault StrangeByte(char c) {
  if (c == '\0') return Fault::kNul;
  return static_cast<unsigned char>(c) > 0x7f ? Fault::kNonAscii : Fault::kBadChar;
}

// What is wrong with a text, if anything is.
Fault FaultOf(absl::string_view text) {
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
    if (IsLabelChar(c)) {
      if (++label > kMaxLabelSize) return Fault::kLabelTooLong;
    } else if (c == '.') {
      if (label == 0) return Fault::kLabelEmpty;
      label = 0;
    } else {
      return StrangeByte(text[i]);
    }
  }
  return label == 0 ? Fault::kLabelEmpty : Fault::kNone;
}

}  // namespace

Fault CanonicalName(absl::string_view text, char* out, size_t* size) {
  absl::string_view name = text;
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  if (name.empty() || name.size() > kMaxNameSize) return FaultOf(text);
  bool good = true;
  size_t label = 0;  // octets of the current label
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = kFolding.of[static_cast<uint8_t>(name[i])];
    out[i] = c;
    good &= c != 0 && (c != '.' || label != 0) && label < kMaxLabelSize + (c == '.');
    label = c == '.' ? 0 : label + 1;
  }
  if (!good || label == 0) return FaultOf(text);
  *size = name.size();
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
