// IPv6 address -> address class: a search tree whose nodes are cache lines.
//
// Each half of an address is a word of 64 bits. The high words are cut into
// intervals; `last` has the last word of each, ascending up to ~0. A node is
// kKeys words, and its children are kFanout, so that one comparison of a whole
// line tells which child is next:
//
//   bottom level    line i has last[8 i .. 8 i + 7]
//   level above     word j of node i is the largest of its child 9 i + j
//   next            9 i + (how many words of the node are below the address)
//
// Six lines lead to one of a quarter of a million intervals; all but the last
// are few enough to stay in the nearer caches. Levels stand one after the other,
// the root first, without pointers.
//
//   leaf[]          of each interval: below class_count a class; else class_count +
//                   the number of a low run: the intervals of the low word, which
//                   are searched by halving
//
// Most tables need no low run: a prefix up to /64 ends with a whole high word.
//
// Comparing a cache line at a time is from Kim et al., "FAST: Fast Architecture
// Sensitive Tree Search on Modern CPUs and GPUs" (SIGMOD 2010); search in order of
// ends instead of by prefix from Lampson, Srinivasan and Varghese, "IP Lookups Using
// Multiway and Multicolumn Search" (INFOCOM 1998).
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_IP6_TABLE_H_
#define ALLOWMATCH_MATCHER_IP6_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/kernel.h"

namespace allowmatch {

// The arrays of a table. Leaves, of high intervals and then of all low runs, are
// 16 bits wide where that is enough, else 32; the other array is empty.
struct Ip6Arrays {
  uint32_t interval_count = 0;          // of high words, at least 1
  absl::Span<const uint64_t> lines;     // all levels, kKeys a line
  absl::Span<const uint32_t> low_runs;  // where each begins in `low_lasts`, and the end of the last
  absl::Span<const uint64_t> low_lasts;
  absl::Span<const uint16_t> leaves16;
  absl::Span<const uint32_t> leaves32;
};

class Ip6Table {
 public:
  static constexpr size_t kKeys = 8;
  static constexpr size_t kFanout = kKeys + 1;
  static constexpr size_t kMaxLevels = 11;  // 9^11 lines are more than 2^32

  Ip6Table() = default;

  // How many lines each level has, the root first, for so many intervals.
  struct Levels {
    explicit Levels(uint64_t interval_count);
    // What stands as word `word` of `level`, above the bottom, over these last words
    // (whose bottom lines are padded with ~0).
    uint64_t Separator(size_t level, uint64_t word, const uint64_t* bottom) const;
    size_t count = 0;
    uint64_t lines[kMaxLevels] = {};
    uint64_t all_lines = 0;
  };

  // Takes over the arrays after checking that they are a search tree, and that
  // each class is below `class_count`.
  absl::Status Bind(const Ip6Arrays& arrays, size_t class_count);

  uint32_t Lookup(uint64_t high, uint64_t low) const {
    const uint32_t leaf = Leaf(Interval(high));
    return leaf < class_count_ ? leaf : LowClass(leaf - class_count_, low);
  }

  // The same for `count` addresses of two words each, the high half first.
  void Lookup(Kernel kernel, const uint64_t* addresses, size_t count, uint32_t* classes) const;

 private:
  // A batch goes down together.
  static constexpr size_t kBatch = 64;

  static size_t CountBelow(const uint64_t* line, uint64_t word) {
    size_t below = 0;
    for (size_t i = 0; i < kKeys; ++i) below += line[i] < word;
    return below;
  }

  uint64_t Interval(uint64_t word) const {
    uint64_t node = 0;
    for (size_t level = 0; level + 1 < level_count_; ++level) {
      node = node * kFanout + CountBelow(levels_[level] + node * kKeys, word);
    }
    return node * kKeys + CountBelow(levels_[level_count_ - 1] + node * kKeys, word);
  }

  uint32_t Leaf(uint64_t at) const { return leaves16_ != nullptr ? leaves16_[at] : leaves32_[at]; }
  uint32_t LowClass(uint32_t run, uint64_t low) const;

  // The intervals of a batch of at most kBatch addresses, each by its kernel.
  void IntervalsScalar(const uint64_t* addresses, size_t count, uint32_t* intervals) const;
  void IntervalsAvx2(const uint64_t* addresses, size_t count, uint32_t* intervals) const;
  void IntervalsAvx512(const uint64_t* addresses, size_t count, uint32_t* intervals) const;

  const uint64_t* levels_[kMaxLevels] = {};
  size_t level_count_ = 0;
  const uint32_t* low_runs_ = nullptr;
  const uint64_t* low_lasts_ = nullptr;
  const uint16_t* leaves16_ = nullptr;
  const uint32_t* leaves32_ = nullptr;
  uint32_t interval_count_ = 0;
  uint32_t class_count_ = 0;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IP6_TABLE_H_
