// Names through Matcher::ListingRulesOfNames and Classify: the built-in policy, and a
// list of 1.29 million real names, a rule each, where ALLOWMATCH_SHARED has them.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bench/subject.h"
#include "bench/suite.h"
#include "matcher/matcher.h"
#include "tests/name_lists.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

constexpr size_t kNames = 1 << 19;
constexpr size_t kPartials = 10000;

struct Names {
  std::vector<std::string> texts;
  std::string bytes;
  std::vector<uint32_t> offset;
  std::vector<uint16_t> size;

  explicit Names(std::vector<std::string> all) : texts(std::move(all)) {
    for (const std::string& text : texts) {
      offset.push_back(static_cast<uint32_t>(bytes.size()));
      size.push_back(static_cast<uint16_t>(text.size()));
      bytes += text;
    }
  }
  NameColumns columns(size_t at) const { return {bytes.data(), &offset[at], &size[at]}; }
};

std::string Word(Random* random, size_t size) {
  std::string word;
  while (word.size() < size) word += "abcdefghijklmnopqrstuvwxyz0123456789"[random->Below(36)];
  return word;
}

// A name of `names`, the earlier the more often, as a Zipf distribution has it.
const std::string& Popular(const std::vector<std::string>& names, Random* random) {
  const double part = static_cast<double>(random->Below(1 << 30)) / (1 << 30);
  const double rank = std::pow(static_cast<double>(names.size()), part) - 1;
  return names[static_cast<size_t>(rank) * 2654435761u % names.size()];
}

// Each shares the last label, or the last two, with a listed name.
std::string Missing(const std::string& listed, Random* random) {
  const size_t last = listed.rfind('.');
  if (last == std::string::npos || random->OneIn(2)) {
    return absl::StrCat(Word(random, 4 + random->Below(12)),
                        last == std::string::npos ? ".example" : listed.substr(last));
  }
  return absl::StrCat(Word(random, 3), listed.substr(0, 1 + last / 2), "-",
                      listed.substr(1 + last / 2));
}

enum class Mix { kHits, kBelow, kMisses, kMixed };

Names FromList(const std::vector<std::string>& listed, Mix mix) {
  Random random(7);
  std::vector<std::string> names;
  while (names.size() < kNames) {
    const Mix kind = mix == Mix::kMixed ? static_cast<Mix>(random.Below(3)) : mix;
    const std::string& name = Popular(listed, &random);
    if (kind == Mix::kHits) names.push_back(name);
    if (kind == Mix::kBelow) names.push_back(absl::StrCat("host.", name));
    if (kind == Mix::kMisses) names.push_back(Missing(random.Of(listed), &random));
  }
  return Names(std::move(names));
}

const std::vector<std::string>& Listed() {
  static const auto* const names = new std::vector<std::string>(SharedNames(1));
  return *names;
}

// The list, alone or with partial labels beside it.
const NameList& List(bool partials) {
  return InputOf(partials ? "list with partial labels" : "list", [=] {
    std::vector<std::string> others;
    for (size_t i = 0; partials && i < kPartials; ++i) {
      others.push_back(absl::StrCat("*-t", i, i % 2 == 0 ? ".a.example" : ".b.example"));
    }
    return NameList(Listed(), false, others);
  });
}

bool Agree(const NameList& list, const Names& names, const std::vector<uint32_t>& rules) {
  for (size_t i = 0; i < names.texts.size(); i += 16) {
    if (list.Expected(names.texts[i]) != rules[i]) return false;
  }
  return true;
}

void Batch(benchmark::State& state, const NameList& list, const Names& names) {
  const Matcher matcher(&list.database());
  std::vector<uint32_t> rules(kNames);
  for (auto _ : state) {
    matcher.ListingRulesOfNames(names.columns(0), kNames, rules.data());
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

void RegisterList(const std::string& name, Mix mix, bool partials,
                  void (*run)(benchmark::State&, const NameList&, const Names&)) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    run(state, List(partials), InputOf(name, [=] { return FromList(Listed(), mix); }));
  });
}

// Half of the names are covered by the built-in policy, or nearly.
Names ForDefault() {
  std::vector<std::string> patterns;
  for (const Rule& rule : DefaultSubject().policy().rules) {
    for (const Destination& to : rule.to) {
      const auto* pattern = std::get_if<Pattern>(&to);
      if (pattern != nullptr) patterns.push_back(absl::StrReplaceAll(pattern->body(), {{"*", "q"}}));
    }
  }
  static const char* const kEnds[] = {".com", ".net", ".org", ".example", ".co.uk", ".io"};
  Random random(5);
  std::vector<std::string> names;
  while (names.size() < kNames) {
    std::string name = random.OneIn(2)
                           ? random.Of(patterns)
                           : absl::StrCat(Word(&random, 3 + random.Below(12)), kEnds[random.Below(6)]);
    if (random.OneIn(2)) name = absl::StrCat(Word(&random, 2 + random.Below(6)), ".", name);
    names.push_back(std::move(name));
  }
  return Names(std::move(names));
}

void ListingOfDefault(benchmark::State& state) {
  const Names& names = InputOf("names/default/mixed", &ForDefault);
  const Matcher matcher(&DefaultSubject().database());
  std::vector<uint32_t> rules(kNames);
  for (auto _ : state) {
    matcher.ListingRulesOfNames(names.columns(0), kNames, rules.data());
    benchmark::DoNotOptimize(rules.data());
    benchmark::ClobberMemory();
  }
  std::vector<uint32_t> expected(kNames);
  Matcher(&DefaultSubject().database(), Kernel::kScalar)
      .ListingRulesOfNames(names.columns(0), kNames, expected.data());
  if (rules != expected) state.SkipWithError("kernels do not agree");
  CountItems(state, kNames, "name");
}

void ClassifyForDefault(benchmark::State& state) {
  const CheckedFlows& checked = InputOf("names/default/tuples", [] {
    TupleBatch batch;
    for (const std::string& text : ForDefault().texts) {
      Tuple tuple;
      tuple.name = text;
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
  RegisterList("names/list/mixed", Mix::kMixed, false, &Batch);
  RegisterList("names/list/hits", Mix::kHits, false, &Batch);
  RegisterList("names/list/below", Mix::kBelow, false, &Batch);
  RegisterList("names/list/misses", Mix::kMisses, false, &Batch);
  RegisterList("names_one/list/hits", Mix::kHits, false, &One);
  RegisterList("names_one/list/misses", Mix::kMisses, false, &One);
  RegisterList("names/list_and_partials/mixed", Mix::kMixed, true, &Batch);
}

}  // namespace allowmatch
