#include "matcher/ip4_tree.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matcher/ip4_tree_descent.h"

namespace allowmatch {
namespace {

constexpr int32_t kLastKey = 0x7fffffff;  // of 255.255.255.255

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the IPv4 tree: ", what));
}

// Strictly ascending up to the last address.
bool IsCut(const int32_t* lasts, size_t count) {
  if (lasts[count - 1] != kLastKey) return false;
  for (size_t i = 1; i < count; ++i) {
    if (lasts[i - 1] >= lasts[i]) return false;
  }
  return true;
}

bool SeparatorsAreSound(const int32_t* keys, const Ip4Tree::Levels& levels, const int32_t* bottom) {
  for (size_t level = 0; level + 1 < levels.count; ++level) {
    for (uint64_t key = 0; key < levels.lines[level] * Ip4Tree::kKeys; ++key) {
      if (*keys++ != levels.Separator(level, key, bottom)) return false;
    }
  }
  return true;
}

template <typename Leaf>
bool AreClasses(absl::Span<const Leaf> leaves, size_t class_count) {
  return std::all_of(leaves.begin(), leaves.end(),
                     [class_count](Leaf leaf) { return leaf < class_count; });
}

}  // namespace

Ip4Tree::Levels::Levels(uint64_t interval_count) {
  uint64_t from_bottom[kMaxLevels];
  for (uint64_t level = (interval_count + kKeys - 1) / kKeys;;
       level = (level + kFanout - 1) / kFanout) {
    from_bottom[count++] = level;
    if (level == 1) break;
  }
  std::reverse_copy(from_bottom, from_bottom + count, lines);
  for (size_t i = 0; i < count; ++i) all_lines += lines[i];
}

int32_t Ip4Tree::Levels::Separator(size_t level, uint64_t key, const int32_t* bottom) const {
  // Where the child's bottom lines end: behind it, times kFanout a level.
  uint64_t end = key / kKeys * kFanout + key % kKeys + 1;
  if (end > lines[level + 1]) return kLastKey;
  for (size_t below = level + 1; below + 1 < count; ++below) end *= kFanout;
  return bottom[std::min(end, lines[count - 1]) * kKeys - 1];
}

absl::Status Ip4Tree::Bind(const Ip4TreeArrays& arrays, size_t class_count) {
  const uint64_t intervals = arrays.leaves16.size() + arrays.leaves32.size();
  if (arrays.leaves16.empty() == arrays.leaves32.empty() || intervals > 0xffffffff) {
    return Broken("a size is wrong");
  }
  if (reinterpret_cast<uintptr_t>(arrays.lines.data()) % 64 != 0) {
    return Broken("its lines are not aligned");
  }
  const Levels levels(intervals);
  if (arrays.lines.size() != levels.all_lines * kKeys) return Broken("a level is cut");
  const uint64_t padded = levels.lines[levels.count - 1] * kKeys;
  const int32_t* const bottom = arrays.lines.data() + arrays.lines.size() - padded;
  if (!IsCut(bottom, intervals) ||
      !std::all_of(bottom + intervals, bottom + padded,
                   [](int32_t last) { return last == kLastKey; }) ||
      !SeparatorsAreSound(arrays.lines.data(), levels, bottom)) {
    return Broken("the intervals do not ascend");
  }
  if (!AreClasses(arrays.leaves16, class_count) || !AreClasses(arrays.leaves32, class_count)) {
    return Broken("a leaf has an unknown class");
  }
  const int32_t* line = arrays.lines.data();
  for (size_t level = 0; level < levels.count; ++level) {
    levels_[level] = line;
    line += levels.lines[level] * kKeys;
  }
  level_count_ = levels.count;
  leaves16_ = arrays.leaves32.empty() ? arrays.leaves16.data() : nullptr;
  leaves32_ = arrays.leaves32.data();
  return absl::OkStatus();
}

void Ip4Tree::Descend(Batch* batch) const {
  struct Count {
    static uint32_t Below(const int32_t* line, int32_t key) { return CountBelow(line, key); }
  };
  DescendBy<Count>(batch);
}

void Ip4Tree::Lookup(Kernel kernel, const uint32_t* addresses, size_t count,
                     uint32_t* classes) const {
  const bool wide = kernel == Kernel::kAvx512 || kernel == Kernel::kAvx512Vbmi;
  Batch batch = {};  // the last may have less than it holds
  for (size_t first = 0; first < count; first += kBatch) {
    const size_t size = std::min(kBatch, count - first);
    for (size_t i = 0; i < size; ++i) batch.keys[i] = Key(addresses[first + i]);
    if (wide) {
      DescendAvx512(&batch);
    } else {
      Descend(&batch);
    }
    for (size_t i = 0; i < size; ++i) classes[first + i] = Leaf(batch.nodes[i]);
  }
}

}  // namespace allowmatch
