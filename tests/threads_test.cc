// Many threads, one database and one matcher, with each kernel: their verdicts
// are those of one thread. Under ThreadSanitizer this finds any lookup that writes.

#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "matcher/matcher.h"
#include "tests/agreement.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

constexpr size_t kThreads = 8;
constexpr int kRounds = 20;

class Threads : public testing::TestWithParam<Kernel> {
 protected:
  Threads() : agreement_(policy_, Options()) {
    const Prober prober(policy_, {});
    for (int i = 0; i < 2000; ++i) prober.Probe(&random_, &probes_);
    expected_.resize(probes_.size());
    matcher_.Classify(probes_.columns(), expected_.data());
  }

  static CompileOptions Options() {
    CompileOptions options;
    options.allow_broad = true;
    return options;
  }

  // Runs `work(thread)`, which returns how many verdicts differ, in each thread at once.
  template <typename Work>
  void ExpectNoDifference(Work work) {
    std::vector<size_t> wrong(kThreads);
    std::vector<std::thread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&wrong, &work, t] { wrong[t] = work(t); });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, std::vector<size_t>(kThreads, 0));
  }

  size_t CountWrong(const std::vector<Verdict>& verdicts) const {
    size_t wrong = 0;
    for (size_t i = 0; i < verdicts.size(); ++i) wrong += !(verdicts[i] == expected_[i]);
    return wrong;
  }

  Random random_{11};
  const Policy policy_ = RandomPolicy(200, &random_);
  const Agreement agreement_;
  const Matcher matcher_{&agreement_.database(), GetParam()};
  TupleBatch probes_;
  std::vector<Verdict> expected_;
};

TEST_P(Threads, VerdictsOfOneThreadAreTheOracles) {
  EXPECT_EQ(agreement_.Check(probes_, true), "");
}

TEST_P(Threads, Batches) {
  ExpectNoDifference([this](size_t) {
    std::vector<Verdict> verdicts(probes_.size());
    size_t wrong = 0;
    for (int round = 0; round < kRounds; ++round) {
      matcher_.Classify(probes_.columns(), verdicts.data());
      wrong += CountWrong(verdicts);
    }
    return wrong;
  });
}

TEST_P(Threads, SinglesFromDifferentPlaces) {
  ExpectNoDifference([this](size_t thread) {
    std::vector<Verdict> verdicts(probes_.size());
    for (size_t n = 0; n < verdicts.size(); ++n) {
      const size_t i = (n + thread * 250) % verdicts.size();
      verdicts[i] = matcher_.Classify(probes_[i]);
    }
    return CountWrong(verdicts);
  });
}

// Opening copies the image, so threads may open and close while others look up.
TEST_P(Threads, DatabasesOfTheirOwn) {
  ExpectNoDifference([this](size_t) {
    const absl::StatusOr<Database> own = Database::Open(agreement_.database().bytes());
    if (!own.ok()) return probes_.size();
    std::vector<Verdict> verdicts(probes_.size());
    Matcher(&*own, GetParam()).Classify(probes_.columns(), verdicts.data());
    return CountWrong(verdicts);
  });
}

// Two threads a kernel at once: what one of them keeps is not in the way of another.
TEST_P(Threads, BesideEveryOtherKernel) {
  const std::vector<Kernel> kernels = AvailableKernels();
  ExpectNoDifference([this, &kernels](size_t thread) {
    const Kernel kernel = thread % 2 == 0 ? GetParam() : kernels[thread / 2 % kernels.size()];
    const Matcher matcher(&agreement_.database(), kernel);
    std::vector<Verdict> verdicts(probes_.size());
    size_t wrong = 0;
    for (int round = 0; round < kRounds; ++round) {
      matcher.Classify(probes_.columns(), verdicts.data());
      wrong += CountWrong(verdicts);
    }
    return wrong;
  });
}

// Lookups of addresses alone share the tables too.
TEST_P(Threads, ListingRules) {
  std::vector<uint32_t> addresses;
  for (size_t i = 0; i < probes_.size(); ++i) addresses.push_back(probes_.columns().remote4[i]);
  std::vector<uint32_t> alone(addresses.size());
  matcher_.ListingRules4(addresses.data(), addresses.size(), alone.data());
  ExpectNoDifference([this, &addresses, &alone](size_t) {
    std::vector<uint32_t> rules(addresses.size());
    size_t wrong = 0;
    for (int round = 0; round < kRounds; ++round) {
      matcher_.ListingRules4(addresses.data(), addresses.size(), rules.data());
      for (size_t i = 0; i < rules.size(); ++i) wrong += rules[i] != alone[i];
    }
    return wrong;
  });
}

INSTANTIATE_TEST_SUITE_P(Kernels, Threads, testing::ValuesIn(AvailableKernels()),
                         [](const testing::TestParamInfo<Kernel>& info) {
                           return KernelName(info.param);
                         });

}  // namespace
}  // namespace allowmatch
