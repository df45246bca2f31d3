// Services -> service classes, and the table that finds them.

#ifndef ALLOWMATCH_RULES_SERVICE_BUILDER_H_
#define ALLOWMATCH_RULES_SERVICE_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/service_table.h"
#include "matcher/verdict_table.h"
#include "rules/pairs.h"

namespace allowmatch {

struct ServiceArrays {
  std::vector<uint32_t> lanes;
  std::vector<uint32_t> lane_pages;
  std::vector<uint32_t> pages;
  uint32_t class_count = 0;
  std::vector<std::vector<ClassRun>> runs;  // by service: the classes it has, ascending
};

// Two (protocol, port) pairs are in one class if the same services have them.
// Classes are numbered by where they first occur, lane by lane and port by
// port; so a service, being a few ranges of ports, is a few runs of classes.
ServiceArrays BuildServiceTable(const std::vector<Service>& services);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_SERVICE_BUILDER_H_
