// Names with 512-bit registers: a name is one vector, and one permute of bytes folds
// its case, checks its characters and gives their codes.

#include <immintrin.h>

#include <cstring>

#include "matcher/name_table.h"
#include "matcher/packed_label.h"
#include "matcher/target.h"

namespace allowmatch {
namespace {

// By character: the code of a label, 0 for a dot, above 127 for anything else.
struct CodeTable {
  alignas(64) uint8_t of[128];
  constexpr CodeTable() : of() {
    for (int c = 0; c < 128; ++c) {
      const char lower = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      of[c] = IsLabelChar(lower) ? LabelCode(lower) : c == '.' ? 0 : 0x80;
    }
  }
};
constexpr CodeTable kCodes;

// By size of a label that ends with a vector of 32 codes: where its threes are, each with
// a byte for nothing behind it.
struct ThreesTable {
  static constexpr size_t kSizes = 25;
  alignas(32) uint8_t of[kSizes][32];
  uint32_t there[kSizes];
  constexpr ThreesTable() : of(), there() {
    for (size_t size = 0; size < kSizes; ++size) {
      for (size_t at = 0; at < size; ++at) {
        const size_t place = at / 3 * 4 + at % 3;
        of[size][place] = static_cast<uint8_t>(32 - size + at);
        there[size] |= 1u << place;
      }
    }
  }
};
constexpr ThreesTable kThrees;

}  // namespace
}  // namespace allowmatch

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_VBMI)

#include "matcher/name_batch.h"

namespace allowmatch {
namespace {

struct Vbmi {
  static inline void Codes(const char* end, size_t size, uint8_t* codes, uint64_t* dots,
                           uint64_t* bad) {
    const __mmask64 here = ~(~uint64_t{0} >> size);
    const __m512i text = _mm512_maskz_loadu_epi8(here, end - 64);
    const __m512i code = _mm512_permutex2var_epi8(_mm512_load_si512(kCodes.of), text,
                                                  _mm512_load_si512(kCodes.of + 64));
    _mm512_store_si512(codes, code);
    *dots = _mm512_mask_testn_epi8_mask(here, code, code);
    *bad = _mm512_movepi8_mask(_mm512_or_si512(code, text)) & here;
  }

  static inline __m128i PackCodes(const uint8_t* end, uint32_t size) {
    const __m256i all = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(end - 32));
    const __m256i order = _mm256_load_si256(reinterpret_cast<const __m256i*>(kThrees.of[size]));
    const __m256i threes = _mm256_maskz_permutexvar_epi8(kThrees.there[size], order, all);
    const __m256i pairs = _mm256_maddubs_epi16(threes, _mm256_set1_epi32(0x00012801));
    const __m256i sums = _mm256_madd_epi16(pairs, _mm256_set1_epi32(1600 << 16 | 1));
    return _mm256_maskz_cvtepi32_epi16(0xff, sums);
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
    const __m512i bytes = _mm512_loadu_si512(line);
    const uint64_t same = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(static_cast<char>(tag)));
    const uint64_t marked = _mm512_movepi8_mask(bytes);
    return static_cast<uint32_t>(same >> 4 & ~(marked >> 34)) & kAllEntries;
  }

  static inline uint32_t SizeBefore(const NameLine* line, uint32_t entry) {
    // From two bytes in front of the sizes, so as not to touch the next line.
    const __m256i sizes = _mm256_maskz_loadu_epi8(((1u << entry) - 1) << 2, line->sizes - 2);
    const __m256i plain = _mm256_and_si256(sizes, _mm256_set1_epi8(0x7f));
    const __m256i sums = _mm256_sad_epu8(plain, _mm256_setzero_si256());
    const __m128i halves =
        _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    return static_cast<uint32_t>(_mm_cvtsi128_si32(halves) + _mm_extract_epi16(halves, 4));
  }

  static inline uint32_t IsText(const uint8_t* text, const uint64_t* label, uint32_t size) {
    const __mmask16 all = static_cast<__mmask16>((1u << size) - 1);
    const __m128i expected = _mm_load_si128(reinterpret_cast<const __m128i*>(label));
    return _mm_mask_cmpneq_epi8_mask(all, Load(text), expected) == 0;
  }

 private:
  static constexpr uint32_t kAllEntries = (1u << NameLine::kEntries) - 1;

  static inline __m128i Load(const uint8_t* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
};

}  // namespace

void NameTable::ClassesVbmi(const NameColumns& names, size_t count, uint32_t* classes) const {
  ClassesInBatches<Vbmi>(*this, names, count, classes);
}

}  // namespace allowmatch

ALLOWMATCH_TARGET_END
