#include "cli/near_miss.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/rule_match.h"

namespace allowmatch {
namespace {

constexpr size_t kMost = 10;

std::string ServiceText(const Rule& rule) {
  if (rule.protocol.is_any() && rule.ports.is_any()) return "any service";
  return absl::StrCat(absl::AsciiStrToUpper(rule.protocol.ToString()),
                      rule.ports.is_any() ? "" : absl::StrCat(" ", rule.ports.ToString()));
}

std::string AskedService(const Tuple& tuple) {
  std::string text = tuple.protocol.has_value()
                         ? absl::AsciiStrToUpper(Protocol::Number(*tuple.protocol).ToString())
                         : "no protocol";
  if (tuple.port.has_value()) absl::StrAppend(&text, " ", *tuple.port);
  return text;
}

std::string Asked(const Tuple& tuple) {
  return tuple.remote.has_value() ? tuple.remote->ToString() : std::string(tuple.name.value_or("it"));
}

std::string VendorOf(const Rule& rule) {
  return rule.vendor.empty() ? "listed" : absl::StrCat(rule.vendor, "'s");
}

// "3.7.161.50 is kudo's, but TCP 80 is not listed; TCP 443, UDP 3478 are".
void AddOtherServices(const Tuple& tuple, const LoadedPolicy& loaded,
                      std::vector<std::string>* misses) {
  std::map<std::string, std::set<std::string>> services;  // by vendor
  for (size_t id = 0; id < loaded.policy.rules.size(); ++id) {
    const Rule& rule = loaded.policy.rules[id];
    if (!loaded.active[id] || rule.action != Action::kAllow) continue;
    const RuleMatch match = MatchRule(rule, tuple, loaded.options.self);
    if (!match.direction || !match.destination || !match.local || match.service) continue;
    if (std::holds_alternative<AnyDestination>(*match.by)) continue;
    services[VendorOf(rule)].insert(ServiceText(rule));
  }
  for (const auto& [vendor, listed] : services) {
    misses->push_back(absl::StrCat(Asked(tuple), " is ", vendor, ", but ", AskedService(tuple),
                                   " is not listed; ", absl::StrJoin(listed, ", "),
                                   listed.size() == 1 ? " is" : " are"));
  }
}

// Rules that match but take no part: another profile, region or vendor.
void AddInactive(const Tuple& tuple, const LoadedPolicy& loaded, std::vector<std::string>* misses) {
  std::set<std::string> said;
  for (size_t id = 0; id < loaded.policy.rules.size(); ++id) {
    const Rule& rule = loaded.policy.rules[id];
    if (loaded.active[id] || !MatchRule(rule, tuple, loaded.options.self).All()) continue;
    said.insert(rule.profile.empty()
                    ? absl::StrCat("rule ", id, " (", RuleHead(rule),
                                   ") matches, but --vendor, --region or --require leave it out")
                    : absl::StrCat("profile ", rule.profile, " of ", rule.vendor,
                                   ", which is not chosen, has a rule for it (", RuleHead(rule),
                                   "): --profile ", rule.vendor, "=", rule.profile));
  }
  misses->insert(misses->end(), said.begin(), said.end());
}

void AddOtherDirection(Tuple tuple, const LoadedPolicy& loaded, std::vector<std::string>* misses) {
  const bool inbound = tuple.direction == Direction::kIn;
  tuple.direction = inbound ? Direction::kOut : Direction::kIn;
  for (size_t id = 0; id < loaded.policy.rules.size(); ++id) {
    const Rule& rule = loaded.policy.rules[id];
    const RuleMatch match = MatchRule(rule, tuple, loaded.options.self);
    if (!loaded.active[id] || rule.action != Action::kAllow || !match.direction ||
        !match.destination || !match.service || rule.AppliesTo(inbound)) {
      continue;
    }
    if (std::holds_alternative<AnyDestination>(*match.by)) continue;
    misses->push_back(absl::StrCat("rule ", id, " lists it for ", inbound ? "outbound" : "inbound",
                                   " flows only"));
    return;
  }
}

// How `name` fails a pattern by its labels; "" if they are not alike.
std::string NameMiss(absl::string_view name, const Pattern& pattern) {
  const absl::string_view body = pattern.body();
  if (PatternMatches(pattern, name) || body.find('*') != absl::string_view::npos) return "";
  if (name == body) {
    return absl::StrCat(pattern.ToString(), " covers the names below ", body, ", not ", body, " itself");
  }
  if (pattern.head() == Pattern::Head::kNone && absl::EndsWith(name, absl::StrCat(".", body))) {
    return absl::StrCat(body, " is listed, the names below it are not");
  }
  if (absl::EndsWith(name, body) && !absl::EndsWith(name, absl::StrCat(".", body))) {
    return absl::StrCat(name, " only ends like ", body, ": names are compared label by label");
  }
  if (absl::StartsWith(name, absl::StrCat(body, ".")) ||
      absl::StrContains(name, absl::StrCat(".", body, "."))) {
    return absl::StrCat(name, " only contains ", body, ": it belongs to somebody else");
  }
  return "";
}

void AddNames(const Tuple& tuple, const LoadedPolicy& loaded, std::vector<std::string>* misses) {
  if (!tuple.name.has_value()) return;
  std::set<std::string> said;
  for (size_t id = 0; id < loaded.policy.rules.size(); ++id) {
    if (!loaded.active[id]) continue;
    const Rule& rule = loaded.policy.rules[id];
    for (const std::vector<Destination>* list : {&rule.to, &rule.from}) {
      for (const Destination& destination : *list) {
        const auto* pattern = std::get_if<Pattern>(&destination);
        if (pattern == nullptr) continue;
        const std::string miss = NameMiss(*tuple.name, *pattern);
        if (!miss.empty()) {
          said.insert(absl::StrCat(miss, rule.vendor.empty() ? "" : absl::StrCat(" (", rule.vendor, ")")));
        }
      }
    }
  }
  misses->insert(misses->end(), said.begin(), said.end());
}

// The nearest listed range, if it is within 256 addresses.
void AddNearRange(const Tuple& tuple, const LoadedPolicy& loaded, std::vector<std::string>* misses) {
  if (!tuple.remote.has_value()) return;
  const uint128 at = tuple.remote->bits();
  uint128 best = 257;
  std::string text;
  for (size_t id = 0; id < loaded.policy.rules.size(); ++id) {
    if (!loaded.active[id]) continue;
    const Rule& rule = loaded.policy.rules[id];
    for (const Destination& destination : rule.to) {
      const auto* range = std::get_if<AddressRange>(&destination);
      if (range == nullptr || range->family() != tuple.remote->family() || range->Contains(*tuple.remote)) {
        continue;
      }
      const uint128 distance =
          at < range->first.bits() ? range->first.bits() - at : at - range->last.bits();
      if (distance >= best) continue;
      best = distance;
      text = absl::StrCat(range->ToString(), " (", rule.vendor, ") is ",
                          static_cast<uint64_t>(distance), " address", distance == 1 ? "" : "es",
                          " away");
    }
  }
  if (!text.empty()) misses->push_back(std::move(text));
}

}  // namespace

std::string RuleHead(const Rule& rule) {
  const auto list = [](const std::vector<Destination>& destinations) {
    return absl::StrJoin(destinations, ",", [](std::string* out, const Destination& destination) {
      absl::StrAppend(out, DestinationToString(destination));
    });
  };
  return absl::StrCat(ActionName(rule.action), " ", RuleDirectionName(rule.direction), " ",
                      rule.protocol.ToString(), " ", rule.ports.ToString(),
                      rule.from.empty() ? "" : absl::StrCat(" from ", list(rule.from)), " to ",
                      list(rule.to));
}

std::vector<std::string> NearMisses(const Tuple& tuple, const Verdict& verdict,
                                    const LoadedPolicy& loaded) {
  std::vector<std::string> misses;
  if (verdict.decision() != Decision::kAllow) {
    AddOtherServices(tuple, loaded, &misses);
    AddOtherDirection(tuple, loaded, &misses);
    AddNames(tuple, loaded, &misses);
  }
  if (verdict.decision() != Decision::kAllow) AddInactive(tuple, loaded, &misses);
  if (verdict.reason() == Reason::kNoRule || verdict.reason() == Reason::kNameNeeded) {
    AddNearRange(tuple, loaded, &misses);
  }
  if (verdict.reason() == Reason::kNameNeeded) {
    misses.push_back("give the name of the remote end with --name to decide it");
  }
  if (misses.size() > kMost) {
    const size_t more = misses.size() - kMost;
    misses.resize(kMost);
    misses.push_back(absl::StrCat("and ", more, " more"));
  }
  return misses;
}

}  // namespace allowmatch
