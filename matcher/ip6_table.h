// IPv6 address -> address class: branches that lead to searched cache lines.
//
// An address is read in units of 32 bits. In a unit, keys are cut into runs of one
// value, and what leads from a key to its run is the mixture that the cuts ask for:
// where they are spread, a branch (the next few bits index an array), where there are
// few, a line (a whole cache line is compared at once). A word says what comes next:
//
//   word       below kNode a class; else a form, and where the node is:
//   branch     2^bits words from words[16 block] on, indexed by (key >> shift)
//   line       up to 10 last keys of runs, ascending, and 11 classes of 16 bits;
//              or 7 last keys and 8 words (a wide line)
//   index      16 last keys; as many keys as are below the address, so many lines
//              further is the line, plain or wide, that has the key
//   tail       3 last addresses of 128 bits, and 4 words: a few intervals that would
//              be nodes below nodes otherwise. The last word may be a second tail
//
// The value of a line is that of the first last key that is not below the key; no key
// is behind the last value, so no lookup leaves a line whatever is in it. A word of a
// wide line that is no class is what to do with the next unit.
//
// A large table begins with a window: a word for each value of the first 16 bits from
// `window_first` on, what is outside counting as the first or the last of it. Units
// then begin at bit 16, so that the first of them holds prefixes up to /48: a routing
// table takes the window, two branches and one line for most addresses.
//
// Comparing a cache line at a time is from Kim et al., "FAST: Fast Architecture
// Sensitive Tree Search on Modern CPUs and GPUs" (SIGMOD 2010); search in order of
// ends instead of by prefix from Lampson, Srinivasan and Varghese, "IP Lookups Using
// Multiway and Multicolumn Search" (INFOCOM 1998); an array by the first bits before a
// search from Zec, Rizzo and Mikuc, "DXR: Towards a Billion Routing Lookups per Second
// in Software" (SIGCOMM CCR 2012).
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_IP6_TABLE_H_
#define ALLOWMATCH_MATCHER_IP6_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/kernel.h"

namespace allowmatch {

// A cache line, as one of four forms.
union Ip6Line {
  struct {
    uint32_t lasts[10];
    uint16_t classes[11];
    uint16_t zero;
  } plain;
  struct {
    uint32_t lasts[7];
    uint32_t zero;
    uint32_t words[8];
  } wide;
  struct {
    uint32_t lasts[16];
  } index;
  struct {
    uint64_t lasts[6];  // high and low halves of three addresses
    uint32_t words[4];
  } tail;
};
static_assert(sizeof(Ip6Line) == 64);

// The words that are not classes: bit 31 is set. With bit 30 a branch: 21 bits of block,
// 5 of shift, 4 of bits; else 3 bits of form, 27 of line.
struct Ip6Word {
  enum Form : uint32_t { kTail = 1, kPlain, kWide, kPlainIndex, kWideIndex, kForms };
  static constexpr uint32_t kNode = 0x80000000u;
  static constexpr uint32_t kBranch = 0xc0000000u;
  static constexpr uint32_t kFormShift = 27;
  static constexpr uint32_t kLineMask = (1u << kFormShift) - 1;
  static constexpr uint32_t kToLine = (kPlainIndex - kPlain) << kFormShift;
  static constexpr uint32_t kBlock = 16;  // words; a branch is a number of blocks
  static constexpr uint32_t kMaxBits = 15;
  static constexpr uint32_t kMaxBlocks = 1u << 21;

  static constexpr uint32_t OfLine(Form form, size_t line) {
    return kNode | form << kFormShift | static_cast<uint32_t>(line);
  }
  static constexpr uint32_t OfBranch(size_t block, uint32_t shift, uint32_t bits) {
    return kBranch | static_cast<uint32_t>(block) << 9 | shift << 4 | bits;
  }
  static constexpr bool IsNode(uint32_t word) { return word >= kNode; }
  static constexpr bool IsBranch(uint32_t word) { return word >= kBranch; }
  static constexpr Form FormOf(uint32_t word) { return static_cast<Form>(word >> kFormShift & 7); }
  static constexpr uint32_t LineOf(uint32_t word) { return word & kLineMask; }
  static constexpr uint32_t FirstOf(uint32_t word) {
    return (word >> 9 & (kMaxBlocks - 1)) * kBlock;
  }
  static constexpr uint32_t ShiftOf(uint32_t word) { return word >> 4 & 31; }
  static constexpr uint32_t BitsOf(uint32_t word) { return word & 15; }
};

// The arrays of a table.
struct Ip6Arrays {
  uint32_t root = 0;  // a word, if there is no window
  uint32_t window_first = 0;
  uint32_t window_size = 0;
  absl::Span<const uint32_t> words;  // the window, then branches
  absl::Span<const Ip6Line> lines;
};

class Ip6Table {
 public:
  // How many runs a line has, and how many lines an index.
  static constexpr uint32_t kPlainRuns = 11;
  static constexpr uint32_t kWideRuns = 8;
  static constexpr uint32_t kIndexLines = 17;
  static constexpr uint32_t kTailRuns = 4;
  static constexpr uint32_t kWindowBits = 16;
  static constexpr uint32_t kAddressBits = 128;

