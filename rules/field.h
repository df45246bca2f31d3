// One field of a rule as it is written: what it means, or what is wrong with
// it. The .rules text and the JSON form share these readers, so that a word
// or an address means the same in both.
//
// Each reader takes the whole of `text`, returns whether it is good, and
// leaves its result alone if it is not.

#ifndef ALLOWMATCH_RULES_FIELD_H_
#define ALLOWMATCH_RULES_FIELD_H_

#include <string>

#include "absl/strings/string_view.h"
#include "rules/policy.h"
#include "rules/rule.h"

namespace allowmatch {

// What is wrong with a field; see Diagnostic.
struct Problem {
  std::string code;
  std::string what;
  std::string hint;
};

Problem FaultProblem(Fault fault, absl::string_view text, std::string hint);

bool ReadAction(absl::string_view text, Action* action, Problem* problem);
bool ReadDirection(absl::string_view text, RuleDirection* direction, Problem* problem);
bool ReadRequire(absl::string_view text, Require* require, Problem* problem);

// `tls` and `websocket` are tcp and set `*app`; other words leave it alone.
bool ReadProtocol(absl::string_view text, Protocol* protocol, std::string* app, Problem* problem);

// A port, or FIRST-LAST.
bool ReadPortRange(absl::string_view text, PortRange* range, Problem* problem);

// `any`, `self`, @FEED:SERVICE, an address, prefix, range or pattern.
bool ReadDestination(absl::string_view text, const PolicyOptions& options,
                     Destination* destination, Problem* problem);

// FILE or FILE:LINE. FILE:0 is the file FILE whose name may end in `:5`.
bool ReadSource(absl::string_view text, Source* source, Problem* problem);

// YYYY, YYYY-MM or YYYY-MM-DD.
bool ReadDate(absl::string_view text, std::string* date, Problem* problem);

// Sets the attribute `key` of `*rule` that has one text value: vendor, service,
// region, require, profile, condition, app, dated, or a key of its own
// ([a-z][a-z0-9_-]*, not the word for a part of a rule, such as `ports`).
bool ReadAttribute(absl::string_view key, absl::string_view value, Rule* rule, Problem* problem);

// Completes a rule whose fields are read; `app` is what ReadProtocol() gave.
// Checks the fields against each other; `*field` names the one that is wrong:
// "ports", "sport", "from" or "app". Normalizes the rule.
bool CompleteRule(const std::string& app, Rule* rule, const char** field, Problem* problem);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_FIELD_H_
