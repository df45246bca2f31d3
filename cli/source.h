// A file with rules in one of their forms: what it is, and reading it.

#ifndef ALLOWMATCH_CLI_SOURCE_H_
#define ALLOWMATCH_CLI_SOURCE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "loaders/page.h"
#include "rules/policy.h"

namespace allowmatch {

// The last part of a path: rules name their source without its folder.
std::string BaseName(const std::string& path);

// "rules", "json" or "page", by what the bytes say.
std::string DetectFormat(absl::string_view bytes);

// Reads a source of that format into canonical rules. Only a page fills in the
// report. False if it cannot be read: `*errors` then has one entry or more.
bool ReadSource(absl::string_view bytes, const std::string& format, const PageOptions& page,
                Policy* policy, LoadReport* report, Diagnostics* errors);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_SOURCE_H_
