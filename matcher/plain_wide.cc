// Plain tuples of large policies: every table by gathers, 16 tuples at a time.
//
// Gathers of bytes read three more than they need: an image ends with room for that.

#include <immintrin.h>

#include "matcher/plain.h"
#include "matcher/target.h"

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_VBMI)

namespace allowmatch {
namespace {

constexpr size_t kLanes = 16;
constexpr size_t kBatch = 16 * kLanes;

inline __m512i Gather(__mmask16 lanes, __m512i at, const uint32_t* table) {
  return _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), lanes, at, table, 4);
}

inline __m512i Times(__m512i value, uint32_t factor) {
  return _mm512_mullo_epi32(value, _mm512_set1_epi32(static_cast<int>(factor)));
}

inline __m512i ServicesOf(const ServiceTable& services, __mmask16 lanes, __m512i protocol,
                          __m512i port) {
  const __m512i lane = Gather(lanes, protocol, services.lanes());
  const __m512i high = _mm512_maskz_srli_epi32(lanes, port, 8);
  const __m512i low = _mm512_and_si512(port, _mm512_set1_epi32(255));
  const __m512i page =
      Gather(lanes, _mm512_add_epi32(Times(lane, ServiceTable::kPagesOfLane), high),
             services.lane_pages());
  return Gather(lanes, _mm512_add_epi32(_mm512_maskz_slli_epi32(lanes, page, 8), low),
                services.pages());
}

// The shapes and first cells of the rows of classes.
inline void RowsOf(const VerdictRow* rows, __mmask16 lanes, __m512i classes, __m512i* shape,
                   __m512i* first) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i low = _mm512_mask_i32gather_epi64(zero, static_cast<__mmask8>(lanes),
                                                  _mm512_maskz_extracti64x4_epi64(0xff, classes, 0), rows, 8);
  const __m512i high =
      _mm512_mask_i32gather_epi64(zero, static_cast<__mmask8>(lanes >> 8),
                                  _mm512_maskz_extracti64x4_epi64(0xff, classes, 1), rows, 8);
  const __m512i even =
      _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
  *shape = _mm512_permutex2var_epi32(low, even, high);
  *first = _mm512_permutex2var_epi32(low, _mm512_add_epi32(even, _mm512_set1_epi32(1)), high);
}

}  // namespace

void ClassifyPlainWide(const Database& d, const PlainColumns& columns, size_t count,
                       Verdict* verdicts) {
  const VerdictArrays& table = d.verdicts().arrays();
  const uint32_t* const words = reinterpret_cast<const uint32_t*>(table.verdicts.data());
  for (size_t first = 0; first < count; first += kBatch) {
    alignas(64) uint32_t classes[kBatch];
    const size_t size = count - first < kBatch ? count - first : kBatch;
    d.ip4().Lookup(Kernel::kAvx512Vbmi, columns.remote4 + first, size, classes);
    for (size_t i = 0; i < size; i += kLanes) {
      const size_t at = first + i;
      const __mmask16 lanes =
          static_cast<__mmask16>(size - i < kLanes ? (1u << (size - i)) - 1 : 0xffffu);
      const __m512i protocol =
          _mm512_maskz_cvtepu8_epi32(lanes, _mm_maskz_loadu_epi8(lanes, columns.protocol + at));
      const __m512i port =
          _mm512_maskz_cvtepu16_epi32(lanes, _mm256_maskz_loadu_epi16(lanes, columns.port + at));
      const __m512i service = ServicesOf(d.services(), lanes, protocol, port);
      __m512i shape;
      __m512i cell;
      RowsOf(d.class_rows(), lanes, _mm512_maskz_loadu_epi32(lanes, classes + i), &shape, &cell);
      const __m512i place_at = _mm512_add_epi32(Times(shape, table.class_count), service);
      const __m512i place = _mm512_and_si512(
          _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), lanes, place_at,
                                      table.places.data(), 1),
          _mm512_set1_epi32(255));
      _mm512_mask_storeu_epi32(verdicts + at, lanes,
                               Gather(lanes, _mm512_add_epi32(cell, place), words));
    }
  }
}

}  // namespace allowmatch

ALLOWMATCH_TARGET_END
