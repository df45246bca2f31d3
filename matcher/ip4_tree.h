// IPv4 address -> address class: a search tree whose nodes are cache lines.
//
// The address space is cut into intervals; `last` has the last address of each,
// ascending. A node is kKeys of them, and its children are kFanout, so that one
// comparison of a whole line tells which child is next:
//
//   bottom level    line i has last[16 i .. 16 i + 15]
//   level above     key j of node i is the largest of its child 17 i + j
//   next            17 i + (how many keys of the node are below the address)
//   leaf[]          the class of each interval
//
// Three lines lead to one of 4,624 intervals, four to one of 78,608. Levels stand
// one after the other, the root first, without pointers; a key is an address with its
// top bit flipped, because vectors compare signed numbers. Lines are padded with the
// last address.
//
// Comparing a cache line at a time is from Kim et al., "FAST: Fast Architecture
// Sensitive Tree Search on Modern CPUs and GPUs" (SIGMOD 2010); search in order of
// ends instead of by prefix from Lampson, Srinivasan and Varghese, "IP Lookups Using
// Multiway and Multicolumn Search" (INFOCOM 1998).
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_IP4_TREE_H_
#define ALLOWMATCH_MATCHER_IP4_TREE_H_

#include <emmintrin.h>

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/kernel.h"

namespace allowmatch {

// The arrays of a tree; `lines` is aligned to 64 bytes. There are as many leaves as intervals, at
// least one; they are 16 bits wide where classes can be numbered with that, else 32, and the other
// array is empty.
struct Ip4TreeArrays {
  absl::Span<const int32_t> lines;
  absl::Span<const uint16_t> leaves16;
  absl::Span<const uint32_t> leaves32;
};

class Ip4Tree {
 public:
  static constexpr size_t kKeys = 16;
  static constexpr size_t kFanout = kKeys + 1;
  static constexpr size_t kMaxLevels = 8;  // 16 * 17^7 is more than 2^32

  // How many lines each level has, the root first, for so many intervals.
  struct Levels {
    explicit Levels(uint64_t interval_count);
    // What stands as key `key` of `level`, above the bottom, over these bottom keys.
    int32_t Separator(size_t level, uint64_t key, const int32_t* bottom) const;
    size_t count = 0;
    uint64_t lines[kMaxLevels] = {};
    uint64_t all_lines = 0;
  };

  // An address as a key.
  static int32_t Key(uint32_t address) { return static_cast<int32_t>(address ^ 0x80000000u); }

  Ip4Tree() = default;

  // Takes over the arrays after checking that they are a search tree, and that
  // each class is below `class_count`.
  absl::Status Bind(const Ip4TreeArrays& arrays, size_t class_count);

  // The class of an address in host order.
  uint32_t Lookup(uint32_t address) const { return Leaf(Interval(Key(address))); }

  // classes[i] for each of `count` addresses.
  void Lookup(Kernel kernel, const uint32_t* addresses, size_t count, uint32_t* classes) const;

 private:
  // Addresses go down together, so that many lines are on their way at once.
  static constexpr size_t kBatch = 32;

  // How many keys of a line are below `key`.
  static uint32_t CountBelow(const int32_t* line, int32_t key) {
    const __m128i wanted = _mm_set1_epi32(key);
    const auto below = [&](size_t from) {
      return _mm_cmpgt_epi32(wanted, _mm_load_si128(reinterpret_cast<const __m128i*>(line + from)));
    };
    const __m128i low = _mm_packs_epi32(below(0), below(4));
    const __m128i high = _mm_packs_epi32(below(8), below(12));
    return static_cast<uint32_t>(
        __builtin_popcount(static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(low, high)))));
  }

  uint32_t Interval(int32_t key) const {
    uint64_t node = CountBelow(levels_[0], key);
    for (size_t level = 1; level < level_count_; ++level) {
      const uint64_t fanout = level + 1 < level_count_ ? kFanout : kKeys;
      node = node * fanout + CountBelow(levels_[level] + node * kKeys, key);
    }
    return static_cast<uint32_t>(node);
  }
  uint32_t Leaf(uint32_t at) const { return leaves16_ != nullptr ? leaves16_[at] : leaves32_[at]; }

  // Of a batch: the address of each as a key, then its interval.
  struct Batch {
    int32_t keys[kBatch];
    uint32_t nodes[kBatch];
  };

  // From keys to intervals.
  void Descend(Batch* batch) const;
  void DescendAvx512(Batch* batch) const;
  template <typename CountBelow>
  void DescendBy(Batch* batch) const;

  const int32_t* levels_[kMaxLevels] = {};
  size_t level_count_ = 0;
  const uint16_t* leaves16_ = nullptr;
  const uint32_t* leaves32_ = nullptr;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IP4_TREE_H_
