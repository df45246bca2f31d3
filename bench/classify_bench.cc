// Flow tuples through Matcher::Classify, in batches and one by one.

#include <string>
#include <vector>

#include "bench/subject.h"
#include "bench/suite.h"
#include "matcher/matcher.h"

namespace allowmatch {
namespace {

// So many that no predictor learns them and the columns do not stay in the L2.
constexpr size_t kFlows = 1 << 19;

using SubjectOf = const Subject& (*)();

// Outbound flows that say where they go and nothing else.
TupleBatch WithoutServices(const TupleBatch& flows) {
  TupleBatch addresses;
  for (size_t i = 0; i < flows.size(); ++i) {
    Tuple tuple;
    tuple.remote = flows[i].remote;
    addresses.Add(tuple);
  }
  return addresses;
}

TupleBatch Flows(const Subject& subject, double inbound, double names, size_t count) {
  FlowMix mix;
  mix.inbound = inbound;
  mix.names = names;
  return MakeFlows(subject.policy(), mix, count);
}

void ClassifyBatch(benchmark::State& state, const Subject& subject, const CheckedFlows& checked) {
  const Matcher matcher(&subject.database());
  std::vector<Verdict> verdicts(checked.flows().size());
  for (auto _ : state) {
    matcher.Classify(checked.flows().columns(), verdicts.data());
    benchmark::DoNotOptimize(verdicts.data());
    benchmark::ClobberMemory();
  }
  if (!checked.Agree(verdicts)) state.SkipWithError("wrong verdicts");
  CountItems(state, verdicts.size(), "tuple");
}

void ClassifyOne(benchmark::State& state, const Subject& subject, const CheckedFlows& checked) {
  std::vector<Tuple> tuples;
  for (size_t i = 0; i < checked.flows().size(); ++i) tuples.push_back(checked.flows()[i]);
  const Matcher matcher(&subject.database());
  std::vector<Verdict> verdicts(tuples.size());
  for (auto _ : state) {
    for (size_t i = 0; i < tuples.size(); ++i) verdicts[i] = matcher.Classify(tuples[i]);
    benchmark::ClobberMemory();
  }
  if (!checked.Agree(verdicts)) state.SkipWithError("wrong verdicts");
  CountItems(state, verdicts.size(), "tuple");
}

void RegisterMix(const std::string& name, SubjectOf subject, double inbound, double names) {
  const auto make = [=] {
    return CheckedFlows(subject(), Flows(subject(), inbound, names, kFlows));
  };
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    ClassifyBatch(state, subject(), InputOf(name, make));
  });
}

void RegisterAddresses(const std::string& name, SubjectOf subject) {
  const auto make = [=] {
    return CheckedFlows(subject(), WithoutServices(Flows(subject(), 0, 0, kFlows)));
  };
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    ClassifyBatch(state, subject(), InputOf(name, make));
  });
}

void RegisterOne(const std::string& name, SubjectOf subject) {
  const auto make = [=] { return CheckedFlows(subject(), Flows(subject(), 0.3, 0, 1 << 12)); };
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    ClassifyOne(state, subject(), InputOf(name, make));
  });
}

}  // namespace

void RegisterClassify() {
  RegisterAddresses("classify/default/addresses", &DefaultSubject);
  RegisterMix("classify/default/tuples", &DefaultSubject, 0, 0);
  RegisterMix("classify/default/inbound", &DefaultSubject, 0.3, 0);
  RegisterMix("classify/default/some_names", &DefaultSubject, 0.3, 0.25);
  RegisterMix("classify/default/names", &DefaultSubject, 0.3, 1);
  RegisterMix("classify/vendor_like/tuples", &VendorLikeSubject, 0, 0);
  RegisterMix("classify/vendor_like/inbound", &VendorLikeSubject, 0.3, 0);
  RegisterMix("classify/vendor_like/names", &VendorLikeSubject, 0.3, 1);
  RegisterMix("classify/synthetic_10k/tuples", &SyntheticSubject, 0, 0);
  RegisterOne("classify_one/default", &DefaultSubject);
  RegisterOne("classify_one/vendor_like", &VendorLikeSubject);
  if (HasRoutingTable()) RegisterMix("classify/routing_table/tuples", &RoutingTableSubject, 0, 0);
}

}  // namespace allowmatch
