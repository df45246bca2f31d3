#include "matcher/ip6_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the IPv6 table: ", what));
}

uint64_t ShiftOf(uint64_t slot) { return slot >> Ip6Table::kShiftAt & 255; }
uint64_t BitsOf(uint64_t slot) { return slot >> Ip6Table::kBitsAt & 255; }

// Slots behind their parent, each with one parent, and less of the word left at
// each step: so every walk ends.
absl::Status CheckSlots(const Ip6Arrays& a) {
  uint64_t children = 0;
  for (uint64_t at = 0; at < a.slots.size(); ++at) {
    const uint64_t slot = a.slots[at];
    const uint64_t first = static_cast<uint32_t>(slot);
    if ((slot & Ip6Table::kNode) == 0) {
      const uint64_t least = at < a.low_slots ? 0 : a.low_intervals;
      if (slot < least || slot + Ip6Table::kRun > a.lasts.size()) return Broken("a run is cut");
      continue;
    }
    const uint64_t bits = BitsOf(slot);
    if (bits == 0 || bits > 24 || ShiftOf(slot) + bits > 64 || first <= at ||
        first + (uint64_t{1} << bits) > a.slots.size()) {
      return Broken("a node leads outside");
    }
    children += uint64_t{1} << bits;
    if (children > a.slots.size()) return Broken("a slot belongs to two nodes");
    for (uint64_t child = first; child < first + (uint64_t{1} << bits); ++child) {
      const uint64_t below = a.slots[child];
      if ((below & Ip6Table::kNode) != 0 && ShiftOf(below) + BitsOf(below) > ShiftOf(slot)) {
        return Broken("a node leads back");
      }
    }
  }
  return absl::OkStatus();
}

template <typename Leaf>
absl::Status CheckLeaves(const Ip6Arrays& a, absl::Span<const Leaf> leaves, uint64_t class_count) {
  if (leaves.size() != a.lasts.size()) return Broken("an interval has no class");
  for (uint64_t at = 0; at < leaves.size(); ++at) {
    if (leaves[at] < class_count) continue;
    const uint64_t root = leaves[at] - class_count;
    if (at >= a.low_intervals || root < a.low_slots || root >= a.slots.size()) {
      return Broken("a leaf has an unknown class");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Ip6Table::Bind(const Ip6Arrays& arrays, size_t class_count) {
  if (arrays.slots.empty() || arrays.leaves16.empty() == arrays.leaves32.empty() ||
      class_count > 0x7fffffff || arrays.low_slots == 0) {
    return Broken("a size is wrong");
  }
  absl::Status leaves = arrays.leaves32.empty() ? CheckLeaves(arrays, arrays.leaves16, class_count)
                                                : CheckLeaves(arrays, arrays.leaves32, class_count);
  if (!leaves.ok()) return leaves;
  if (absl::Status slots = CheckSlots(arrays); !slots.ok()) return slots;
  slots_ = arrays.slots.data();
  lasts_ = arrays.lasts.data();
  leaves16_ = arrays.leaves32.empty() ? arrays.leaves16.data() : nullptr;
  leaves32_ = arrays.leaves32.data();
  class_count_ = static_cast<uint32_t>(class_count);
  return absl::OkStatus();
}

void Ip6Table::Lookup(const uint64_t* addresses, size_t count, uint32_t* classes) const {
  for (size_t i = 0; i < count; ++i) {
    classes[i] = Lookup(addresses[2 * i], addresses[2 * i + 1]);
  }
}

}  // namespace allowmatch
