#include "cli/policy_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/built_in_policy.h"
#include "cli/file.h"
#include "rules/stored_policy.h"

namespace allowmatch {
namespace {

constexpr const char* kGroup = "Policy";  // heading in --help

absl::StatusOr<Policy> ReadFiles(const PolicyFlags& flags) {
  Policy policy;
  Diagnostics errors;
  if (flags.files.empty()) ReadBuiltIn(flags.Reading(), &policy, &errors);
  for (const std::string& path : flags.files) {
    std::string text;
    std::string error;
    const bool json = absl::EndsWith(path, ".json");
    if (!json && !absl::EndsWith(path, ".rules")) {
      return absl::InvalidArgumentError(absl::StrCat(
          path,
          ": a policy is a .rules, .json or .amdb file; make one with allowmatch load or "
          "compile"));
    }
    if (!ReadFile(path, &text, &error)) return absl::NotFoundError(error);
    Policy read;
    if (json ? ParseRulesJson(text, path, flags.Reading(), &read, &errors)
             : ParseRules(text, path, flags.Reading(), &read, &errors)) {
      policy.Append(std::move(read));
    }
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

absl::StatusOr<LoadedPolicy> LoadRules(const PolicyFlags& flags) {
  absl::StatusOr<Policy> policy = ReadFiles(flags);
  if (!policy.ok()) return policy.status();
  absl::StatusOr<CompileOptions> options = flags.Options();
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

// How to get at the rules of a compiled file, which is the way out of most
// errors with one.
std::string HowToRecompile(const std::string& path) {
  return absl::StrCat("print its rules (allowmatch inspect --rules ", path,
                      " > old.rules) and compile them (allowmatch compile old.rules");
}

absl::Status CheckAlone(const PolicyFlags& flags, const std::string& compiled) {
  if (flags.files.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--policy ", compiled, ": a compiled policy is used alone; to join it with ",
                     "others, ", HowToRecompile(compiled), " OTHERS -o NEW.amdb)"));
  }
  const std::string given = flags.Given();
  if (given.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--policy ", compiled, ": ", given, " cannot change a compiled policy: rules ",
                   "are selected and read when it is compiled; ", HowToRecompile(compiled), " ",
                   given, " ... -o NEW.amdb)"));
}

}  // namespace

std::string Lines(const Diagnostics& errors) {
  return absl::StrJoin(errors, "\n", [](std::string* out, const Diagnostic& error) {
    absl::StrAppend(out, error.ToString());
  });
}

bool ReadBuiltIn(const PolicyOptions& options, Policy* policy, Diagnostics* errors) {
  for (const BuiltInFile* file = kBuiltInPolicy; file->name != nullptr; ++file) {
    Policy read;
    if (!ParseRules(file->text, file->name, options, &read, errors)) return false;
    policy->Append(std::move(read));
  }
  return true;
}

std::vector<std::string> PolicyDates(const Policy& policy, const std::vector<bool>& active) {
  std::set<std::string> dates;
  for (size_t id = 0; id < policy.rules.size(); ++id) {
    const Rule& rule = policy.rules[id];
    if (active[id] && !rule.dated.empty()) dates.insert(absl::StrCat(rule.vendor, " ", rule.dated));
  }
  return {dates.begin(), dates.end()};
}

absl::StatusOr<CompileOptions> PolicyFlags::Options() const {
  absl::StatusOr<Selection> selection = SelectionOf(*this);
  if (!selection.ok()) return selection.status();
  CompileOptions options;
  options.selection = *std::move(selection);
  options.basis_both = basis == "both";
  options.allow_broad = allow_broad;
  for (const std::string& text : self) {
    AddressRange range;
    const Fault fault = ParseRange(text, &range);
    if (fault != Fault::kNone) {
      return absl::InvalidArgumentError(absl::StrCat("--self ", text, ": ", FaultText(fault)));
    }
    options.self.push_back(range);
  }
  return options;
}

std::string PolicyFlags::Given() const {
  std::vector<std::string> given;
  for (const CLI::Option* option : selecting_) {
    if (option->count() > 0) given.push_back(option->get_name());
  }
  return absl::StrJoin(given, " ");
}

void PolicyFlags::AddTo(CLI::App* app) {
  app->add_option("--policy", files,
                  "Rules to use instead of the built-in vendors, several add up; or one compiled "
                  "file")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->group(kGroup);
  AddSelectionTo(app);
}

void PolicyFlags::AddSelectionTo(CLI::App* app) {
  const auto list = [this, app](const char* name, std::vector<std::string>* values,
                                const char* type, const char* what) {
    selecting_.push_back(app->add_option(name, *values, what)
                             ->type_name(type)
                             ->delimiter(',')
                             ->expected(1)
                             ->allow_extra_args(false)
                             ->take_all()
                             ->group(kGroup));
  };
  list("--vendor", &vendors, "NAME", "Only the rules of these vendors");
  list("--region", &regions, "NAME", "Only these regions, global rules and those without one");
  list("--require", &requires_, "WORD",
       "Only mandatory, recommended, optional or conditional rules");
  list("--profile", &profiles, "VENDOR=NAME", "Which of a vendor's alternatives is in use");
  list("--self", &self, "ADDRESS", "Your own server, for rules `to self`");
  selecting_.push_back(
      app->add_option("--basis", basis, "What must be covered when a record has address and name")
          ->check(CLI::IsMember({"either", "both"}))
          ->capture_default_str()
          ->group(kGroup));
  selecting_.push_back(
      app->add_flag("--allow-broad", allow_broad, "Accept rules that cover very much")
          ->group(kGroup));
  selecting_.push_back(
      app->add_flag("--mask-host-bits", mask_host_bits, "Read 10.0.0.1/8 as 10.0.0.0/8")
          ->group(kGroup));
}

bool HoldsImage(const std::string& path) {
  struct stat about = {};
  const bool regular = stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode);
  char begin[sizeof(kImageMagic)] = {};
  if (regular) std::ifstream(path, std::ios::binary).read(begin, sizeof(begin));
  return LooksLikeImage({begin, sizeof(begin)});
}

bool IsCompiled(const std::string& path) {
  return HoldsImage(path) || absl::EndsWith(path, ".amdb");
}

absl::StatusOr<LoadedPolicy> LoadCompiled(const std::string& path) {
  absl::StatusOr<Database> database = Database::Map(path);
  if (!database.ok()) return database.status();
  absl::StatusOr<StoredPolicy> stored = ReadStoredPolicy(*database);
  if (!stored.ok()) {
    return absl::Status(stored.status().code(),
                        absl::StrCat(path, ": ", stored.status().message()));
  }
  return LoadedPolicy{path, std::move(stored->policy), std::move(stored->options),
                      std::move(stored->active), *std::move(database)};
}

absl::StatusOr<LoadedPolicy> LoadPolicy(const PolicyFlags& flags) {
  const auto compiled = std::find_if(flags.files.begin(), flags.files.end(), IsCompiled);
  if (compiled == flags.files.end()) return LoadRules(flags);
  if (absl::Status s = CheckAlone(flags, *compiled); !s.ok()) return s;
  return LoadCompiled(*compiled);
}

}  // namespace allowmatch
