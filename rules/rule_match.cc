#include "rules/rule_match.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_split.h"

namespace allowmatch {
namespace {

std::vector<absl::string_view> LabelsFromRight(absl::string_view name) {
  std::vector<absl::string_view> labels = absl::StrSplit(name, '.');
  std::reverse(labels.begin(), labels.end());
  return labels;
}

bool LabelMatches(absl::string_view pattern, absl::string_view label) {
  if (pattern == "*") return true;
  if (pattern.find('*') == absl::string_view::npos) return pattern == label;
  return GlobMatches(pattern, label);
}

// The destination as it lists the remote end, with `self` resolved; nothing if
// it does not.
std::optional<Destination> Lists(const Destination& destination, const Tuple& tuple,
                                 const std::vector<AddressRange>& self) {
  if (std::holds_alternative<AnyDestination>(destination)) return destination;
  if (const auto* range = std::get_if<AddressRange>(&destination)) {
    if (tuple.remote.has_value() && range->Contains(*tuple.remote)) return destination;
  } else if (const auto* pattern = std::get_if<Pattern>(&destination)) {
    if (tuple.name.has_value() && PatternMatches(*pattern, *tuple.name)) return destination;
  } else if (std::holds_alternative<SelfDestination>(destination) && tuple.remote.has_value()) {
    const AddressRange* best = nullptr;
    for (const AddressRange& range : self) {
      if (!range.Contains(*tuple.remote)) continue;
      if (best == nullptr || range.FixedBits() > best->FixedBits()) best = &range;
    }
    if (best != nullptr) return Destination(*best);
  }
  return std::nullopt;  // a feed that is not loaded, or no match
}

// Whether the inside end of an inbound flow is among `to`.
bool ListsLocal(const std::vector<Destination>& to, const Tuple& tuple,
                const std::vector<AddressRange>& self) {
  Tuple inside;
  inside.remote = tuple.local;
  return std::any_of(to.begin(), to.end(), [&](const Destination& destination) {
    return Lists(destination, inside, self).has_value();
  });
}

// Smaller is more specific.
std::tuple<int, int, int, int> Key(const Rule& rule, const Destination& destination) {
  int inexact = 1;
  int fixed = 0;
  int name = 0;
  if (const auto* range = std::get_if<AddressRange>(&destination)) {
    inexact = range->IsSingle() ? 0 : 1;
    fixed = range->FixedBits();
  } else if (const auto* pattern = std::get_if<Pattern>(&destination)) {
    inexact = pattern->IsExact() ? 0 : 1;
    fixed = pattern->FixedLabels();
    name = 1;
  }
  return {inexact, -fixed, rule.ports.Width(), name};
}

}  // namespace

bool PatternMatches(const Pattern& pattern, absl::string_view name) {
  const std::vector<absl::string_view> want = pattern.LabelsFromRight();
  const std::vector<absl::string_view> have = LabelsFromRight(name);
  if (have.size() < want.size()) return false;
  for (size_t i = 0; i < want.size(); ++i) {
    if (!LabelMatches(want[i], have[i])) return false;
  }
  const size_t more = have.size() - want.size();
  switch (pattern.head()) {
    case Pattern::Head::kNone: return more == 0;
    case Pattern::Head::kBelow: return more >= 1;
    case Pattern::Head::kSelfAndBelow: return true;
    case Pattern::Head::kOneBelow: return more == 1;
  }
  return false;
}

bool IsMoreSpecific(const Rule& a, const Destination& da, const Rule& b, const Destination& db) {
  return Key(a, da) < Key(b, db);
}

RuleMatch MatchRule(const Rule& rule, const Tuple& tuple, const std::vector<AddressRange>& self) {
  static const std::vector<Destination>* const kAny =
      new std::vector<Destination>{Destination(AnyDestination())};
  RuleMatch match;
  const bool inbound = tuple.direction == Direction::kIn;
  match.direction = rule.AppliesTo(inbound);
  const bool by_from = inbound && rule.direction == RuleDirection::kIn;
  const std::vector<Destination>& remote = !by_from ? rule.to : rule.from.empty() ? *kAny : rule.from;
  for (const Destination& destination : remote) {
    std::optional<Destination> by = Lists(destination, tuple, self);
    if (!by.has_value()) continue;
    match.destination = true;
    if (!match.by.has_value() || IsMoreSpecific(rule, *by, rule, *match.by)) match.by = std::move(by);
  }
  match.local = !by_from || ListsLocal(rule.to, tuple, self);
  match.service =
      (tuple.protocol.has_value() ? rule.protocol.Covers(*tuple.protocol) : rule.protocol.is_any()) &&
      (tuple.port.has_value() ? rule.ports.Contains(*tuple.port) : rule.ports.is_any());
  return match;
}

}  // namespace allowmatch
