#include "matcher/ip_table.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(Family family, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the IPv",
                                          family == Family::kV4 ? 4 : 6, " table: ", what));
}

// The children and leaves of `node` exist, and each value has one of the two.
bool IsSound(const IpNode& node, size_t index, size_t node_count, size_t leaf_count) {
  const size_t children = static_cast<size_t>(__builtin_popcountll(node.children));
  const size_t runs = static_cast<size_t>(__builtin_popcountll(node.runs));
  if (node.first_leaf > leaf_count || leaf_count - node.first_leaf < runs) return false;
  if (children > 0) {
    // Children stand after their parent, so there is no cycle.
    if (node.first_child <= index || node.first_child > node_count) return false;
    if (node_count - node.first_child < children) return false;
  }
  if (~node.children == 0) return true;
  const int first_leaf_value = __builtin_ctzll(~node.children);
  return (node.runs & ((uint64_t{2} << first_leaf_value) - 1)) != 0;
}

// Written without branches: this is most of the time that opening takes.
bool EntriesAreSound(absl::Span<const uint32_t> direct, uint64_t node_count, uint64_t class_count) {
  const uint32_t nodes = static_cast<uint32_t>(std::min<uint64_t>(node_count, IpTable::kLeafBit));
  const uint32_t classes =
      static_cast<uint32_t>(std::min<uint64_t>(class_count, IpTable::kLeafBit));
  uint32_t bad = 0;
  for (const uint32_t entry : direct) {
    const uint32_t limit = (entry & IpTable::kLeafBit) != 0 ? classes : nodes;
    bad |= (entry & ~IpTable::kLeafBit) >= limit;
  }
  return bad == 0;
}

// Parents stand before children, so one pass finds how deep each node is.
bool DepthIsAtMost(int limit, absl::Span<const uint32_t> direct, absl::Span<const IpNode> nodes) {
  std::vector<uint8_t> depth(nodes.size(), 0);
  for (const uint32_t entry : direct) {
    if ((entry & IpTable::kLeafBit) == 0) depth[entry] = 1;
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (depth[i] > limit) return false;
    const size_t children = static_cast<size_t>(__builtin_popcountll(nodes[i].children));
    for (size_t child = nodes[i].first_child; child < nodes[i].first_child + children; ++child) {
      depth[child] = std::max<uint8_t>(depth[child], static_cast<uint8_t>(depth[i] + 1));
    }
  }
  return true;
}

}  // namespace

absl::Status IpTable::Bind(Family family, absl::Span<const uint32_t> direct,
                           absl::Span<const IpNode> nodes, absl::Span<const uint32_t> leaves,
                           size_t class_count) {
  const int bits = direct.empty() ? -1 : __builtin_ctzll(direct.size());
  if (!IsDirectBits(bits) || direct.size() != size_t{1} << bits) {
    return Broken(family, "the first array has a wrong size");
  }
  if (!EntriesAreSound(direct, nodes.size(), class_count)) {
    return Broken(family, "an entry leads outside");
  }
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (!IsSound(nodes[i], i, nodes.size(), leaves.size())) {
      return Broken(family, "a node leads outside");
    }
  }
  for (const uint32_t leaf : leaves) {
    if (leaf >= class_count) return Broken(family, "a leaf has an unknown class");
  }
  if (!DepthIsAtMost(MaxSteps(family, bits), direct, nodes)) {
    return Broken(family, "it is too deep");
  }
  direct_ = direct.data();
  nodes_ = nodes.data();
  leaves_ = leaves.data();
  direct_bits_ = bits;
  return absl::OkStatus();
}

template <typename Bits>
void IpTable::Descend(uint8_t* open, size_t count, uint32_t* classes, Bits bits) const {
  for (int used = direct_bits_; count > 0; used += kStride) {
    size_t still = 0;
    for (size_t n = 0; n < count; ++n) {
      const size_t i = open[n];
      const uint32_t entry = Step(classes[i], static_cast<unsigned>(bits(i, used) >> 58));
      classes[i] = entry & ~kLeafBit;
      open[still] = static_cast<uint8_t>(i);
      still += (entry & kLeafBit) == 0;
    }
    count = still;
  }
}

void IpTable::Lookup4(const uint32_t* addresses, const uint8_t* positions, size_t count,
                      uint32_t* classes) const {
  uint8_t open[kBatch];  // positions that are not at a leaf yet
  size_t open_count = 0;
  for (size_t n = 0; n < count; ++n) {
    const size_t i = positions[n];
    const uint32_t entry = direct_[uint64_t{addresses[i]} >> (32 - direct_bits_)];
    classes[i] = entry & ~kLeafBit;
    open[open_count] = static_cast<uint8_t>(i);
    open_count += (entry & kLeafBit) == 0;
  }
  Descend(open, open_count, classes,
          [addresses](size_t i, int used) { return uint64_t{addresses[i]} << 32 << used; });
}

void IpTable::Lookup6(const uint64_t* addresses, const uint8_t* positions, size_t count,
                      uint32_t* classes) const {
  uint8_t open[kBatch];
  size_t open_count = 0;
  for (size_t n = 0; n < count; ++n) {
    const size_t i = positions[n];
    const uint32_t entry = direct_[addresses[2 * i] >> 1 >> (63 - direct_bits_)];
    classes[i] = entry & ~kLeafBit;
    open[open_count] = static_cast<uint8_t>(i);
    open_count += (entry & kLeafBit) == 0;
  }
  Descend(open, open_count, classes, [addresses](size_t i, int used) {
    return used < 64 ? addresses[2 * i] << used : addresses[2 * i + 1] << (used - 64);
  });
}

}  // namespace allowmatch
