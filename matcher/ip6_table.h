// IPv6 address -> address class: a radix trie whose leaves are short sorted runs.
//
// Each half of an address is a word of 64 bits. The trie narrows the high word
// down, from slot to slot, until at most kRun intervals are left; these lie side
// by side in one array of their last words, and one comparison of kRun words
// finds the one that holds the address:
//
//   slot       kNode | shift << 40 | bits << 32 | first: a node; the next slot is
//              first + the `bits` bits of the word from `shift` up
//              else the number of the first interval of the run
//   last[]     the last word of each interval, ascending up to ~0 within a trie
//   leaf[]     of each interval: below class_count a class; else class_count +
//              the slot of a second trie, over the low word
//
// A node has as many bits as its intervals need, so the dense parts of the space
// (a provider's /32) take one step where a fixed stride would take several. Level
// compression is that of Nilsson and Karlsson, "IP-Address Lookup Using LC-Tries"
// (IEEE JSAC 17(6), 1999); comparing a whole cache line of keys at once that of
// Kim et al., "FAST" (SIGMOD 2010).
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_IP6_TABLE_H_
#define ALLOWMATCH_MATCHER_IP6_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace allowmatch {

// The arrays of a table. Slot 0 is the root of the high word; what belongs to low
// words stands behind all that belongs to the high one. Leaves are 16 bits wide
// where that is enough, else 32; the other array is empty. There is a last word
// for each leaf; the end of both is padded, so that kRun can be read from each.
struct Ip6Arrays {
  uint32_t low_slots = 0;      // slots from here on belong to low words
  uint32_t low_intervals = 0;  // and so do intervals from here on
  absl::Span<const uint64_t> slots;
  absl::Span<const uint64_t> lasts;
  absl::Span<const uint16_t> leaves16;
  absl::Span<const uint32_t> leaves32;
};

class Ip6Table {
 public:
  static constexpr size_t kRun = 8;
  static constexpr uint64_t kNode = uint64_t{1} << 63;
  static constexpr int kShiftAt = 40;
  static constexpr int kBitsAt = 32;

  Ip6Table() = default;

  // Takes over the arrays after checking that no lookup can leave them and that
  // each class is below `class_count`.
  absl::Status Bind(const Ip6Arrays& arrays, size_t class_count);

  uint32_t Lookup(uint64_t high, uint64_t low) const {
    const uint32_t leaf = Find(0, high);
    return leaf < class_count_ ? leaf : Find(leaf - class_count_, low);
  }

  // The same for `count` addresses of two words each, the high half first.
  void Lookup(const uint64_t* addresses, size_t count, uint32_t* classes) const;

  // The slot of a run, from a slot of any kind.
  uint64_t Descend(uint64_t slot, uint64_t word) const {
    while ((slot & kNode) != 0) slot = Step(slot, word);
    return slot;
  }

  uint64_t Step(uint64_t slot, uint64_t word) const {
    const uint64_t mask = (uint64_t{1} << (slot >> kBitsAt & 31)) - 1;
    return slots_[static_cast<uint32_t>(slot) + (word >> (slot >> kShiftAt & 63) & mask)];
  }

  const uint64_t* slots() const { return slots_; }
  const uint64_t* lasts() const { return lasts_; }
  uint32_t class_count() const { return class_count_; }
  uint32_t Leaf(uint64_t interval) const {
    return leaves16_ != nullptr ? leaves16_[interval] : leaves32_[interval];
  }

 private:
  uint32_t Find(uint64_t root, uint64_t word) const {
    const uint64_t run = Descend(slots_[root], word);
    const uint64_t* const lasts = lasts_ + run;
    size_t at = 0;  // the last of the run needs no look
    while (at + 1 < kRun && lasts[at] < word) ++at;
    return Leaf(run + at);
  }

  const uint64_t* slots_ = nullptr;
  const uint64_t* lasts_ = nullptr;
  const uint16_t* leaves16_ = nullptr;
  const uint32_t* leaves32_ = nullptr;
  uint32_t class_count_ = 0;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IP6_TABLE_H_
