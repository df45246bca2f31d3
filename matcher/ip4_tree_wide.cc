// The IPv4 tree with one comparison for a line.

#include <immintrin.h>

#include "matcher/ip4_tree.h"
#include "matcher/target.h"

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_AVX512)

#include "matcher/ip4_tree_descent.h"

namespace allowmatch {
namespace {

struct CountAvx512 {
  static uint32_t Below(const int32_t* line, int32_t key) {
    const __mmask16 below =
        _mm512_cmplt_epi32_mask(_mm512_load_si512(line), _mm512_set1_epi32(key));
    return static_cast<uint32_t>(__builtin_popcount(below));
  }
};

}  // namespace

void Ip4Tree::DescendAvx512(Batch* batch) const { DescendBy<CountAvx512>(batch); }

}  // namespace allowmatch

ALLOWMATCH_TARGET_END
