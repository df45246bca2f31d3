#include "rules/ip_builder.h"

namespace allowmatch {
namespace {

// A large array saves steps, and costs cache and room: 256 KiB, 4 KiB, 64 bytes.
int DirectBits(size_t intervals) { return intervals > 256 ? 16 : intervals > 32 ? 10 : 4; }

class IpBuilder {
 public:
  IpBuilder(Family family, const Intervals& intervals)
      : width_(Width(family)), intervals_(intervals) {}

  IpArrays Build() && {
    if (intervals_.size() == 1) {
      arrays_.direct = {IpTable::kLeafBit | intervals_[0].id};
      return std::move(arrays_);
    }
    const int bits = DirectBits(intervals_.size());
    const int host = width_ - bits;
    const uint32_t end = 1u << bits;
    size_t at = 0;
    for (uint32_t value = 0; value < end;) {
      const uint128 first = uint128{value} << host;
      at = Advance(at, first);
      const uint32_t whole = WholeValues(at, value, host, end);
      if (whole > 0) {
        arrays_.direct.insert(arrays_.direct.end(), whole, IpTable::kLeafBit | intervals_[at].id);
        value += whole;
        continue;
      }
      const uint32_t node = static_cast<uint32_t>(arrays_.nodes.size());
      arrays_.direct.push_back(node);
      arrays_.nodes.emplace_back();
      Fill(node, at, first, host);
      ++value;
    }
    return std::move(arrays_);
  }

 private:
  // The interval that holds `address`, which is not before interval `at`.
  size_t Advance(size_t at, uint128 address) const {
    while (at + 1 < intervals_.size() && intervals_[at + 1].first <= address) ++at;
    return at;
  }

  // How many values of the array, from `value` on, lie in interval `at` alone.
  uint32_t WholeValues(size_t at, uint32_t value, int host, uint32_t end) const {
    if (at + 1 == intervals_.size()) return end - value;
    return static_cast<uint32_t>(intervals_[at + 1].first >> host) - value;
  }

  // Whether the 2^host addresses from `first` are all in interval `at`.
  bool IsOneClass(size_t at, uint128 first, int host) const {
    if (at + 1 == intervals_.size()) return true;
    return (intervals_[at + 1].first - first) >> host != 0;
  }

  // Fills `node`, which stands for the 2^host addresses from `first`. The last
  // step has fewer address bits than a stride: its values come in equal groups.
  void Fill(uint32_t node, size_t at, uint128 first, int host) {
    struct Child {
      size_t at;
      uint128 first;
    };
    std::vector<Child> children;
    const int host_below = host > IpTable::kStride ? host - IpTable::kStride : 0;
    const int padding = host - IpTable::kStride - host_below;  // 0, or -2 in the last step
    IpNode filled = {0, 0, 0, static_cast<uint32_t>(arrays_.leaves.size())};
    uint32_t last_leaf = IpTable::kLeafBit;  // no class
    for (unsigned value = 0; value < 64; ++value) {
      const uint128 below = first + (uint128{value >> -padding} << host_below);
      at = Advance(at, below);
      if (!IsOneClass(at, below, host_below)) {
        filled.children |= uint64_t{1} << value;
        children.push_back({at, below});
      } else if (intervals_[at].id != last_leaf) {
        filled.runs |= uint64_t{1} << value;
        last_leaf = intervals_[at].id;
        arrays_.leaves.push_back(last_leaf);
      }
    }
    filled.first_child = static_cast<uint32_t>(arrays_.nodes.size());
    arrays_.nodes[node] = filled;
    arrays_.nodes.resize(arrays_.nodes.size() + children.size());
    for (size_t i = 0; i < children.size(); ++i) {
      Fill(filled.first_child + static_cast<uint32_t>(i), children[i].at, children[i].first,
           host_below);
    }
  }

  const int width_;
  const Intervals& intervals_;
  IpArrays arrays_;
};

}  // namespace

IpArrays BuildIpTable(Family family, const Intervals& intervals) {
  return IpBuilder(family, intervals).Build();
}

}  // namespace allowmatch
