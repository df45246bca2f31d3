// The IPv6 table with wide comparisons.
//
// The window and the branches go 16 addresses at a time, with gathers; then each
// address has a line of its own, which was asked for (prefetched) by the stage before,
// and is compared at once.

#include <immintrin.h>

#include "matcher/ip6_table.h"
#include "matcher/target.h"

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_AVX512)

namespace allowmatch {
namespace {

constexpr size_t kLanes = 16;

inline __m512i Splat(uint32_t word) { return _mm512_set1_epi32(static_cast<int>(word)); }

inline uint32_t Ones(__mmask16 mask) { return static_cast<uint32_t>(__builtin_popcount(mask)); }

inline uint32_t Below(const Ip6Line* line, __mmask16 lasts, uint32_t key) {
  return Ones(_mm512_mask_cmplt_epu32_mask(lasts, _mm512_loadu_si512(line), Splat(key)));
}

constexpr __mmask16 FirstLanes(size_t count) {
  return static_cast<__mmask16>(count < kLanes ? (1u << count) - 1 : 0xffffu);
}

constexpr __mmask16 kPlainLasts = FirstLanes(Ip6Table::kPlainRuns - 1);
constexpr __mmask16 kWideLasts = FirstLanes(Ip6Table::kWideRuns - 1);
constexpr __mmask16 kIndexLasts = FirstLanes(Ip6Table::kIndexLines - 1);

// Part `part` (0 is the first 32 bits) of 16 addresses.
inline __m512i Parts(const uint64_t* addresses, uint32_t part) {
  const __m512i every = _mm512_set_epi32(28, 24, 20, 16, 12, 8, 4, 0, 28, 24, 20, 16, 12, 8, 4, 0);
  const __m512i from = _mm512_add_epi32(every, Splat(part ^ 1));
  const auto words = [=](size_t at) { return _mm512_loadu_si512(addresses + at); };
  const __m512i low = _mm512_permutex2var_epi32(words(0), from, words(8));
  const __m512i high = _mm512_permutex2var_epi32(words(16), from, words(24));
  return _mm512_mask_blend_epi64(0xf0, low, high);
}

// Key(at) of each.
inline __m512i Keys(const uint64_t* addresses, uint32_t at) {
  const __m512i part = Parts(addresses, at / 32);
  if (at % 32 == 0) return part;
  const __m512i next = at / 32 == 3 ? _mm512_setzero_si512() : Parts(addresses, at / 32 + 1);
  return _mm512_or_si512(_mm512_maskz_slli_epi32(0xffff, part, 16),
                         _mm512_maskz_srli_epi32(0xffff, next, 16));
}

inline __m512i FormsOf(__m512i words) {
  return _mm512_maskz_srli_epi32(0xffff, words, Ip6Word::kFormShift);
}

inline __mmask16 WithForm(__m512i forms, Ip6Word::Form form) {
  return _mm512_cmpeq_epi32_mask(forms, Splat(Ip6Word::kNode >> Ip6Word::kFormShift | form));
}

// The words of a window for 16 addresses.
inline __m512i InWindow(const uint32_t* window, uint32_t first, uint32_t size,
                        const uint64_t* addresses) {
  const __m512i value =
      _mm512_maskz_srli_epi32(0xffff, Parts(addresses, 0), 32 - Ip6Table::kWindowBits);
  const __m512i from = Splat(first);
  const __m512i at = _mm512_sub_epi32(_mm512_maskz_max_epu32(0xffff, value, from), from);
  return _mm512_mask_i32gather_epi32(
      from, 0xffff, _mm512_maskz_min_epu32(0xffff, at, Splat(size - 1)), window, 4);
}

// Where in the table the next words of branches are.
inline __m512i InBranches(__m512i words, __m512i keys) {
  const __m512i shifts = _mm512_and_si512(_mm512_maskz_srli_epi32(0xffff, words, 4), Splat(31));
  const __m512i above =
      _mm512_maskz_sllv_epi32(0xffff, Splat(~0u), _mm512_and_si512(words, Splat(15)));
  const __m512i value =
      _mm512_maskz_andnot_epi32(0xffff, above, _mm512_maskz_srlv_epi32(0xffff, keys, shifts));
  const __m512i block =
      _mm512_and_si512(_mm512_maskz_srli_epi32(0xffff, words, 9), Splat(Ip6Word::kMaxBlocks - 1));
  return _mm512_add_epi32(_mm512_maskz_slli_epi32(0xffff, block, 4), value);
}

// Replaces branches by what they lead to, one step. Whether some are left.
inline bool LeaveBranches(const uint32_t* table, const uint32_t* keys, size_t count,
                          uint32_t* words) {
  __mmask16 left = 0;
  for (size_t i = 0; i < count; i += kLanes) {
    __m512i word = _mm512_load_si512(words + i);
    const __mmask16 lanes = _mm512_cmpge_epu32_mask(word, Splat(Ip6Word::kBranch));
    if (lanes == 0) continue;
    const __m512i at = InBranches(word, _mm512_load_si512(keys + i));
    word = _mm512_mask_i32gather_epi32(word, lanes, at, table, 4);
    _mm512_store_si512(words + i, word);
    left = static_cast<__mmask16>(left | _mm512_cmpge_epu32_mask(word, Splat(Ip6Word::kBranch)));
  }
  return left != 0;
}

// A list of positions in a batch. A vector may be written behind its end.
template <size_t kMost>
struct List {
  void Add(__mmask16 lanes, __m512i positions) {
    const __m512i taken = _mm512_maskz_compress_epi32(lanes, positions);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(at + size),
                        _mm512_maskz_cvtepi32_epi16(0xffff, taken));
    size += Ones(lanes);
  }
  void Add(uint16_t position) { at[size++] = position; }

