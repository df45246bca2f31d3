// The policy that a database was compiled from, out of the database itself.

#ifndef ALLOWMATCH_RULES_STORED_POLICY_H_
#define ALLOWMATCH_RULES_STORED_POLICY_H_

#include <vector>

#include "absl/status/statusor.h"
#include "matcher/database.h"
#include "rules/compile.h"
#include "rules/policy.h"

namespace allowmatch {

struct StoredPolicy {
  Policy policy;  // canonical, with sources and all attributes
  // As given to the compiler, but for what does not change the bytes: the guard
  // against broad rules has passed them.
  CompileOptions options;
  std::vector<bool> active;  // by rule id
};

// Reads the rules and the selection. Database::Open has checked that they are
// lines; this is where they are understood. An error names the rule that cannot
// be read, or whose text is not what was compiled.
absl::StatusOr<StoredPolicy> ReadStoredPolicy(const Database& database);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_STORED_POLICY_H_
