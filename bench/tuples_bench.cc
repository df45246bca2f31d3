// Flow tuples a second through the batch interface, on one core.
//
//   bazel run //bench:tuples_bench -- --benchmark_min_time=1
//
// Each run holds a sample of its answers to the oracle, so it cannot measure a
// matcher that is quick because it is wrong.

#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/flows.h"
#include "bench/policies.h"
#include "benchmark/benchmark.h"
#include "matcher/matcher.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

constexpr size_t kFlows = 1 << 20;
constexpr size_t kSample = 2000;

CompileOptions Options() {
  CompileOptions options;
  options.allow_broad = true;
  options.self = {AddressRange::Of(Address::V4(kOwnServer))};
  return options;
}

// A sample of `flows`, spread evenly, with the verdicts that the run gave.
bool SampleAgrees(const Agreement& agreement, const TupleBatch& flows,
                  const std::vector<Verdict>& verdicts, size_t sample) {
  for (size_t i = 0; i < flows.size(); i += flows.size() / sample) {
    if (!(agreement.oracle().Classify(flows[i]) == verdicts[i])) return false;
  }
  return true;
}

void Report(benchmark::State& state, const Agreement& agreement,
            const std::vector<Verdict>& verdicts) {
  size_t allowed = 0;
  for (const Verdict& verdict : verdicts) allowed += verdict.decision() == Decision::kAllow;
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * verdicts.size()));
  state.counters["allow"] = static_cast<double>(allowed) / static_cast<double>(verdicts.size());
  state.counters["image_KB"] = static_cast<double>(agreement.database().bytes().size()) / 1024;
}

void Run(benchmark::State& state, const Agreement& agreement, const TupleBatch& flows,
         size_t sample) {
  const Matcher matcher(&agreement.database());
  std::vector<Verdict> verdicts(flows.size());
  for (auto _ : state) {
    matcher.Classify(flows.columns(), verdicts.data());
    benchmark::DoNotOptimize(verdicts.data());
    benchmark::ClobberMemory();
  }
  if (!SampleAgrees(agreement, flows, verdicts, sample)) state.SkipWithError("wrong verdicts");
  Report(state, agreement, verdicts);
}

void PolicyTuples(benchmark::State& state, const Policy& policy) {
  if (policy.rules.empty()) {
    state.SkipWithError("no policy");
    return;
  }
  const Agreement agreement(policy, Options());
  FlowMix mix;
  mix.inbound = static_cast<double>(state.range(0)) / 100;
  mix.names = static_cast<double>(state.range(1)) / 100;
  Run(state, agreement, MakeFlows(policy, mix, kFlows), kSample);
  state.counters["rules"] = static_cast<double>(policy.rules.size());
}

void Mixes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"inbound%", "names%"})->Unit(benchmark::kMillisecond);
  benchmark->Args({0, 0})->Args({30, 0})->Args({30, 25})->Args({30, 100});
}

void DefaultPolicyTuples(benchmark::State& state) { PolicyTuples(state, DefaultPolicy()); }
BENCHMARK(DefaultPolicyTuples)->Apply(Mixes);

void VendorLikeTuples(benchmark::State& state) { PolicyTuples(state, VendorLikePolicy()); }
BENCHMARK(VendorLikeTuples)->Apply(Mixes);

void VendorLikeSingle(benchmark::State& state) {
  const Policy policy = VendorLikePolicy();
  const Agreement agreement(policy, Options());
  const TupleBatch flows = MakeFlows(policy, {}, 1 << 12);
  std::vector<Tuple> tuples;
  for (size_t i = 0; i < flows.size(); ++i) tuples.push_back(flows[i]);
  const Matcher matcher(&agreement.database());
  std::vector<Verdict> verdicts(tuples.size());
  for (auto _ : state) {
    for (size_t i = 0; i < tuples.size(); ++i) verdicts[i] = matcher.Classify(tuples[i]);
    benchmark::ClobberMemory();
  }
  if (!SampleAgrees(agreement, flows, verdicts, kSample)) state.SkipWithError("wrong verdicts");
  Report(state, agreement, verdicts);
}
BENCHMARK(VendorLikeSingle)->Unit(benchmark::kMillisecond);

std::string RoutingTablePath() {
  const char* shared = std::getenv("ALLOWMATCH_SHARED");
  return shared == nullptr ? "" : std::string(shared) + "/data/bgp/prefixes.txt.gz";
}

void RoutingTableTuples(benchmark::State& state) {
  const Policy policy = RoutingTablePolicy(RoutingTablePath());
  if (policy.rules.empty()) {
    state.SkipWithError("no routing table: set ALLOWMATCH_SHARED");
    return;
  }
  const Agreement agreement(policy, Options());
  // The oracle takes milliseconds for each flow here.
  Run(state, agreement, MakeFlows(policy, {}, kFlows), 100);
}
BENCHMARK(RoutingTableTuples)->Unit(benchmark::kMillisecond);

void CompileVendorLike(benchmark::State& state) {
  const Policy policy = VendorLikePolicy();
  for (auto _ : state) benchmark::DoNotOptimize(Compile(policy, Options()).ok());
}
BENCHMARK(CompileVendorLike)->Unit(benchmark::kMillisecond);

void CompileRoutingTable(benchmark::State& state) {
  const Policy policy = RoutingTablePolicy(RoutingTablePath());
  if (policy.rules.empty()) {
    state.SkipWithError("no routing table: set ALLOWMATCH_SHARED");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(Compile(policy, Options()).ok());
}
BENCHMARK(CompileRoutingTable)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace allowmatch

BENCHMARK_MAIN();
