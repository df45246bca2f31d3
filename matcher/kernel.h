// Which instructions the lookups use. Every kernel gives the same answers;
// the scalar one is the reference.

#ifndef ALLOWMATCH_MATCHER_KERNEL_H_
#define ALLOWMATCH_MATCHER_KERNEL_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace allowmatch {

enum class Kernel {
  kScalar,
  kAvx2,
  kAvx512,      // F, BW, DQ, VL
  kAvx512Vbmi,  // and VBMI and VPOPCNTDQ: byte permutes, bit counts
};

// "scalar", "avx2", "avx512", "avx512vbmi".
const char* KernelName(Kernel kernel);

// Those that this CPU has, the scalar one first, the widest last.
std::vector<Kernel> AvailableKernels();

// The widest that this CPU has or, where `forced` is not empty, the one of that
// name. An error if there is no such kernel or this CPU does not have it.
absl::StatusOr<Kernel> ChooseKernel(absl::string_view forced);

// The same, forced by the environment variable ALLOWMATCH_KERNEL if it is set.
absl::StatusOr<Kernel> KernelFromEnvironment();

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_KERNEL_H_