  Ip6Table() = default;

  // Takes over the arrays after checking that no lookup can leave them or go on for
  // ever, and that each class is below `class_count`.
  absl::Status Bind(const Ip6Arrays& arrays, size_t class_count);

  uint32_t Lookup(uint64_t high, uint64_t low) const {
    return window_size_ == 0 ? Walk(root_, 0, high, low)
                             : Walk(WindowWord(high), kWindowBits, high, low);
  }

  // The same for `count` addresses of two words each, the high half first.
  void Lookup(Kernel kernel, const uint64_t* addresses, size_t count, uint32_t* classes) const;

  // The 32 bits from bit `at` on, zeros behind the end.
  static uint32_t Key(uint64_t high, uint64_t low, uint32_t at) {
    const uint64_t bits = at >= 64  ? low << (at - 64)
                          : at == 0 ? high
                                    : high << at | low >> (64 - at);
    return static_cast<uint32_t>(bits >> 32);
  }

 private:
  static constexpr size_t kBatch = 256;

  template <size_t kLasts>
  static uint32_t CountBelow(const uint32_t* lasts, uint32_t key) {
    uint32_t below = 0;
    for (size_t i = 0; i < kLasts; ++i) below += lasts[i] < key;
    return below;
  }

  uint32_t WindowWord(uint64_t high) const {
    const uint32_t value = static_cast<uint32_t>(high >> 48);
    const uint32_t at = value < window_first_ ? 0 : value - window_first_;
    return words_[std::min(at, window_size_ - 1)];
  }

  uint32_t BranchWord(uint32_t word, uint32_t key) const {
    const uint32_t value = key >> Ip6Word::ShiftOf(word) & ((1u << Ip6Word::BitsOf(word)) - 1);
    return words_[Ip6Word::FirstOf(word) + value];
  }

  uint32_t TailWord(uint32_t word, uint64_t high, uint64_t low) const {
    const Ip6Line& line = lines_[Ip6Word::LineOf(word)];
    uint32_t below = 0;
    for (size_t i = 0; i < 2 * (kTailRuns - 1); i += 2) {
      const uint64_t last = line.tail.lasts[i];  // of the high halves: no branch here
      below += (last < high) | ((last == high) & (line.tail.lasts[i + 1] < low));
    }
    return line.tail.words[below];
  }

  uint32_t TailClass(uint32_t word, uint64_t high, uint64_t low) const {
    const uint32_t next = TailWord(word, high, low);
    return Ip6Word::IsNode(next) ? TailWord(next, high, low) : next;
  }

  uint32_t LineWord(uint32_t word, uint32_t key) const {
    const Ip6Line& line = lines_[Ip6Word::LineOf(word)];
    if (Ip6Word::FormOf(word) == Ip6Word::kPlain) {
      return line.plain.classes[CountBelow<kPlainRuns - 1>(line.plain.lasts, key)];
    }
    return line.wide.words[CountBelow<kWideRuns - 1>(line.wide.lasts, key)];
  }

  // From an index to its line.
  uint32_t IndexWord(uint32_t word, uint32_t key) const {
    const Ip6Line& line = lines_[Ip6Word::LineOf(word)];
    return word - Ip6Word::kToLine + 1 + CountBelow<kIndexLines - 1>(line.index.lasts, key);
  }

  uint32_t Walk(uint32_t word, uint32_t at, uint64_t high, uint64_t low) const {
    for (; Ip6Word::IsNode(word) && at < kAddressBits; at += 32) {
      const uint32_t key = Key(high, low, at);
      while (Ip6Word::IsBranch(word)) word = BranchWord(word, key);
      if (!Ip6Word::IsNode(word)) return word;
      if (Ip6Word::FormOf(word) == Ip6Word::kTail) return TailClass(word, high, low);
      if (Ip6Word::FormOf(word) >= Ip6Word::kPlainIndex) word = IndexWord(word, key);
      word = LineWord(word, key);
    }
    return Ip6Word::IsNode(word) ? 0 : word;  // an address has no more bits
  }

  // Classes of a batch of at most kBatch addresses: with Compare::Below for CountBelow
  // (ip6_batch.h), and each by its kernel.
  template <typename Compare>
  void BatchBy(const uint64_t* addresses, size_t count, uint32_t* classes) const;
  template <typename Compare>
  void FollowBranches(const uint64_t* addresses, uint32_t at, const uint16_t* open,
                      size_t open_size, uint32_t* words, uint32_t* keys) const;
  void BatchScalar(const uint64_t* addresses, size_t count, uint32_t* classes) const;
  void BatchAvx2(const uint64_t* addresses, size_t count, uint32_t* classes) const;
  void BatchAvx512(const uint64_t* addresses, size_t count, uint32_t* classes) const;

  const uint32_t* words_ = nullptr;
  const Ip6Line* lines_ = nullptr;
  uint32_t root_ = 0;
  uint32_t window_first_ = 0;
  uint32_t window_size_ = 0;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IP6_TABLE_H_
