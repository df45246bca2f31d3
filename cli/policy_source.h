// The policy that classify and explain work with: files or the built-in one,
// selected by options and compiled; or a file that was compiled before.

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

// The options that say which rules take part, and how they are read. Outlives
// the parsing.
class PolicyFlags {
 public:
  // Adds --policy and the selection to a subcommand.
  void AddTo(CLI::App* app);

  // Adds --vendor, --region, --require, --profile, --self, --basis,
  // --allow-broad and --mask-host-bits.
  void AddSelectionTo(CLI::App* app);

  // Those of the selection that were given: "--region --self"; empty if none.
  std::string Given() const;

  // The selection for the compiler, and how sources are to be read.
  absl::StatusOr<CompileOptions> Options() const;
  PolicyOptions Reading() const { return {mask_host_bits, allow_broad}; }

  std::vector<std::string> files;  // empty: the built-in policy
  std::vector<std::string> vendors, regions, requires_, profiles, self;
  std::string basis = "either";
  bool allow_broad = false;
  bool mask_host_bits = false;

 private:
  std::vector<const CLI::Option*> selecting_;
};

struct LoadedPolicy {
  std::string name;  // "built-in", or the files
  Policy policy;     // canonical
  CompileOptions options;
  std::vector<bool> active;  // by rule id: whether the selection keeps the rule
  Database database;
};

// Reads, canonicalises, selects and compiles, or maps the one compiled file.
// The error has one line for each thing that is wrong, ready to be printed.
absl::StatusOr<LoadedPolicy> LoadPolicy(const PolicyFlags& flags);

// Maps a compiled file and reads the rules in it.
absl::StatusOr<LoadedPolicy> LoadCompiled(const std::string& path);

// Whether the file at `path` begins like a compiled policy.
bool HoldsImage(const std::string& path);

// Whether the file at `path` is a compiled policy, by its first bytes, or is
// called so.
bool IsCompiled(const std::string& path);

// Appends the built-in rules.
bool ReadBuiltIn(const PolicyOptions& options, Policy* policy, Diagnostics* errors);

// The lines of the errors, to be printed.
std::string Lines(const Diagnostics& errors);

// The dates that the sources of the active rules give themselves, by vendor:
// "kudo 2022-03".
std::vector<std::string> PolicyDates(const Policy& policy, const std::vector<bool>& active);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_POLICY_SOURCE_H_
