#include "rules/ip6_builder.h"

#include <algorithm>
#include <limits>

namespace allowmatch {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};
constexpr int kMaxBits = 16;

// Marks a leaf that is the number of a low word, while slots are not known.
constexpr uint32_t kLow = 0x80000000;

// The intervals of one word, ascending up to kAll.
struct Words {
  std::vector<uint64_t> lasts;
  std::vector<uint32_t> leaves;

  void Add(uint64_t last, uint32_t leaf) {
    if (!leaves.empty() && leaves.back() == leaf) {
      lasts.back() = last;
      return;
    }
    lasts.push_back(last);
    leaves.push_back(leaf);
  }
};

// One word of intervals for the high halves, and one for each high half that
// has an end inside.
struct Halves {
  explicit Halves(const Intervals& intervals) {
    uint64_t next = 0;  // the first high half that is not covered yet
    for (size_t i = 0; i < intervals.size(); ++i) {
      const uint64_t half = High(intervals[i].first);
      if (Low(intervals[i].first) == 0) {
        if (i > 0 && next < half) high.Add(half - 1, intervals[i - 1].id);
        next = half;
        continue;
      }
      if (next < half) high.Add(half - 1, intervals[i - 1].id);
      Words low;
      low.Add(Low(intervals[i].first) - 1, intervals[i - 1].id);
      for (; i + 1 < intervals.size() && High(intervals[i + 1].first) == half; ++i) {
        low.Add(Low(intervals[i + 1].first) - 1, intervals[i].id);
      }
      low.Add(kAll, intervals[i].id);
      high.Add(half, kLow | static_cast<uint32_t>(lows.size()));
      lows.push_back(std::move(low));
      next = half + 1;
      if (next == 0) return;
    }
    high.Add(kAll, intervals.back().id);
  }

  static uint64_t High(uint128 bits) { return static_cast<uint64_t>(bits >> 64); }
  static uint64_t Low(uint128 bits) { return static_cast<uint64_t>(bits); }

  Words high;
  std::vector<Words> lows;
};

class Ip6Builder {
 public:
  explicit Ip6Builder(const Intervals& intervals) : halves_(intervals) {}

  Ip6Sections Build(size_t class_count) && {
    AddWord(halves_.high);
    sections_.low_slots = static_cast<uint32_t>(sections_.slots.size());
    sections_.low_intervals = static_cast<uint32_t>(sections_.lasts.size());
    std::vector<uint32_t> roots;
    for (const Words& low : halves_.lows) {
      roots.push_back(static_cast<uint32_t>(sections_.slots.size()));
      AddWord(low);
    }
    sections_.lasts.resize(sections_.lasts.size() + Ip6Table::kRun, kAll);
    leaves_.resize(sections_.lasts.size(), 0);
    Number(class_count, roots);
    return std::move(sections_);
  }

 private:
  void AddWord(const Words& words) {
    const size_t first = sections_.lasts.size();
    sections_.lasts.insert(sections_.lasts.end(), words.lasts.begin(), words.lasts.end());
    leaves_.insert(leaves_.end(), words.leaves.begin(), words.leaves.end());
    sections_.slots.push_back(0);
    Fill(sections_.slots.size() - 1, first, sections_.lasts.size(), 0, 64);
  }

  // Fills a slot for the 2^width words from `word`; they lie in the intervals
  // first .. end - 1.
  void Fill(size_t slot, size_t first, size_t end, uint64_t word, int width) {
    if (end - first <= Ip6Table::kRun) {
      sections_.slots[slot] = first;
      return;
    }
    const int bits = BitsFor(end - first, width);
    const int shift = width - bits;
    const size_t children = sections_.slots.size();
    sections_.slots[slot] = Ip6Table::kNode | uint64_t(shift) << Ip6Table::kShiftAt |
                            uint64_t(bits) << Ip6Table::kBitsAt | children;
    sections_.slots.resize(children + (size_t{1} << bits));
    size_t at = first;
    for (uint64_t child = 0; child < uint64_t{1} << bits; ++child) {
      const uint64_t from = word + (child << shift);
      const uint64_t to = from + ((uint64_t{1} << shift) - 1);
      while (sections_.lasts[at] < from) ++at;
      size_t child_end = at + 1;
      while (sections_.lasts[child_end - 1] < to) ++child_end;
      Fill(children + child, at, child_end, from, shift);
    }
  }

  // Some two slots an interval: then most children are runs.
  static int BitsFor(size_t intervals, int width) {
    int bits = 1;
    while (bits < kMaxBits && bits < width && size_t{1} << bits < intervals / 2) ++bits;
    return bits;
  }

  void Number(size_t class_count, const std::vector<uint32_t>& roots) {
    for (uint32_t& leaf : leaves_) {
      if ((leaf & kLow) != 0) leaf = static_cast<uint32_t>(class_count) + roots[leaf & ~kLow];
    }
    const uint32_t largest = *std::max_element(leaves_.begin(), leaves_.end());
    if (largest <= std::numeric_limits<uint16_t>::max()) {
      sections_.leaves16.assign(leaves_.begin(), leaves_.end());
    } else {
      sections_.leaves32 = std::move(leaves_);
    }
  }

  const Halves halves_;
  std::vector<uint32_t> leaves_;
  Ip6Sections sections_;
};

}  // namespace

Ip6Sections BuildIp6Table(const Intervals& intervals, size_t class_count) {
  return Ip6Builder(intervals).Build(class_count);
}

}  // namespace allowmatch
