#include "cli/source.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cli/file.h"
#include "loaders/name_list.h"
#include "loaders/page.h"

namespace allowmatch {
namespace {

// The first line that says something begins with an action: .rules text. An
// array of objects with an action is its JSON form. A name list is taken for one
// only where it can be nothing else; all the rest is a page.
std::string FormatOfBytes(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xef\xbb\xbf");
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(bytes);
  if (absl::StartsWith(text, "[") && absl::StrContains(text.substr(0, 4096), "\"action\""))
    return "json";
  for (const absl::string_view line : absl::StrSplit(text.substr(0, 65536), '\n')) {
    const absl::string_view rule = absl::StripAsciiWhitespace(line);
    if (rule.empty() || rule[0] == '#') continue;
    for (const absl::string_view direction : {"out ", "in ", "both "}) {
      if (absl::StartsWith(rule, absl::StrCat("allow ", direction)) ||
          absl::StartsWith(rule, absl::StrCat("deny ", direction))) {
        return "rules";
      }
    }
    break;
  }
  const NameDialect* dialect = DetectNameDialect(bytes);
  return dialect == nullptr ? "page" : dialect->name;
}

}  // namespace

std::string BaseName(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string DetectFormat(const std::string& path, absl::string_view bytes) {
  if (absl::EndsWith(path, ".rules")) return "rules";
  const std::string format = FormatOfBytes(bytes);
  return format == "page" && absl::EndsWith(path, ".json") ? "json" : format;
}

std::vector<std::string> SourceFormats() {
  std::vector<std::string> names = {"page", "rules", "json"};
  for (const NameDialect& dialect : NameDialects()) names.push_back(dialect.name);
  return names;
}

std::string DialectHelp() {
  std::string help = "Name lists of other programs, by --format:\n";
  for (const NameDialect& dialect : NameDialects()) {
    absl::StrAppendFormat(&help, "  %-21s %-34s %s\n", dialect.name, dialect.example,
                          dialect.what);
  }
  return help;
}

void AddListFlags(CLI::App* app, SourceOptions* options) {
  app->add_option("--action", options->action,
                  "What a name list does, instead of what each entry says: allow or deny")
      ->check(CLI::IsMember({"allow", "deny"}));
  app->add_option("--quarantine", options->quarantine,
                  "How many entries of a name list may be left out though more is allowed then")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

namespace {

// Lists lie beside the one that includes them.
IncludedList ListsBeside(const std::string& path) {
  if (path == "-") return nullptr;
  const std::string folder = path.substr(0, path.size() - BaseName(path).size());
  return [folder](const std::string& name, std::string* bytes) {
    std::string error;
    return ReadFile(absl::StrCat(folder, name), bytes, &error);
  };
}

NameListOptions ListOptions(const SourceOptions& options) {
  NameListOptions list;
  list.source = options.source;
  list.vendor = options.vendor;
  if (!options.action.empty()) {
    list.action = options.action == "deny" ? Action::kDeny : Action::kAllow;
  }
  list.quarantine = options.quarantine;
  list.include = ListsBeside(options.path);
  list.policy = options.policy;
  return list;
}

PageOptions PageOptionsOf(const SourceOptions& options) {
  PageOptions page;
  page.source = options.source;
  page.vendor = options.vendor;
  page.allow_special = options.allow_special;
  page.policy = options.policy;
  return page;
}

}  // namespace

bool ReadSource(absl::string_view bytes, const std::string& format, const SourceOptions& options,
                PackedPolicy* policy, LoadReport* report, Diagnostics* errors) {
  if (const NameDialect* dialect = FindNameDialect(format); dialect != nullptr) {
    return LoadNameList(bytes, *dialect, ListOptions(options), policy, report, errors);
  }
  if (format == "rules") {
    if (!ParseRules(bytes, options.source, options.policy, policy, errors)) return false;
  } else {
    Policy read;
    const bool good =
        format == "page"
            ? LoadPage(bytes, PageOptionsOf(options), &read, report, errors)
            : ParseRulesJson(bytes, options.source, options.policy, &read, errors);
    if (!good) return false;
    *policy = PackedPolicy(std::move(read));
  }
  policy->Canonicalize();
  return true;
}

}  // namespace allowmatch
