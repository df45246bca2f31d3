// Random policies of 5 to 5000 rules against random probes, ten million of them
// in all, half at the edges of ranges and one label off.

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/agreement.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

// The oracle takes time in proportion to the rules, so small policies get most
// of the probes.
struct Plan {
  size_t rules;
  size_t policies;
  size_t probes;  // for each policy
};

class RandomAgreement : public testing::TestWithParam<std::tuple<Plan, int>> {};

CompileOptions OptionsOf(int variant, size_t rules, Random* random) {
  CompileOptions options;
  options.allow_broad = true;
  options.basis_both = variant % 2 == 1;
  options.form = variant / 2 == 0 ? VerdictForm::kShapes : VerdictForm::kLists;
  // Thousands of rules that all overlap make more cells than a test should fill.
  if (rules > 1000 && options.form == VerdictForm::kShapes) options.form = VerdictForm::kAuto;
  if (!random->OneIn(4)) options.self = RandomSelf(random);
  return options;
}

TEST_P(RandomAgreement, Probes) {
  const auto [plan, variant] = GetParam();
  for (size_t n = 0; n < plan.policies; ++n) {
    const uint64_t seed = (plan.rules * 4 + static_cast<uint64_t>(variant)) * 1000003 + n;
    Random random(seed);
    const CompileOptions options = OptionsOf(variant, plan.rules, &random);
    const Policy policy = RandomPolicy(plan.rules, &random);
    const Agreement agreement(policy, options);
    const Prober prober(policy, options.self);
    for (size_t left = plan.probes; left > 0;) {
      const size_t size = std::min<size_t>(left, 1 + random.Below(1000));
      TupleBatch batch;
      for (size_t i = 0; i < size; ++i) prober.Probe(&random, &batch);
      ASSERT_EQ(agreement.Check(batch, random.OneIn(4)), "") << "seed " << seed;
      left -= size;
    }
  }
}

// Probes that all end in the same verdict would prove little.
TEST(RandomAgreementProbes, MeetEveryReasonAndBasis) {
  Random random(7);
  size_t reasons[6] = {};
  size_t bases[4] = {};
  const size_t count = 40000;
  for (int n = 0; n < 10; ++n) {
    CompileOptions options = OptionsOf(n % 2, 40, &random);
    const Policy policy = RandomPolicy(40, &random);
    const Agreement agreement(policy, options);
    const Prober prober(policy, options.self);
    TupleBatch batch;
    for (size_t i = 0; i < count / 10; ++i) prober.Probe(&random, &batch);
    for (size_t i = 0; i < batch.size(); ++i) {
      const Verdict verdict = agreement.oracle().Classify(batch[i]);
      ++reasons[static_cast<size_t>(verdict.reason())];
      ++bases[static_cast<size_t>(verdict.basis())];
    }
  }
  for (const size_t reason : reasons) EXPECT_GT(reason, count / 100);
  for (const size_t basis : bases) EXPECT_GT(basis, count / 100);
}

std::string PlanName(const testing::TestParamInfo<std::tuple<Plan, int>>& info) {
  constexpr const char* kVariants[] = {"ShapesEither", "ShapesBoth", "ListsEither", "ListsBoth"};
  return absl::StrCat("Rules", std::get<0>(info.param).rules, kVariants[std::get<1>(info.param)]);
}

INSTANTIATE_TEST_SUITE_P(Plans, RandomAgreement,
                         testing::Combine(testing::Values(Plan{5, 400, 3200}, Plan{15, 100, 8500},
                                                          Plan{40, 40, 10000}, Plan{200, 10, 8000},
                                                          Plan{1000, 2, 10000},
                                                          Plan{5000, 1, 5000}),
                                          testing::Range(0, 4)),
                         PlanName);

}  // namespace
}  // namespace allowmatch
