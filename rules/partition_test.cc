#include "rules/partition.h"

#include <chrono>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

AddressRange Range(const std::string& text) {
  AddressRange range;
  EXPECT_EQ(ParseRange(text, &range), Fault::kNone) << text;
  return range;
}

// Where the sets change, and what they are from there on.
struct Step {
  std::string first;
  RankSet set;
};

void ExpectSteps(Family family, const std::vector<RankedRange>& ranges,
                 const std::vector<Step>& steps, const std::vector<RankedRange>& everywhere = {}) {
  RankSets sets;
  const Intervals intervals = Partition(family, ranges, everywhere, &sets);
  ASSERT_EQ(intervals.size(), steps.size());
  for (size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(intervals[i].first, Range(steps[i].first).first.bits()) << steps[i].first;
    EXPECT_EQ(sets[intervals[i].id], steps[i].set) << steps[i].first;
  }
}

TEST(Partition, Nothing) {
  ExpectSteps(Family::kV4, {}, {{"0.0.0.0", {}}});
  ExpectSteps(Family::kV6, {}, {{"::", {}}});
}

TEST(Partition, WholeFamilyNeverCloses) {
  ExpectSteps(Family::kV4, {{Range("0.0.0.0/0"), 0, 5}}, {{"0.0.0.0", {5}}});
  ExpectSteps(Family::kV6, {{Range("::/0"), 0, 5}}, {{"::", {5}}});
}

TEST(Partition, LastAddress) {
  ExpectSteps(Family::kV4, {{Range("255.255.255.255"), 0, 1}},
              {{"0.0.0.0", {}}, {"255.255.255.255", {1}}});
  ExpectSteps(Family::kV6, {{Range("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 0, 1}},
              {{"::", {}}, {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", {1}}});
  ExpectSteps(Family::kV4, {{Range("0.0.0.0"), 0, 1}}, {{"0.0.0.0", {1}}, {"0.0.0.1", {}}});
}

TEST(Partition, NestedAndOverlapping) {
  ExpectSteps(Family::kV4,
              {{Range("10.0.0.0/8"), 0, 3},
               {Range("10.1.0.0/16"), 1, 2},
               {Range("10.1.255.0-10.2.0.9"), 2, 1}},
              {{"0.0.0.0", {}},
               {"10.0.0.0", {3}},
               {"10.1.0.0", {2, 3}},
               {"10.1.255.0", {1, 2, 3}},
               {"10.2.0.0", {1, 3}},
               {"10.2.0.10", {3}},
               {"11.0.0.0", {}}});
}

TEST(Partition, OfOneSlotTheLeastRankIsSeen) {
  ExpectSteps(
      Family::kV4, {{Range("10.0.0.0/8"), 7, 3}, {Range("10.1.0.0/16"), 7, 2}},
      {{"0.0.0.0", {}}, {"10.0.0.0", {3}}, {"10.1.0.0", {2}}, {"10.2.0.0", {3}}, {"11.0.0.0", {}}});
}

TEST(Partition, NeighboursWithTheSameSetAreOne) {
  ExpectSteps(Family::kV4, {{Range("10.0.0.0/9"), 0, 1}, {Range("10.128.0.0/9"), 0, 1}},
              {{"0.0.0.0", {}}, {"10.0.0.0", {1}}, {"11.0.0.0", {}}});
}

TEST(Partition, TheSameRangeTwice) {
  ExpectSteps(Family::kV4, {{Range("10.0.0.0/8"), 0, 1}, {Range("10.0.0.0/9"), 0, 1}},
              {{"0.0.0.0", {}}, {"10.0.0.0", {1}}, {"11.0.0.0", {}}});
}

TEST(Partition, OtherFamilyIsPassedOver) {
  ExpectSteps(Family::kV6, {{Range("10.0.0.0/8"), 0, 1}}, {{"::", {}}});
  ExpectSteps(Family::kV4, {{Range("::/0"), 0, 1}}, {{"0.0.0.0", {}}});
}

TEST(Partition, Everywhere) {
  const std::vector<RankedRange> everywhere = {{{}, 0, 4}, {{}, 1, 6}};
  ExpectSteps(Family::kV4, {{Range("10.0.0.0/8"), 0, 2}},
              {{"0.0.0.0", {4, 6}}, {"10.0.0.0", {2, 6}}, {"11.0.0.0", {4, 6}}}, everywhere);
  EXPECT_EQ(SetOf(everywhere), (RankSet{4, 6}));
}

// A hundred thousand ranges, each inside the one before: the sweep must not
// look at all open ranges at each end.
TEST(Partition, DeepNestingIsNearLinear) {
  std::vector<RankedRange> ranges;
  const uint32_t count = 100000;
  for (uint32_t i = 0; i < count; ++i) {
    ranges.push_back({{Address::V4(i), Address::V4(0xffffffff - i)}, 0, count - i});
  }
  RankSets sets;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Partition(Family::kV4, ranges, {}, &sets).size(), 2 * count - 1);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace allowmatch
