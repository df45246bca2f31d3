// allowmatch compile: rules -> a database file.

#ifndef ALLOWMATCH_CLI_COMPILE_H_
#define ALLOWMATCH_CLI_COMPILE_H_

#include <CLI/CLI.hpp>

namespace allowmatch {

// Adds the subcommand; `*exit_code` receives its result when it has run.
void AddCompile(CLI::App* app, int* exit_code);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_COMPILE_H_
