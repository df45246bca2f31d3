// Asks the compiled matcher about one flow, with the policy as text: for tests
// that hold a sentence of rules/SEMANTICS.md each. The test rules carry a
// vendor= by which the rule of a verdict is known.

#ifndef ALLOWMATCH_TESTS_ASK_H_
#define ALLOWMATCH_TESTS_ASK_H_

#include <string>

#include "absl/strings/string_view.h"
#include "rules/compile.h"
#include "rules/policy.h"

namespace allowmatch {

// The parts of a flow as they are written in tests; empty parts are absent.
struct Flow {
  std::string address = "";
  std::string name = "";
  int protocol = 6;  // -1 is absent
  int port = 443;    // -1 is absent
  bool inbound = false;
  std::string local = "";
  bool invalid = false;
};

// The answer to a flow that nothing lists.
constexpr char kNoRule[] = "deny no-rule none -";

// Reads and canonicalizes `rules`; broad patterns are accepted.
Policy ReadRules(absl::string_view rules);

// "DECISION REASON BASIS VENDOR", with "-" for no rule; a message if the policy
// does not compile. The forms that take text accept broad rules.
std::string Ask(const Policy& policy, const Flow& flow, const CompileOptions& options);
std::string Ask(absl::string_view rules, const Flow& flow, CompileOptions options = {});

// The first and the last word of that.
std::string Decide(absl::string_view rules, const Flow& flow, CompileOptions options = {});
std::string Winner(absl::string_view rules, const Flow& flow);

// Whether `allow out tcp 443 to DESTINATION` alone lets the flow pass.
bool Allows(absl::string_view destination, const Flow& flow);

// A flow that begins at `remote` and goes to the inside address `local`.
Flow Inbound(const std::string& remote, const std::string& local);

// Options in which `self` is `range`.
CompileOptions OwnServer(absl::string_view range);

// Why the policy is not compiled; empty if it is.
std::string CompileError(absl::string_view rules, const CompileOptions& options = {});

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_ASK_H_
