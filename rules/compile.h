// Policy -> database image.
//
//   absl::StatusOr<Image> image = Compile(policy, options);
//   absl::StatusOr<Database> database = Database::Open(*image);
//
// Compiling is deterministic: equal policies and options give equal bytes. A
// rule that the format cannot hold is an error, never dropped.

#ifndef ALLOWMATCH_RULES_COMPILE_H_
#define ALLOWMATCH_RULES_COMPILE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/database.h"
#include "matcher/range.h"
#include "rules/ip4_builder.h"
#include "rules/packed_policy.h"
#include "rules/policy.h"

namespace allowmatch {

// Which rules take part. Empty sets select everything.
struct Selection {
  std::set<std::string> vendors;
  std::set<std::string> regions;                // keeps these, `global` and rules without a region
  std::set<std::string> requires_;              // "mandatory", ...; rules without the word are kept
  std::map<std::string, std::string> profiles;  // vendor -> profile; else the default one
};

// How the verdict table is stored. Verdicts do not depend on it.
enum class VerdictForm {
  kAuto,    // shapes where they are small
  kShapes,  // for tests; lists where a row asks for too many services
  kLists,   // for tests
};

// What the numbers in a database can count. More is an error that names the
// limit; tests lower them.
struct FormatLimits {
  uint64_t rules = kNoRuleId;
  uint64_t ranks = kWrongService - 1;
  uint64_t row_entries = kWrongService - 1;  // ranks in all rows together
  uint64_t label_bytes = 0xffffffff;         // the labels of all names
};

struct CompileOptions {
  Selection selection;
  std::vector<AddressRange> self;  // the addresses of `self`
  bool basis_both = false;         // allow only if address and name are both covered
  bool allow_broad = false;        // accept rules that the breadth guard refuses
  VerdictForm form = VerdictForm::kAuto;
  Ip4Form ip4_form = Ip4Form::kAuto;
  FormatLimits limits;
};

// Which rules of the canonical `policy` the selection makes active, by id. The
// default profile of a vendor is the first choice of its page (the lowest
// choice= attribute, then by name), unless that is open to any destination
// and another is not. Rules without a profile are in all of them. An unknown vendor, region or
// profile is an error that names the known ones.
absl::StatusOr<std::vector<bool>> ActiveRules(const PackedPolicy& policy,
                                              const Selection& selection);
absl::StatusOr<std::vector<bool>> ActiveRules(const Policy& policy, const Selection& selection);

// `policy` is canonical; rule ids in verdicts are indices into it, inactive
// rules included. A packed policy that is moved gives its memory back while the image grows. The error message has one line for each refused rule.
absl::StatusOr<Image> Compile(PackedPolicy policy, const CompileOptions& options);
absl::StatusOr<Image> Compile(const Policy& policy, const CompileOptions& options);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_COMPILE_H_
