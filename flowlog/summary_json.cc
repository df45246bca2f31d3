#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "flowlog/output_text.h"
#include "flowlog/summary.h"
#include "flowlog/summary_groups.h"

namespace allowmatch {
namespace {

constexpr size_t kTopDestinations = 100;

// `items` as a JSON array.
std::string List(const std::vector<std::string>& items) {
  return absl::StrCat("[", absl::StrJoin(items, ","), "]");
}

std::string Counts(const Summary::RuleCount& counts) {
  return absl::StrCat("\"allow\":", counts.allow, ",\"deny_rule\":", counts.denied_by_rule,
                      ",\"wrong_service\":", counts.wrong_service);
}

std::string Reasons(const Summary& summary) {
  std::vector<std::string> items;
  for (int i = 0; i < kOutcomeCount; ++i) {
    for (const auto& [reason, count] : summary.Reasons(static_cast<Outcome>(i))) {
      items.push_back(absl::StrCat("{\"verdict\":\"", OutcomeName(static_cast<Outcome>(i)),
                                   "\",\"reason\":\"", reason, "\",\"records\":", count, "}"));
    }
  }
  return List(items);
}

std::string Vendors(const Summary& summary) {
  std::vector<std::string> vendors;
  for (const VendorGroup& vendor : GroupByVendor(summary)) {
    std::vector<std::string> services;
    for (const ServiceGroup& service : vendor.services) {
      services.push_back(absl::StrCat("{\"service\":", JsonString(service.service), ",",
                                      Counts(service.counts), "}"));
    }
    vendors.push_back(absl::StrCat("{\"vendor\":", JsonString(vendor.vendor), ",",
                                   Counts(vendor.counts), ",\"rules\":", vendor.active_rules,
                                   ",\"rules_hit\":", vendor.hit_rules,
                                   ",\"services\":", List(services), "}"));
  }
  return List(vendors);
}

std::string Rules(const Summary& summary) {
  std::vector<std::string> items;
  for (size_t id = 0; id < summary.rules().size(); ++id) {
    const Summary::RuleCount& counts = summary.rules()[id];
    if (counts.allow + counts.denied_by_rule + counts.wrong_service == 0) continue;
    items.push_back(
        absl::StrCat("{\"rule\":", id, ",\"vendor\":", JsonString(summary.facts().rules[id].vendor),
                     ",", Counts(counts), ",\"text\":", JsonString(summary.facts().rules[id].text),
                     ",\"source\":", JsonString(summary.facts().rules[id].source), "}"));
  }
  return List(items);
}

std::string Top(const Summary& summary, Outcome outcome) {
  std::vector<std::string> items;
  for (const Summary::Destination& destination : summary.Top(outcome, kTopDestinations)) {
    std::vector<std::string> services;
    for (const Summary::ServiceCount& service : destination.services) {
      services.push_back(absl::StrCat(
          "{\"direction\":\"", service.inbound ? "in" : "out",
          "\",\"protocol\":", service.protocol == "?" ? "null" : JsonString(service.protocol),
          ",\"port\":", service.port < 0 ? "null" : absl::StrCat(service.port), ",\"reason\":\"",
          ReasonName(service.reason), "\",\"records\":", service.records, "}"));
    }
    items.push_back(absl::StrCat("{\"destination\":", JsonString(destination.name), ",\"records\":",
                                 destination.records, ",\"services\":", List(services), "}"));
  }
  return List(items);
}

std::string Files(const Summary& summary) {
  std::vector<std::string> items;
  for (const FileReport& file : summary.files()) {
    items.push_back(absl::StrCat(
        "{\"file\":", JsonString(file.path), ",\"format\":",
        file.format.empty() ? "null" : JsonString(file.format), ",\"records\":", file.records,
        ",\"error\":", file.error.empty() ? "null" : JsonString(file.error), "}"));
  }
  return List(items);
}

std::string Strings(const std::vector<std::string>& texts) {
  std::vector<std::string> items;
  for (const std::string& text : texts) items.push_back(JsonString(text));
  return List(items);
}

}  // namespace

std::string SummaryJson(const Summary& summary) {
  std::string out = absl::StrCat("{\"records\":", summary.records());
  for (int i = 0; i < kOutcomeCount; ++i) {
    const Outcome outcome = static_cast<Outcome>(i);
    absl::StrAppend(&out, ",\"", OutcomeName(outcome), "\":", summary.count(outcome));
  }
  absl::StrAppend(&out, ",\"partial\":", summary.partial() ? "true" : "false",
                  ",\"direction_guessed\":", summary.guessed(),
                  ",\"unnamed_any_service\":", summary.unnamed_any_service(),
                  ",\"basis\":{\"ip\":", summary.basis(Basis::kIp),
                  ",\"name\":", summary.basis(Basis::kName),
                  ",\"both\":", summary.basis(Basis::kBoth), "}");
  absl::StrAppend(&out, ",\"policy\":", JsonString(summary.facts().name),
                  ",\"policy_dates\":", Strings(summary.facts().dates),
                  ",\"files\":", Files(summary), ",\"reasons\":", Reasons(summary),
                  ",\"vendors\":", Vendors(summary), ",\"rules\":", Rules(summary));
  absl::StrAppend(&out, ",\"rules_never_hit\":[", absl::StrJoin(RulesNeverHit(summary), ","),
                  "],\"destinations_exact\":", summary.destinations().exact() ? "true" : "false",
                  ",\"destinations_error\":", summary.destinations().max_error(),
                  ",\"top_denied\":", Top(summary, Outcome::kDeny),
                  ",\"top_undecided\":", Top(summary, Outcome::kUndecided), "}\n");
  return out;
}

}  // namespace allowmatch
