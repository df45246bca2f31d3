// Which rule lists an address, found by painting. For tests.
//
// Each outbound destination is a stroke over the addresses that it names, in
// the colour of its rule. The most important stroke is laid down first and no
// paint covers other paint, so in the end each address has the colour of its
// primary rule. That is another idea than the sweep of the compiler and than
// any lookup, and no code is shared with them: what order rules have is written
// down here again, from SEMANTICS.md.

#ifndef ALLOWMATCH_TESTS_PAINTED_MAP_H_
#define ALLOWMATCH_TESTS_PAINTED_MAP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "matcher/address.h"
#include "matcher/range.h"
#include "rules/policy.h"

namespace allowmatch {

// One family.
class PaintedMap {
 public:
  // From `first` to just before the next piece, or to the end of the space.
  struct Piece {
    uint128 first;
    uint32_t rule;  // kNoRuleId where nothing is listed
  };

  // `policy` is canonical, and `active` says which of its rules take part.
  PaintedMap(Family family, const Policy& policy, const std::vector<bool>& active,
             const std::vector<AddressRange>& self);

  // Ascending, beginning at 0; neighbours have different rules.
  const std::vector<Piece>& pieces() const { return pieces_; }

  // The piece that holds `address`, as an index.
  size_t PieceOf(uint128 address) const;
  uint32_t RuleOf(uint128 address) const { return pieces_[PieceOf(address)].rule; }

 private:
  uint64_t Slice(uint128 address) const { return static_cast<uint64_t>(address >> shift_); }
  void IndexSlices();

  int shift_;  // leaves the 16 bits that are looked up first
  std::vector<Piece> pieces_;
  std::vector<uint32_t> slice_begin_;  // by slice: the piece that holds its first address
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_PAINTED_MAP_H_
