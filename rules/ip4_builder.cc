#include "rules/ip4_builder.h"

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

class Ip4Builder {
 public:
  explicit Ip4Builder(const Intervals& intervals) : intervals_(intervals) {}

  Ip4Sections Build(size_t class_count) && {
    sections_.direct_bits = DirectBits(intervals_.size());
    leaves_.push_back(0);  // not used, so that no rank is negative
    const size_t direct_count = size_t{1} << sections_.direct_bits;
    const int host = static_cast<int>(32 - sections_.direct_bits - Ip4Table::kEntryBits);
    AddEntries(direct_count, 0, 0, host);
    for (size_t block = 0; block < blocks_.size(); ++block) {
      const Block b = blocks_[block];
      AddEntries(Ip4Table::kBlockSize, b.interval, b.first,
                 b.host - static_cast<int>(Ip4Table::kBlockBits));
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
    return interval + 1 < intervals_.size()
               ? static_cast<uint64_t>(intervals_[interval + 1].first)
               : uint64_t{1} << 32;
  }

  // Adds `count` entries for the addresses from `first`, which are in `interval`
  // or after it; a value stands for 2^host addresses. A negative host means that
  // so many low bits of a value are padding.
  void AddEntries(size_t count, size_t interval, uint64_t first, int host) {
    const int padding = std::max(0, -host);
    const int size_log = std::max(0, host);
    uint32_t last = std::numeric_limits<uint32_t>::max();  // no leaf yet
    for (size_t entry = 0; entry < count; ++entry) {
      Ip4Entry e = {0, static_cast<uint32_t>(leaves_.size()) - 1};
      for (uint32_t v = 0; v < 1u << Ip4Table::kEntryBits; ++v) {
        const uint64_t value = entry << Ip4Table::kEntryBits | v;
        const uint64_t from = first + (value >> padding << size_log);
        while (End(interval) <= from) ++interval;
        const bool whole = End(interval) >= from + (uint64_t{1} << size_log);
        if (whole && intervals_[interval].id == last) {
          v = SkipTo(interval, first, entry, size_log, padding, v);
          continue;
        }
        last = whole ? intervals_[interval].id : AddBlock({interval, from, size_log});
        e.runs |= 1u << v;
        leaves_.push_back(last);
      }
      sections_.entries.push_back(e);
    }
  }

  // The last value of the entry that is still wholly in `interval`.
  uint32_t SkipTo(size_t interval, uint64_t first, size_t entry, int size_log, int padding,
                  uint32_t value) const {
    if (padding > 0) return value;
    const uint64_t values = (End(interval) - first) >> size_log;  // whole ones before the end
    const uint64_t in_entry = values - (uint64_t{entry} << Ip4Table::kEntryBits);
    return static_cast<uint32_t>(std::min<uint64_t>(in_entry, 1u << Ip4Table::kEntryBits)) - 1;
  }

  uint32_t AddBlock(const Block& block) {
    blocks_.push_back(block);
    return kBlock | static_cast<uint32_t>(blocks_.size() - 1);
  }

  // Gives classes and blocks their numbers, and the leaves their width.
  void Number(size_t class_count) {
    const uint32_t blocks_from = static_cast<uint32_t>(class_count);
    for (uint32_t& leaf : leaves_) {
      if ((leaf & kBlock) != 0) leaf = (leaf & ~kBlock) + blocks_from;
    }
    if (class_count + blocks_.size() <= 65536) {
      sections_.leaves16.assign(leaves_.begin(), leaves_.end());
    } else {
      sections_.leaves32 = std::move(leaves_);
    }
  }

  const Intervals& intervals_;
  std::vector<uint32_t> leaves_;
  std::vector<Block> blocks_;
  Ip4Sections sections_;
};

}  // namespace

Ip4Sections BuildIp4Table(const Intervals& intervals, size_t class_count) {
  return Ip4Builder(intervals).Build(class_count);
}

}  // namespace allowmatch
