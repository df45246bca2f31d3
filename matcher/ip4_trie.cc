#include "matcher/ip4_trie.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the IPv4 trie: ", what));
}

// Every rank within an entry is the number of a leaf, but 0, which says that the entry
// has it; and an entry's own leaf is below `leaf_limit`.
bool EntriesAreSound(absl::Span<const Ip4Entry> entries, uint64_t leaf_count, uint64_t leaf_limit) {
  bool bad = false;
  for (const Ip4Entry& entry : entries) {
    const uint64_t last =
        uint64_t{entry.base} + static_cast<uint64_t>(__builtin_popcount(entry.runs));
    const uint64_t first = uint64_t{entry.base} + (entry.runs & 1);
    bad |= entry.runs == 0 ? entry.base >= leaf_limit : first == 0 || last >= leaf_count;
  }
  return !bad;
}

// How many levels of blocks may follow the direct entries.
uint32_t MaxBlockLevels(uint32_t direct_bits) {
  const uint32_t left = 32 - direct_bits - Ip4Trie::kEntryBits;
  return (left + Ip4Trie::kBlockBits - 1) / Ip4Trie::kBlockBits;
}

// The last entry of the table, or of each block, tells how deep it lies. Blocks
// stand after the entries that lead to them, so one pass finds every depth.
template <typename Leaf>
class DepthCheck {
 public:
  DepthCheck(const Ip4TrieArrays& arrays, absl::Span<const Leaf> leaves, uint32_t class_count)
      : arrays_(arrays),
        leaves_(leaves),
        class_count_(class_count),
        direct_count_(size_t{1} << arrays.direct_bits),
        depth_((arrays.entries.size() - direct_count_) / Ip4Trie::kBlockSize, 0) {}

  bool Pass() {
    const uint32_t limit = MaxBlockLevels(arrays_.direct_bits);
    if (!LeadsToDepth(0, direct_count_, 1, 0, limit)) return false;
    for (size_t block = 0; block < depth_.size(); ++block) {
      const size_t first = direct_count_ + block * Ip4Trie::kBlockSize;
      if (!LeadsToDepth(first, first + Ip4Trie::kBlockSize, depth_[block] + 1u, block + 1, limit)) {
        return false;
      }
    }
    return true;
  }

 private:
  // The blocks that entries first..end-1 lead to are at least `min_block`, and
  // lie at `depth` or deeper.
  bool LeadsToDepth(size_t first, size_t end, uint32_t depth, size_t min_block, uint32_t limit) {
    for (size_t at = first; at < end; ++at) {
      const Ip4Entry& entry = arrays_.entries[at];
      if (entry.runs == 0) {
        if (!LeafLeadsToDepth(entry.base, depth, min_block, limit)) return false;
        continue;
      }
      const uint32_t last = entry.base + static_cast<uint32_t>(__builtin_popcount(entry.runs));
      for (uint32_t index = entry.base + (entry.runs & 1); index <= last; ++index) {
        if (!LeafLeadsToDepth(leaves_[index], depth, min_block, limit)) return false;
      }
    }
    return true;
  }

  bool LeafLeadsToDepth(uint32_t leaf, uint32_t depth, size_t min_block, uint32_t limit) {
    if (leaf < class_count_) return true;
    const size_t block = leaf - class_count_;
    if (block < min_block || depth > limit) return false;
    depth_[block] = std::max(depth_[block], static_cast<uint8_t>(depth));
    return true;
  }

  const Ip4TrieArrays& arrays_;
  const absl::Span<const Leaf> leaves_;
  const uint32_t class_count_;
  const size_t direct_count_;
  std::vector<uint8_t> depth_;
};

