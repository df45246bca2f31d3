#include "matcher/ip6_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the IPv6 table: ", what));
}

// Strictly ascending up to ~0.
bool IsCut(const uint64_t* lasts, size_t count) {
  if (count == 0 || lasts[count - 1] != kAll) return false;
  for (size_t i = 1; i < count; ++i) {
    if (lasts[i - 1] >= lasts[i]) return false;
  }
  return true;
}

bool SeparatorsAreSound(const uint64_t* words, const Ip6Table::Levels& levels,
                        const uint64_t* bottom) {
  for (size_t level = 0; level + 1 < levels.count; ++level) {
    for (uint64_t word = 0; word < levels.lines[level] * Ip6Table::kKeys; ++word) {
      if (*words++ != levels.Separator(level, word, bottom)) return false;
    }
  }
  return true;
}

// Replaces intervals by their leaves; returns the largest.
template <typename Leaf>
uint32_t ToLeaves(const Leaf* leaves, uint32_t* intervals, size_t count) {
  uint32_t largest = 0;
  for (size_t i = 0; i < count; ++i) {
    intervals[i] = leaves[intervals[i]];
    largest = std::max(largest, intervals[i]);
  }
  return largest;
}

template <typename Leaf>
absl::Status CheckLeaves(const Ip6Arrays& a, absl::Span<const Leaf> leaves, uint64_t class_count) {
  if (leaves.size() != a.interval_count + a.low_lasts.size()) {
    return Broken("an interval has no class");
  }
  const uint64_t run_count = a.low_runs.empty() ? 0 : a.low_runs.size() - 1;
  for (uint64_t at = 0; at < leaves.size(); ++at) {
    const uint64_t limit = at < a.interval_count ? class_count + run_count : class_count;
    if (leaves[at] >= limit) return Broken("a leaf has an unknown class");
  }
  return absl::OkStatus();
}

absl::Status CheckLowRuns(const Ip6Arrays& a) {
  if (a.low_runs.empty()) {
    return a.low_lasts.empty() ? absl::OkStatus() : Broken("a low run is missing");
  }
  if (a.low_runs.front() != 0 || a.low_runs.back() != a.low_lasts.size()) {
    return Broken("a low run is cut");
  }
  for (size_t i = 0; i + 1 < a.low_runs.size(); ++i) {
    if (a.low_runs[i] >= a.low_runs[i + 1] || a.low_runs[i + 1] > a.low_lasts.size() ||
        !IsCut(a.low_lasts.data() + a.low_runs[i], a.low_runs[i + 1] - a.low_runs[i])) {
      return Broken("a low run does not ascend");
    }
  }
  return absl::OkStatus();
}

}  // namespace

Ip6Table::Levels::Levels(uint64_t interval_count) {
  uint64_t from_bottom[kMaxLevels];
  for (uint64_t level = (interval_count + kKeys - 1) / kKeys;;
       level = (level + kFanout - 1) / kFanout) {
    from_bottom[count++] = level;
    if (level == 1) break;
  }
  std::reverse_copy(from_bottom, from_bottom + count, lines);
  for (size_t i = 0; i < count; ++i) all_lines += lines[i];
}

uint64_t Ip6Table::Levels::Separator(size_t level, uint64_t word, const uint64_t* bottom) const {
  // The bottom lines of the child: from its own number on, times nine a level.
  uint64_t end = word / kKeys * kFanout + word % kKeys + 1;
  if (end > lines[level + 1]) return kAll;
  for (size_t below = level + 1; below + 1 < count; ++below) end *= kFanout;
  return bottom[std::min(end, lines[count - 1]) * kKeys - 1];
}

absl::Status Ip6Table::Bind(const Ip6Arrays& arrays, size_t class_count) {
  if (arrays.interval_count == 0 || arrays.leaves16.empty() == arrays.leaves32.empty() ||
      class_count > 0x7fffffff) {
    return Broken("a size is wrong");
  }
  const Levels levels(arrays.interval_count);
  if (arrays.lines.size() != levels.all_lines * kKeys) return Broken("a level is cut");
  const uint64_t* const bottom =
      arrays.lines.data() + (levels.all_lines - levels.lines[levels.count - 1]) * kKeys;
  const uint64_t padded = levels.lines[levels.count - 1] * kKeys;
  if (!IsCut(bottom, arrays.interval_count) ||
      !std::all_of(bottom + arrays.interval_count, bottom + padded,
                   [](uint64_t last) { return last == kAll; }) ||
      !SeparatorsAreSound(arrays.lines.data(), levels, bottom)) {
    return Broken("the intervals do not ascend");
  }
  if (absl::Status runs = CheckLowRuns(arrays); !runs.ok()) return runs;
  absl::Status leaves = arrays.leaves32.empty() ? CheckLeaves(arrays, arrays.leaves16, class_count)
                                                : CheckLeaves(arrays, arrays.leaves32, class_count);
  if (!leaves.ok()) return leaves;
  const uint64_t* level = arrays.lines.data();
  for (size_t i = 0; i < levels.count; ++i) {
    levels_[i] = level;
    level += levels.lines[i] * kKeys;
  }
  level_count_ = levels.count;
  low_runs_ = arrays.low_runs.data();
  low_lasts_ = arrays.low_lasts.data();
  leaves16_ = arrays.leaves32.empty() ? arrays.leaves16.data() : nullptr;
  leaves32_ = arrays.leaves32.data();
  interval_count_ = arrays.interval_count;
  class_count_ = static_cast<uint32_t>(class_count);
  return absl::OkStatus();
}

uint32_t Ip6Table::LowClass(uint32_t run, uint64_t low) const {
  const uint64_t* const at =
      std::lower_bound(low_lasts_ + low_runs_[run], low_lasts_ + low_runs_[run + 1], low);
  return Leaf(interval_count_ + static_cast<uint64_t>(at - low_lasts_));
}

void Ip6Table::IntervalsScalar(const uint64_t* addresses, size_t count,
                               uint32_t* intervals) const {
  for (size_t i = 0; i < count; ++i) {
    intervals[i] = static_cast<uint32_t>(Interval(addresses[2 * i]));
  }
}

void Ip6Table::Lookup(Kernel kernel, const uint64_t* addresses, size_t count,
                      uint32_t* classes) const {
  const auto intervals = kernel == Kernel::kScalar ? &Ip6Table::IntervalsScalar
                         : kernel == Kernel::kAvx2 ? &Ip6Table::IntervalsAvx2
                                                   : &Ip6Table::IntervalsAvx512;
  for (size_t first = 0; first < count; first += kBatch) {
    const size_t size = std::min(kBatch, count - first);
    const uint64_t* const a = addresses + 2 * first;
    uint32_t* const c = classes + first;
    (this->*intervals)(a, size, c);
    const uint32_t largest = leaves16_ != nullptr ? ToLeaves(leaves16_, c, size)
                                                  : ToLeaves(leaves32_, c, size);
    if (largest < class_count_) continue;
    for (size_t i = 0; i < size; ++i) {
      if (c[i] >= class_count_) c[i] = LowClass(c[i] - class_count_, a[2 * i + 1]);
    }
  }
}

}  // namespace allowmatch
