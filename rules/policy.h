// A policy: a list of rules in canonical order.
//
//   Policy policy;
//   Diagnostics errors;
//   if (!ParseRules(text, "office.rules", {}, &policy, &errors)) ...
//   policy.Canonicalize();
//   policy.rules[7];                   // rule id 7
//   FormatRules(policy);               // .rules text
//
// The grammar of the text and of the JSON form is in SEMANTICS.md.

#ifndef ALLOWMATCH_RULES_POLICY_H_
#define ALLOWMATCH_RULES_POLICY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/diagnostic.h"
#include "rules/rule.h"

namespace allowmatch {

struct Policy {
  std::vector<Rule> rules;

  // Normalizes each rule, unites rules that say the same thing (their sources
  // are joined; what only one of them had to infer is not inferred) and sorts
  // by canonical text. The index of a rule is then its id: it depends neither
  // on the order of the input nor on where the rules were written.
  void Canonicalize();

  // Appends the rules of `other`.
  void Append(Policy other);
};

struct PolicyOptions {
  bool mask_host_bits = false;  // accept 10.0.0.1/8 as 10.0.0.0/8
  bool allow_broad = false;     // accept patterns on a public suffix
};

// Reads .rules text. On failure returns false and has appended one diagnostic
// for each thing that is wrong; `*policy` is then left alone.
bool ParseRules(absl::string_view text, absl::string_view file, const PolicyOptions& options,
                Policy* policy, Diagnostics* errors);

// Reads the JSON form of the same model.
bool ParseRulesJson(absl::string_view text, absl::string_view file, const PolicyOptions& options,
                    Policy* policy, Diagnostics* errors);

// Writes .rules text or JSON; both read back to an equal policy.
std::string FormatRule(const Rule& rule);  // one line, without its newline
std::string FormatRules(const Policy& policy);
std::string FormatRulesJson(const Policy& policy);

// Reads one pattern as rules and loaders do: U-labels are converted by strict
// IDNA 2008, and a wildcard directly on a public suffix is kTooBroad unless
// `options.allow_broad`.
Fault ReadPattern(absl::string_view text, const PolicyOptions& options, Pattern* pattern);
// The same, to the canonical text of the pattern, which is unspecified after a fault: much
// quicker for a plain name.
Fault ReadPattern(absl::string_view text, const PolicyOptions& options, std::string* canonical);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_POLICY_H_
