// What every log format has to offer: detection, and bytes -> records.
//
// A reader is told the text of a file from its first byte on, in blocks of
// whole lines (blocks.h), and keeps the state of headers between them. Lines
// end in LF; nothing else is promised. Every line that is not blank, a header
// or a comment becomes one record; what cannot be read becomes an invalid one.
// Not thread-safe: one reader for each file.

#ifndef ALLOWMATCH_FLOWLOG_READER_H_
#define ALLOWMATCH_FLOWLOG_READER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "flowlog/record_batch.h"

namespace allowmatch {

// The longest line and the longest record that is read. What is longer is one
// invalid record.
constexpr size_t kMaxLine = 64 * 1024;

// Blocks have this many readable bytes after their last byte.
constexpr size_t kBlockPadding = 64;

// The beginning of a file: its first lines, without those that are blank.
using Sample = std::vector<absl::string_view>;

struct ReaderOptions {
  bool interface_addresses = false;        // AWS: srcaddr, dstaddr even where pkt-* are there
  std::map<std::string, std::string> map;  // field -> column, for the generic readers
};

class Reader {
 public:
  virtual ~Reader() = default;

  // Reads records from the start of `block` until it is used up or the batch
  // is full, and returns how many bytes are done with. Fewer than all, and the
  // batch not full: the rest is the beginning of a record; it comes again in front of the next
  // block. `last`: nothing comes after this block, so all of it is used.
  virtual size_t Read(absl::string_view block, bool last, RecordBatch* batch) = 0;

  // Not OK once a header lacks what is needed: the file cannot be read on.
  const absl::Status& status() const { return status_; }

  // What a person should know about how the file was read; may be empty.
  virtual std::vector<std::string> Remarks() const { return {}; }

 protected:
  absl::Status status_;
  uint64_t line_ = 0;  // lines read so far
};

// A format whose records are single lines.
class LineReader : public Reader {
 public:
  size_t Read(absl::string_view block, bool last, RecordBatch* batch) override;

 protected:
  // `line` is neither blank nor too long; line_ is its number. Adds at most
  // one record.
  virtual void ReadLine(absl::string_view line, RecordBatch* batch) = 0;
};

// The lines of `text`, without blank ones, at most `most`. A last line without its
// end is left out unless it is the only one or `whole` is set.
Sample SampleLines(absl::string_view text, bool whole, size_t most = 128);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_READER_H_
