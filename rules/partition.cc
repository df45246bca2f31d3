#include "rules/partition.h"

#include <algorithm>
#include <utility>

#include "absl/container/btree_map.h"

namespace allowmatch {
namespace {

// A range opens at an address or has closed before it.
template <typename Bits>
struct Event {
  Bits at;
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

template <typename Bits>
std::vector<Event<Bits>> EventsOf(Family family, const std::vector<RankedRange>& ranges) {
  const Bits last_of_all = static_cast<Bits>(MaxBits(family));
  std::vector<Event<Bits>> events;
  events.reserve(2 * static_cast<size_t>(std::count_if(ranges.begin(), ranges.end(),
                                                       [family](const RankedRange& range) {
                                                         return range.range.family() == family;
                                                       })));
  for (const auto& [range, slot, rank] : ranges) {
    if (range.family() != family) continue;
    events.push_back({static_cast<Bits>(range.first.bits()), slot, rank, true});
    // A range that ends with the last address never closes: last + 1 would be 0.
    const Bits last = static_cast<Bits>(range.last.bits());
    if (last != last_of_all) events.push_back({last + 1, slot, rank, false});
  }
  std::sort(events.begin(), events.end(),
            [](const Event<Bits>& a, const Event<Bits>& b) { return a.at < b.at; });
  return events;
}

template <typename Bits>
Intervals Sweep(const std::vector<Event<Bits>>& events, const std::vector<RankedRange>& everywhere,
                RankSets* sets) {
  OpenRanks open;
  for (const RankedRange& range : everywhere) open.Open(range.slot, range.rank);
  Intervals intervals = {{0, sets->Intern(open.Best())}};
  for (size_t i = 0; i < events.size();) {
    const Bits at = events[i].at;
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

}  // namespace

RankSet SetOf(const std::vector<RankedRange>& everywhere) {
  OpenRanks open;
  for (const RankedRange& range : everywhere) open.Open(range.slot, range.rank);
  return open.Best();
}

Intervals Partition(Family family, const std::vector<RankedRange>& ranges,
                    const std::vector<RankedRange>& everywhere, RankSets* sets) {
  return family == Family::kV4 ? Sweep(EventsOf<uint32_t>(family, ranges), everywhere, sets)
                               : Sweep(EventsOf<uint128>(family, ranges), everywhere, sets);
}

}  // namespace allowmatch
