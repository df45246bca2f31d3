#include "rules/rule_line.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/policy.h"
#include "rules/quoting.h"

namespace allowmatch {
namespace {

std::string DestinationList(const std::vector<Destination>& list) {
  return absl::StrJoin(list, ",", [](std::string* out, const Destination& destination) {
    absl::StrAppend(out, DestinationToString(destination));
  });
}

void AppendAttribute(absl::string_view key, absl::string_view value, std::string* line) {
  absl::StrAppend(line, " ", key, "=", QuoteValue(value));
}

void AppendGiven(absl::string_view key, absl::string_view value, std::string* line) {
  if (!value.empty()) AppendAttribute(key, value, line);
}

void AppendAttributes(const Rule& rule, std::string* line) {
  AppendGiven("vendor", rule.vendor, line);
  AppendGiven("service", rule.service, line);
  AppendGiven("region", rule.region, line);
  AppendGiven("require", RequireName(rule.require), line);
  AppendGiven("profile", rule.profile, line);
  AppendGiven("condition", rule.condition, line);
  AppendGiven("app", rule.app, line);
  if (!rule.source_ports.is_any()) absl::StrAppend(line, " sport=", rule.source_ports.ToString());
  for (const auto& [key, value] : rule.other) AppendAttribute(key, value, line);
}

}  // namespace

void AppendProvenance(const Rule& rule, std::string* line) {
  AppendGiven("dated", rule.dated, line);
  for (const std::string& inferred : rule.inferred) AppendAttribute("inferred", inferred, line);
  for (const Source& source : rule.sources) AppendAttribute("src", source.ToString(), line);
}

std::string RuleLineBefore(const Rule& rule) {
  std::string text = absl::StrCat(ActionName(rule.action), " ", RuleDirectionName(rule.direction),
                                  " ", rule.protocol.ToString(), " ", rule.ports.ToString());
  if (!rule.from.empty()) absl::StrAppend(&text, " from ", DestinationList(rule.from));
  absl::StrAppend(&text, " to ");
  return text;
}

std::string RuleLineDestinations(const Rule& rule) { return DestinationList(rule.to); }

std::string RuleLineAfter(const Rule& rule) {
  std::string text;
  AppendAttributes(rule, &text);
  return text;
}

std::string RuleLine(const Rule& rule) {
  return absl::StrCat(RuleLineBefore(rule), RuleLineDestinations(rule), RuleLineAfter(rule));
}

std::string FormatRule(const Rule& rule) {
  Rule normal = rule;
  normal.Normalize();
  std::string line = RuleLine(normal);
  AppendProvenance(normal, &line);
  return line;
}

}  // namespace allowmatch
