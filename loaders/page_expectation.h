// What a page must load to, as a key that was written by hand from the page,
// and how a load compares with it. For tests.
//
// One fact a line, in any order; `#` comments:
//
//   allow out tcp 443 to a.parleo.com,5.9.1.0/24 region=eu    must be there
//   maybe allow out tcp 80 to a.parleo.com                    may be there
//   quarantined help.parleo.com @12       an entry of the report, on line 12
//   ignored 1.4.0                         the same, of the other kind
//   reported 1.4.0                        either of the two
//   note 5060                             a note of the report
//   never old.parleo.com                  in no rule, however the page is cut
//   refused                               the page must not load at all
//
// The attributes that a line lists must be those of the rule; others are free.
// `condition` and `service` need only be part of the rule's, without regard to case, and
// `-` stands for none. Every rule of the load that no line allows is wrong.

#ifndef ALLOWMATCH_LOADERS_PAGE_EXPECTATION_H_
#define ALLOWMATCH_LOADERS_PAGE_EXPECTATION_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "loaders/report.h"
#include "rules/policy.h"

namespace allowmatch {

// The part of a rule that concerns one destination.
struct PageFactLine {
  std::string service;  // "allow out tcp"
  PortSet ports;
  std::string ends;     // "to a.parleo.com", "from 5.9.1.0/24 to self"
  std::map<std::string, std::string> attributes;
  bool must = true;
};

struct ReportLine {
  std::string kind;
  std::string token;
  int line = 0;  // 0 is any
};

struct PageExpectation {
  std::vector<PageFactLine> facts;
  std::vector<ReportLine> report;
  std::vector<std::string> never;
  bool refused = false;
};

// Returns false, with the line that is wrong, if `text` is no key.
bool ReadPageExpectation(absl::string_view text, PageExpectation* expectation, std::string* error);

// The rules of a policy as facts, with all their attributes.
std::vector<PageFactLine> PolicyFacts(const Policy& policy);

struct PageScore {
  size_t found = 0;                   // facts and report lines that are there
  std::vector<std::string> missed;    // facts that are not
  std::vector<std::string> wrong;     // facts that nobody asked for
  std::vector<std::string> reported;  // report lines that are not there

  bool Perfect() const { return missed.empty() && wrong.empty() && reported.empty(); }
  std::string ToString() const;
};

PageScore ScorePage(const PageExpectation& expectation, const Policy& policy,
                    const LoadReport& report);

// The files of `folder` (relative to the working folder, or absolute) whose
// names end in `suffix`, sorted; and the bytes of one file.
std::vector<std::string> FilesIn(const std::string& folder, absl::string_view suffix);
bool ReadBytes(const std::string& path, std::string* bytes);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_EXPECTATION_H_
