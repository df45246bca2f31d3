// JSON documents over many lines -> one object a line.
//
// Takes an array of objects, `[{...}, {...}]`, or pretty-printed objects one
// after the other, and gives each object as one line, byte for byte but for
// the line ends between its tokens. NDJSON passes unchanged. Nothing is
// validated here. The line number of a record is then that of its object.

#ifndef ALLOWMATCH_FLOWLOG_JSON_LINES_H_
#define ALLOWMATCH_FLOWLOG_JSON_LINES_H_

#include <memory>

#include "absl/strings/string_view.h"
#include "flowlog/byte_source.h"

namespace allowmatch {

// Whether a file that begins with `head` needs this: it is JSON, and its first object
// or array does not end on its first line.
bool IsManyLineJson(absl::string_view head);

std::unique_ptr<ByteSource> NewJsonLines(std::unique_ptr<ByteSource> json);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_JSON_LINES_H_
