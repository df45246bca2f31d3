#include "matcher/kernel.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace allowmatch {
namespace {

constexpr Kernel kAll[] = {Kernel::kScalar, Kernel::kAvx2, Kernel::kAvx512, Kernel::kAvx512Vbmi};

bool HasAvx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

bool IsAvailable(Kernel kernel) {
  switch (kernel) {
    case Kernel::kScalar:
      return true;
    case Kernel::kAvx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    case Kernel::kAvx512:
      return HasAvx512();
    case Kernel::kAvx512Vbmi:
      return HasAvx512() && __builtin_cpu_supports("avx512vbmi") &&
             __builtin_cpu_supports("avx512vpopcntdq");
  }
  return false;
}

}  // namespace

const char* KernelName(Kernel kernel) {
  switch (kernel) {
    case Kernel::kScalar:
      return "scalar";
    case Kernel::kAvx2:
      return "avx2";
    case Kernel::kAvx512:
      return "avx512";
    case Kernel::kAvx512Vbmi:
      return "avx512vbmi";
  }
  return "?";
}

std::vector<Kernel> AvailableKernels() {
  std::vector<Kernel> available;
  for (const Kernel kernel : kAll) {
    if (IsAvailable(kernel)) available.push_back(kernel);
  }
  return available;
}

absl::StatusOr<Kernel> ChooseKernel(absl::string_view forced) {
  const std::vector<Kernel> available = AvailableKernels();
  if (forced.empty()) return available.back();
  std::vector<std::string> names;
  for (const Kernel kernel : available) {
    if (forced == KernelName(kernel)) return kernel;
    names.push_back(KernelName(kernel));
  }
  for (const Kernel kernel : kAll) {
    if (forced == KernelName(kernel)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "this CPU does not have the kernel ", forced, "; it has ", absl::StrJoin(names, ", ")));
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no kernel is called '", forced, "'; this CPU has ", absl::StrJoin(names, ", ")));
}

absl::StatusOr<Kernel> KernelFromEnvironment() {
  const char* const forced = std::getenv("ALLOWMATCH_KERNEL");
  absl::StatusOr<Kernel> kernel = ChooseKernel(forced == nullptr ? "" : forced);
  if (kernel.ok()) return kernel;
  return absl::Status(kernel.status().code(),
                      absl::StrCat("ALLOWMATCH_KERNEL: ", kernel.status().message()));
}

}  // namespace allowmatch
