// Reads and writes whole files for the subcommands.

#ifndef ALLOWMATCH_CLI_FILE_H_
#define ALLOWMATCH_CLI_FILE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace allowmatch {

// The whole of `path`, or of stdin for "-". On failure returns false and sets
// `*error` to "path: what". Refuses more than 1 GiB.
bool ReadFile(const std::string& path, std::string* bytes, std::string* error);

// Puts a file with these bytes at `path`, at once: they are written beside it,
// brought to the disk, and the new file is renamed over the old one, whose mode
// it takes over. On failure returns false, sets `*error` to "path: what", and
// everything is as before.
bool ReplaceFile(const std::string& path, absl::string_view bytes, std::string* error);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_FILE_H_
