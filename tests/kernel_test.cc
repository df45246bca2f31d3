// Every kernel against the oracle, on full tuples: all mixes of parts, all sizes
// and alignments of a batch, null columns, noise where parts are absent, memory
// that ends where a column ends, and batches of more than a million.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/matcher.h"
#include "tests/agreement.h"
#include "tests/fenced_columns.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

constexpr uint16_t kAllParts = 0x1ff;

// The tuple without the parts that are not of `parts`.
Tuple Without(Tuple tuple, uint16_t parts) {
  const auto has_end = [parts](const Address& address, uint16_t v4, uint16_t v6) {
    return (parts & (address.is_v4() ? v4 : v6)) != 0;
  };
  if (tuple.remote && !has_end(*tuple.remote, kRemoteV4, kRemoteV6)) tuple.remote.reset();
  if (tuple.local && !has_end(*tuple.local, kLocalV4, kLocalV6)) tuple.local.reset();
  if ((parts & kHasName) == 0) tuple.name.reset();
  if ((parts & kHasProtocol) == 0) tuple.protocol.reset();
  if ((parts & kHasPort) == 0) tuple.port.reset();
  if ((parts & kInbound) == 0) tuple.direction = Direction::kOut;
  if ((parts & kInvalidTuple) == 0) tuple.invalid = false;
  return tuple;
}

// A random policy, probes for it, and what the oracle says of them.
class Probed {
 public:
  Probed(uint64_t seed, size_t rules, VerdictForm form, bool basis_both) : random_(seed) {
    options_.allow_broad = true;
    options_.form = form;
    options_.basis_both = basis_both;
    options_.self = RandomSelf(&random_);
    const Policy policy = RandomPolicy(rules, &random_);
    agreement_ = std::make_unique<Agreement>(policy, options_);
    prober_ = std::make_unique<Prober>(policy, options_.self);
  }

  // Takes new probes, of which only `parts` are left.
  void Probe(size_t count, uint16_t parts) {
    TupleBatch all;
    for (size_t i = 0; i < count; ++i) prober_->Probe(&random_, &all);
    batch_.Clear();
    expected_.clear();
    for (size_t i = 0; i < count; ++i) {
      batch_.Add(Without(all[i], parts));
      expected_.push_back(agreement_->oracle().Classify(batch_[i]));
    }
  }

  // Asks every kernel for tuples first .. first + size - 1. Empty if all is right.
  std::string Ask(size_t first, size_t size, const FencedColumns::Placement& columns,
                  Fence verdict_fence, size_t verdict_shift) {
    const TupleColumns tuples = columns_.Copy(batch_.columns(), first, size, columns, &random_);
    for (const Kernel kernel : AvailableKernels()) {
      Verdict* const verdicts = verdicts_.Clear(size, verdict_fence, verdict_shift);
      Matcher(&agreement_->database(), kernel).Classify(tuples, verdicts);
      const std::string where = absl::StrCat(KernelName(kernel), ", ", size, " from ", first);
      if (!verdicts_.IsClean()) return absl::StrCat(where, ": writes beside the verdicts");
      for (size_t i = 0; i < size; ++i) {
        if (verdicts[i] == expected_[first + i]) continue;
        return absl::StrCat(where, ", at ", i, ": ", ToString(batch_[first + i]),
                            "\n  oracle: ", ToString(expected_[first + i]),
                            "\n  batch: ", ToString(verdicts[i]));
      }
    }
    return "";
  }

  const TupleBatch& batch() const { return batch_; }
  const std::vector<Verdict>& expected() const { return expected_; }
  const Database& database() const { return agreement_->database(); }
  Random& random() { return random_; }

  static constexpr size_t kMost = 700;

 private:
  Random random_;
  CompileOptions options_;
  std::unique_ptr<Agreement> agreement_;
  std::unique_ptr<Prober> prober_;
  TupleBatch batch_;
  std::vector<Verdict> expected_;
  FencedColumns columns_{kMost, kMost * 80};
  FencedVerdicts verdicts_{kMost};
};

struct Variant {
  const char* name;
  size_t rules;
  VerdictForm form;
  bool basis_both;
};

class KernelAgreement : public testing::TestWithParam<Variant> {
 protected:
  KernelAgreement()
      : probed_(GetParam().rules + 41, GetParam().rules, GetParam().form, GetParam().basis_both) {}

  Probed probed_;
};

TEST_P(KernelAgreement, EveryMixOfParts) {
  for (unsigned parts = 0; parts <= kAllParts; ++parts) {
    const size_t size = 1 + probed_.random().Below(300);
    probed_.Probe(size, static_cast<uint16_t>(parts));
    for (const bool null_columns : {true, false}) {
      const FencedColumns::Placement placement = {Fence::kBehind, 0, null_columns};
      ASSERT_EQ(probed_.Ask(0, size, placement, Fence::kBehind, 0), "") << "parts " << parts;
    }
  }
}

