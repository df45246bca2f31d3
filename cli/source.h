// A file with rules in one of their forms: what it is, and reading it.

#ifndef ALLOWMATCH_CLI_SOURCE_H_
#define ALLOWMATCH_CLI_SOURCE_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "loaders/report.h"
#include "rules/packed_policy.h"

namespace allowmatch {

// The last part of a path: rules name their source without its folder.
std::string BaseName(const std::string& path);

// What --format may be, besides "auto": "page", "rules", "json" and the
// dialects of name lists.
std::vector<std::string> SourceFormats();

// For --help: each dialect of name lists on a line, with an example.
std::string DialectHelp();

// The format by what the bytes say; "page" where nothing else is certain. The name of
// a file has its say: a slip in its first line does not make a page of .rules or .json.
std::string DetectFormat(const std::string& path, absl::string_view bytes);

// How a source is read; each option is for the formats that have a use for it.
struct SourceOptions {
  std::string path;    // lists that others include lie beside it; "-" is stdin
  std::string source;  // the name that rules carry in src=
  std::string vendor;
  PolicyOptions policy;
  bool allow_special = false;  // page
  std::string action;          // name lists: allow, deny or empty
  size_t quarantine = 0;       // name lists
};

// Adds --action and --quarantine to a subcommand.
void AddListFlags(CLI::App* app, SourceOptions* options);

// Reads a source of that format into canonical rules. Pages and name lists fill
// in the report. False if it cannot be read: `*errors` then has one entry or
// more.
bool ReadSource(absl::string_view bytes, const std::string& format, const SourceOptions& options,
                PackedPolicy* policy, LoadReport* report, Diagnostics* errors);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_SOURCE_H_
