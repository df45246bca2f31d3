// Which rule lists an address: every kernel against painted maps, where they
// change and at addresses spread over the whole space. All addresses are gone
// over by all_addresses_test.

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/matcher.h"
#include "tests/listing_policies.h"

namespace allowmatch {
namespace {

constexpr size_t kBatch = size_t{1} << 16;

// In another order, so that neighbours in a batch are not neighbours in the table.
template <typename T>
void Shuffle(std::vector<T>* addresses) {
  std::shuffle(addresses->begin(), addresses->end(), std::mt19937_64(17));
}

// Collects addresses and checks them as batches that are nowhere near even.
class Checker {
 public:
  explicit Checker(const Listing& listing) : listing_(listing) {}

  template <typename T>
  std::string Check(std::vector<T> addresses) {
    Shuffle(&addresses);
    for (size_t at = 0; at < addresses.size();) {
      const size_t size = std::min<size_t>(addresses.size() - at, 1 + random_.Below(kBatch));
      const auto begin = addresses.begin() + static_cast<ptrdiff_t>(at);
      std::string difference =
          CheckBatch(std::vector<T>(begin, begin + static_cast<ptrdiff_t>(size)));
      if (!difference.empty()) return difference;
      at += size;
    }
    return "";
  }

 private:
  std::string CheckBatch(const std::vector<uint32_t>& batch) { return listing_.Check4(batch); }
  std::string CheckBatch(const std::vector<uint128>& batch) { return listing_.Check6(batch); }

