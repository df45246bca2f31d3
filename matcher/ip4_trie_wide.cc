// The IPv4 table with gathers, 16 addresses at a time.
//
// On a CPU where a gather of 16 words takes less time than 16 loads and their
// bookkeeping; measured on Zen 4: 445 to 290 million addresses a second in a table of
// 6 MiB. A gather of 16-bit leaves reads two bytes more than it needs: an image ends
// with room for that.

#include <immintrin.h>

#include "matcher/ip4_trie.h"
#include "matcher/target.h"

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_VBMI)

namespace allowmatch {
namespace {

constexpr size_t kLanes = 16;
constexpr __mmask16 kAllLanes = 0xffff;

// Indices of the even or odd words of two vectors.
inline __m512i EveryOther(int first) {
  const __m512i even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  return _mm512_add_epi32(even, _mm512_set1_epi32(first));
}

inline __m512i GatherEntries(__mmask8 lanes, __m256i at, const Ip4Entry* entries) {
  return _mm512_mask_i32gather_epi64(_mm512_setzero_si512(), lanes, at, entries, 8);
}

// Where the leaves of 16 values are: at an index, or, in the other lanes, in the entry,
// i.e. `at` is the leaf.
struct Places {
  __m512i at;
  __mmask16 indexed;
};

// Of values `value` (0 to 31) of the entries `entry`; nothing is indexed outside `lanes`.
inline Places PlacesOf(const Ip4Entry* entries, __mmask16 lanes, __m512i entry, __m512i value) {
  const __m512i low = GatherEntries(static_cast<__mmask8>(lanes),
                                    _mm512_maskz_extracti64x4_epi64(0xff, entry, 0), entries);
  const __m512i high = GatherEntries(static_cast<__mmask8>(lanes >> 8),
                                     _mm512_maskz_extracti64x4_epi64(0xff, entry, 1), entries);
  const __m512i runs = _mm512_permutex2var_epi32(low, EveryOther(0), high);
  const __m512i base = _mm512_permutex2var_epi32(low, EveryOther(1), high);
  const __m512i up_to = _mm512_maskz_srlv_epi32(kAllLanes, _mm512_set1_epi32(-1),
                                                _mm512_sub_epi32(_mm512_set1_epi32(31), value));
  const __m512i rank = _mm512_popcnt_epi32(_mm512_and_si512(runs, up_to));
  return {_mm512_add_epi32(base, rank), _mm512_test_epi32_mask(runs, runs)};
}

inline __m512i LeavesAt(const Places& places, const uint16_t* leaves) {
  const __m512i words =
      _mm512_mask_i32gather_epi32(places.at, places.indexed, places.at, leaves, 2);
  return _mm512_mask_and_epi32(words, places.indexed, words, _mm512_set1_epi32(0xffff));
}

inline __m512i LeavesAt(const Places& places, const uint32_t* leaves) {
  return _mm512_mask_i32gather_epi32(places.at, places.indexed, places.at, leaves, 4);
}

inline __m512i Shift(__m512i words, uint32_t left) {
  return _mm512_maskz_sllv_epi32(kAllLanes, words, _mm512_set1_epi32(static_cast<int>(left)));
}

inline __m512i ShiftDown(__m512i words, uint32_t right) {
  return _mm512_maskz_srlv_epi32(kAllLanes, words, _mm512_set1_epi32(static_cast<int>(right)));
}

}  // namespace

template <typename Leaf>
void Ip4Trie::LookupWide(const uint32_t* addresses, size_t count, uint32_t* classes,
                         const Leaf* leaves) const {
  constexpr size_t kBatch = 8 * kLanes;
  const __m512i low5 = _mm512_set1_epi32(31);
  const __m512i class_count = _mm512_set1_epi32(static_cast<int>(class_count_));
  const uint32_t value_at = 32 - kEntryBits - direct_bits_;
  for (size_t first = 0; first < count; first += kBatch) {
    alignas(64) uint32_t at[kBatch];
    __mmask16 indexed[kBatch / kLanes];
    const size_t size = count - first < kBatch ? count - first : kBatch;
    const auto lanes_at = [size](size_t i) {
      return static_cast<__mmask16>(size - i < kLanes ? (1u << (size - i)) - 1 : 0xffffu);
    };
    for (size_t i = 0; i < size; i += kLanes) {
      const __mmask16 lanes = lanes_at(i);
      const __m512i bits = _mm512_maskz_loadu_epi32(lanes, addresses + first + i);
      // A shift by 32 gives 0: then there is one direct entry.
      const __m512i entry = ShiftDown(bits, 32 - direct_bits_);
      const __m512i value = _mm512_and_si512(ShiftDown(bits, value_at), low5);
      const Places places = PlacesOf(entries_, lanes, entry, value);
      _mm512_store_si512(at + i, places.at);
      indexed[i / kLanes] = places.indexed;
    }
    for (size_t i = 0; i < size; i += kLanes) {
      const __mmask16 lanes = lanes_at(i);
      const __m512i bits = _mm512_maskz_loadu_epi32(lanes, addresses + first + i);
      __m512i leaf = LeavesAt({_mm512_load_si512(at + i), indexed[i / kLanes]}, leaves);
      __mmask16 open = _mm512_cmpge_epu32_mask(leaf, class_count);
      for (uint32_t used = direct_bits_ + kEntryBits; open != 0; used += kBlockBits) {
        const __m512i rest = Shift(bits, used);
        const __m512i block = _mm512_sub_epi32(leaf, class_count);
        const __m512i entry = _mm512_add_epi32(
            _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(first_block_)), Shift(block, 3)),
            ShiftDown(rest, 29));
        const __m512i value = _mm512_and_si512(ShiftDown(rest, 24), low5);
        leaf = _mm512_mask_mov_epi32(leaf, open,
                                     LeavesAt(PlacesOf(entries_, open, entry, value), leaves));
        open = _mm512_mask_cmpge_epu32_mask(open, leaf, class_count);
      }
      _mm512_mask_storeu_epi32(classes + first + i, lanes, leaf);
    }
  }
}

void Ip4Trie::LookupVbmi(const uint32_t* addresses, size_t count, uint32_t* classes) const {
  if (leaves16_ != nullptr) {
    LookupWide(addresses, count, classes, leaves16_);
  } else {
    LookupWide(addresses, count, classes, leaves32_);
  }
}

}  // namespace allowmatch

ALLOWMATCH_TARGET_END
