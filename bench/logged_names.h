// The names in the logs of the folder that ALLOWMATCH_SHARED names.

#ifndef ALLOWMATCH_BENCH_LOGGED_NAMES_H_
#define ALLOWMATCH_BENCH_LOGGED_NAMES_H_

#include <string>
#include <vector>

namespace allowmatch {

// Each valid name as often as there are records with it, in the order of the files'
// paths. Read once in a process; empty if there are none.
const std::vector<std::string>& LoggedNames();

// The same of the logs in one folder and below it. Files in no known format have none.
std::vector<std::string> NamesInLogs(const std::string& folder);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_LOGGED_NAMES_H_
