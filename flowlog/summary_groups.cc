#include "flowlog/summary_groups.h"

#include <algorithm>
#include <map>
#include <utility>

namespace allowmatch {
namespace {

void AddCounts(const Summary::RuleCount& more, Summary::RuleCount* sum) {
  sum->allow += more.allow;
  sum->denied_by_rule += more.denied_by_rule;
  sum->wrong_service += more.wrong_service;
}

bool IsHit(const Summary::RuleCount& counts) { return counts.allow + counts.denied_by_rule > 0; }

bool HasRecords(const Summary::RuleCount& counts) {
  return IsHit(counts) || counts.wrong_service > 0;
}

}  // namespace

std::vector<VendorGroup> GroupByVendor(const Summary& summary) {
  std::map<std::string, VendorGroup> vendors;
  std::map<std::pair<std::string, std::string>, Summary::RuleCount> services;
  const std::vector<RuleFacts>& rules = summary.facts().rules;
  for (size_t id = 0; id < rules.size(); ++id) {
    const RuleFacts& rule = rules[id];
    const Summary::RuleCount& counts = summary.rules()[id];
    if (!rule.active) continue;
    const std::string name = rule.vendor.empty() ? "(no vendor)" : rule.vendor;
    VendorGroup& vendor = vendors[name];
    vendor.vendor = name;
    ++vendor.active_rules;
    vendor.hit_rules += IsHit(counts);
    AddCounts(counts, &vendor.counts);
    if (HasRecords(counts)) AddCounts(counts, &services[{name, rule.service}]);
  }
  for (const auto& [key, counts] : services) {
    vendors[key.first].services.push_back({key.second, counts});
  }
  std::vector<VendorGroup> groups;
  for (auto& [name, vendor] : vendors) {
    std::stable_sort(vendor.services.begin(), vendor.services.end(),
                     [](const ServiceGroup& a, const ServiceGroup& b) {
                       return a.counts.allow > b.counts.allow;
                     });
    groups.push_back(std::move(vendor));
  }
  return groups;
}

std::vector<uint32_t> RulesNeverHit(const Summary& summary) {
  std::vector<uint32_t> ids;
  for (size_t id = 0; id < summary.rules().size(); ++id) {
    if (summary.facts().rules[id].active && !IsHit(summary.rules()[id])) {
      ids.push_back(static_cast<uint32_t>(id));
    }
  }
  return ids;
}

}  // namespace allowmatch
