// Databases: bytes as they are, or edits of a good image. What opens answers
// every lookup in bounds, alone and in a batch alike.

#include "matcher/database.h"
#include "matcher/matcher.h"
#include "rules/stored_policy.h"
#include "tests/agreement.h"
#include "tests/fuzz/damaged_image.h"
#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/require.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

struct Bed {
  explicit Bed(VerdictForm form) {
    Random random(5);
    const Policy policy = RandomPolicy(12, &random);
    CompileOptions options;
    options.allow_broad = true;
    options.form = form;
    const absl::StatusOr<Image> compiled = Compile(policy, options);
    Require(compiled.ok(), "the policy compiles", std::string(compiled.status().message()));
    image = std::string(compiled->bytes());
    const Prober prober(policy, {});
    for (int i = 0; i < 60; ++i) prober.Probe(&random, &probes);
  }

  std::string image;
  TupleBatch probes;
};

void OpenAndProbe(absl::string_view bytes, const TupleBatch& probes) {
  const absl::StatusOr<Database> database = Database::Open(bytes);
  if (!database.ok()) return;
  const absl::StatusOr<StoredPolicy> stored = ReadStoredPolicy(*database);
  Require(!stored.ok() || stored->policy.rules.size() == database->rule_count(), "its rules");
  const Matcher matcher(&*database);
  std::vector<Verdict> verdicts(probes.size());
  matcher.Classify(probes.columns(), verdicts.data());
  for (size_t i = 0; i < verdicts.size(); ++i) {
    Require(verdicts[i].rule() == kNoRuleId || verdicts[i].rule() < database->rule_count(), "a rule");
    Require(matcher.Classify(probes[i]) == verdicts[i], "alone as in a batch", ToString(probes[i]));
  }
}

}  // namespace
}  // namespace allowmatch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace allowmatch;  // NOLINT
  static const Bed* const beds[] = {new Bed(VerdictForm::kShapes), new Bed(VerdictForm::kLists)};
  const ExactCopy copy(data, size);
  OpenAndProbe(copy.text(), beds[0]->probes);
  std::string sealed(copy.text());
  SealImage(&sealed);
  OpenAndProbe(sealed, beds[0]->probes);
  for (const Bed* bed : beds) OpenAndProbe(DamagedImage(bed->image, copy.text()), bed->probes);
  return 0;
}