template <typename Leaf>
absl::Status CheckLeaves(const Ip4TrieArrays& arrays, absl::Span<const Leaf> leaves,
                         size_t class_count) {
  const size_t direct_count = size_t{1} << arrays.direct_bits;
  const uint64_t block_count = (arrays.entries.size() - direct_count) / Ip4Trie::kBlockSize;
  const uint64_t limit = class_count + block_count;
  bool bad = false;
  for (const Leaf leaf : leaves) bad |= leaf >= limit;
  if (bad) return Broken("a leaf has an unknown class");
  if (!EntriesAreSound(arrays.entries, leaves.size(), limit))
    return Broken("an entry leads outside");
  if (!DepthCheck<Leaf>(arrays, leaves, static_cast<uint32_t>(class_count)).Pass()) {
    return Broken("it is too deep");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Ip4Trie::Bind(const Ip4TrieArrays& arrays, size_t class_count) {
  if (arrays.direct_bits > kMaxDirectBits || arrays.leaves16.empty() == arrays.leaves32.empty() ||
      class_count > 0x7fffffff || arrays.entries.size() > 0x7fffffff ||
      arrays.leaves16.size() > 0x7fffffff || arrays.leaves32.size() > 0x7fffffff) {
    return Broken("a size is wrong");
  }
  const size_t direct_count = size_t{1} << arrays.direct_bits;
  if (arrays.entries.size() < direct_count ||
      (arrays.entries.size() - direct_count) % kBlockSize != 0) {
    return Broken("a block is cut");
  }
  absl::Status status = arrays.leaves32.empty() ? CheckLeaves(arrays, arrays.leaves16, class_count)
                                                : CheckLeaves(arrays, arrays.leaves32, class_count);
  if (!status.ok()) return status;
  entries_ = arrays.entries.data();
  leaves16_ = arrays.leaves32.empty() ? arrays.leaves16.data() : nullptr;
  leaves32_ = arrays.leaves32.data();
  direct_bits_ = arrays.direct_bits;
  class_count_ = static_cast<uint32_t>(class_count);
  first_block_ = direct_count;
  return absl::OkStatus();
}

// Level by level, and each level in three rounds over the batch: which entry, which
// leaf, what it says. What a round needs was fetched by the round before.
template <typename Leaf>
void Ip4Trie::LookupAll(const uint32_t* addresses, size_t count, uint32_t* classes,
                        const Leaf* leaves) const {
  constexpr size_t kBatch = 128;
  Place at[kBatch];
  uint8_t open[kBatch];  // positions that lead to a block
  for (size_t first = 0; first < count; first += kBatch) {
    const size_t size = std::min(kBatch, count - first);
    const uint32_t* const a = addresses + first;
    uint32_t* const c = classes + first;
    for (size_t i = 0; i < size; ++i) {
      const uint64_t bits = uint64_t{a[i]} << direct_bits_;
      at[i] = PlaceOf(bits >> 32, static_cast<uint32_t>(bits) >> 27);
      __builtin_prefetch(leaves + at[i].index);
    }
    size_t open_count = 0;
    for (size_t i = 0; i < size; ++i) {
      c[i] = LeafAt(at[i], leaves);
      open[open_count] = static_cast<uint8_t>(i);
      open_count += c[i] >= class_count_;
      const uint64_t block = std::max(c[i], class_count_) - class_count_;
      __builtin_prefetch(entries_ + first_block_ + block * kBlockSize);
    }
    for (uint32_t used = direct_bits_ + kEntryBits; open_count > 0; used += kBlockBits) {
      for (size_t n = 0; n < open_count; ++n) {
        const uint8_t i = open[n];
        const uint32_t bits = a[i] << used;
        const uint64_t block = c[i] - class_count_;
        at[i] = PlaceOf(first_block_ + block * kBlockSize + (bits >> 29), bits >> 24 & 31);
        __builtin_prefetch(leaves + at[i].index);
      }
      size_t still = 0;
      for (size_t n = 0; n < open_count; ++n) {
        const uint8_t i = open[n];
        c[i] = LeafAt(at[i], leaves);
        open[still] = i;
        still += c[i] >= class_count_;
      }
      open_count = still;
    }
  }
}

void Ip4Trie::Lookup(Kernel kernel, const uint32_t* addresses, size_t count,
                     uint32_t* classes) const {
  if (kernel == Kernel::kAvx512Vbmi) {
    LookupVbmi(addresses, count, classes);
  } else if (leaves16_ != nullptr) {
    LookupAll(addresses, count, classes, leaves16_);
  } else {
    LookupAll(addresses, count, classes, leaves32_);
  }
}

}  // namespace allowmatch
