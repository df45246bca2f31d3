// From a policy to an open database: Compile and Database::Open.

#include <string>

#include "bench/subject.h"
#include "bench/suite.h"
#include "matcher/database.h"
#include "rules/compile.h"

namespace allowmatch {
namespace {

using SubjectOf = const Subject& (*)();

// Compiling is deterministic, so the bytes tell whether it did its work.
void CompilePolicy(benchmark::State& state, const Subject& subject) {
  for (auto _ : state) {
    const absl::StatusOr<Image> image = Compile(subject.policy(), SubjectOptions());
    if (!image.ok() || image->bytes() != subject.database().bytes()) {
      state.SkipWithError("another image");
      break;
    }
  }
  CountItems(state, 1, "policy");
}

void OpenDatabase(benchmark::State& state, const Subject& subject) {
  for (auto _ : state) {
    const absl::StatusOr<Database> database = Database::Open(subject.database().bytes());
    if (!database.ok() || database->policy_digest() != subject.database().policy_digest()) {
      state.SkipWithError("another database");
      break;
    }
  }
  CountItems(state, 1, "database");
}

void RegisterBoth(const std::string& policy, SubjectOf subject) {
  benchmark::RegisterBenchmark(("compile/" + policy).c_str(), [=](benchmark::State& state) {
    CompilePolicy(state, subject());
  })->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark(("open/" + policy).c_str(), [=](benchmark::State& state) {
    OpenDatabase(state, subject());
  })->Unit(benchmark::kMicrosecond);
}

}  // namespace

void RegisterBuilding() {
  RegisterBoth("default", &DefaultSubject);
  RegisterBoth("vendor_like", &VendorLikeSubject);
  RegisterBoth("synthetic_10k", &SyntheticSubject);
  if (HasRoutingTable()) RegisterBoth("routing_table", &RoutingTableSubject);
}

}  // namespace allowmatch
