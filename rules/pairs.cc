#include "rules/pairs.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"

namespace allowmatch {
namespace {

// What decides the order of pairs, the best first, as one number: deny before allow,
// exact first, more fixed bits or labels, narrower ports, address before name, lower rule.
class Order {
 public:
  Order(const Rule& rule, uint32_t id, const Destination& destination)
      : Order(rule, id, KindOf(destination)) {}
  Order(const Rule& rule, uint32_t id, const PatternView& pattern)
      : Order(rule, id, KindOf(pattern)) {}

  bool allow() const { return (bits_ >> 59 & 1) != 0; }
  bool name() const { return (bits_ >> 32 & 1) != 0; }
  uint32_t rule() const { return static_cast<uint32_t>(bits_); }
  // All but the rule.
  uint32_t kind() const { return static_cast<uint32_t>(bits_ >> 32); }

  friend bool operator<(const Order& a, const Order& b) { return a.bits_ < b.bits_; }
  friend bool operator==(const Order& a, const Order& b) { return a.bits_ == b.bits_; }

 private:
  static constexpr int kMostFixed = 128;  // bits; labels are fewer

  struct Kind {
    bool exact = false;
    int fixed = 0;
    bool name = false;
  };

  static Kind KindOf(const PatternView& pattern) {
    return {pattern.IsExact(), pattern.FixedLabels(), true};
  }
  static Kind KindOf(const Destination& destination) {
    if (const auto* range = std::get_if<AddressRange>(&destination)) {
      return {range->IsSingle(), range->FixedBits(), false};
    }
    const auto* pattern = std::get_if<Pattern>(&destination);
    return pattern == nullptr ? Kind() : KindOf(PatternView(*pattern));
  }

  Order(const Rule& rule, uint32_t id, const Kind& kind) {
    Add(rule.action == Action::kAllow, 1);
    Add(!kind.exact, 1);
    Add(static_cast<uint32_t>(kMostFixed - kind.fixed), 8);
    Add(static_cast<uint32_t>(rule.ports.Width()), 17);
    Add(kind.name, 1);
    Add(id, 32);
  }

  void Add(uint32_t value, int bits) { bits_ = bits_ << bits | value; }

  uint64_t bits_ = 0;
};

// A pair before the ranks are known.
struct Loose {
  Order order;
  uint32_t destination : 31;  // kOwn, else the index of one of several
  uint32_t inbound : 1;
};
constexpr uint32_t kOwn = 0x7fffffff;  // the one that the rule has

class Expansion {
 public:
  Expansion(const PackedPolicy& policy, const std::vector<AddressRange>& self) : policy_(policy) {
    for (const AddressRange& range : self) self_.emplace_back(range);
    loose_.reserve(policy.size());
  }

  void AddRule(uint32_t id) {
    const RuleDirection direction = RuleOf(id).direction;
    if (direction != RuleDirection::kIn) AddTo(id, false);
    if (direction == RuleDirection::kBoth) AddTo(id, true);
    if (direction == RuleDirection::kIn && GuardOf(id)) {
      const std::vector<Destination>& from = RuleOf(id).from;
      AddRemotes(id, from.empty() ? any_ : from, true);
    }
  }

  Pairs Finish() {
    Sort();
    NumberServices();
    NumberRanks();
    Reserve();
    bool has_names = false;
    for (size_t i = 0; i < loose_.size(); ++i) {
      Place(loose_[i], rank_of_loose_[i]);
      has_names |= loose_[i].order.name();
    }
    if (!has_names) MergeRanks();
    for (PairList* list : {&pairs_.out, &pairs_.in}) {
      std::sort(list->undecided.begin(), list->undecided.end());
      list->undecided = BestOfSlots(list->undecided, pairs_.ranks);
    }
    return std::move(pairs_);
  }

 private:
  const Rule& RuleOf(uint32_t id) const { return policy_.frame(id).rule; }

