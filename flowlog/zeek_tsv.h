// Zeek logs in their own format: tab-separated, `#fields` names the columns.
//
// Flows are the paths conn, ssl, quic, http and dns. ssl and quic carry the
// server's name, http the Host header. A dns record is a flow to the resolver:
// the name that was asked for is not the resolver's, so it takes no part. Rows
// of any other path are skipped. Headers may come again in mid-file. Without
// any header (the start of the file is lost) rows that have the shape of conn are read by it.

#ifndef ALLOWMATCH_FLOWLOG_ZEEK_TSV_H_
#define ALLOWMATCH_FLOWLOG_ZEEK_TSV_H_

#include <memory>

#include "flowlog/reader.h"

namespace allowmatch {

int ZeekTsvScore(const Sample& sample);

std::unique_ptr<Reader> NewZeekTsvReader(const ReaderOptions& options);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_ZEEK_TSV_H_
