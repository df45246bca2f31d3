#include "rules/address_classes.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "absl/container/flat_hash_map.h"

namespace allowmatch {
namespace {

// Numbers triples in the order in which they are first seen.
class ClassNumbers {
 public:
  uint32_t Number(uint32_t out_row, uint32_t in_row, uint32_t local) {
    // Neighbours often differ in their out_row alone.
    if (out_row >= last_.size()) last_.resize(out_row + size_t{1}, kNone);
    uint32_t& last = last_[out_row];
    if (last == kNone || classes_[last].in_row != in_row || classes_[last].local != local) {
      last = Find(out_row, in_row, local);
    }
    return last;
  }

  std::vector<AddressClass> Take() { return std::move(classes_); }

 private:
  static constexpr uint32_t kNone = 0xffffffff;

  uint32_t Find(uint32_t out_row, uint32_t in_row, uint32_t local) {
    const auto [at, is_new] = numbers_.try_emplace(std::tuple(out_row, in_row, local),
                                                   static_cast<uint32_t>(classes_.size()));
    if (is_new) classes_.push_back({out_row, in_row, local});
    return at->second;
  }

  absl::flat_hash_map<std::tuple<uint32_t, uint32_t, uint32_t>, uint32_t> numbers_;
  std::vector<AddressClass> classes_;
  std::vector<uint32_t> last_;  // by out_row, the class that it was in last
};

uint128 NextFirst(const Intervals& intervals, size_t at, uint128 end) {
  return at + 1 < intervals.size() ? intervals[at + 1].first : end;
}

// Lays three partitions of one family over each other.
Intervals Overlay(const Intervals& out, const Intervals& in, const Intervals& local,
                  ClassNumbers* numbers) {
  Intervals joined;
  size_t o = 0;
  size_t i = 0;
  size_t l = 0;
  uint128 first = 0;
  constexpr uint128 kEnd = ~uint128{0};
  while (true) {
    const uint32_t id = numbers->Number(out[o].id, in[i].id, local[l].id);
    if (joined.empty() || joined.back().id != id) joined.push_back({first, id});
    const bool more = o + 1 < out.size() || i + 1 < in.size() || l + 1 < local.size();
    if (!more) return joined;
    first = std::min({NextFirst(out, o, kEnd), NextFirst(in, i, kEnd), NextFirst(local, l, kEnd)});
    if (o + 1 < out.size() && out[o + 1].first == first) ++o;
    if (i + 1 < in.size() && in[i + 1].first == first) ++i;
    if (l + 1 < local.size() && local[l + 1].first == first) ++l;
  }
}

std::vector<RankedRange> GuardRanges(const Pairs& pairs) {
  std::vector<RankedRange> ranges;
  for (uint32_t guard = 1; guard < pairs.guards.size(); ++guard) {
    for (const AddressRange& range : pairs.guards[guard]) ranges.push_back({range, guard, guard});
  }
  return ranges;
}

// Numbers the classes in the order of their listing rules, those without one first: the
// matcher need not look up the rule where each rule has a class and each class a rule.
void NumberByListing(AddressTables* tables, Intervals* intervals6) {
  const size_t count = tables->classes.size();
  const auto key = [&](uint32_t id) { return (tables->listing_rules[id] + 1) & kNoRuleId; };
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&key](uint32_t a, uint32_t b) { return key(a) < key(b); });
  std::vector<AddressClass> classes;
  std::vector<uint32_t> listing_rules;
  std::vector<uint32_t> number(count);
  for (const uint32_t id : order) {
    number[id] = static_cast<uint32_t>(classes.size());
    classes.push_back(tables->classes[id]);
    listing_rules.push_back(tables->listing_rules[id]);
  }
  tables->classes = std::move(classes);
  tables->listing_rules = std::move(listing_rules);
  tables->absent_class = number[tables->absent_class];
  for (Intervals* intervals : {&tables->intervals4, intervals6}) {
    for (Interval& interval : *intervals) interval.id = number[interval.id];
  }
}

}  // namespace

AddressTables BuildAddressTables(const Pairs& pairs, Ip4Form form, RankSets* out_sets,
                                 RankSets* in_sets, RankSets* locals) {
  AddressTables tables;
  ClassNumbers numbers;
  const std::vector<RankedRange> guards = GuardRanges(pairs);
  tables.absent_class = numbers.Number(out_sets->Intern(SetOf(pairs.out.any)),
                                       in_sets->Intern(SetOf(pairs.in.any)), locals->Intern({}));
  const auto cut = [&](Family family) {
    return Overlay(Partition(family, pairs.out.ranges, pairs.out.any, out_sets),
                   Partition(family, pairs.in.ranges, pairs.in.any, in_sets),
                   Partition(family, guards, {}, locals), &numbers);
  };
  tables.intervals4 = cut(Family::kV4);
  Intervals intervals6 = cut(Family::kV6);
  tables.classes = numbers.Take();
  for (const AddressClass& c : tables.classes) {
    const RankSet& listing = (*out_sets)[c.out_row];
    tables.listing_rules.push_back(listing.empty() ? kNoRuleId : pairs.ranks[listing.front()].rule);
  }
  NumberByListing(&tables, &intervals6);
  tables.ip4 = BuildIp4Table(tables.intervals4, tables.classes.size(), form);
  tables.ip6 = BuildIp6Table(intervals6, tables.classes.size());
  return tables;
}

}  // namespace allowmatch
