// Any log of JSON objects, one a line, whose keys are known aliases
// (aliases.h) or named by --map.

#ifndef ALLOWMATCH_FLOWLOG_GENERIC_JSON_H_
#define ALLOWMATCH_FLOWLOG_GENERIC_JSON_H_

#include <memory>

#include "absl/status/statusor.h"
#include "flowlog/reader.h"

namespace allowmatch {

// How many lines of 100 are objects with a destination.
int GenericJsonScore(const Sample& sample);

// Error: a bad --map.
absl::StatusOr<std::unique_ptr<Reader>> NewGenericJsonReader(const ReaderOptions& options);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_GENERIC_JSON_H_
