#include "rules/ip6_builder.h"

#include <utility>

namespace allowmatch {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};

// Marks a leaf that is the number of a low word, while the classes are not counted.
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
    sections_.interval_count = static_cast<uint32_t>(halves_.high.lasts.size());
    AddLines();
    std::vector<uint32_t> leaves = halves_.high.leaves;
    if (!halves_.lows.empty()) sections_.low_runs.push_back(0);
    for (const Words& low : halves_.lows) {
      sections_.low_lasts.insert(sections_.low_lasts.end(), low.lasts.begin(), low.lasts.end());
      sections_.low_runs.push_back(static_cast<uint32_t>(sections_.low_lasts.size()));
      leaves.insert(leaves.end(), low.leaves.begin(), low.leaves.end());
    }
    Number(class_count, std::move(leaves));
    return std::move(sections_);
  }

 private:
  void AddLines() {
    const Ip6Table::Levels levels(halves_.high.lasts.size());
    std::vector<uint64_t> bottom = halves_.high.lasts;
    bottom.resize(levels.lines[levels.count - 1] * Ip6Table::kKeys, kAll);
    for (size_t level = 0; level + 1 < levels.count; ++level) {
      for (uint64_t word = 0; word < levels.lines[level] * Ip6Table::kKeys; ++word) {
        sections_.lines.push_back(levels.Separator(level, word, bottom.data()));
      }
    }
    sections_.lines.insert(sections_.lines.end(), bottom.begin(), bottom.end());
  }

  void Number(size_t class_count, std::vector<uint32_t> leaves) {
    for (uint32_t& leaf : leaves) {
      if ((leaf & kLow) != 0) leaf = static_cast<uint32_t>(class_count) + (leaf & ~kLow);
    }
    if (class_count + halves_.lows.size() <= 65536) {
      sections_.leaves16.assign(leaves.begin(), leaves.end());
    } else {
      sections_.leaves32 = std::move(leaves);
    }
  }

  const Halves halves_;
  Ip6Sections sections_;
};

}  // namespace

Ip6Sections BuildIp6Table(const Intervals& intervals, size_t class_count) {
  return Ip6Builder(intervals).Build(class_count);
}

}  // namespace allowmatch
