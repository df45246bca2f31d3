// The IPv6 table against the intervals that it was built from, on every kernel, and
// against arrays that are no table.

#include "matcher/ip6_table.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "rules/ip6_builder.h"

namespace allowmatch {
namespace {

constexpr uint128 kAll = ~uint128{0};

uint128 Bits(uint64_t high, uint64_t low) { return uint128{high} << 64 | low; }

// Cuts of the address space; between two cuts is a class.
class Cuts {
 public:
  // As a range of one more nest.
  void Add(uint128 first, uint128 last) {
    firsts_.insert(first);
    if (last != kAll) firsts_.insert(last + 1);
  }
  void AddPrefix(uint128 bits, int length) {
    const uint128 host = length == 128 ? 0 : kAll >> length;
    Add(bits & ~host, bits | host);
  }

  Intervals Take(uint32_t class_count) const {
    Intervals intervals = {{0, 0}};
    for (const uint128 first : firsts_) {
      const uint32_t id = static_cast<uint32_t>(first % 1000003 * 2654435761u) % class_count;
      if (first == 0 || id == intervals.back().id) continue;
      intervals.push_back({first, id});
    }
    return intervals;
  }

 private:
  std::set<uint128> firsts_;
};

struct Table {
  Table(const Intervals& intervals, size_t class_count)
      : sections(BuildIp6Table(intervals, class_count)) {
    status = table.Bind(Arrays(), class_count);
  }
  Ip6Arrays Arrays() const {
    Ip6Arrays arrays;
    arrays.root = sections.root;
    arrays.window_first = sections.window_first;
    arrays.window_size = sections.window_size;
    arrays.words = sections.words;
    arrays.lines = sections.lines;
    return arrays;
  }
  Ip6Sections sections;
  Ip6Table table;
  absl::Status status;
};

// First - 1, first, last, last + 1 of each interval, and the same in each unit.
std::vector<uint128> Seams(const Intervals& intervals) {
  std::vector<uint128> seams = {0, 1, kAll - 1, kAll};
  for (const Interval& interval : intervals) {
    for (const uint128 at :
         {interval.first - 2, interval.first - 1, interval.first, interval.first + 1}) {
      seams.push_back(at);
    }
    for (int bit = 0; bit < 128; bit += 16) seams.push_back(interval.first ^ uint128{1} << bit);
    for (int bits = 16; bits < 128; bits += 16) {
      seams.push_back(interval.first | ((uint128{1} << bits) - 1));
      seams.push_back(interval.first >> bits << bits);
    }
  }
  return seams;
}

void ExpectAgreement(const Intervals& intervals, uint32_t class_count) {
  const Table t(intervals, class_count);
  ASSERT_TRUE(t.status.ok()) << t.status;
  const std::vector<uint128> seams = Seams(intervals);
  std::vector<uint64_t> words;
  std::vector<uint32_t> expected;
  for (const uint128 at : seams) {
    words.push_back(static_cast<uint64_t>(at >> 64));
    words.push_back(static_cast<uint64_t>(at));
    const auto behind =
        std::upper_bound(intervals.begin(), intervals.end(), at,
                         [](uint128 bits, const Interval& i) { return bits < i.first; });
    expected.push_back(behind[-1].id);
    ASSERT_EQ(t.table.Lookup(words[words.size() - 2], words.back()), expected.back());
  }
  for (const Kernel kernel : AvailableKernels()) {
    std::vector<uint32_t> classes(seams.size() + 1, 77);
    t.table.Lookup(kernel, words.data(), seams.size(), classes.data());
    EXPECT_EQ(classes.back(), 77u);
    classes.pop_back();
    EXPECT_TRUE(classes == expected) << KernelName(kernel);
    for (size_t size = 1; size < std::min<size_t>(seams.size(), 40); ++size) {
      std::vector<uint32_t> few(size);
      t.table.Lookup(kernel, words.data(), size, few.data());
      EXPECT_TRUE(std::equal(few.begin(), few.end(), expected.begin())) << KernelName(kernel);
    }
  }
}

TEST(Ip6Table, OneClass) { ExpectAgreement({{0, 3}}, 4); }

TEST(Ip6Table, TheFirstAndTheLastAddress) {
  ExpectAgreement({{0, 1}, {1, 0}, {kAll, 2}}, 3);
  ExpectAgreement({{0, 1}, {kAll, 0}}, 2);
  ExpectAgreement({{0, 1}, {1, 0}}, 2);
}

TEST(Ip6Table, OneRangeAtEachSeam) {
  const uint128 bits = Bits(0x20010db8a5a5c3c3u, 0x123456789abcdef0u);
  for (int length = 1; length <= 128; ++length) {
    Cuts cuts;
    cuts.AddPrefix(bits, length);
    ExpectAgreement(cuts.Take(1000), 1000);
  }
}

TEST(Ip6Table, NestsOfAllLengths) {
  for (const uint128 bits : {uint128{0}, kAll, Bits(0x20010db8a5a5c3c3u, 0x123456789abcdef0u),
                             Bits(0x2001ffffffff0000u, 0xffffffff00000000u)}) {
    Cuts cuts;
    for (int length = 0; length <= 128; ++length) cuts.AddPrefix(bits, length);
    ExpectAgreement(cuts.Take(1000), 1000);
    ExpectAgreement(cuts.Take(1u << 20), 1u << 20);
  }
}

// So many prefixes of one length below one prefix; `step` apart, 0 for anywhere.
Intervals Siblings(size_t count, uint128 below, int below_length, int length, unsigned step) {
  std::mt19937_64 random(count + static_cast<size_t>(length));
  Cuts cuts;
  for (size_t i = 0; i < count; ++i) {
    const uint128 number = step == 0 ? Bits(random(), random()) : uint128{i} * step;
    const uint128 bits = length == 128 ? number : number << (128 - length);
    const uint128 mask = below_length == 0 ? kAll : (kAll >> below_length);
    cuts.AddPrefix((below & ~mask) | (bits & mask), length);
  }
  return cuts.Take(50000);
}

TEST(Ip6Table, EveryForm) {
  const uint128 below = Bits(0x20010db8a5a5c3c3u, 0x123456789abcdef0u);
  std::map<uint32_t, int> forms;
  for (const int below_length : {0, 16, 32, 48, 64, 96, 112}) {
    for (const int length : {20, 48, 49, 64, 80, 112, 128}) {
      if (length < below_length + 4) continue;
      for (const size_t count : {1, 2, 3, 4, 5, 8, 9, 40, 90, 200, 3000}) {
        for (const unsigned step : {0u, 1u, 2u, 3u}) {
          const Intervals intervals = Siblings(count, below, below_length, length, step);
          const Table t(intervals, 50000);
          for (const uint32_t word : t.sections.words) {
            ++forms[!Ip6Word::IsNode(word)    ? 0u
                    : Ip6Word::IsBranch(word) ? uint32_t{Ip6Word::kForms}
                                              : uint32_t{Ip6Word::FormOf(word)}];
          }
          if (count < 200 || step == 0) ExpectAgreement(intervals, 50000);
          if (count == 40) ExpectAgreement(intervals, 100000);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
  EXPECT_EQ(forms.size(), size_t{Ip6Word::kForms} + 1);
}

TEST(Ip6Table, RandomHostsTakeALineEach) {
  const Intervals intervals = Siblings(20000, 0, 0, 128, 0);
  const Table t(intervals, 50000);
  EXPECT_LT(t.sections.lines.size(), 20000u * 5 / 4);
  ExpectAgreement(intervals, 50000);
}

TEST(Ip6Table, ASmallTableIsSmall) {
  const Table t(Siblings(20, Bits(uint64_t{0x20010db8} << 32, 0), 32, 48, 0), 50000);
  EXPECT_LT(t.sections.lines.size() * 64 + t.sections.words.size() * 4, 1024u);
}

// What Bind says of a table that was changed.
template <typename Change>
bool Accepted(Change change) {
  const Table t(Siblings(3000, Bits(uint64_t{0x2001} << 48, 0), 16, 48, 0), 50000);
  EXPECT_TRUE(t.status.ok());
  Ip6Arrays arrays = t.Arrays();
  std::vector<uint32_t> words(arrays.words.begin(), arrays.words.end());
  std::vector<Ip6Line> lines(arrays.lines.begin(), arrays.lines.end());
  change(&arrays, &words, &lines);
  arrays.words = absl::MakeConstSpan(words).first(std::min(words.size(), arrays.words.size()));
  arrays.lines = lines;
  return Ip6Table().Bind(arrays, 50000).ok();
}

using Words = std::vector<uint32_t>;
using Lines = std::vector<Ip6Line>;

TEST(Ip6Table, WhatIsNoTableIsRefused) {
  EXPECT_TRUE(Accepted([](Ip6Arrays*, Words*, Lines*) {}));
  EXPECT_FALSE(Accepted([](Ip6Arrays*, Words*, Lines* lines) { lines->pop_back(); }));
  EXPECT_FALSE(Accepted([](Ip6Arrays*, Words* words, Lines*) { words->pop_back(); }));
  EXPECT_FALSE(Accepted([](Ip6Arrays* a, Words*, Lines*) { a->window_size = 0xffffffff; }));
  EXPECT_FALSE(Accepted([](Ip6Arrays* a, Words*, Lines*) { a->window_first = 0xffff; }));
  EXPECT_FALSE(Accepted([](Ip6Arrays* a, Words*, Lines*) { a->root = 1; }));
  for (const uint32_t word :
       {50000u, 0x7fffffffu, Ip6Word::kNode, Ip6Word::OfLine(Ip6Word::kForms, 0),
        Ip6Word::OfLine(Ip6Word::kPlain, Ip6Word::kLineMask), Ip6Word::OfBranch(0, 0, 4),
        Ip6Word::OfBranch(1, 28, 0), Ip6Word::OfBranch(1, 29, 4), ~0u}) {
    EXPECT_FALSE(Accepted([&](Ip6Arrays*, Words* words, Lines*) { (*words)[0] = word; })) << word;
  }
}

TEST(Ip6Table, ABranchThatLeadsToItselfIsRefused) {
  EXPECT_FALSE(Accepted([](Ip6Arrays*, Words* words, Lines*) {
    for (const uint32_t word : Words(*words)) {
      if (Ip6Word::IsBranch(word)) (*words)[Ip6Word::FirstOf(word)] = word;
    }
  }));
}

TEST(Ip6Table, LinesInACircleEnd) {
  Ip6Line line = {};
  for (uint32_t& word : line.wide.words) word = Ip6Word::OfLine(Ip6Word::kWide, 0);
  const std::vector<Ip6Line> lines = {line};
  Ip6Arrays arrays;
  arrays.root = Ip6Word::OfLine(Ip6Word::kWide, 0);
  arrays.lines = lines;
  Ip6Table table;
  ASSERT_TRUE(table.Bind(arrays, 1).ok());
  EXPECT_EQ(table.Lookup(~uint64_t{0}, 5), 0u);
  const std::vector<uint64_t> addresses(200, 7);
  for (const Kernel kernel : AvailableKernels()) {
    std::vector<uint32_t> classes(100, 9);
    table.Lookup(kernel, addresses.data(), 100, classes.data());
    EXPECT_EQ(classes, std::vector<uint32_t>(100, 0)) << KernelName(kernel);
  }
}

// A line may be changed as one likes: it is refused, or every kernel says the same.
TEST(Ip6Table, KernelsAgreeOnWhatIsAccepted) {
  std::mt19937_64 random(6);
  const Table t(Siblings(300, Bits(uint64_t{0x20010db8} << 32, 0), 32, 64, 0), 50000);
  std::vector<uint64_t> addresses;
  for (size_t i = 0; i < 400; ++i) {
    addresses.push_back(uint64_t{0x20010db8} << 32 | (random() & 0xffffffff));
    addresses.push_back(random());
  }
  size_t accepted = 0;
  for (size_t round = 0; round < 2000; ++round) {
    std::vector<Ip6Line> lines = t.sections.lines;
    std::vector<uint32_t> words = t.sections.words;
    const size_t word = random() % (16 * lines.size());
    lines[word / 16].index.lasts[word % 16] ^= 1u << random() % 32;
    if (round % 4 == 0 && !words.empty()) words[random() % words.size()] ^= 1u << random() % 32;
    Ip6Arrays arrays = t.Arrays();
    arrays.lines = lines;
    arrays.words = words;
    Ip6Table table;
    if (!table.Bind(arrays, 50000).ok()) continue;
    ++accepted;
    for (const Kernel kernel : AvailableKernels()) {
      std::vector<uint32_t> classes(400);
      table.Lookup(kernel, addresses.data(), 400, classes.data());
      for (size_t i = 0; i < 400; ++i) {
        ASSERT_EQ(classes[i], table.Lookup(addresses[2 * i], addresses[2 * i + 1]));
        ASSERT_LT(classes[i], 50000u);
      }
    }
  }
  EXPECT_GT(accepted, 200u);
}

}  // namespace
}  // namespace allowmatch
