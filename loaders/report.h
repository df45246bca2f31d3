// What a loader did with each token of its source.
//
// Every address-, host- and port-like token ends in a rule or in one entry of
// this report, so that nothing is lost silently:
//
//   quarantined   would have made a rule, but cannot be trusted as it stands:
//                 a person has to look (damaged, ambiguous, not tied)
//   ignored       is no destination or port of the policy: a link, a version,
//                 an example, a fact that another line already states
//   note          a rule was made, and this is what had to be inferred for it

#ifndef ALLOWMATCH_LOADERS_REPORT_H_
#define ALLOWMATCH_LOADERS_REPORT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace allowmatch {

struct ReportEntry {
  enum class Kind { kQuarantined, kIgnored, kNote };

  Kind kind = Kind::kNote;
  int line = 0;    // 1-based
  int column = 0;  // 1-based, in bytes; 0 if it is about the whole line
  std::string token;
  std::string reason;
  std::string suggestion;  // what a person may do about it; may be empty
  std::string file = "";   // where it is not the source itself: a list that it includes
};

struct LoadReport {
  std::string source;  // the name of the page or feed
  size_t tokens = 0;   // address-, host- and port-like tokens that were read
  size_t ruled = 0;    // how many of them stand in a rule
  size_t rules = 0;
  std::vector<ReportEntry> entries;  // by line and column

  size_t Count(ReportEntry::Kind kind) const;

  // Quarantined tokens as a share of all, 0 to 1.
  double QuarantineShare() const;

  // For people: a line for each entry, then the totals.
  std::string ToText() const;

  // One JSON object with the same content.
  std::string ToJson() const;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_REPORT_H_
