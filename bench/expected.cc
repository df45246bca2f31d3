#include "bench/expected.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "matcher/verdict.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

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

// A policy in which the longest prefix of an address decides.
Policy LongestPrefixPolicy(const std::vector<PrefixRule>& table) {
  Rule unlisted = MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", "any");
  unlisted.to.clear();
  Policy policy;
  for (const PrefixRule& entry : table) {
    if (policy.rules.size() <= entry.rule) policy.rules.resize(entry.rule + 1, unlisted);
    policy.rules[entry.rule].to.push_back(AddressRange::Of(entry.prefix));
  }
  return policy;
}

bool LongestPrefixGives(Family family, const std::vector<PrefixRule>& table,
                        const PaintedMap& painted) {
  const Policy policy = LongestPrefixPolicy(table);
  const PaintedMap given(family, policy, std::vector<bool>(policy.rules.size(), true), {});
  return std::equal(given.pieces().begin(), given.pieces().end(), painted.pieces().begin(),
                    painted.pieces().end(), [](const auto& a, const auto& b) {
                      return a.first == b.first && a.rule == b.rule;
                    });
}

std::vector<PrefixRule> PrefixesOfPieces(Family family,
                                         const std::vector<PaintedMap::Piece>& pieces) {
  std::vector<PrefixRule> table;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].rule == kNoRuleId) continue;
    const uint128 last = i + 1 < pieces.size() ? pieces[i + 1].first - 1 : MaxBits(family);
    const AddressRange range = {Address::Raw(family, pieces[i].first), Address::Raw(family, last)};
    for (const Prefix& prefix : range.Cover()) table.push_back({prefix, pieces[i].rule});
  }
  return table;
}

}  // namespace

PrimaryOrder OrderOf(const Rule& rule, uint32_t id, const Destination& destination) {
  bool exact = false;
  int fixed = 0;
  if (const auto* const range = std::get_if<AddressRange>(&destination)) {
    exact = range->IsSingle();
    fixed = range->FixedBits();
  } else if (const auto* const pattern = std::get_if<Pattern>(&destination)) {
    exact = pattern->IsExact();
    fixed = pattern->FixedLabels();
  }
  return {rule.action == Action::kAllow, !exact, -fixed, rule.ports.Width(), id};
}

std::vector<Listing> ListingsOf(const Policy& policy, const std::vector<bool>& active,
                                Family family) {
  std::vector<std::pair<PrimaryOrder, Listing>> ordered;
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

std::vector<PrefixRule> LongestPrefixTable(Family family, const std::vector<Listing>& listings,
                                           const PaintedMap& painted) {
  const std::vector<PrefixRule> table = DistinctPrefixes(listings);
  return LongestPrefixGives(family, table, painted) ? table
                                                    : PrefixesOfPieces(family, painted.pieces());
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
