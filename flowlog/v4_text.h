// Reads IPv4 addresses and small numbers out of padded text without a branch
// that depends on their length (SSSE3 and SSE4.1, which x86-64-v2 has).
//
// The idea of the address part is W. Mula's and D. Lemire's (SIMD-based
// dotted-quad parsing): the places of the dots choose a shuffle that brings every part
// to the right end of its own four bytes, and two multiplications make numbers of them.

#ifndef ALLOWMATCH_FLOWLOG_V4_TEXT_H_
#define ALLOWMATCH_FLOWLOG_V4_TEXT_H_

#include <smmintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace allowmatch {
namespace v4_text {

// For each combination of four part lengths 1..3, in base 3.
struct Pattern {
  alignas(16) uint8_t shuffle[16];
  alignas(16) int32_t lengths[4];
};

constexpr std::array<Pattern, 81> MakePatterns() {
  std::array<Pattern, 81> patterns{};
  for (int index = 0; index < 81; ++index) {
    const int lengths[4] = {index / 27 + 1, index / 9 % 3 + 1, index / 3 % 3 + 1, index % 3 + 1};
    int at = 0;
    for (int part = 0; part < 4; ++part) {
      Pattern& pattern = patterns[static_cast<size_t>(index)];
      pattern.lengths[part] = lengths[part];
      for (int k = 0; k < 4; ++k) {
        const int digit = k - (3 - lengths[part]);  // the last byte of four stays empty
        pattern.shuffle[4 * part + k] =
            static_cast<uint8_t>(digit >= 0 && k < 3 ? at + digit : 0x80);
      }
      at += lengths[part] + 1;
    }
  }
  return patterns;
}

inline constexpr std::array<Pattern, 81> kPatterns = MakePatterns();

}  // namespace v4_text

// Reads the whole of `size` bytes at `p` as a canonical dotted quad; 16 bytes
// at `p` are readable. False if it is anything else; ask ParseAddress then.
inline bool ReadV4Padded(const char* p, size_t size, uint32_t* bits) {
  if (size - 7 > 8) return false;
  const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const __m128i is_dot = _mm_cmpeq_epi8(text, _mm_set1_epi8('.'));
  uint32_t dots = static_cast<uint32_t>(_mm_movemask_epi8(is_dot)) & ((1u << size) - 1);
  if (__builtin_popcount(dots) != 3) return false;
  const uint32_t first = static_cast<uint32_t>(__builtin_ctz(dots));
  dots &= dots - 1;
  const uint32_t second = static_cast<uint32_t>(__builtin_ctz(dots));
  const uint32_t third = 31u - static_cast<uint32_t>(__builtin_clz(dots));
  // Lengths less one; anything above 2 is no part.
  const uint32_t a = first - 1;
  const uint32_t b = second - first - 2;
  const uint32_t c = third - second - 2;
  const uint32_t d = static_cast<uint32_t>(size) - third - 2;
  if ((a > 2) | (b > 2) | (c > 2) | (d > 2)) return false;
  const v4_text::Pattern& pattern = v4_text::kPatterns[((a * 3 + b) * 3 + c) * 3 + d];

  const __m128i shuffle = _mm_load_si128(reinterpret_cast<const __m128i*>(pattern.shuffle));
  const __m128i digits = _mm_shuffle_epi8(_mm_sub_epi8(text, _mm_set1_epi8('0')), shuffle);
  const __m128i nine = _mm_set1_epi8(9);
  const __m128i bad_digit = _mm_xor_si128(_mm_max_epu8(digits, nine), nine);
  const __m128i weights = _mm_set_epi8(0, 1, 10, 100, 0, 1, 10, 100, 0, 1, 10, 100, 0, 1, 10, 100);
  const __m128i pairs = _mm_maddubs_epi16(weights, digits);
  const __m128i parts = _mm_madd_epi16(pairs, _mm_set1_epi16(1));
  // A part without leading zero has 1 + (part > 9) + (part > 99) digits.
  const __m128i lengths = _mm_load_si128(reinterpret_cast<const __m128i*>(pattern.lengths));
  const __m128i over9 = _mm_cmpgt_epi32(parts, _mm_set1_epi32(9));
  const __m128i over99 = _mm_cmpgt_epi32(parts, _mm_set1_epi32(99));
  const __m128i expected = _mm_sub_epi32(_mm_sub_epi32(_mm_set1_epi32(1), over9), over99);
  const __m128i bad_length = _mm_xor_si128(lengths, expected);
  const __m128i too_large = _mm_cmpgt_epi32(parts, _mm_set1_epi32(255));
  const __m128i bad = _mm_or_si128(_mm_or_si128(bad_digit, bad_length), too_large);
  if (!_mm_testz_si128(bad, bad)) return false;
  const __m128i packed = _mm_shuffle_epi8(
      parts, _mm_set_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12));
  *bits = static_cast<uint32_t>(_mm_cvtsi128_si32(packed));
  return true;
}

// Reads the whole of `size` bytes at `p` as a decimal number without leading
// zero of at most `largest`, which is below 100000; 8 bytes at `p` are
// readable. False if it is anything else.
inline bool ReadNumberPadded(const char* p, size_t size, uint32_t largest, uint32_t* number) {
  if (size - 1 > 4) return false;
  uint64_t text;
  memcpy(&text, p, sizeof(text));
  // The digits become the high bytes, the last one highest; the others are 0.
  const unsigned shift = static_cast<unsigned>(64 - 8 * size);
  const uint64_t digits = (text ^ 0x3030303030303030u) << shift;
  const uint64_t too_large = ((digits + 0x7676767676767676u) | digits) & 0x8080808080808080u;
  const bool leading_zero = (size > 1) & (*p == '0');
  if ((too_large != 0) | leading_zero) return false;
  uint64_t value = digits * 10 + (digits >> 8);  // pairs in every second byte
  value = (((value & 0x000000ff000000ffu) * 0x000f424000000064u) +
           (((value >> 16) & 0x000000ff000000ffu) * 0x0000271000000001u)) >>
          32;
  *number = static_cast<uint32_t>(value);
  return *number <= largest;
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_V4_TEXT_H_
