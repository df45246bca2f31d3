#include "cli/log_facts.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace allowmatch {
namespace {

// "tcp 443", "in udp 3478 (turn)".
std::string ServiceLabel(const Rule& rule) {
  return absl::StrCat(rule.direction == RuleDirection::kIn ? "in " : "", rule.protocol.ToString(),
                      rule.ports.is_any() ? "" : absl::StrCat(" ", rule.ports.ToString()),
                      rule.service.empty() ? "" : absl::StrCat(" (", rule.service, ")"));
}

RuleFacts FactsOf(const Rule& rule, bool active) {
  Rule plain;
  plain.action = rule.action;
  plain.direction = rule.direction;
  plain.protocol = rule.protocol;
  plain.ports = rule.ports;
  plain.to = rule.to;
  plain.from = rule.from;
  const std::string source = absl::StrJoin(
      rule.sources, ",",
      [](std::string* out, const Source& source) { absl::StrAppend(out, source.ToString()); });
  return {rule.vendor, ServiceLabel(rule), FormatRule(plain), source, active};
}

void ListPorts(const Rule& rule, ListedPorts* ports) {
  uint8_t bits = 0;
  if (rule.protocol.Covers(6)) {
    bits |= rule.AppliesTo(/*inbound=*/false) ? ListedPorts::kTcpOut : 0;
    bits |= rule.AppliesTo(/*inbound=*/true) ? ListedPorts::kTcpIn : 0;
  }
  if (rule.protocol.Covers(17)) {
    bits |= rule.AppliesTo(/*inbound=*/false) ? ListedPorts::kUdpOut : 0;
    bits |= rule.AppliesTo(/*inbound=*/true) ? ListedPorts::kUdpIn : 0;
  }
  for (const PortRange& range : rule.ports.ranges()) {
    for (uint32_t port = range.first; port <= range.last; ++port) ports->bits[port] |= bits;
  }
}

// The ranges of `destinations` that lie inside.
void AppendInside(const std::vector<Destination>& destinations, const Inside& inside,
                  std::vector<AddressRange>* ranges) {
  for (const Destination& destination : destinations) {
    const AddressRange* const range = std::get_if<AddressRange>(&destination);
    if (range != nullptr && inside.Has(range->first) && inside.Has(range->last)) {
      ranges->push_back(*range);
    }
  }
}

template <typename Kind>
bool Names(const Rule& rule) {
  for (const Destination& destination : rule.to) {
    if (std::holds_alternative<Kind>(destination)) return true;
  }
  for (const Destination& destination : rule.from) {
    if (std::holds_alternative<Kind>(destination)) return true;
  }
  return false;
}

void NameInside(const Rule& rule, const Inside& inside, PolicyFacts* facts) {
  if (rule.AppliesTo(/*inbound=*/false)) AppendInside(rule.to, inside, &facts->named_out);
  if (!rule.AppliesTo(/*inbound=*/true)) return;
  const bool both = rule.direction == RuleDirection::kBoth;
  AppendInside(rule.to, inside, both ? &facts->named_in : &facts->named_local);
  AppendInside(rule.from, inside, &facts->named_in);
}

std::string Count(size_t count, const char* what) {
  return absl::StrCat(count, count == 1 ? " rule " : " rules ", what);
}

void AddRemarks(const LoadedPolicy& loaded, PolicyFacts* facts) {
  size_t self = 0;
  size_t feeds = 0;
  size_t inactive = 0;
  for (size_t id = 0; id < loaded.policy.rules.size(); ++id) {
    const Rule& rule = loaded.policy.rules[id];
    inactive += !loaded.active[id];
    self += loaded.active[id] && Names<SelfDestination>(rule);
    feeds += loaded.active[id] && Names<FeedReference>(rule);
  }
  if (self > 0 && loaded.options.self.empty()) {
    facts->remarks.push_back(
        Count(self, "to self match nothing without --self ADDRESS, your own server"));
  }
  if (feeds > 0) {
    facts->remarks.push_back(
        Count(feeds, "name a feed that is not loaded and match nothing there"));
  }
  if (inactive > 0) {
    facts->remarks.push_back(Count(inactive, "of other profiles, regions or vendors take no part"));
  }
}

}  // namespace

PolicyFacts LogFacts(const LoadedPolicy& loaded, const Inside& inside) {
  PolicyFacts facts;
  facts.name = loaded.name;
  if (!loaded.database.selection().empty()) {
    absl::StrAppend(&facts.name, " (", loaded.database.selection(), ")");
  }
  for (size_t id = 0; id < loaded.policy.rules.size(); ++id) {
    const Rule& rule = loaded.policy.rules[id];
    const bool active = loaded.active[id];
    facts.rules.push_back(FactsOf(rule, active));
    if (!active) continue;
    ListPorts(rule, &facts.ports);
    NameInside(rule, inside, &facts);
  }
  facts.dates = PolicyDates(loaded.policy, loaded.active);
  for (const AddressRange& self : loaded.options.self) facts.named_local.push_back(self);
  facts.any_service_names = loaded.database.any_service_name_rules(Direction::kOut);
  AddRemarks(loaded, &facts);
  return facts;
}

}  // namespace allowmatch
