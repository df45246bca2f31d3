// allowmatch load: a vendor's page -> rules.

#ifndef ALLOWMATCH_CLI_LOAD_H_
#define ALLOWMATCH_CLI_LOAD_H_

#include <CLI/CLI.hpp>

namespace allowmatch {

// Adds the subcommand; `*exit_code` receives its result when it has run.
void AddLoad(CLI::App* app, int* exit_code);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_LOAD_H_
