// The rule counts of a summary, put together by vendor and by service.

#ifndef ALLOWMATCH_FLOWLOG_SUMMARY_GROUPS_H_
#define ALLOWMATCH_FLOWLOG_SUMMARY_GROUPS_H_

#include <string>
#include <vector>

#include "flowlog/summary.h"

namespace allowmatch {

struct ServiceGroup {
  std::string service;
  Summary::RuleCount counts;
};

struct VendorGroup {
  std::string vendor;  // "(no vendor)" for rules without one
  Summary::RuleCount counts;
  std::vector<ServiceGroup> services;  // those with records, most allowed first
  int active_rules = 0;
  int hit_rules = 0;  // active rules that are the primary one of some record
};

// The vendors with active rules, by name.
std::vector<VendorGroup> GroupByVendor(const Summary& summary);

// Active rules that no record was decided by, by id.
std::vector<uint32_t> RulesNeverHit(const Summary& summary);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_SUMMARY_GROUPS_H_
