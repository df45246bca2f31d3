// Names with 256-bit registers: a name is two vectors, and comparisons give the codes
// of its characters.

#include <immintrin.h>

#include <cstring>

#include "matcher/name_table.h"
#include "matcher/packed_label.h"
#include "matcher/target.h"

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_AVX2)

#include "matcher/name_batch.h"

namespace allowmatch {
namespace {

// A window into this has as many ones as wanted, then zeros.
alignas(64) constexpr uint8_t kOnesThenZeros[64] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

struct Avx2 {
  static inline void Codes(const char* end, size_t size, uint8_t* codes, uint64_t* dots,
                           uint64_t* bad) {
    alignas(32) char text[64] = {};
    std::memcpy(text + 64 - size, end - size, size);
    const uint64_t here = ~(~uint64_t{0} >> size);
    *dots = 0;
    *bad = 0;
    for (unsigned half = 0; half < 64; half += 32) {
      const __m256i chars = _mm256_load_si256(reinterpret_cast<const __m256i*>(text + half));
      __m256i known;
      const __m256i code = CodesOf(chars, &known);
      _mm256_store_si256(reinterpret_cast<__m256i*>(codes + half), code);
      const __m256i is_dot = _mm256_cmpeq_epi8(chars, _mm256_set1_epi8('.'));
      *dots |= Bits(is_dot) << half;
      *bad |= (Bits(_mm256_or_si256(known, is_dot)) ^ 0xffffffffu) << half;
    }
    *dots &= here;
    *bad &= here;
  }

  static inline __m128i PackCodes(const uint8_t* end, uint32_t size) {
    const uint8_t* const codes = end - size;
    const uint8_t* const ones = kOnesThenZeros + 32 - size;
    const __m256i kept =
        _mm256_and_si256(Two(Load(codes), Load(codes + 12)), Two(Load(ones), Load(ones + 12)));
    const __m128i order = _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
    const __m256i threes = _mm256_shuffle_epi8(kept, Two(order, order));
    const __m256i pairs = _mm256_maddubs_epi16(threes, _mm256_set1_epi32(0x00012801));
    const __m256i sums = _mm256_madd_epi16(pairs, _mm256_set1_epi32(1600 << 16 | 1));
    return _mm_packus_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  }

  static inline void Store(__m128i label, uint64_t* words) {
    _mm_store_si128(reinterpret_cast<__m128i*>(words), label);
  }

  static inline uint64_t Low(__m128i label) {
    return static_cast<uint64_t>(_mm_cvtsi128_si64(label));
  }
  static inline uint64_t High(__m128i label) {
    return static_cast<uint64_t>(_mm_extract_epi64(label, 1));
  }

  static inline uint32_t Tagged(const NameLine* line, uint8_t tag) {
    // Two bytes in front of the tags and of the sizes.
    const __m256i tags = Wide(line->tags - 2);
    const __m256i sizes = Wide(line->sizes - 2);
    const uint64_t same = Bits(_mm256_cmpeq_epi8(tags, _mm256_set1_epi8(static_cast<char>(tag))));
    return static_cast<uint32_t>((same & ~Bits(sizes)) >> 2);
  }

  static inline uint32_t SizeBefore(const NameLine* line, uint32_t entry) {
    // From two bytes in front of the sizes, so as not to touch the next line.
    const __m256i before = Wide(kOnesThenZeros + 30 - entry);
    constexpr int kAll = 0x7f7f7f7f;
    const __m256i plain = _mm256_setr_epi32(0x7f7f0000, kAll, kAll, kAll, kAll, kAll, kAll, kAll);
    const __m256i sizes = _mm256_and_si256(Wide(line->sizes - 2), _mm256_and_si256(before, plain));
    const __m256i sums = _mm256_sad_epu8(sizes, _mm256_setzero_si256());
    const __m128i halves =
        _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    return static_cast<uint32_t>(_mm_cvtsi128_si32(halves) + _mm_extract_epi16(halves, 4));
  }

  static inline uint32_t IsText(const uint8_t* text, const uint64_t* label, uint32_t size) {
    const __m128i expected = _mm_load_si128(reinterpret_cast<const __m128i*>(label));
    const unsigned same =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(Load(text), expected)));
    return (~same & ((1u << size) - 1)) == 0;
  }

 private:
  static inline __m256i Wide(const uint8_t* at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  }
  static inline __m128i Load(const uint8_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
  static inline __m256i Two(__m128i low, __m128i high) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
  }
  static inline uint64_t Bits(__m256i bytes) {
    return static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
  }

  // Of characters `first` to `last`, counted from `code`; bytes above 127 are negative.
  static inline __m256i Range(__m256i chars, char first, char last, char code, __m256i* known) {
    const __m256i above = _mm256_cmpgt_epi8(chars, _mm256_set1_epi8(static_cast<char>(first - 1)));
    const __m256i beyond = _mm256_cmpgt_epi8(chars, _mm256_set1_epi8(last));
    const __m256i in = _mm256_andnot_si256(beyond, above);
    *known = _mm256_or_si256(*known, in);
    const __m256i shift = _mm256_set1_epi8(static_cast<char>(code - first));
    return _mm256_and_si256(in, _mm256_add_epi8(chars, shift));
  }

  static inline __m256i CodesOf(__m256i chars, __m256i* known) {
    *known = _mm256_setzero_si256();
    const __m256i letters =
        _mm256_or_si256(Range(chars, 'a', 'z', 1, known), Range(chars, 'A', 'Z', 1, known));
    const __m256i others =
        _mm256_or_si256(Range(chars, '-', '-', 37, known), Range(chars, '_', '_', 38, known));
    return _mm256_or_si256(_mm256_or_si256(letters, others), Range(chars, '0', '9', 27, known));
  }
};

}  // namespace

void NameTable::ClassesAvx2(const NameColumns& names, size_t count, uint32_t* classes) const {
  ClassesInBatches<Avx2>(*this, names, count, classes);
}

}  // namespace allowmatch

ALLOWMATCH_TARGET_END
