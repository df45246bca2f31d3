#include "rules/utf8.h"

namespace allowmatch {
namespace {

// How long a sequence is by its first byte, and the smallest code point that
// needs that length; 0 for a byte that starts none.
size_t SequenceSize(uint8_t first, uint32_t* smallest, uint32_t* bits) {
  if (first < 0x80) return *smallest = 0, *bits = first, 1;
  if (first >= 0xc2 && first <= 0xdf) return *smallest = 0x80, *bits = first & 0x1f, 2;
  if (first >= 0xe0 && first <= 0xef) return *smallest = 0x800, *bits = first & 0x0f, 3;
  if (first >= 0xf0 && first <= 0xf4) return *smallest = 0x10000, *bits = first & 0x07, 4;
  return 0;
}

}  // namespace

size_t DecodeUtf8(absl::string_view text, uint32_t* code) {
  if (text.empty()) return 0;
  uint32_t smallest = 0;
  uint32_t value = 0;
  const size_t size = SequenceSize(static_cast<uint8_t>(text[0]), &smallest, &value);
  if (size == 0 || size > text.size()) return 0;
  for (size_t i = 1; i < size; ++i) {
    const uint8_t byte = static_cast<uint8_t>(text[i]);
    if ((byte & 0xc0) != 0x80) return 0;
    value = value << 6 | (byte & 0x3f);
  }
  if (value < smallest || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return 0;
  *code = value;
  return size;
}

size_t FindInvalidUtf8(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    uint32_t code = 0;
    const size_t size = DecodeUtf8(text.substr(at), &code);
    if (size == 0) return at;
    at += size;
  }
  return absl::string_view::npos;
}

}  // namespace allowmatch
