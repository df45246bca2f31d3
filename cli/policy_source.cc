#include "cli/policy_source.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/built_in_policy.h"
#include "cli/file.h"

namespace allowmatch {
namespace {

std::string Lines(const Diagnostics& errors) {
  return absl::StrJoin(errors, "\n", [](std::string* out, const Diagnostic& error) {
    absl::StrAppend(out, error.ToString());
  });
}

// Appends the rules of one file; on failure its errors.
void ReadOne(absl::string_view text, const std::string& file, const PolicyOptions& options,
             Policy* policy, Diagnostics* errors) {
  Policy read;
  const bool json = absl::EndsWith(file, ".json");
  const bool good = json ? ParseRulesJson(text, file, options, &read, errors)
                         : ParseRules(text, file, options, &read, errors);
  if (good && read.rules.empty()) {
    Diagnostic empty;
    empty.file = file;
    empty.what = "no rules in it";
    errors->push_back(empty);
  }
  if (good) policy->Append(std::move(read));
}

absl::StatusOr<Policy> ReadFiles(const PolicyFlags& flags) {
  PolicyOptions options;
  options.mask_host_bits = flags.mask_host_bits;
  options.allow_broad = flags.allow_broad;
  Policy policy;
  Diagnostics errors;
  for (const BuiltInFile* file = kBuiltInPolicy; flags.files.empty() && file->name; ++file) {
    ReadOne(file->text, file->name, options, &policy, &errors);
  }
  for (const std::string& path : flags.files) {
    std::string text;
    std::string error;
    if (!absl::EndsWith(path, ".rules") && !absl::EndsWith(path, ".json")) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, ": a policy is a .rules or .json file; make one with allowmatch load"));
    }
    if (!ReadFile(path, &text, &error)) return absl::NotFoundError(error);
    ReadOne(text, path, options, &policy, &errors);
  }
  if (!errors.empty()) return absl::InvalidArgumentError(Lines(errors));
  policy.Canonicalize();
  return policy;
}

absl::StatusOr<Selection> SelectionOf(const PolicyFlags& flags) {
  Selection selection;
  selection.vendors.insert(flags.vendors.begin(), flags.vendors.end());
  selection.regions.insert(flags.regions.begin(), flags.regions.end());
  selection.requires_.insert(flags.requires_.begin(), flags.requires_.end());
  for (const std::string& profile : flags.profiles) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(profile, absl::MaxSplits('=', 1));
    if (parts.first.empty() || parts.second.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--profile ", profile, ": expected VENDOR=PROFILE"));
    }
    selection.profiles[parts.first] = parts.second;
  }
  return selection;
}

absl::StatusOr<CompileOptions> OptionsOf(const PolicyFlags& flags) {
  absl::StatusOr<Selection> selection = SelectionOf(flags);
  if (!selection.ok()) return selection.status();
  CompileOptions options;
  options.selection = *std::move(selection);
  options.basis_both = flags.basis == "both";
  options.allow_broad = flags.allow_broad;
  for (const std::string& self : flags.self) {
    AddressRange range;
    const Fault fault = ParseRange(self, &range);
    if (fault != Fault::kNone) {
      return absl::InvalidArgumentError(absl::StrCat("--self ", self, ": ", FaultText(fault)));
    }
    options.self.push_back(range);
  }
  return options;
}

}  // namespace

void PolicyFlags::AddTo(CLI::App* app) {
  constexpr const char* kGroup = "Policy";
  app->add_option("--policy", files, "Rules to use instead of the built-in vendors; several add up")
      ->type_name("FILE")
      ->expected(1)
      ->take_all()
      ->group(kGroup);
  const auto list = [app](const char* name, std::vector<std::string>* values, const char* type,
                          const char* what) {
    app->add_option(name, *values, what)
        ->type_name(type)
        ->delimiter(',')
        ->expected(1)
        ->take_all()
        ->group(kGroup);
  };
  list("--vendor", &vendors, "NAME", "Only the rules of these vendors");
  list("--region", &regions, "NAME", "Only these regions, global rules and those without one");
  list("--require", &requires_, "WORD",
       "Only mandatory, recommended, optional or conditional rules");
  list("--profile", &profiles, "VENDOR=NAME", "Which of a vendor's alternatives is in use");
  list("--self", &self, "ADDRESS", "Your own server, for rules `to self`");
  app->add_option("--basis", basis, "What must be covered when a record has address and name")
      ->check(CLI::IsMember({"either", "both"}))
      ->capture_default_str()
      ->group(kGroup);
  app->add_flag("--allow-broad", allow_broad, "Accept rules that cover very much")->group(kGroup);
  app->add_flag("--mask-host-bits", mask_host_bits, "Read 10.0.0.1/8 as 10.0.0.0/8")->group(kGroup);
}

absl::StatusOr<LoadedPolicy> LoadPolicy(const PolicyFlags& flags) {
  absl::StatusOr<Policy> policy = ReadFiles(flags);
  if (!policy.ok()) return policy.status();
  absl::StatusOr<CompileOptions> options = OptionsOf(flags);
  if (!options.ok()) return options.status();
  absl::StatusOr<std::vector<bool>> active = ActiveRules(*policy, options->selection);
  if (!active.ok()) return active.status();
  absl::StatusOr<Image> image = Compile(*policy, *options);
  if (!image.ok()) return image.status();
  absl::StatusOr<Database> database = Database::Open(*std::move(image));
  if (!database.ok()) return database.status();
  return LoadedPolicy{flags.files.empty() ? "built-in" : absl::StrJoin(flags.files, ", "),
                      *std::move(policy), *std::move(options), *std::move(active),
                      *std::move(database)};
}

}  // namespace allowmatch
