#include "rules/ip4_trie_builder.h"

#include <algorithm>
#include <limits>

namespace allowmatch {
namespace {

// Marks a leaf that is the number of a block, while their count is not known.
constexpr uint32_t kBlock = 0x80000000;

// A level of five bits costs two loads, and eight bytes of the first cache.
// With 19 direct bits one level tells every /24 apart, in 4 MiB; with 11 every
// /16, in 16 KiB.
uint32_t DirectBits(size_t intervals) {
  if (intervals <= 1) return 0;
  if (intervals <= 32) return 3;
  return intervals <= 4096 ? 11 : intervals <= 65536 ? 15 : 19;
}

class Ip4TrieBuilder {
 public:
  explicit Ip4TrieBuilder(const Intervals& intervals) : intervals_(intervals) {}

  Ip4TrieSections Build(size_t class_count) && {
    sections_.direct_bits = DirectBits(intervals_.size());
    leaves_.push_back(0);  // not used, so that no rank is negative
    const size_t direct_count = size_t{1} << sections_.direct_bits;
    const int host = static_cast<int>(32 - sections_.direct_bits - Ip4Trie::kEntryBits);
    AddEntries(direct_count, 0, 0, host);
    for (size_t block = 0; block < blocks_.size(); ++block) {
      const Block b = blocks_[block];
      AddEntries(Ip4Trie::kBlockSize, b.interval, b.first,
                 b.host - static_cast<int>(Ip4Trie::kBlockBits));
    }
    Number(class_count);
    return std::move(sections_);
  }

 private:
  // 2^host addresses from `first`, which begin in `interval`.
  struct Block {
    size_t interval;
    uint64_t first;
    int host;
  };

  uint64_t End(size_t interval) const {
    return interval + 1 < intervals_.size() ? static_cast<uint64_t>(intervals_[interval + 1].first)
                                            : uint64_t{1} << 32;
  }

  // Adds `count` entries for the addresses from `first`, which are in `interval`
  // or after it; a value stands for 2^host addresses. A negative host means that
  // so many low bits of a value are padding.
  void AddEntries(size_t count, size_t interval, uint64_t first, int host) {
    const int padding = std::max(0, -host);
    const int size_log = std::max(0, host);
    for (size_t entry = 0; entry < count; ++entry) {
      uint32_t runs = 0;
      found_.clear();
      for (uint32_t v = 0; v < 1u << Ip4Trie::kEntryBits; ++v) {
        const uint64_t value = entry << Ip4Trie::kEntryBits | v;
        const uint64_t from = first + (value >> padding << size_log);
        while (End(interval) <= from) ++interval;
        const bool whole = End(interval) >= from + (uint64_t{1} << size_log);
        if (!whole || found_.empty() || intervals_[interval].id != found_.back()) {
          found_.push_back(whole ? intervals_[interval].id : AddBlock({interval, from, size_log}));
          runs |= 1u << v;
        }
        if (whole) v = SkipTo(interval, first, entry, size_log, padding, v);
      }
      AddEntry(runs);
    }
  }

  // Adds an entry with the leaves `found_`, the first of them from value 0 on. The last
  // leaf of the entry before it may serve it, too.
  void AddEntry(uint32_t runs) {
    if (found_.size() == 1) {
      sections_.entries.push_back({0, found_.front()});
      return;
    }
    const bool shared = leaves_.size() > 1 && leaves_.back() == found_.front();
    const uint32_t base = static_cast<uint32_t>(leaves_.size()) - 1;
    sections_.entries.push_back({shared ? runs & ~1u : runs, base});
    leaves_.insert(leaves_.end(), found_.begin() + (shared ? 1 : 0), found_.end());
  }

  // The last value of the entry that is still wholly in `interval`.
  uint32_t SkipTo(size_t interval, uint64_t first, size_t entry, int size_log, int padding,
                  uint32_t value) const {
    if (padding > 0) return value;
    const uint64_t values = (End(interval) - first) >> size_log;  // whole ones before the end
    const uint64_t in_entry = values - (uint64_t{entry} << Ip4Trie::kEntryBits);
    return static_cast<uint32_t>(std::min<uint64_t>(in_entry, 1u << Ip4Trie::kEntryBits)) - 1;
  }

  uint32_t AddBlock(const Block& block) {
    blocks_.push_back(block);
    return kBlock | static_cast<uint32_t>(blocks_.size() - 1);
  }

  // Gives classes and blocks their numbers, and the leaves their width.
  void Number(size_t class_count) {
    const auto number = [class_count](uint32_t* leaf) {
      if ((*leaf & kBlock) != 0) *leaf = (*leaf & ~kBlock) + static_cast<uint32_t>(class_count);
    };
    for (uint32_t& leaf : leaves_) number(&leaf);
    for (Ip4Entry& entry : sections_.entries) {
      if (entry.runs == 0) number(&entry.base);
    }
    if (class_count + blocks_.size() <= 65536) {
      sections_.leaves16.assign(leaves_.begin(), leaves_.end());
    } else {
      sections_.leaves32 = std::move(leaves_);
    }
  }

  const Intervals& intervals_;
  std::vector<uint32_t> leaves_;
  std::vector<uint32_t> found_;  // the leaves of one entry
  std::vector<Block> blocks_;
  Ip4TrieSections sections_;
};

}  // namespace

Ip4TrieSections BuildIp4Trie(const Intervals& intervals, size_t class_count) {
  return Ip4TrieBuilder(intervals).Build(class_count);
}

}  // namespace allowmatch