  // The destinations of `to` as remotes.
  void AddTo(uint32_t id, bool inbound) {
    const Rule& rule = RuleOf(id);
    if (!policy_.frame(id).shared) {
      AddRemotes(id, rule.to, inbound);
    } else if (policy_.IsPattern(id)) {
      loose_.push_back({Order(rule, id, policy_.pattern(id)), kOwn, inbound});
    } else {
      const Destination own = policy_.destination(id);
      if (std::holds_alternative<SelfDestination>(own)) return AddRemotes(id, self_, inbound);
      if (std::holds_alternative<FeedReference>(own)) return;
      loose_.push_back({Order(rule, id, own), kOwn, inbound});
    }
  }

  void AddRemotes(uint32_t id, const std::vector<Destination>& remotes, bool inbound) {
    for (const Destination& remote : remotes) {
      if (std::holds_alternative<FeedReference>(remote)) continue;
      if (std::holds_alternative<SelfDestination>(remote)) {
        AddRemotes(id, self_, inbound);
      } else {
        const uint32_t number = static_cast<uint32_t>(destinations_.size());
        destinations_.push_back(&remote);
        loose_.push_back({Order(RuleOf(id), id, remote), number, inbound});
      }
    }
  }

  // Finds the guard of an inbound rule; false if no local address can pass.
  bool GuardOf(uint32_t id) {
    std::vector<AddressRange> local;
    const std::vector<Destination> own = policy_.frame(id).shared
                                             ? std::vector<Destination>{policy_.destination(id)}
                                             : std::vector<Destination>();
    for (const Destination& to : policy_.frame(id).shared ? own : RuleOf(id).to) {
      if (std::holds_alternative<AnyDestination>(to)) return true;
      if (const auto* range = std::get_if<AddressRange>(&to)) local.push_back(*range);
      if (!std::holds_alternative<SelfDestination>(to)) continue;
      for (const Destination& self : self_) local.push_back(std::get<AddressRange>(self));
    }
    if (local.empty()) return false;
    std::sort(local.begin(), local.end());
    local.erase(std::unique(local.begin(), local.end()), local.end());
    const uint32_t next = static_cast<uint32_t>(guards_.size()) + 1;
    guard_of_rule_[id] = guards_.try_emplace(std::move(local), next).first->second;
    return true;
  }

  void Sort() {
    const bool one_each =
        std::adjacent_find(loose_.begin(), loose_.end(), [](const Loose& a, const Loose& b) {
          return a.order.rule() == b.order.rule();
        }) == loose_.end();
    if (one_each) return SortByKind();
    std::sort(loose_.begin(), loose_.end(),
              [](const Loose& a, const Loose& b) { return a.order < b.order; });
  }

  // Rules ascend already, and there are few kinds, so that pairs are counted into their
  // places.
  void SortByKind() {
    std::map<uint32_t, size_t> places;
    auto place = [&places, at = places.end(),
                  kind = uint32_t{0}](const Loose& pair) mutable -> size_t& {
      if (at == places.end() || pair.order.kind() != kind) {
        kind = pair.order.kind();
        at = places.try_emplace(kind, 0).first;
      }
      return at->second;
    };
    for (const Loose& pair : loose_) ++place(pair);
    if (places.size() < 2) return;
    size_t next = 0;
    for (auto& [kind, count] : places) next += std::exchange(count, next);
    std::vector<Loose> sorted = loose_;
    for (const Loose& pair : loose_) sorted[place(pair)++] = pair;
    loose_ = std::move(sorted);
  }

