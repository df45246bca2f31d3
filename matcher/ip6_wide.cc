// The IPv6 table with wide comparisons.
//
// A batch goes down level by level, so that many lines are on their way at once.

#include <immintrin.h>

#include <algorithm>

#include "matcher/ip6_table.h"
#include "matcher/target.h"

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_AVX512)

namespace allowmatch {
namespace {

inline uint32_t BelowAvx512(const uint64_t* line, uint64_t word) {
  const __mmask8 below = _mm512_cmplt_epu64_mask(
      _mm512_loadu_si512(line), _mm512_set1_epi64(static_cast<long long>(word)));
  return static_cast<uint32_t>(__builtin_popcount(below));
}

}  // namespace

void Ip6Table::IntervalsAvx512(const uint64_t* addresses, size_t count,
                               uint32_t* intervals) const {
  std::fill(intervals, intervals + count, 0);
  for (size_t level = 0; level < level_count_; ++level) {
    const uint64_t* const lines = levels_[level];
    const uint32_t fanout = level + 1 < level_count_ ? kFanout : kKeys;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t node = intervals[i];
      intervals[i] = node * fanout + BelowAvx512(lines + size_t{node} * kKeys, addresses[2 * i]);
    }
  }
}

}  // namespace allowmatch

ALLOWMATCH_TARGET_END

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_AVX2)

namespace allowmatch {
namespace {

// Words compare as signed: the top bit of both sides is flipped.
inline uint32_t BelowAvx2(const uint64_t* line, uint64_t word) {
  const __m256i flip = _mm256_set1_epi64x(static_cast<long long>(uint64_t{1} << 63));
  const __m256i key = _mm256_set1_epi64x(static_cast<long long>(word ^ uint64_t{1} << 63));
  const __m256i* const words = reinterpret_cast<const __m256i*>(line);
  const __m256i low = _mm256_xor_si256(_mm256_loadu_si256(words), flip);
  const __m256i high = _mm256_xor_si256(_mm256_loadu_si256(words + 1), flip);
  const int low_mask = _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(key, low)));
  const int high_mask = _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(key, high)));
  return static_cast<uint32_t>(__builtin_popcount(static_cast<unsigned>(low_mask | high_mask << 4)));
}

}  // namespace

void Ip6Table::IntervalsAvx2(const uint64_t* addresses, size_t count,
                               uint32_t* intervals) const {
  std::fill(intervals, intervals + count, 0);
  for (size_t level = 0; level < level_count_; ++level) {
    const uint64_t* const lines = levels_[level];
    const uint32_t fanout = level + 1 < level_count_ ? kFanout : kKeys;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t node = intervals[i];
      intervals[i] = node * fanout + BelowAvx2(lines + size_t{node} * kKeys, addresses[2 * i]);
    }
  }
}

}  // namespace allowmatch

ALLOWMATCH_TARGET_END
