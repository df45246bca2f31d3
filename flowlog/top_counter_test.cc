#include "flowlog/top_counter.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace allowmatch {
namespace {

TopCounter::Item Key(uint64_t key) { return {{0, key, 0}, ""}; }

TEST(TopCounterTest, ExactUpToItsCapacity) {
  TopCounter counter(1000);
  std::map<uint64_t, uint64_t> exact;
  std::mt19937 random(1);
  std::vector<TopCounter::Item> items;
  for (int i = 0; i < 100000; ++i) {
    const uint64_t key = random() % 1000;
    ++exact[key];
    items.push_back(Key(key));
  }
  counter.Add(items);
  ASSERT_TRUE(counter.exact());
  EXPECT_EQ(counter.max_error(), 0u);
  ASSERT_EQ(counter.counts().size(), exact.size());
  for (const TopCounter::Count& count : counter.counts())
    EXPECT_EQ(count.count, exact[count.key.low]);
}

TEST(TopCounterTest, NamesTellKeysApart) {
  TopCounter counter(10);
  counter.Add({{0, 1, 7}, "a.example"});
  counter.Add({{0, 1, 7}, "b.example"});  // the same hash
  counter.Add({{0, 1, 7}, "a.example"});
  ASSERT_EQ(counter.counts().size(), 2u);
  EXPECT_EQ(counter.counts()[0].count, 2u);
  EXPECT_EQ(counter.name(1), "b.example");
}

// Beyond the capacity: total, bounds of each count, and no heavy key missing.
TEST(TopCounterTest, SpaceSavingKeepsItsPromises) {
  for (const int seed : {1, 2, 3}) {
    constexpr size_t kCapacity = 200;
    TopCounter counter(kCapacity);
    std::map<uint64_t, uint64_t> exact;
    std::mt19937 random(static_cast<unsigned>(seed));
    uint64_t total = 0;
    for (int i = 0; i < 200000; ++i) {
      const double u = std::uniform_real_distribution<>(1e-4, 1)(random);
      const uint64_t key = static_cast<uint64_t>(1 / u);  // heavy head, long tail
      counter.Add(Key(key));
      ++exact[key];
      ++total;
    }
    ASSERT_FALSE(counter.exact());
    ASSERT_EQ(counter.counts().size(), kCapacity);
    uint64_t sum = 0;
    std::map<uint64_t, uint64_t> counted;
    for (size_t i = 0; i < kCapacity; ++i) {
      const TopCounter::Count& count = counter.counts()[i];
      const uint64_t truth = exact[count.key.low];
      EXPECT_GE(count.count, truth);
      EXPECT_LE(count.count - counter.error(i), truth);
      sum += count.count;
      counted[count.key.low] = count.count;
    }
    EXPECT_EQ(sum, total);
    EXPECT_EQ(counted.size(), kCapacity);
    EXPECT_LE(counter.max_error(), total / kCapacity);
    for (const auto& [key, count] : exact) {
      if (count > total / kCapacity) {
        EXPECT_EQ(counted.count(key), 1u) << key;
      }
    }
  }
}

TEST(TopCounterTest, OnlyNewKeys) {
  TopCounter counter(16);
  for (uint64_t key = 0; key < 10000; ++key) counter.Add(Key(key));
  EXPECT_EQ(counter.counts().size(), 16u);
  EXPECT_EQ(counter.max_error(), 10000u / 16 - 1);
}

}  // namespace
}  // namespace allowmatch