  void NumberServices() {
    std::vector<bool> asked(policy_.frames().size());
    for (const Loose& pair : loose_) asked[policy_.frame_of(pair.order.rule())] = true;
    for (size_t frame = 0; frame < asked.size(); ++frame) {
      if (asked[frame]) services_.try_emplace(ServiceOf(frame), 0);
    }
    for (auto& [service, number] : services_) {
      number = static_cast<uint32_t>(pairs_.services.size());
      pairs_.services.push_back(service);
    }
    service_of_frame_.resize(asked.size());
    for (size_t frame = 0; frame < asked.size(); ++frame) {
      if (asked[frame]) service_of_frame_[frame] = services_.at(ServiceOf(frame));
    }
    pairs_.guards.resize(guards_.size() + 1);
    for (const auto& [ranges, number] : guards_) pairs_.guards[number] = ranges;
  }

  void NumberRanks() {
    std::map<std::tuple<bool, uint32_t, uint32_t>, uint32_t> slots;
    pairs_.ranks.reserve(loose_.size());
    rank_of_loose_.reserve(loose_.size());
    for (size_t i = 0; i < loose_.size(); ++i) {
      const Order& order = loose_[i].order;
      const bool is_new = i == 0 || !(order == loose_[i - 1].order);
      rank_of_loose_.push_back(static_cast<uint32_t>(pairs_.ranks.size()) - !is_new);
      if (!is_new) continue;
      const uint32_t id = order.rule();
      Rank rank = {id, service_of_frame_[policy_.frame_of(id)], 0, 0};
      if (!guard_of_rule_.empty()) {
        const auto guard = guard_of_rule_.find(id);
        if (guard != guard_of_rule_.end()) rank.guard = guard->second;
      }
      const auto slot = std::tuple(order.allow(), rank.service, rank.guard);
      rank.slot = slots.try_emplace(slot, static_cast<uint32_t>(slots.size())).first->second;
      pairs_.ranks.push_back(rank);
      if (!order.allow()) ++pairs_.deny_count;
    }
  }

  void MergeRanks() {
    constexpr uint32_t kNone = 0xffffffff;
    std::vector<Rank> merged;
    std::vector<uint32_t> of_rule(policy_.size(), kNone);  // all ranks of one match alike
    for (const Rank& rank : pairs_.ranks) {
      uint32_t& number = of_rule[rank.rule];
      if (number == kNone) {
        number = static_cast<uint32_t>(merged.size());
        merged.push_back(rank);
      }
      pairs_.merged.push_back(number);
    }
    pairs_.deny_count =
        static_cast<uint32_t>(std::count_if(merged.begin(), merged.end(), [this](const Rank& rank) {
          return RuleOf(rank.rule).action == Action::kDeny;
        }));
    pairs_.ranks = std::move(merged);
  }

  // Exactly: they are most of what a large policy takes.
  void Reserve() {
    size_t ranges[2] = {};
    size_t names[2] = {};
    for (const Loose& pair : loose_) {
      ++(pair.order.name() ? names : ranges)[pair.inbound];
    }
    PairList* const lists[] = {&pairs_.out, &pairs_.in};
    for (const int inbound : {0, 1}) {
      lists[inbound]->ranges.reserve(ranges[inbound]);
      lists[inbound]->patterns.reserve(names[inbound]);
      counted_[inbound].resize(names[inbound] == 0 ? 0 : policy_.size());
    }
  }

  void Place(const Loose& pair, uint32_t rank) {
    PairList& list = pair.inbound ? pairs_.in : pairs_.out;
    const uint32_t id = pair.order.rule();
    if (pair.destination != kOwn) {
      PlaceAt(*destinations_[pair.destination], rank, &list);
    } else if (policy_.IsPattern(id)) {
      list.patterns.emplace_back(policy_.pattern(id), rank);
    } else {
      PlaceAt(policy_.destination(id), rank, &list);
    }
    if (pair.order.name() && pair.order.allow()) CountName(pair, rank, &list);
  }

