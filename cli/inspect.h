// allowmatch inspect: what is in a database file.

#ifndef ALLOWMATCH_CLI_INSPECT_H_
#define ALLOWMATCH_CLI_INSPECT_H_

#include <CLI/CLI.hpp>

namespace allowmatch {

// Adds the subcommand; `*exit_code` receives its result when it has run.
void AddInspect(CLI::App* app, int* exit_code);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_INSPECT_H_
