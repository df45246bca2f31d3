// IPv4 address -> address class: a compressed radix trie.
//
// The first bits of the address (up to kMaxDirectBits, by how much there is to tell
// apart) index an array of entries. An entry tells 32 values
// of the next five bits apart; where that is not enough, a block of eight
// entries tells 256 values of the next eight bits apart, and so on:
//
//   Ip4Entry   runs: bit v is set if a new leaf begins at value v
//              base + popcount(runs up to v) is the index of the leaf of value v;
//              where runs is 0, base is the leaf itself, of all 32 values
//   leaf       below class_count: a class; else class_count + number of a block
//
// Leaves count up through the whole array, and equal neighbours share one, so a
// routing table of the internet takes a bit for each /24 and two bytes for each
// change from one /24 to the next. A lookup costs one or two loads for each level: with
// 19 direct bits, two for every prefix up to /24, and one in 81 % of the address space
// (measured on 901,899 routes), which nobody divides below /19. Rank over a bit vector is from
// Jacobson, "Space-efficient static trees and graphs" (FOCS 1989); as a node of a
// trie it is Degermark et al., "Small Forwarding Tables for Fast Routing Lookups"
// (SIGCOMM 1997).
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_IP4_TRIE_H_
#define ALLOWMATCH_MATCHER_IP4_TRIE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/kernel.h"

namespace allowmatch {

struct Ip4Entry {
  uint32_t runs;
  uint32_t base;
};
static_assert(sizeof(Ip4Entry) == 8);

// The arrays of a table. Leaves are 16 bits wide where classes and blocks can be
// numbered with that, else 32; the other array is empty. Leaf 0 is not used.
struct Ip4TrieArrays {
  uint32_t direct_bits = 0;
  absl::Span<const Ip4Entry> entries;  // 2^direct_bits, then kBlockSize a block
  absl::Span<const uint16_t> leaves16;
  absl::Span<const uint32_t> leaves32;
};

class Ip4Trie {
 public:
  static constexpr uint32_t kMaxDirectBits = 19;
  static constexpr uint32_t kEntryBits = 5;
  static constexpr uint32_t kBlockBits = 8;
  static constexpr uint32_t kBlockSize = 1u << (kBlockBits - kEntryBits);

  Ip4Trie() = default;

  // Takes over the arrays after checking that no lookup can leave them and that
  // each class is below `class_count`.
  absl::Status Bind(const Ip4TrieArrays& arrays, size_t class_count);

  // The class of an address in host order.
  uint32_t Lookup(uint32_t address) const {
    return leaves16_ != nullptr ? Walk(address, leaves16_) : Walk(address, leaves32_);
  }

  // classes[i] for each of `count` addresses.
  void Lookup(Kernel kernel, const uint32_t* addresses, size_t count, uint32_t* classes) const;

 private:
  template <typename Leaf>
  uint32_t Walk(uint32_t address, const Leaf* leaves) const {
    const uint64_t bits = uint64_t{address} << direct_bits_;
    uint32_t leaf = LeafAt(PlaceOf(bits >> 32, static_cast<uint32_t>(bits) >> 27), leaves);
    for (uint32_t used = direct_bits_ + kEntryBits; leaf >= class_count_; used += kBlockBits) {
      leaf = BlockLeaf(leaf, address << used, leaves);
    }
    return leaf;
  }

  // Where the leaf of a value is: in the entry, or at an index.
  struct Place {
    uint32_t index;  // 0: in the entry
    uint32_t leaf;   // only if it is in the entry
  };

  Place PlaceOf(uint64_t entry, uint32_t value) const {
    const Ip4Entry& e = entries_[entry];
    const uint32_t rank =
        static_cast<uint32_t>(__builtin_popcountll(e.runs & ((uint64_t{2} << value) - 1)));
    return {e.runs == 0 ? 0 : e.base + rank, e.base};
  }

  template <typename Leaf>
  static uint32_t LeafAt(const Place& place, const Leaf* leaves) {
    const uint32_t leaf = leaves[place.index];
    return place.index == 0 ? place.leaf : leaf;
  }

  // `bits` has the bits that are left of the address, from the top.
  template <typename Leaf>
  uint32_t BlockLeaf(uint32_t leaf, uint32_t bits, const Leaf* leaves) const {
    const uint64_t entry = first_block_ + uint64_t{leaf - class_count_} * kBlockSize;
    return LeafAt(PlaceOf(entry + (bits >> 29), bits >> 24 & 31), leaves);
  }

  void LookupVbmi(const uint32_t* addresses, size_t count, uint32_t* classes) const;
  template <typename Leaf>
  void LookupWide(const uint32_t* addresses, size_t count, uint32_t* classes,
                  const Leaf* leaves) const;
  template <typename Leaf>
  void LookupAll(const uint32_t* addresses, size_t count, uint32_t* classes,
                 const Leaf* leaves) const;

  const Ip4Entry* entries_ = nullptr;
  const uint16_t* leaves16_ = nullptr;
  const uint32_t* leaves32_ = nullptr;
  uint32_t direct_bits_ = 0;
  uint32_t class_count_ = 0;
  uint64_t first_block_ = 0;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IP4_TRIE_H_
