#include "rules/partition.h"

#include <algorithm>
#include <utility>

#include "absl/container/btree_map.h"

namespace allowmatch {
namespace {

// A range opens at an address or has closed before it.
struct Event {
  uint128 at;
  uint32_t range;
  bool opens;
};

// The (slot, rank) pairs that are open, and how many ranges hold each open.
class OpenRanks {
 public:
  void Open(const RankedRange& range) { ++count_[{range.slot, range.rank}]; }

  void Close(const RankedRange& range) {
    const auto at = count_.find({range.slot, range.rank});
    if (--at->second == 0) count_.erase(at);
  }

  // The least rank of each slot.
  RankSet Best() const {
    RankSet best;
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
};

std::vector<Event> EventsOf(Family family, const std::vector<RankedRange>& ranges) {
  std::vector<Event> events;
  events.reserve(2 * ranges.size());
  for (uint32_t i = 0; i < ranges.size(); ++i) {
    const AddressRange& range = ranges[i].range;
    if (range.family() != family) continue;
    events.push_back({range.first.bits(), i, true});
    // A range that ends with the last address never closes: last + 1 would be 0.
    if (range.last.bits() != MaxBits(family)) events.push_back({range.last.bits() + 1, i, false});
  }
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return a.at < b.at; });
  return events;
}

}  // namespace

RankSet SetOf(const std::vector<RankedRange>& everywhere) {
  OpenRanks open;
  for (const RankedRange& range : everywhere) open.Open(range);
  return open.Best();
}

Intervals Partition(Family family, const std::vector<RankedRange>& ranges,
                    const std::vector<RankedRange>& everywhere, RankSets* sets) {
  OpenRanks open;
  for (const RankedRange& range : everywhere) open.Open(range);
  Intervals intervals = {{0, sets->Intern(open.Best())}};
  const std::vector<Event> events = EventsOf(family, ranges);
  for (size_t i = 0; i < events.size();) {
    const uint128 at = events[i].at;
    for (; i < events.size() && events[i].at == at; ++i) {
      if (events[i].opens) {
        open.Open(ranges[events[i].range]);
      } else {
        open.Close(ranges[events[i].range]);
      }
    }
    if (intervals.back().first == at) intervals.pop_back();  // a range begins at 0
    const uint32_t id = sets->Intern(open.Best());
    if (intervals.empty() || intervals.back().id != id) intervals.push_back({at, id});
  }
  return intervals;
}

}  // namespace allowmatch
