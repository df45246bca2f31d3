// The allowmatch command.

#include <CLI/CLI.hpp>

#include "cli/classify.h"
#include "cli/compile.h"
#include "cli/explain.h"
#include "cli/inspect.h"
#include "cli/load.h"

int main(int argc, char** argv) {
  CLI::App app("allowmatch: is this flow on the vendor's allowlist?", "allowmatch");
  app.require_subcommand(1);
  int exit_code = 0;
  allowmatch::AddClassify(&app, &exit_code);
  allowmatch::AddExplain(&app, &exit_code);
  allowmatch::AddLoad(&app, &exit_code);
  allowmatch::AddCompile(&app, &exit_code);
  allowmatch::AddInspect(&app, &exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  return exit_code;
}
