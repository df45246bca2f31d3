// Reads whole files for the subcommands.

#ifndef ALLOWMATCH_CLI_FILE_H_
#define ALLOWMATCH_CLI_FILE_H_

#include <string>

namespace allowmatch {

// The whole of `path`, or of stdin for "-". On failure returns false and sets
// `*error` to "path: what". Refuses more than 1 GiB.
bool ReadFile(const std::string& path, std::string* bytes, std::string* error);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_FILE_H_
