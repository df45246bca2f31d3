// Names through Matcher::ListingRulesOfNames and Classify: the built-in policy, and a
// list of 1.29 million real names, a rule each, where ALLOWMATCH_SHARED has them.

#include <string>
#include <vector>

#include "bench/names.h"
#include "bench/subject.h"
#include "bench/suite.h"
#include "matcher/matcher.h"
#include "tests/name_lists.h"

namespace allowmatch {
namespace {

constexpr size_t kNames = 1 << 19;
constexpr size_t kPartials = 10000;

const std::vector<std::string>& Listed() {
  static const auto* const names = new std::vector<std::string>(SharedNames(1));
  return *names;
}

// The list, alone or with partial labels beside it.
const NameList& List(bool partials) {
  return InputOf(partials ? "list with partial labels" : "list", [=] {
    return NameList(Listed(), false, PartialPatterns(partials ? kPartials : 0));
  });
}

bool Agree(const NameList& list, const Names& names, const std::vector<uint32_t>& rules) {
  for (size_t i = 0; i < names.count(); i += 16) {
    if (list.Expected(std::string(names[i])) != rules[i]) return false;
  }
  return true;
}

void Batch(benchmark::State& state, const NameList& list, const Names& names) {
  const Matcher matcher(&list.database());
  std::vector<uint32_t> rules(kNames);
  for (auto _ : state) {
    matcher.ListingRulesOfNames(names.columns(), kNames, rules.data());
    benchmark::DoNotOptimize(rules.data());
    benchmark::ClobberMemory();
  }
  if (!Agree(list, names, rules)) state.SkipWithError("wrong listing rules");
  CountItems(state, kNames, "name");
}

void One(benchmark::State& state, const NameList& list, const Names& names) {
  const Matcher matcher(&list.database());
  std::vector<uint32_t> rules(kNames);
  for (auto _ : state) {
    for (size_t i = 0; i < kNames; ++i) matcher.ListingRulesOfNames(names.columns(i), 1, &rules[i]);
    benchmark::ClobberMemory();
  }
  if (!Agree(list, names, rules)) state.SkipWithError("wrong listing rules");
  CountItems(state, kNames, "name");
}

void RegisterList(const std::string& name, NameMix mix, bool partials,
                  void (*run)(benchmark::State&, const NameList&, const Names&)) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    run(state, List(partials), InputOf(name, [=] { return MakeNames(mix, Listed(), kNames); }));
  });
}

Names ForDefault() {
  return MakeNames(NameMix::kHalf, ListedNames(DefaultSubject().policy()), kNames);
}

void ListingOfDefault(benchmark::State& state) {
  const Names& names = InputOf("names/default/mixed", &ForDefault);
  const Matcher matcher(&DefaultSubject().database());
  std::vector<uint32_t> rules(kNames);
  for (auto _ : state) {
    matcher.ListingRulesOfNames(names.columns(), kNames, rules.data());
    benchmark::DoNotOptimize(rules.data());
    benchmark::ClobberMemory();
  }
  std::vector<uint32_t> expected(kNames);
  Matcher(&DefaultSubject().database(), Kernel::kScalar)
      .ListingRulesOfNames(names.columns(), kNames, expected.data());
  if (rules != expected) state.SkipWithError("kernels do not agree");
  CountItems(state, kNames, "name");
}

void ClassifyForDefault(benchmark::State& state) {
  const CheckedFlows& checked = InputOf("names/default/tuples", [] {
    TupleBatch batch;
    const Names names = ForDefault();
    for (size_t i = 0; i < names.count(); ++i) {
      Tuple tuple;
      tuple.name = names[i];
      tuple.protocol = 6;
      tuple.port = 443;
      batch.Add(tuple);
    }
    return CheckedFlows(DefaultSubject(), std::move(batch));
  });
  const Matcher matcher(&DefaultSubject().database());
  std::vector<Verdict> verdicts(kNames);
  for (auto _ : state) {
    matcher.Classify(checked.flows().columns(), verdicts.data());
    benchmark::ClobberMemory();
  }
  if (!checked.Agree(verdicts)) state.SkipWithError("wrong verdicts");
  CountItems(state, kNames, "tuple");
}

}  // namespace

void RegisterNames() {
  benchmark::RegisterBenchmark("names/default/mixed", &ListingOfDefault);
  benchmark::RegisterBenchmark("names/default/tuples", &ClassifyForDefault);
  if (!HasSharedNames()) return;
  RegisterList("names/list/mixed", NameMix::kMixed, false, &Batch);
  RegisterList("names/list/hits", NameMix::kHits, false, &Batch);
  RegisterList("names/list/below", NameMix::kBelow, false, &Batch);
  RegisterList("names/list/misses", NameMix::kMisses, false, &Batch);
  RegisterList("names_one/list/hits", NameMix::kHits, false, &One);
  RegisterList("names_one/list/misses", NameMix::kMisses, false, &One);
  RegisterList("names/list_and_partials/mixed", NameMix::kMixed, true, &Batch);
}

}  // namespace allowmatch
