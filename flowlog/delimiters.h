// Finds the next blank or line end of a text, 64 bytes at a time (SSE2, which
// every x86-64 has).

#ifndef ALLOWMATCH_FLOWLOG_DELIMITERS_H_
#define ALLOWMATCH_FLOWLOG_DELIMITERS_H_

#include <emmintrin.h>

#include <cstddef>
#include <cstdint>

namespace allowmatch {

class Delimiters {
 public:
  // 63 bytes after text + size are readable.
  Delimiters(const char* text, size_t size) : text_(text), size_(size) {
    if (size > 0) mask_ = MaskAt(0);
  }

  // The position of the next ' ' or '\n', or the size of the text.
  size_t Next() {
    while (mask_ == 0) {
      base_ += 64;
      if (base_ >= size_) return size_;
      mask_ = MaskAt(base_);
    }
    const size_t at = base_ + static_cast<size_t>(__builtin_ctzll(mask_));
    mask_ &= mask_ - 1;
    return at < size_ ? at : size_;
  }

 private:
  uint64_t MaskAt(size_t at) const {
    const __m128i blank = _mm_set1_epi8(' ');
    const __m128i newline = _mm_set1_epi8('\n');
    uint64_t mask = 0;
    for (int i = 0; i < 4; ++i) {
      const __m128i bytes = _mm_loadu_si128(
          reinterpret_cast<const __m128i*>(text_ + at + 16 * static_cast<size_t>(i)));
      const __m128i hit =
          _mm_or_si128(_mm_cmpeq_epi8(bytes, blank), _mm_cmpeq_epi8(bytes, newline));
      mask |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(hit))) << (16 * i);
    }
    return mask;
  }

  const char* text_;
  size_t size_;
  size_t base_ = 0;
  uint64_t mask_ = 0;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_DELIMITERS_H_
