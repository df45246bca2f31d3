#include "bench/expected.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

#include "matcher/verdict.h"

namespace allowmatch {
namespace {

// The order of primary rules; less is better.
using Order = std::tuple<bool, bool, int, int, uint32_t>;

Order OrderOf(const Rule& rule, uint32_t id, const Destination& destination) {
  const auto* const range = std::get_if<AddressRange>(&destination);
  const bool exact = range != nullptr && range->IsSingle();
  const int fixed = range == nullptr ? 0 : range->FixedBits();
  return {rule.action == Action::kAllow, !exact, -fixed, rule.ports.Width(), id};
}

// Where a listing begins or ends to show.
struct Edge {
  uint128 at;
  bool ends;
  uint32_t order;
  friend bool operator<(const Edge& a, const Edge& b) { return a.at < b.at; }
};

std::vector<Edge> EdgesOf(const std::vector<Listing>& listings) {
  std::vector<Edge> edges;
  for (uint32_t order = 0; order < listings.size(); ++order) {
    const AddressRange& range = listings[order].range;
    edges.push_back({range.first.bits(), false, order});
    if (range.last.bits() == MaxBits(range.family())) continue;
    edges.push_back({range.last.bits() + 1, true, order});
  }
  std::sort(edges.begin(), edges.end());
  return edges;
}

std::vector<Listing> AsListings(const std::vector<PrefixRule>& table) {
  std::vector<PrefixRule> sorted = table;
  std::stable_sort(sorted.begin(), sorted.end(), [](const PrefixRule& a, const PrefixRule& b) {
    return a.prefix.length > b.prefix.length;
  });
  std::vector<Listing> listings;
  for (const PrefixRule& entry : sorted) {
    listings.push_back({AddressRange::Of(entry.prefix), entry.rule});
  }
  return listings;
}

// Each prefix once, with the best of the rules that have it.
std::vector<PrefixRule> DistinctPrefixes(const std::vector<Listing>& listings) {
  std::map<std::pair<uint128, int>, PrefixRule> table;
  for (const Listing& listing : listings) {
    for (const Prefix& prefix : listing.range.Cover()) {
      table.try_emplace({prefix.base.bits(), prefix.length}, PrefixRule{prefix, listing.rule});
    }
  }
  std::vector<PrefixRule> distinct;
  for (const auto& [key, entry] : table) distinct.push_back(entry);
  return distinct;
}

std::vector<PrefixRule> PrefixesOfRuns(Family family,
                                       const std::vector<PaintedAddresses::Run>& runs) {
  std::vector<PrefixRule> table;
  for (size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].rule == kNoRuleId) continue;
    const uint128 last = i + 1 < runs.size() ? runs[i + 1].first - 1 : MaxBits(family);
    const AddressRange range = {Address::Raw(family, runs[i].first), Address::Raw(family, last)};
    for (const Prefix& prefix : range.Cover()) table.push_back({prefix, runs[i].rule});
  }
  return table;
}

}  // namespace

std::vector<Listing> ListingsOf(const Policy& policy, const std::vector<bool>& active,
                                Family family) {
  std::vector<std::pair<Order, Listing>> ordered;
  for (uint32_t id = 0; id < policy.rules.size(); ++id) {
    const Rule& rule = policy.rules[id];
    if (!active[id] || !rule.AppliesTo(false)) continue;
    for (const Destination& to : rule.to) {
      const auto* const range = std::get_if<AddressRange>(&to);
      const bool any = std::holds_alternative<AnyDestination>(to);
      if (!any && (range == nullptr || range->family() != family)) continue;
      ordered.push_back({OrderOf(rule, id, to), {any ? AddressRange::All(family) : *range, id}});
    }
  }
  std::sort(ordered.begin(), ordered.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Listing> listings;
  for (const auto& [order, listing] : ordered) listings.push_back(listing);
  return listings;
}

PaintedAddresses::PaintedAddresses(const std::vector<Listing>& listings) {
  const std::vector<Edge> edges = EdgesOf(listings);
  std::set<uint32_t> here;
  runs_.push_back({0, kNoRuleId});
  for (size_t i = 0; i < edges.size();) {
    const uint128 at = edges[i].at;
    for (; i < edges.size() && edges[i].at == at; ++i) {
      if (edges[i].ends) {
        here.erase(edges[i].order);
      } else {
        here.insert(edges[i].order);
      }
    }
    const uint32_t rule = here.empty() ? kNoRuleId : listings[*here.begin()].rule;
    if (at == 0) runs_.clear();
    if (runs_.empty() || runs_.back().rule != rule) runs_.push_back({at, rule});
  }
}

uint32_t PaintedAddresses::RuleOf(uint128 address) const {
  const auto after =
      std::upper_bound(runs_.begin(), runs_.end(), address,
                       [](uint128 wanted, const Run& run) { return wanted < run.first; });
  return std::prev(after)->rule;
}

std::vector<PrefixRule> LongestPrefixTable(Family family, const std::vector<Listing>& listings,
                                           const PaintedAddresses& painted) {
  std::vector<PrefixRule> table = DistinctPrefixes(listings);
  if (PaintedAddresses(AsListings(table)).runs() == painted.runs()) return table;
  return PrefixesOfRuns(family, painted.runs());
}

TupleAnswers::TupleAnswers(const Policy& policy, const std::vector<Listing>& listings)
    : policy_(policy) {
  for (uint32_t order = 0; order < listings.size(); ++order) {
    for (const Prefix& prefix : listings[order].range.Cover()) {
      by_length_[prefix.length][prefix.base.v4()].push_back({order, listings[order].rule});
    }
  }
}

uint32_t TupleAnswers::RuleOf(uint32_t address, uint8_t protocol, uint16_t port) const {
  Place best = {UINT32_MAX, kNoRuleId};
  for (int length = 0; length <= 32; ++length) {
    if (by_length_[length].empty()) continue;
    const uint32_t base = MaskedPrefix(Address::V4(address), length).base.v4();
    const auto places = by_length_[length].find(base);
    if (places == by_length_[length].end()) continue;
    for (const Place& place : places->second) {
      const Rule& rule = policy_.rules[place.rule];
      if (place.order < best.order && rule.protocol.Covers(protocol) && rule.ports.Contains(port)) {
        best = place;
      }
    }
  }
  return best.rule;
}

}  // namespace allowmatch