  void PlaceAt(const Destination& destination, uint32_t rank, PairList* list) {
    const uint32_t slot = pairs_.ranks[rank].slot;
    if (const auto* range = std::get_if<AddressRange>(&destination)) {
      list->ranges.push_back({*range, slot, rank});
    } else if (const auto* pattern = std::get_if<Pattern>(&destination)) {
      list->patterns.emplace_back(PatternView(*pattern), rank);
    } else {
      list->any.push_back({{}, slot, rank});
    }
  }

  void CountName(const Loose& pair, uint32_t rank, PairList* list) {
    const Rule& rule = RuleOf(pair.order.rule());
    if (!rule.protocol.is_any() || !rule.ports.is_any()) {
      list->undecided.push_back(rank);
      return;
    }
    std::vector<bool>& counted = counted_[pair.inbound];
    list->any_service_rules += !counted[pair.order.rule()];
    counted[pair.order.rule()] = true;
  }

  Service ServiceOf(size_t frame) const {
    const Rule& rule = policy_.frames()[frame].rule;
    return {rule.protocol, rule.ports};
  }

  const PackedPolicy& policy_;
  const std::vector<Destination> any_ = {AnyDestination()};
  std::vector<Destination> self_;
  std::vector<const Destination*> destinations_;  // those of rules with several
  std::vector<Loose> loose_;
  std::vector<uint32_t> rank_of_loose_;
  std::map<Service, uint32_t> services_;
  std::map<std::vector<AddressRange>, uint32_t> guards_;
  std::map<uint32_t, uint32_t> guard_of_rule_;
  std::vector<uint32_t> service_of_frame_;
  std::vector<bool> counted_[2];  // rules of any service, by direction
  Pairs pairs_;
};

}  // namespace

Pairs ExpandPairs(const PackedPolicy& policy, const std::vector<bool>& active,
                  const std::vector<AddressRange>& self) {
  Expansion expansion(policy, self);
  for (uint32_t id = 0; id < policy.size(); ++id) {
    if (active[id]) expansion.AddRule(id);
  }
  return expansion.Finish();
}

RankSet BestOfSlots(const RankSet& ranks, const std::vector<Rank>& table) {
  constexpr size_t kFew = 8;  // slots that are found sooner by a look at each
  RankSet best;
  absl::flat_hash_set<uint32_t> seen;
  for (const uint32_t rank : ranks) {
    const uint32_t slot = table[rank].slot;
    const auto is_slot = [&](uint32_t other) { return table[other].slot == slot; };
    const auto few = best.begin() + static_cast<int>(std::min(best.size(), kFew));
    if (std::any_of(best.begin(), few, is_slot)) continue;
    if (best.size() < kFew || seen.insert(slot).second) best.push_back(rank);
  }
  return best;
}

bool RanksMayFollowRules(const Pairs& pairs) {
  const size_t count = pairs.ranks.size();
  const auto has_no = [](const PairList& list) { return list.ranges.empty() && list.any.empty(); };
  if (!has_no(pairs.out) || !has_no(pairs.in) || !pairs.in.patterns.empty()) return false;
  if (pairs.deny_count != 0 && pairs.deny_count != count) return false;
  std::vector<bool> seen(count);
  for (const Rank& rank : pairs.ranks) {
    if (rank.rule >= count || seen[rank.rule] || rank.guard != 0) return false;
    seen[rank.rule] = true;
  }
  return std::all_of(
      pairs.out.patterns.begin(), pairs.out.patterns.end(), [](const RankedPattern& p) {
        return !absl::StrContains(p.body(), '*') && p.head() != Pattern::Head::kOneBelow;
      });
}

void NumberByRules(Pairs* pairs) {
  for (uint32_t& rank : pairs->out.undecided) rank = pairs->ranks[rank].rule;
  std::sort(pairs->out.undecided.begin(), pairs->out.undecided.end());
  std::sort(pairs->ranks.begin(), pairs->ranks.end(),
            [](const Rank& a, const Rank& b) { return a.rule < b.rule; });
  std::vector<RankedPattern>().swap(pairs->out.patterns);
}

}  // namespace allowmatch
