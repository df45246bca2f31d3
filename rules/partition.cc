#include "rules/partition.h"

#include <algorithm>
#include <utility>

#include "absl/container/btree_map.h"

namespace allowmatch {
namespace {

// A range opens at an address or has closed before it.
struct Event {
  uint128 at;
  uint32_t slot;
  uint32_t rank;
  bool opens;
};

// The (slot, rank) pairs that are open, and how many ranges hold each open.
class OpenRanks {
 public:
  void Open(uint32_t slot, uint32_t rank) { ++count_[{slot, rank}]; }

  void Close(uint32_t slot, uint32_t rank) {
    const auto at = count_.find({slot, rank});
    if (--at->second == 0) count_.erase(at);
  }

  // The least rank of each slot.
  const RankSet& Best() {
    RankSet& best = best_;
    best.clear();
    for (auto at = count_.begin(); at != count_.end();) {
      const uint32_t slot = at->first.first;
      best.push_back(at->first.second);
      ++at;
      if (at != count_.end() && at->first.first == slot) at = count_.lower_bound({slot + 1, 0});
    }
    std::sort(best.begin(), best.end());
    return best;
  }

 private:
  absl::btree_map<std::pair<uint32_t, uint32_t>, uint32_t> count_;
  RankSet best_;
};

// The same order for addresses of 32 bits, which are sorted as numbers.
std::vector<Event> Events4(const std::vector<RankedRange>& ranges) {
  std::vector<uint64_t> numbers;
  numbers.reserve(2 * ranges.size());
  for (uint32_t i = 0; i < ranges.size(); ++i) {
    const AddressRange& range = ranges[i].range;
    if (range.family() != Family::kV4) continue;
    numbers.push_back(uint64_t{range.first.v4()} << 32 | i << 1 | 1);
    if (range.last.v4() != 0xffffffff) {
      numbers.push_back((uint64_t{range.last.v4()} + 1) << 32 | i << 1);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<Event> events;
  events.reserve(numbers.size());
  for (const uint64_t number : numbers) {
    const RankedRange& range = ranges[static_cast<uint32_t>(number) >> 1];
    events.push_back({number >> 32, range.slot, range.rank, (number & 1) != 0});
  }
  return events;
}

std::vector<Event> EventsOf(Family family, const std::vector<RankedRange>& ranges) {
  // One bit tells an opening from a closing.
  if (family == Family::kV4 && ranges.size() < 0x80000000) return Events4(ranges);
  std::vector<Event> events;
  events.reserve(2 * ranges.size());
  for (const auto& [range, slot, rank] : ranges) {
    if (range.family() != family) continue;
    events.push_back({range.first.bits(), slot, rank, true});
    // A range that ends with the last address never closes: last + 1 would be 0.
    if (range.last.bits() == MaxBits(family)) continue;
    events.push_back({range.last.bits() + 1, slot, rank, false});
  }
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return a.at < b.at; });
  return events;
}

}  // namespace

RankSet SetOf(const std::vector<RankedRange>& everywhere) {
  OpenRanks open;
  for (const RankedRange& range : everywhere) open.Open(range.slot, range.rank);
  return open.Best();
}

Intervals Partition(Family family, const std::vector<RankedRange>& ranges,
                    const std::vector<RankedRange>& everywhere, RankSets* sets) {
  OpenRanks open;
  for (const RankedRange& range : everywhere) open.Open(range.slot, range.rank);
  Intervals intervals = {{0, sets->Intern(open.Best())}};
  const std::vector<Event> events = EventsOf(family, ranges);
  for (size_t i = 0; i < events.size();) {
    const uint128 at = events[i].at;
    for (; i < events.size() && events[i].at == at; ++i) {
      if (events[i].opens) {
        open.Open(events[i].slot, events[i].rank);
      } else {
        open.Close(events[i].slot, events[i].rank);
      }
    }
    if (intervals.back().first == at) intervals.pop_back();  // a range begins at 0
    const uint32_t id = sets->Intern(open.Best());
    if (intervals.empty() || intervals.back().id != id) intervals.push_back({at, id});
  }
  return intervals;
}

}  // namespace allowmatch
