#include "rules/pairs.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace allowmatch {
namespace {

// What decides the order of pairs, the best first, as one number: deny before allow,
// exact first, more fixed bits or labels, narrower ports, address before name, lower rule.
class Order {
 public:
  Order(const Rule& rule, uint32_t id, const Destination& destination) {
    bool inexact = true;
    int fixed = 0;
    bool name = false;
    if (const auto* range = std::get_if<AddressRange>(&destination)) {
      inexact = !range->IsSingle();
      fixed = range->FixedBits();
    } else if (const auto* pattern = std::get_if<Pattern>(&destination)) {
      inexact = !pattern->IsExact();
      fixed = pattern->FixedLabels();
      name = true;
    }
    Add(rule.action == Action::kAllow, 1);
    Add(inexact, 1);
    Add(static_cast<uint32_t>(kMostFixed - fixed), 8);
    Add(static_cast<uint32_t>(rule.ports.Width()), 17);
    Add(name, 1);
    Add(id, 32);
  }

  bool allow() const { return (bits_ >> 59 & 1) != 0; }
  bool name() const { return (bits_ >> 32 & 1) != 0; }
  uint32_t rule() const { return static_cast<uint32_t>(bits_); }

  friend bool operator<(const Order& a, const Order& b) { return a.bits_ < b.bits_; }
  friend bool operator==(const Order& a, const Order& b) { return a.bits_ == b.bits_; }

 private:
  static constexpr int kMostFixed = 128;  // bits; labels are fewer

  void Add(uint32_t value, int bits) { bits_ = bits_ << bits | value; }

  uint64_t bits_ = 0;
};

// A pair before the ranks are known.
struct Loose {
  Order order;
  const Destination* destination;  // any, a range or a pattern
  bool inbound;
};

class Expansion {
 public:
  Expansion(const Policy& policy, const std::vector<AddressRange>& self) : policy_(policy) {
    for (const AddressRange& range : self) self_.emplace_back(range);
  }

  void AddRule(uint32_t id) {
    const Rule& rule = policy_.rules[id];
    if (rule.direction != RuleDirection::kIn) AddRemotes(id, rule.to, false);
    if (rule.direction == RuleDirection::kBoth) AddRemotes(id, rule.to, true);
    if (rule.direction == RuleDirection::kIn && GuardOf(id)) AddRemotes(id, Remotes(rule), true);
  }

