// Address -> address class: a compressed radix trie over one family.
//
// The first bits of the address (16, 10 or 4, as there is much or little to
// tell apart; none where the family is one class) index an array; each further
// step takes six bits:
//
//   direct[]   kLeafBit | class, or the index of a node
//   node       children: bit v is set if six bits of value v lead to a node
//              runs:     bit v is set if a new class starts at v
//              first_child + popcount(children below v) is that node
//              first_leaf + popcount(runs up to v) - 1 is the class of a leaf
//
// So equal neighbours share one leaf, and a lookup costs one load for the
// array and two for each step: with 16 bits at most 3 steps for IPv4 and 19
// for IPv6, and on real tables most often none or one. The node is that of Poptrie (Asai and
// Ohara, "Poptrie: A Compressed Trie with Population Count for Fast and Scalable
// Software IP Routing Table Lookup", SIGCOMM 2015).
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_IP_TABLE_H_
#define ALLOWMATCH_MATCHER_IP_TABLE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/address.h"

namespace allowmatch {

struct IpNode {
  uint64_t children;
  uint64_t runs;
  uint32_t first_child;
  uint32_t first_leaf;
};
static_assert(sizeof(IpNode) == 24);

class IpTable {
 public:
  static constexpr uint32_t kLeafBit = 0x80000000;
  static constexpr int kStride = 6;

  // The array may have this many bits: what is left of an IPv6 half is then a
  // whole number of steps.
  static constexpr bool IsDirectBits(int bits) {
    return bits == 0 || bits == 4 || bits == 10 || bits == 16;
  }

  // How many steps can follow the array: the last one is padded with zeros.
  static constexpr int MaxSteps(Family family, int direct_bits) {
    return direct_bits == 0 ? 0 : (Width(family) - direct_bits + kStride - 1) / kStride;
  }

  IpTable() = default;

  // Takes over the three arrays after checking that no lookup can leave them
  // and that each class is below `class_count`.
  absl::Status Bind(Family family, absl::Span<const uint32_t> direct,
                    absl::Span<const IpNode> nodes, absl::Span<const uint32_t> leaves,
                    size_t class_count);

  uint32_t Lookup4(uint32_t address) const {
    uint32_t entry = direct_[uint64_t{address} >> (32 - direct_bits_)];
    uint64_t rest = uint64_t{address} << 32 << direct_bits_;
    while ((entry & kLeafBit) == 0) {
      entry = Step(entry, static_cast<unsigned>(rest >> 58));
      rest <<= kStride;
    }
    return entry & ~kLeafBit;
  }

  // The same for many: classes[i] for each i of the `count` positions, which
  // are at most kBatch. All of them take each step together.
  static constexpr size_t kBatch = 256;
  void Lookup4(const uint32_t* addresses, const uint8_t* positions, size_t count,
               uint32_t* classes) const;
  // `addresses` has two words for each: the high half, the low half.
  void Lookup6(const uint64_t* addresses, const uint8_t* positions, size_t count,
               uint32_t* classes) const;

  uint32_t Lookup6(uint64_t high, uint64_t low) const {
    uint32_t entry = direct_[high >> 1 >> (63 - direct_bits_)];
    uint64_t rest = high << direct_bits_;
    int left = 64 - direct_bits_;  // in the high half: whole steps, then the low half begins
    while ((entry & kLeafBit) == 0) {
      if (left == 0) rest = low;
      entry = Step(entry, static_cast<unsigned>(rest >> 58));
      rest <<= kStride;
      left -= kStride;
    }
    return entry & ~kLeafBit;
  }

 private:
  // Walks from the nodes in classes[i] to classes, for the `count` positions of
  // `open`. bits(i, used) has the bits of address i after the first `used`, from
  // the top.
  template <typename Bits>
  void Descend(uint8_t* open, size_t count, uint32_t* classes, Bits bits) const;

  uint32_t Step(uint32_t node_index, unsigned value) const {
    const IpNode& node = nodes_[node_index];
    const uint64_t up_to = (uint64_t{2} << value) - 1;  // bits 0..value; all of them for 63
    if ((node.children >> value & 1) != 0) {
      return node.first_child + static_cast<uint32_t>(__builtin_popcountll(node.children & up_to)) -
             1;
    }
    return kLeafBit | leaves_[node.first_leaf +
                              static_cast<uint32_t>(__builtin_popcountll(node.runs & up_to)) - 1];
  }

  const uint32_t* direct_ = nullptr;
  const IpNode* nodes_ = nullptr;
  const uint32_t* leaves_ = nullptr;
  int direct_bits_ = 0;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IP_TABLE_H_
