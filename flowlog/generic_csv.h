// Any log as a table with a header line: CSV (RFC 4180), or with tabs,
// semicolons or '|', whose columns are known aliases (aliases.h) or named by
// --map. The header may come again, in another order (files joined with cat).

#ifndef ALLOWMATCH_FLOWLOG_GENERIC_CSV_H_
#define ALLOWMATCH_FLOWLOG_GENERIC_CSV_H_

#include <memory>

#include "absl/status/statusor.h"
#include "flowlog/reader.h"

namespace allowmatch {

// 100 if the first line is a header with a destination and another field.
int GenericCsvScore(const Sample& sample);

// Error: a bad --map.
absl::StatusOr<std::unique_ptr<Reader>> NewGenericCsvReader(const ReaderOptions& options);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_GENERIC_CSV_H_
