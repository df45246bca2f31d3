// Zeek logs as NDJSON: one path a file, or a mixed stream with `_path`.
//
// The same flows, names and omissions as in zeek_tsv.h. Where a row does not
// say its path, the keys it has tell.

#ifndef ALLOWMATCH_FLOWLOG_ZEEK_JSON_H_
#define ALLOWMATCH_FLOWLOG_ZEEK_JSON_H_

#include <memory>

#include "flowlog/reader.h"

namespace allowmatch {

int ZeekJsonScore(const Sample& sample);

std::unique_ptr<Reader> NewZeekJsonReader(const ReaderOptions& options);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_ZEEK_JSON_H_
