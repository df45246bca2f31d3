// allowmatch explain: why a flow gets its verdict.

#ifndef ALLOWMATCH_CLI_EXPLAIN_H_
#define ALLOWMATCH_CLI_EXPLAIN_H_

#include <CLI/CLI.hpp>

namespace allowmatch {

// Adds the subcommand; `*exit_code` receives its result when it has run.
void AddExplain(CLI::App* app, int* exit_code);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_EXPLAIN_H_