  Pairs Finish() {
    std::sort(loose_.begin(), loose_.end(),
              [](const Loose& a, const Loose& b) { return a.order < b.order; });
    NumberServices();
    NumberRanks();
    ReserveRanges();
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
  const std::vector<Destination>& Remotes(const Rule& rule) const {
    return rule.from.empty() ? any_ : rule.from;
  }

  void AddRemotes(uint32_t id, const std::vector<Destination>& remotes, bool inbound) {
    const Rule& rule = policy_.rules[id];
    for (const Destination& remote : remotes) {
      if (std::holds_alternative<FeedReference>(remote)) continue;
      if (std::holds_alternative<SelfDestination>(remote)) {
        for (const Destination& own : self_) {
          loose_.push_back({Order(rule, id, own), &own, inbound});
        }
      } else {
        loose_.push_back({Order(rule, id, remote), &remote, inbound});
      }
    }
  }

  // Finds the guard of an inbound rule; false if no local address can pass.
  bool GuardOf(uint32_t id) {
    std::vector<AddressRange> local;
    for (const Destination& to : policy_.rules[id].to) {
      if (std::holds_alternative<AnyDestination>(to)) return true;
      if (const auto* range = std::get_if<AddressRange>(&to)) local.push_back(*range);
      if (!std::holds_alternative<SelfDestination>(to)) continue;
      for (const Destination& own : self_) local.push_back(std::get<AddressRange>(own));
    }
    if (local.empty()) return false;
    std::sort(local.begin(), local.end());
    local.erase(std::unique(local.begin(), local.end()), local.end());
    const uint32_t next = static_cast<uint32_t>(guards_.size()) + 1;
    guard_of_rule_[id] = guards_.try_emplace(std::move(local), next).first->second;
    return true;
  }

  void NumberServices() {
    // Rules in canonical order have the service of the one before, mostly.
    service_of_rule_.resize(policy_.rules.size());
    std::vector<const uint32_t*> numbers(policy_.rules.size());
    const Rule* last = nullptr;
    const uint32_t* number_of_last = nullptr;
    for (const uint32_t id : RulesOfPairs()) {
      const Rule& rule = policy_.rules[id];
      if (last == nullptr || !(rule.protocol == last->protocol && rule.ports == last->ports)) {
        number_of_last = &services_[ServiceOf(id)];
        last = &rule;
      }
      numbers[id] = number_of_last;
    }
    for (auto& [service, number] : services_) {
      number = static_cast<uint32_t>(pairs_.services.size());
      pairs_.services.push_back(service);
    }
    for (size_t id = 0; id < numbers.size(); ++id) {
      if (numbers[id] != nullptr) service_of_rule_[id] = *numbers[id];
    }
    pairs_.guards.resize(guards_.size() + 1);
    for (const auto& [ranges, number] : guards_) pairs_.guards[number] = ranges;
  }

  // Ascending.
  std::vector<uint32_t> RulesOfPairs() const {
    std::vector<bool> asked(policy_.rules.size());
    for (const Loose& pair : loose_) asked[pair.order.rule()] = true;
    std::vector<uint32_t> ids;
    for (uint32_t id = 0; id < asked.size(); ++id) {
      if (asked[id]) ids.push_back(id);
    }
    return ids;
  }

  void NumberRanks() {
    std::map<std::tuple<bool, uint32_t, uint32_t>, uint32_t> slots;
    for (size_t i = 0; i < loose_.size(); ++i) {
      const Order& order = loose_[i].order;
      const bool is_new = i == 0 || !(order == loose_[i - 1].order);
      rank_of_loose_.push_back(static_cast<uint32_t>(pairs_.ranks.size()) - !is_new);
      if (!is_new) continue;
      Rank rank = {order.rule(), service_of_rule_[order.rule()], 0, 0};
      const auto guard = guard_of_rule_.find(order.rule());
      if (guard != guard_of_rule_.end()) rank.guard = guard->second;
      const auto slot = std::tuple(order.allow(), rank.service, rank.guard);
      rank.slot = slots.try_emplace(slot, static_cast<uint32_t>(slots.size())).first->second;
      pairs_.ranks.push_back(rank);
      if (!order.allow()) ++pairs_.deny_count;
    }
  }

  void MergeRanks() {
    constexpr uint32_t kNone = 0xffffffff;
    std::vector<Rank> merged;
    std::vector<uint32_t> of_rule(policy_.rules.size(), kNone);  // all ranks of one match alike
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
          return policy_.rules[rank.rule].action == Action::kDeny;
        }));
    pairs_.ranks = std::move(merged);
  }

  // Exactly: they are most of what a large policy takes.
  void ReserveRanges() {
    size_t counts[2] = {};
    for (const Loose& pair : loose_) {
      counts[pair.inbound] += std::holds_alternative<AddressRange>(*pair.destination);
    }
    pairs_.out.ranges.reserve(counts[false]);
    pairs_.in.ranges.reserve(counts[true]);
  }

  void Place(const Loose& pair, uint32_t rank) {
    const uint32_t slot = pairs_.ranks[rank].slot;
    PairList& list = pair.inbound ? pairs_.in : pairs_.out;
    if (const auto* range = std::get_if<AddressRange>(pair.destination)) {
      list.ranges.push_back({*range, slot, rank});
    } else if (const auto* pattern = std::get_if<Pattern>(pair.destination)) {
      list.patterns.push_back({pattern, rank});
      if (pair.order.allow()) CountName(pair, rank, &list);
    } else {
      list.any.push_back({{}, slot, rank});
    }
  }

  void CountName(const Loose& pair, uint32_t rank, PairList* list) {
    const Rule& rule = policy_.rules[pair.order.rule()];
    if (!rule.protocol.is_any() || !rule.ports.is_any()) {
      list->undecided.push_back(rank);
    } else if (any_service_.insert({pair.order.rule(), pair.inbound}).second) {
      ++list->any_service_rules;
    }
  }

  Service ServiceOf(uint32_t id) const {
    return {policy_.rules[id].protocol, policy_.rules[id].ports};
  }

  const Policy& policy_;
  const std::vector<Destination> any_ = {AnyDestination()};
  std::vector<Destination> self_;
  std::vector<Loose> loose_;
  std::vector<uint32_t> rank_of_loose_;
  std::map<Service, uint32_t> services_;
  std::map<std::vector<AddressRange>, uint32_t> guards_;
  std::map<uint32_t, uint32_t> guard_of_rule_;
  std::vector<uint32_t> service_of_rule_;
  absl::flat_hash_set<std::pair<uint32_t, bool>> any_service_;
  Pairs pairs_;
};

}  // namespace

Pairs ExpandPairs(const Policy& policy, const std::vector<bool>& active,
                  const std::vector<AddressRange>& self) {
  Expansion expansion(policy, self);
  for (uint32_t id = 0; id < policy.rules.size(); ++id) {
    if (active[id]) expansion.AddRule(id);
  }
  return expansion.Finish();
}

RankSet BestOfSlots(const RankSet& ranks, const std::vector<Rank>& table) {
  RankSet best;
  absl::flat_hash_set<uint32_t> seen;
  for (const uint32_t rank : ranks) {
    if (seen.insert(table[rank].slot).second) best.push_back(rank);
  }
  return best;
}

}  // namespace allowmatch
