// The benchmark suite: `allowmatch bench run` starts it and keeps its figures.
// By hand:
//
//   bazel run //bench:suite -- --benchmark_filter=classify/default
//
// ALLOWMATCH_KERNEL chooses the instructions. With ALLOWMATCH_SHARED set, the
// workloads on a real routing table are there too.

#include "bench/suite.h"

#include <cstdio>
#include <string>

#include "benchmark/benchmark.h"
#include "matcher/kernel.h"

int main(int argc, char** argv) {
  const absl::StatusOr<allowmatch::Kernel> kernel = allowmatch::KernelFromEnvironment();
  if (!kernel.ok()) {
    std::fprintf(stderr, "%s\n", std::string(kernel.status().message()).c_str());
    return 2;
  }
  benchmark::AddCustomContext("kernel", allowmatch::KernelName(*kernel));
  benchmark::AddCustomContext("compiler", __VERSION__);
  allowmatch::RegisterClassify();
  allowmatch::RegisterListing();
  allowmatch::RegisterNames();
  allowmatch::RegisterBuilding();
  allowmatch::RegisterAwsLines();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
