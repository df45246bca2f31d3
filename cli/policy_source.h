// The policy that classify and explain work with: files or the built-in one,
// selected by options, compiled.

#ifndef ALLOWMATCH_CLI_POLICY_SOURCE_H_
#define ALLOWMATCH_CLI_POLICY_SOURCE_H_

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/database.h"
#include "rules/compile.h"
#include "rules/policy.h"

namespace allowmatch {

// Adds --policy, --vendor, --region, --require, --profile, --self, --basis,
// --allow-broad and --mask-host-bits to a subcommand, and keeps what was given. Outlives the
// parsing.
class PolicyFlags {
 public:
  void AddTo(CLI::App* app);

  std::vector<std::string> files;  // empty: the built-in policy
  std::vector<std::string> vendors, regions, requires_, profiles, self;
  std::string basis = "either";
  bool allow_broad = false;
  bool mask_host_bits = false;
};

struct LoadedPolicy {
  std::string name;  // "built-in", or the files
  Policy policy;     // canonical
  CompileOptions options;
  std::vector<bool> active;  // by rule id: whether the selection keeps the rule
  Database database;
};

// Reads, canonicalises, selects and compiles. The error has one line for each
// thing that is wrong, ready to be printed.
absl::StatusOr<LoadedPolicy> LoadPolicy(const PolicyFlags& flags);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_POLICY_SOURCE_H_