  const uint16_t* begin() const { return at; }
  const uint16_t* end() const { return at + size; }

  uint16_t at[kMost + kLanes];
  size_t size = 0;
};

}  // namespace

void Ip6Table::BatchAvx512(const uint64_t* addresses, size_t count, uint32_t* classes) const {
  using Positions = List<kBatch>;
  alignas(64) uint32_t words[kBatch];
  alignas(64) uint32_t keys[kBatch];
  const __m512i iota = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  uint64_t rest[2 * kLanes] = {};  // the last few addresses, and zeros
  std::copy(addresses + 2 * (count / kLanes * kLanes), addresses + 2 * count, rest);
  const auto lanes_at = [&](size_t i) { return i + kLanes <= count ? addresses + 2 * i : rest; };
  uint32_t at = window_size_ == 0 ? 0 : kWindowBits;
  __mmask16 any = 0;
  for (size_t i = 0; i < count; i += kLanes) {
    __m512i word = Splat(root_);
    if (window_size_ != 0) word = InWindow(words_, window_first_, window_size_, lanes_at(i));
    _mm512_store_si512(words + i, word);
    any = static_cast<__mmask16>(any | _mm512_movepi32_mask(word));
  }
  // Lanes behind the end may go down with the address 0.
  for (; any != 0 && at < kAddressBits; at += 32) {
    for (size_t i = 0; i < count; i += kLanes) _mm512_store_si512(keys + i, Keys(lanes_at(i), at));
    while (LeaveBranches(words_, keys, count, words)) {
    }
    Positions tails, plain, wide, plain_index, wide_index;
    for (size_t i = 0; i < count; i += kLanes) {
      const __m512i word = _mm512_load_si512(words + i);
      if (_mm512_movepi32_mask(word) == 0) continue;
      const __m512i forms = FormsOf(word);
      const __m512i positions = _mm512_add_epi32(iota, Splat(static_cast<uint32_t>(i)));
      plain.Add(WithForm(forms, Ip6Word::kPlain), positions);
      plain_index.Add(WithForm(forms, Ip6Word::kPlainIndex), positions);
      // All other forms have odd numbers, and are rare in most tables.
      if (_mm512_test_epi32_mask(word, Splat(1u << Ip6Word::kFormShift)) != 0) {
        tails.Add(WithForm(forms, Ip6Word::kTail), positions);
        wide.Add(WithForm(forms, Ip6Word::kWide), positions);
        wide_index.Add(WithForm(forms, Ip6Word::kWideIndex), positions);
      }
    }
    const auto line_of = [&](uint16_t i) { return lines_ + Ip6Word::LineOf(words[i]); };
    for (const Positions* list : {&plain_index, &wide_index, &plain, &wide, &tails}) {
      for (const uint16_t i : *list) _mm_prefetch(line_of(i), _MM_HINT_T0);
    }
    const auto follow_index = [&](const Positions& from, Positions* to) {
      for (const uint16_t i : from) {
        words[i] += 1 - Ip6Word::kToLine + Below(line_of(i), kIndexLasts, keys[i]);
        _mm_prefetch(line_of(i), _MM_HINT_T0);
        to->Add(i);
      }
    };
    follow_index(plain_index, &plain);
    follow_index(wide_index, &wide);
    for (const uint16_t i : plain) {
      words[i] = line_of(i)->plain.classes[Below(line_of(i), kPlainLasts, keys[i])];
    }
    for (const uint16_t i : tails) {
      const uint64_t* const address = i < count ? addresses + 2 * i : rest + 2 * kLanes - 2;
      words[i] = TailClass(words[i], address[0], address[1]);
    }
    any = 0;
    for (const uint16_t i : wide) {
      words[i] = line_of(i)->wide.words[Below(line_of(i), kWideLasts, keys[i])];
      any = static_cast<__mmask16>(any | words[i] >> 31);
    }
  }
  for (size_t i = 0; i < count; i += kLanes) {
    __m512i word = _mm512_load_si512(words + i);
    word = _mm512_maskz_mov_epi32(static_cast<__mmask16>(~_mm512_movepi32_mask(word)), word);
    _mm512_mask_storeu_epi32(classes + i, FirstLanes(count - i), word);
  }
}

}  // namespace allowmatch

ALLOWMATCH_TARGET_END

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_AVX2)

#include "matcher/ip6_batch.h"

namespace allowmatch {
namespace {

struct CompareAvx2 {
  // A bit for each of eight words at `lasts` that is not below the key.
  static uint32_t NotBelow(const uint32_t* lasts, __m256i key) {
    const __m256i words = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(lasts));
    const __m256i equal = _mm256_cmpeq_epi32(_mm256_max_epu32(words, key), words);
    return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(equal)));
  }

  // `lasts` is the beginning of a line.
  template <size_t kLasts>
  static uint32_t Below(const uint32_t* lasts, uint32_t key) {
    const __m256i keys = _mm256_set1_epi32(static_cast<int>(key));
    uint32_t not_below = NotBelow(lasts, keys);
    if (kLasts > 8) not_below |= NotBelow(lasts + 8, keys) << 8;
    return static_cast<uint32_t>(__builtin_popcount(~not_below & ((1u << kLasts) - 1)));
  }
};

}  // namespace

void Ip6Table::BatchAvx2(const uint64_t* addresses, size_t count, uint32_t* classes) const {
  BatchBy<CompareAvx2>(addresses, count, classes);
}

}  // namespace allowmatch

ALLOWMATCH_TARGET_END
