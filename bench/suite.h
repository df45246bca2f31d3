// The workloads of the suite. Each is registered with Google Benchmark under a
// name of the form what/policy/mix, such as classify/default/tuples, labelled
// with the noun of what it counts (tuple, address, line ...), and holds its
// answers to the oracle: what is quick because it is wrong is an error, not a
// time.

#ifndef ALLOWMATCH_BENCH_SUITE_H_
#define ALLOWMATCH_BENCH_SUITE_H_

#include <memory>
#include <string>
#include <utility>

#include "benchmark/benchmark.h"

namespace allowmatch {

void RegisterClassify();
void RegisterListing();
void RegisterNames();
void RegisterBuilding();
void RegisterAwsLines();

// What the workload `name` works on: made by `make()` once, not for each of its
// passes, and dropped when a workload with input of the same kind begins.
template <typename Make>
const auto& InputOf(const std::string& name, const Make& make) {
  using Input = decltype(make());
  static std::pair<std::string, std::unique_ptr<const Input>> current;
  if (current.first != name || current.second == nullptr) {
    current.second = nullptr;
    current.second.reset(new Input(make()));
    current.first = name;
  }
  return *current.second;
}

// Says how many items of which noun one iteration works on.
inline void CountItems(benchmark::State& state, size_t items, const char* noun) {
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * items));
  state.SetLabel(noun);
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_SUITE_H_