TEST_P(KernelAgreement, EverySizeFromManyPlaces) {
  for (const uint16_t parts : {kAllParts, uint16_t{kRemoteV4 | kHasProtocol | kHasPort},
                               uint16_t{kRemoteV4 | kRemoteV6 | kHasProtocol | kHasPort | kInbound |
                                        kLocalV4 | kLocalV6}}) {
    probed_.Probe(Probed::kMost, parts);
    for (size_t size = 0; size <= 300; ++size) {
      const size_t first = probed_.random().Below(Probed::kMost - size + 1);
      for (const Fence fence : {Fence::kBehind, Fence::kBefore}) {
        ASSERT_EQ(probed_.Ask(first, size, {fence, 0, true}, fence, 0), "") << "parts " << parts;
      }
    }
  }
}

TEST_P(KernelAgreement, EveryAlignment) {
  probed_.Probe(Probed::kMost, kAllParts);
  for (size_t shift = 0; shift < 16; ++shift) {
    for (size_t verdict_shift = 0; verdict_shift < 16; ++verdict_shift) {
      const size_t size = 120 + probed_.random().Below(40);
      ASSERT_EQ(probed_.Ask(shift * 16 + verdict_shift, size, {Fence::kBefore, shift, true},
                            Fence::kBefore, verdict_shift),
                "")
          << "shifts " << shift << " and " << verdict_shift;
    }
  }
}

// A tuple's verdict does not depend on its place in a batch or on its company.
TEST_P(KernelAgreement, OneOddTupleAmongEqualOnes) {
  probed_.Probe(2 * 64, kAllParts);
  for (size_t odd = 0; odd < 64; ++odd) {
    TupleBatch batch;
    const size_t place = probed_.random().Below(200);
    for (size_t i = 0; i < 200; ++i) batch.Add(probed_.batch()[i == place ? odd : odd + 64]);
    std::vector<Verdict> verdicts(200);
    for (const Kernel kernel : AvailableKernels()) {
      Matcher(&probed_.database(), kernel).Classify(batch.columns(), verdicts.data());
      for (size_t i = 0; i < 200; ++i) {
        ASSERT_EQ(ToString(verdicts[i]), ToString(probed_.expected()[i == place ? odd : odd + 64]))
            << KernelName(kernel) << " at " << i << ", odd at " << place;
      }
    }
  }
}

class LargeBatch : public KernelAgreement {};

// More than caches hold, where a kernel may write past them.
TEST_P(LargeBatch, OfMoreThanAMillion) {
  constexpr size_t kBase = 4093;
  constexpr size_t kSize = (1 << 20) + 11;
  const uint16_t kPlain = kRemoteV4 | kHasProtocol | kHasPort;
  for (const uint16_t parts : {kPlain, kAllParts}) {
    probed_.Probe(kBase, parts);
    TupleBatch batch;
    for (size_t i = 0; i < kSize; ++i) batch.Add(probed_.batch()[i % kBase]);
    for (const Kernel kernel : AvailableKernels()) {
      const size_t shift = 1 + probed_.random().Below(31);
      const Verdict canary(Reason::kInvalid, Basis::kBoth, 0x5a5a5a);
      std::vector<Verdict> verdicts(kSize + 64, canary);
      Matcher(&probed_.database(), kernel).Classify(batch.columns(), &verdicts[shift]);
      for (size_t i = 0; i < verdicts.size(); ++i) {
        const bool inside = i >= shift && i < shift + kSize;
        const Verdict expected = inside ? probed_.expected()[(i - shift) % kBase] : canary;
        ASSERT_EQ(verdicts[i].word(), expected.word()) << KernelName(kernel) << " at " << i;
      }
    }
  }
}

constexpr Variant kFew = {"Few", 4, VerdictForm::kShapes, false};
constexpr Variant kShapes = {"Shapes", 30, VerdictForm::kShapes, false};
constexpr Variant kShapesBoth = {"ShapesBoth", 30, VerdictForm::kShapes, true};
constexpr Variant kLists = {"Lists", 30, VerdictForm::kLists, false};
constexpr Variant kListsBoth = {"ListsBoth", 12, VerdictForm::kLists, true};
constexpr Variant kMany = {"Many", 150, VerdictForm::kAuto, false};

std::string VariantName(const testing::TestParamInfo<Variant>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Variants, KernelAgreement,
                         testing::Values(kFew, kShapes, kShapesBoth, kLists, kListsBoth, kMany),
                         VariantName);
INSTANTIATE_TEST_SUITE_P(Variants, LargeBatch, testing::Values(kFew, kMany, kListsBoth),
                         VariantName);

}  // namespace
}  // namespace allowmatch
