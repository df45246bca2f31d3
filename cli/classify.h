// allowmatch classify: flow logs -> verdicts or a summary.

#ifndef ALLOWMATCH_CLI_CLASSIFY_H_
#define ALLOWMATCH_CLI_CLASSIFY_H_

#include <CLI/CLI.hpp>

namespace allowmatch {

// Adds the subcommand; `*exit_code` receives its result when it has run.
void AddClassify(CLI::App* app, int* exit_code);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_CLASSIFY_H_
