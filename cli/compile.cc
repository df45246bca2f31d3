#include "cli/compile.h"

#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/file.h"
#include "cli/image_facts.h"
#include "cli/policy_source.h"
#include "cli/source.h"

namespace allowmatch {
namespace {

constexpr const char* kExamples =
    "Compiles rules into a database file, for --policy and for programs that link the matcher.\n\n"
    "  allowmatch compile office.rules -o office.amdb\n"
    "  allowmatch compile kudo.rules page.txt --region eu --self 198.51.100.4 -o eu.amdb\n"
    "  allowmatch compile --profile pexip=general --allow-broad -o vendors.amdb   # built-in "
    "rules\n\n"
    "Equal rules and options give equal bytes, in whatever order they are given.\n";

struct CompileFlags {
  PolicyFlags policy;  // its files are the sources
  std::string output;
  std::string format = "auto";
  SourceOptions source;  // what is the same for all sources
  bool quiet = false;
};

bool Fail(absl::string_view message) {
  std::fprintf(stderr, "%s\n", std::string(message).c_str());
  return false;
}

bool ReadOne(const CompileFlags& flags, const std::string& path, PackedPolicy* policy) {
  std::string bytes;
  std::string error;
  if (!ReadFile(path, &bytes, &error)) return Fail(error);
  if (LooksLikeImage(bytes)) {
    return Fail(absl::StrCat(path, ": it is compiled already; its rules can be compiled again: ",
                             "allowmatch inspect --rules ", path, " > old.rules"));
  }
  const std::string format = flags.format == "auto" ? DetectFormat(path, bytes) : flags.format;
  const std::string name = path == "-" ? "stdin" : path;
  const bool rules = format == "rules" || format == "json";
  SourceOptions options = flags.source;
  options.path = path;
  options.source = rules ? name : BaseName(name);
  options.policy = flags.policy.Reading();
  PackedPolicy read;
  LoadReport report;
  Diagnostics errors;
  const bool good = ReadSource(bytes, format, options, &read, &report, &errors);
  if (!rules && !report.source.empty() && !flags.quiet) std::fputs(report.ToText().c_str(), stderr);
  if (!errors.empty()) Fail(Lines(errors));
  if (good) policy->Append(std::move(read));
  return good;
}

// All sources are read, so that one run tells what is wrong in each.
bool ReadAll(const CompileFlags& flags, PackedPolicy* policy) {
  Diagnostics errors;
  Policy built_in;
  bool good = !flags.policy.files.empty() ||
              ReadBuiltIn(flags.policy.Reading(), &built_in, &errors) || Fail(Lines(errors));
  *policy = PackedPolicy(std::move(built_in));
  for (const std::string& path : flags.policy.files) good = ReadOne(flags, path, policy) && good;
  policy->Canonicalize();
  return good;
}

// A slip of the keyboard must not cost somebody's rules.
bool MayReplace(const std::string& path) {
  struct stat about = {};
  if (stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode) || about.st_size == 0) return true;
  return HoldsImage(path) ||
         Fail(absl::StrCat(path, ": there is a file that is no database, and it was not ",
                           "overwritten; choose another name or remove it"));
}

void Report(const CompileFlags& flags, const Database& database, double seconds) {
  const ImageFacts facts = FactsOf(database);
  const std::string selection(database.selection());
  std::fprintf(
      stderr, "%s",
      absl::StrCat(flags.output, ": ", Thousands(database.rule_count()), " rules, ",
                   Thousands(database.active_rule_count()), " active",
                   selection.empty() ? "" : absl::StrCat(" (", selection, ")"), "\n", "  ",
                   Thousands(database.bytes().size()), " bytes: ", Thousands(facts.lookup_bytes),
                   " for lookups, ", Thousands(facts.metadata_bytes), " for the rules themselves, ",
                   Thousands(facts.frame_bytes), " around them\n", "  IPv4: ",
                   AddressShape(facts, Family::kV4), "; IPv6: ", AddressShape(facts, Family::kV6),
                   "; verdicts: ", VerdictShape(database), "\n",
                   absl::StrFormat("  in %.3f s\n", seconds))
          .c_str());
}

bool Run(const CompileFlags& flags) {
  const auto start = std::chrono::steady_clock::now();
  const absl::StatusOr<CompileOptions> options = flags.policy.Options();
  if (!options.ok()) return Fail(options.status().message());
  PackedPolicy policy;
  if (!MayReplace(flags.output) || !ReadAll(flags, &policy)) return false;
  absl::StatusOr<Image> image = Compile(std::move(policy), *options);
  if (!image.ok()) return Fail(image.status().message());
  // What is written has been opened: nobody else will be the first to find out.
  const absl::StatusOr<Database> database = Database::Open(*std::move(image));
  if (!database.ok()) return Fail(database.status().message());
  std::string error;
  if (!ReplaceFile(flags.output, database->bytes(), &error)) return Fail(error);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  if (!flags.quiet) Report(flags, *database, took.count());
  return true;
}

}  // namespace

void AddCompile(CLI::App* app, int* exit_code) {
  auto flags = std::make_shared<CompileFlags>();
  CLI::App* const compile = app->add_subcommand("compile", kExamples);
  compile->add_option("SOURCE", flags->policy.files,
                      "Rules as text or JSON, pages or name lists; several add up; - is stdin; "
                      "without one the built-in vendors");
  compile->add_option("-o,--output", flags->output, "The file to write, or to replace at once")
      ->type_name("FILE.amdb")
      ->required();
  std::vector<std::string> formats = SourceFormats();
  formats.insert(formats.begin(), "auto");
  compile->footer(DialectHelp());
  compile->add_option("--format", flags->format, "What the sources are, instead of detecting it")
      ->check(CLI::IsMember(formats))
      ->capture_default_str();
  compile->add_option("--as", flags->source.vendor,
                      "The vendor of a page, instead of inferring it, or of a name list")
      ->type_name("NAME");
  compile->add_flag("-q,--quiet", flags->quiet, "No report");
  AddListFlags(compile, &flags->source);
  flags->policy.AddSelectionTo(compile);
  compile->callback([flags, exit_code] { *exit_code = Run(*flags) ? 0 : 2; });
}

}  // namespace allowmatch
