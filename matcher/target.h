// Regions compiled for more than the baseline CPU. Include everything else first:
// what is defined inside may only be called after the CPU was asked.

#ifndef ALLOWMATCH_MATCHER_TARGET_H_
#define ALLOWMATCH_MATCHER_TARGET_H_

#define ALLOWMATCH_PRAGMA(text) _Pragma(#text)

#if defined(__clang__)
#define ALLOWMATCH_TARGET_BEGIN(features) \
  ALLOWMATCH_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define ALLOWMATCH_TARGET_END ALLOWMATCH_PRAGMA(clang attribute pop)
#else
#define ALLOWMATCH_TARGET_BEGIN(features) \
  ALLOWMATCH_PRAGMA(GCC push_options) ALLOWMATCH_PRAGMA(GCC target(features))
#define ALLOWMATCH_TARGET_END ALLOWMATCH_PRAGMA(GCC pop_options)
#endif

#define ALLOWMATCH_AVX2 "avx2,bmi,bmi2,lzcnt,popcnt"
#define ALLOWMATCH_AVX512 "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi,bmi2,lzcnt,popcnt"
#define ALLOWMATCH_VBMI \
  "avx512vbmi,avx512vpopcntdq,avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi,bmi2,lzcnt,popcnt"

#endif  // ALLOWMATCH_MATCHER_TARGET_H_
