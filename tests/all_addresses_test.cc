// All 4,294,967,296 IPv4 addresses of some policies: every kernel against the
// painted map. Takes minutes, so it runs by hand:
//
//   ALLOWMATCH_SHARED=... bazel run //tests:all_addresses

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/matcher.h"
#include "tests/listing_policies.h"

namespace allowmatch {
namespace {

constexpr int kThreads = 2;
constexpr int kWalks = 16;              // far from each other, they take turns in a batch
constexpr uint32_t kSegment = 1 << 16;  // addresses of one walk in a block
constexpr uint32_t kBlock = kWalks * kSegment;
constexpr uint32_t kBlocks = 4096;
static_assert(uint64_t{kBlock} * kBlocks == uint64_t{1} << 32);

// 65,536 addresses from each sixteenth of the space, shuffled, and who lists
// them.
class Block {
 public:
  Block() : painted_(kBlock), addresses_(kBlock), expected_(kBlock) {}

  void Paint(const PaintedMap& map, uint32_t number) {
    number_ = number;
    for (uint32_t walk = 0; walk < kWalks; ++walk) PaintSegment(map, walk);
    for (uint32_t i = 0; i < kBlock; ++i) {
      const uint32_t place = i * 0x9E3779B1u % kBlock;
      addresses_[i] = First(place / kSegment) + place % kSegment;
      expected_[i] = painted_[place];
    }
  }

  const std::vector<uint32_t>& addresses() const { return addresses_; }
  const std::vector<uint32_t>& expected() const { return expected_; }

 private:
  uint32_t First(uint32_t walk) const { return walk << 28 | number_ * kSegment; }

  void PaintSegment(const PaintedMap& map, uint32_t walk) {
    const std::vector<PaintedMap::Piece>& pieces = map.pieces();
    const uint128 first = First(walk);
    const uint128 end = first + kSegment;
    uint128 at = first;
    for (size_t piece = map.PieceOf(first); at < end; ++piece) {
      const uint128 next = piece + 1 < pieces.size() ? pieces[piece + 1].first : end;
      for (; at < std::min(next, end); ++at) {
        painted_[walk * kSegment + static_cast<uint32_t>(at - first)] = pieces[piece].rule;
      }
    }
  }

  uint32_t number_ = 0;
  std::vector<uint32_t> painted_;
  std::vector<uint32_t> addresses_;
  std::vector<uint32_t> expected_;
};

class WholeSpace {
 public:
  explicit WholeSpace(const Listing& listing) : listing_(listing) {}

  // Returns what differs; empty if all agree.
  std::string Check() {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) threads.emplace_back([this, t] { Work(t); });
    for (std::thread& thread : threads) thread.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::fprintf(stderr, "\r%s: %llu addresses, of which %llu listed, in %zu pieces, asked of %s: ",
                 listing_.name().c_str(), static_cast<unsigned long long>(checked_.load()),
                 static_cast<unsigned long long>(listed_.load()), listing_.v4().pieces().size(),
                 KernelNames().c_str());
    std::fprintf(stderr, "%s (%.0f s)\n", Problem().empty() ? "all agree" : "DIFFERENT",
                 took.count());
    return Problem();
  }

 private:
  static std::string KernelNames() {
    std::string names;
    for (const Kernel kernel : AvailableKernels()) absl::StrAppend(&names, " ", KernelName(kernel));
    return names.substr(1);
  }

  std::string Problem() const {
    for (const std::string& problem : problems_) {
      if (!problem.empty()) return problem;
    }
    return checked_ == uint64_t{1} << 32 ? "" : "not all addresses were looked at";
  }

  void Work(int thread) {
    Block block;
    std::vector<uint32_t> rules(kBlock);
    for (uint32_t number; (number = next_++) < kBlocks && problems_[thread].empty();) {
      block.Paint(listing_.v4(), number);
      problems_[thread] = CheckBlock(block, &rules);
      if (number % 64 == 0) {
        std::fprintf(stderr, "\r%s: %u %%", listing_.name().c_str(), number * 100 / kBlocks);
      }
    }
  }

  std::string CheckBlock(const Block& block, std::vector<uint32_t>* rules) {
    for (const Database& database : listing_.databases()) {
      for (const Kernel kernel : AvailableKernels()) {
        std::fill(rules->begin(), rules->end(), ~0u);
        Matcher(&database, kernel).ListingRules4(block.addresses().data(), kBlock, rules->data());
        // Says where they differ.
        if (*rules != block.expected()) return listing_.Check4(block.addresses());
      }
    }
    checked_ += kBlock;
    listed_ += kBlock - static_cast<uint64_t>(std::count(rules->begin(), rules->end(), kNoRuleId));
    return "";
  }

  const Listing& listing_;
  std::atomic<uint32_t> next_{0};
  std::atomic<uint64_t> checked_{0};
  std::atomic<uint64_t> listed_{0};
  std::string problems_[kThreads];
};

CompileOptions Broad() {
  CompileOptions options;
  options.allow_broad = true;
  return options;
}

TEST(AllAddresses, OfTheBuiltInPolicy) {
  const Listing listing = BuiltInListing();
  EXPECT_EQ(WholeSpace(listing).Check(), "");
}

TEST(AllAddresses, OfARoutingTable) {
  const std::vector<Listing> listings = RoutingTableListing();
  if (listings.empty()) GTEST_SKIP() << "ALLOWMATCH_SHARED names no folder with data/bgp";
  EXPECT_EQ(WholeSpace(listings[0]).Check(), "");
}

class AllAddressesOfNests : public testing::TestWithParam<size_t> {};

TEST_P(AllAddressesOfNests, Agree) {
  Random random(GetParam());
  const Listing listing(absl::StrCat("nest of ", GetParam()),
                        NestedPolicy(Family::kV4, GetParam(), &random), Broad());
  EXPECT_EQ(WholeSpace(listing).Check(), "");
}

INSTANTIATE_TEST_SUITE_P(Sizes, AllAddressesOfNests, testing::Values(9, 64, 260, 6000, 200000),
                         [](const testing::TestParamInfo<size_t>& info) {
                           return absl::StrCat("Ranges", info.param);
                         });

}  // namespace
}  // namespace allowmatch
