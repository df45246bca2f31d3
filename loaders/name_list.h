// Reads a list of names, written for another program, into rules.
//
//   Policy policy;
//   LoadReport report;
//   Diagnostics errors;
//   NameListOptions options;
//   options.source = "allow.acl";
//   if (!LoadNameList(bytes, *FindNameDialect("squid"), options, &policy, &report, &errors)) ...
//
// The same text means different things to different programs (`.x` has the
// apex in Squid and not in mihomo; `*.x` is one label in Cilium and any number
// in nginx), so the dialect is part of the input. NAME_LISTS.md has a table of
// what each form of each dialect becomes, which a test holds to the readers.
//
// Each name is a rule of its own, with its line. It allows, or denies where the
// list's own program blocks the name, unless `action` says what the list is.
//
// What our patterns cannot express is never widened or left out in silence:
//
//   without it less is allowed   it is quarantined in the report
//   without it more is allowed   it is an error, and nothing is read, unless
//                                `quarantine` permits as many to be left out
//
// Time is linear in the size of the list. Pure functions of bytes: a dialect
// that includes other lists asks `include` for them.

#ifndef ALLOWMATCH_LOADERS_NAME_LIST_H_
#define ALLOWMATCH_LOADERS_NAME_LIST_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "loaders/report.h"
#include "rules/packed_policy.h"
#include "rules/policy.h"

namespace allowmatch {

class NameSink;
struct ListOpening;

struct NameDialect {
  const char* name;     // as --format has it: "sing-box"
  const char* what;     // for --help: "rule-set source (JSON)"
  const char* example;  // the form that people know it by
  void (*read)(absl::string_view text, NameSink* sink);
  // Whether a list that begins like this can be of this dialect only.
  bool (*is_certain)(const ListOpening& opening);
};

// In the order of their names.
const std::vector<NameDialect>& NameDialects();

// Null if there is none of that name.
const NameDialect* FindNameDialect(absl::string_view name);

// The dialect that `bytes` are written in beyond doubt; null where there is
// doubt, as with lines of `.example.com`.
const NameDialect* DetectNameDialect(absl::string_view bytes);

// Gets the bytes of the list `name`, which stands beside the one that includes
// it; false if there is none.
using IncludedList = std::function<bool(const std::string& name, std::string* bytes)>;

struct NameListOptions {
  std::string source;            // the name that rules carry in src=
  std::string vendor;            // may be empty
  std::optional<Action> action;  // what all names of the list get
  size_t quarantine = 0;         // how many entries may be left out though more is allowed then
  IncludedList include;
  PolicyOptions policy;
};

// Returns false, with diagnostics, if the list cannot be read, if it has no
// name, or if more than `options.quarantine` entries had to be left out that
// would have denied something. `*policy` is then left alone. A long list is read
// into a packed policy.
bool LoadNameList(absl::string_view bytes, const NameDialect& dialect,
                  const NameListOptions& options, PackedPolicy* policy, LoadReport* report,
                  Diagnostics* errors);
bool LoadNameList(absl::string_view bytes, const NameDialect& dialect,
                  const NameListOptions& options, Policy* policy, LoadReport* report,
                  Diagnostics* errors);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_NAME_LIST_H_
