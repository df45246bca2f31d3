// A label as the name table stores and compares it: three characters in two
// bytes. 38 characters may stand in a label, and 40 * 40 * 40 < 2^16.
//
//   LabelCode: a..z are 1..26, 0..9 are 27..36, `-` is 37, `_` is 38
//   three characters x, y, z: x + 40 y + 1600 z, the lower byte first
//
// A single character at the end takes one byte. No code is 0, so unlike labels
// have unlike bytes or sizes.

#ifndef ALLOWMATCH_MATCHER_PACKED_LABEL_H_
#define ALLOWMATCH_MATCHER_PACKED_LABEL_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"
#include "matcher/name.h"

namespace allowmatch {

// Of a character of a canonical label.
constexpr uint8_t LabelCode(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<uint8_t>(c - 'a' + 1);
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0' + 27);
  return c == '-' ? 37 : 38;
}

// The code of each character; 0 for a dot.
struct LabelCodes {
  uint8_t of[256];
  constexpr LabelCodes() : of() {
    for (int c = 0; c < 128; ++c) {
      if (IsLabelChar(static_cast<char>(c))) of[c] = LabelCode(static_cast<char>(c));
    }
  }
};
inline constexpr LabelCodes kLabelCodes;

// Bytes of a packed label of `size` characters.
constexpr size_t PackedSize(size_t size) { return size / 3 * 2 + size % 3; }

constexpr size_t kMaxPackedSize = PackedSize(kMaxLabelSize);

struct PackedLabel {
  static constexpr size_t kWords = 6;
  uint64_t words[kWords];  // the bytes, and zeros behind them
  size_t size;             // of the bytes

  const uint8_t* bytes() const { return reinterpret_cast<const uint8_t*>(words); }
};
static_assert(kMaxPackedSize <= 8 * PackedLabel::kWords);

// Packs the codes that code_at(0) to code_at(size - 1) give.
template <typename CodeAt>
inline void PackGroups(size_t size, CodeAt code_at, uint64_t (&words)[PackedLabel::kWords]) {
  uint16_t groups[4 * PackedLabel::kWords] = {};
  constexpr uint16_t kWeights[3] = {1, 40, 1600};
  size_t group = 0;
  size_t place = 0;
  for (size_t at = 0; at < size; ++at) {
    groups[group] = static_cast<uint16_t>(groups[group] + code_at(at) * kWeights[place]);
    if (++place == 3) {
      place = 0;
      ++group;
    }
  }
  std::memcpy(words, groups, sizeof(groups));
}

// `text` is canonical, with 1 to 63 characters; dots have the code 0.
inline PackedLabel PackWithDots(absl::string_view text) {
  PackedLabel packed;
  PackGroups(
      text.size(), [text](size_t at) { return kLabelCodes.of[static_cast<uint8_t>(text[at])]; },
      packed.words);
  packed.size = PackedSize(text.size());
  return packed;
}

// Of one label.
inline PackedLabel Pack(absl::string_view label) { return PackWithDots(label); }

// Multiplies and folds the 128-bit product: each input bit reaches all others.
inline uint64_t Mix(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

constexpr uint64_t kLabelMultiplier = 0x9e3779b97f4a7c15u;  // 2^64 / the golden ratio

// Of a label of up to 16 packed bytes: the usual one.
inline uint64_t HashWords(uint64_t seed, uint64_t first, uint64_t second) {
  return Mix(first ^ seed, second ^ kLabelMultiplier);
}

// Of the words of a packed label of `size` bytes.
inline uint64_t HashOf(uint64_t seed, const uint64_t (&words)[PackedLabel::kWords], size_t size) {
  uint64_t hash = HashWords(seed, words[0], words[1]);
  if (__builtin_expect(size <= 16, 1)) return hash;
  for (size_t i = 2; i < PackedLabel::kWords; i += 2)
    hash = HashWords(hash, words[i], words[i + 1]);
  return hash;
}

inline uint64_t HashOf(uint64_t seed, const PackedLabel& label) {
  return HashOf(seed, label.words, label.size);
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_PACKED_LABEL_H_