  const Listing& listing_;
  Random random_{23};
};

// The addresses at each change, and those beside them.
std::vector<uint128> Edges(const PaintedMap& map, Family family) {
  std::vector<uint128> edges;
  for (const PaintedMap::Piece& piece : map.pieces()) {
    for (const int by : {-1, 0, 1}) {
      edges.push_back((piece.first + static_cast<uint128>(static_cast<__int128>(by))) &
                      MaxBits(family));
    }
  }
  return edges;
}

std::string CheckEdges4(const Listing& listing) {
  const std::vector<uint128> edges = Edges(listing.v4(), Family::kV4);
  return Checker(listing).Check(std::vector<uint32_t>(edges.begin(), edges.end()));
}

// Edges, and addresses that differ from one in a single bit.
std::string CheckEdges6(const Listing& listing, size_t flips) {
  Random random(29);
  std::vector<uint128> probes = Edges(listing.v6(), Family::kV6);
  const size_t edges = probes.size();
  for (size_t i = 0; i < flips; ++i) {
    probes.push_back(probes[random.Below(edges)] ^ uint128{1} << random.Below(128));
    probes.push_back(uint128{random.Bits()} << 64 | random.Bits());
    // Mapped addresses are those of IPv4.
    probes.push_back(uint128{0xffff} << 32 | (random.Bits() & 0xffffffff));
  }
  return Checker(listing).Check(probes);
}

// Every `stride`th address, which is odd so that no bits of an address are left
// out. Sixteen walks through a sixteenth of the space each take turns, so that
// neighbours in a batch are far apart.
std::string CheckSpread(const Listing& listing, uint32_t stride) {
  std::vector<uint32_t> addresses;
  for (uint32_t at = 0; at < 1u << 28;) {
    addresses.clear();
    for (; at < 1u << 28 && addresses.size() < kBatch; at += stride) {
      for (uint32_t walk = 0; walk < 16; ++walk) addresses.push_back(walk << 28 | at);
    }
    std::string difference = listing.Check4(addresses);
    if (!difference.empty()) return difference;
  }
  return "";
}

// All addresses of the /24s with a change, and of their neighbours; at most
// `count` of these, from all over.
std::string CheckBlocks(const Listing& listing, size_t count) {
  std::set<uint32_t> blocks;
  for (const uint128 edge : Edges(listing.v4(), Family::kV4)) {
    const uint32_t block = static_cast<uint32_t>(edge >> 8);
    blocks.insert({block, (block - 1) & 0xffffff, (block + 1) & 0xffffff});
  }
  std::vector<uint32_t> chosen(blocks.begin(), blocks.end());
  Shuffle(&chosen);
  chosen.resize(std::min(chosen.size(), count));
  std::vector<uint32_t> addresses;
  for (const uint32_t block : chosen) {
    for (uint32_t host = 0; host < 256; ++host) addresses.push_back(block << 8 | host);
  }
  return Checker(listing).Check(std::move(addresses));
}

TEST(Listing, OfTheBuiltInPolicy) {
  const Listing listing = BuiltInListing();
  ASSERT_GT(listing.v4().pieces().size(), 50u);
  EXPECT_EQ(CheckEdges4(listing), "");
  EXPECT_EQ(CheckEdges6(listing, 10000), "");
  EXPECT_EQ(CheckBlocks(listing, 1 << 12), "");
  EXPECT_EQ(CheckSpread(listing, 255), "");
}

TEST(Listing, OfARoutingTable) {
  const std::vector<Listing> listings = RoutingTableListing();
  if (listings.empty()) GTEST_SKIP() << "ALLOWMATCH_SHARED names no folder with data/bgp";
  ASSERT_GT(listings[0].v4().pieces().size(), 500000u);
  ASSERT_GT(listings[0].v6().pieces().size(), 100000u);
  EXPECT_EQ(CheckEdges4(listings[0]), "");
  EXPECT_EQ(CheckEdges6(listings[0], 200000), "");
  EXPECT_EQ(CheckBlocks(listings[0], 1 << 10), "");
  EXPECT_EQ(CheckSpread(listings[0], 255), "");
}

struct NestPlan {
  Family family;
  size_t ranges;
  size_t policies;
  uint32_t stride;  // odd
};

class ListingOfNests : public testing::TestWithParam<NestPlan> {
 protected:
  static Listing Make(const NestPlan& plan, size_t seed) {
    Random random(plan.ranges * 1000 + seed);
    CompileOptions options;
    options.allow_broad = true;
    return Listing(absl::StrCat("nest of ", plan.ranges, ", seed ", seed),
                   NestedPolicy(plan.family, plan.ranges, &random), options);
  }
};

TEST_P(ListingOfNests, Edges) {
  const NestPlan& plan = GetParam();
  size_t pieces = 0;
  for (size_t seed = 0; seed < plan.policies; ++seed) {
    const Listing listing = Make(plan, seed);
    pieces += listing.v4().pieces().size() + listing.v6().pieces().size();
    ASSERT_EQ(CheckEdges4(listing), "");
    ASSERT_EQ(CheckEdges6(listing, plan.ranges), "");
    ASSERT_EQ(CheckSpread(listing, plan.stride), "");
    ASSERT_EQ(CheckBlocks(listing, seed % 8 == 0 ? 64 : 0), "");
  }
  // The wide and the denied ranges leave enough of the others to be seen.
  EXPECT_GT(2 * pieces, plan.ranges * plan.policies);
}

INSTANTIATE_TEST_SUITE_P(
    Plans, ListingOfNests,
    testing::Values(
        NestPlan{Family::kV4, 1, 100, 1 << 20 | 1}, NestPlan{Family::kV4, 3, 200, 1 << 18 | 1},
        NestPlan{Family::kV4, 12, 200, 1 << 18 | 1}, NestPlan{Family::kV4, 60, 100, 1 << 17 | 1},
        NestPlan{Family::kV4, 130, 60, 1 << 17 | 1}, NestPlan{Family::kV4, 500, 20, 1 << 16 | 1},
        NestPlan{Family::kV4, 20000, 1, 1023}, NestPlan{Family::kV6, 1, 100, 1 << 22 | 1},
        NestPlan{Family::kV6, 3, 200, 1 << 22 | 1}, NestPlan{Family::kV6, 12, 200, 1 << 22 | 1},
        NestPlan{Family::kV6, 60, 100, 1 << 22 | 1}, NestPlan{Family::kV6, 130, 60, 1 << 22 | 1},
        NestPlan{Family::kV6, 500, 20, 1 << 22 | 1}, NestPlan{Family::kV6, 20000, 1, 1 << 22 | 1}),
    [](const testing::TestParamInfo<NestPlan>& info) {
      return absl::StrCat(info.param.family == Family::kV4 ? "V4" : "V6", "Ranges",
                          info.param.ranges);
    });

// Batches of every size up to a few blocks: each address is answered, and
// nothing beside the answers is written.
TEST(Listing, BatchesOfEverySize) {
  constexpr uint32_t kCanary = 0xC0FFEE00;
  constexpr size_t kMost = 300;
  Random random(31);
  CompileOptions options;
  options.allow_broad = true;
  const Listing four("nest", NestedPolicy(Family::kV4, 200, &random), options);
  const Listing six("nest", NestedPolicy(Family::kV6, 200, &random), options);
  std::vector<uint32_t> addresses;
  std::vector<uint64_t> words;
  for (size_t i = 0; i < kMost + 16; ++i) {
    addresses.push_back(static_cast<uint32_t>(random.Of(four.v4().pieces()).first));
    const uint128 bits = random.Of(six.v6().pieces()).first;
    words.insert(words.end(), {static_cast<uint64_t>(bits >> 64), static_cast<uint64_t>(bits)});
  }
  for (const Kernel kernel : AvailableKernels()) {
    for (size_t size = 0; size <= kMost; ++size) {
      const size_t at = size % 16;
      std::vector<uint32_t> rules4(size + 32, kCanary);
      std::vector<uint32_t> rules6(size + 32, kCanary);
      Matcher(&four.database(), kernel).ListingRules4(&addresses[at], size, &rules4[16]);
      Matcher(&six.database(), kernel).ListingRules6(&words[2 * at], size, &rules6[16]);
      for (size_t i = 0; i < rules4.size(); ++i) {
        const bool inside = i >= 16 && i < 16 + size;
        const size_t n = at + i - 16;
        const uint32_t expected4 = inside ? four.v4().RuleOf(addresses[n]) : kCanary;
        const uint32_t expected6 =
            inside ? six.RuleOf(Address::V6(words[2 * n], words[2 * n + 1])) : kCanary;
        ASSERT_EQ(rules4[i], expected4) << KernelName(kernel) << " size " << size << " at " << i;
        ASSERT_EQ(rules6[i], expected6) << KernelName(kernel) << " size " << size << " at " << i;
      }
    }
  }
}

}  // namespace
}  // namespace allowmatch
