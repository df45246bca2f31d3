// What holds for any policy that was read: both of its forms, text and JSON,
// read back to the same policy, before and after it is made canonical.

#ifndef ALLOWMATCH_TESTS_FUZZ_ROUND_TRIP_H_
#define ALLOWMATCH_TESTS_FUZZ_ROUND_TRIP_H_

#include "rules/policy.h"
#include "tests/fuzz/require.h"

namespace allowmatch {

using PolicyReader = bool (*)(absl::string_view, absl::string_view, const PolicyOptions&, Policy*,
                              Diagnostics*);
using PolicyWriter = std::string (*)(const Policy&);

inline void RequireReadsBack(const Policy& policy, PolicyReader read, PolicyWriter write) {
  const std::string written = write(policy);
  Policy again;
  Diagnostics errors;
  const bool good = read(written, "written", {}, &again, &errors);
  Require(good, "what is written is read", written + (good ? "" : errors[0].ToString()));
  Require(write(again) == written, "what is read back is the same", written);
  const bool utf8 = written.find("\xef\xbf\xbd") == written.npos;  // JSON holds nothing else
  Require(!utf8 || FormatRules(again) == FormatRules(policy), "both forms say the same", written);
}

inline void RequireRoundTrip(Policy policy) {
  RequireReadsBack(policy, ParseRules, FormatRules);
  RequireReadsBack(policy, ParseRulesJson, FormatRulesJson);
  policy.Canonicalize();
  RequireReadsBack(policy, ParseRules, FormatRules);
  const std::string once = FormatRules(policy);
  policy.Canonicalize();
  Require(FormatRules(policy) == once, "canonical stays canonical", once);
}

// Reads `text`, and holds what is read to RequireRoundTrip().
inline void RequireSound(absl::string_view text, PolicyReader read) {
  Policy policy;
  Diagnostics errors;
  if (read(text, "input", {}, &policy, &errors)) {
    Require(errors.empty(), "no errors where it is read");
    RequireRoundTrip(std::move(policy));
  } else {
    Require(!errors.empty(), "an error where it is not read");
    Require(policy.rules.empty(), "the policy is left alone");
  }
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_FUZZ_ROUND_TRIP_H_
