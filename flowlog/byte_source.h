// Bytes in order: a file, what a stream decompresses to, JSON made into lines.

#ifndef ALLOWMATCH_FLOWLOG_BYTE_SOURCE_H_
#define ALLOWMATCH_FLOWLOG_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace allowmatch {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Writes up to `size` bytes (at least 1) and returns how many; 0 at the end,
  // and after an error. What came before an error is good.
  virtual size_t Read(char* out, size_t size) = 0;

  // OK as long as nothing has gone wrong.
  virtual absl::Status status() const = 0;
};

// Counts of the file below, for progress: how many bytes it has (0: unknown)
// and how many are read.
struct FileProgress {
  uint64_t size = 0;
  uint64_t read = 0;
};

// Opens `path` ("-" is stdin), undoes gzip (all members) and zstd (all frames)
// by their magic numbers, drops one UTF-8 byte-order mark, and puts each object
// of a JSON array or of pretty-printed JSON on a line (json_lines.h). What is no text
// that we read is an error with a hint: UTF-16, zip, xz, bzip2, pcap, Parquet,
// nfcapd. `progress` (may be null) outlives the source.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenLog(const std::string& path,
                                                    FileProgress* progress);

// The same over a source that is open already.
absl::StatusOr<std::unique_ptr<ByteSource>> Unpack(std::unique_ptr<ByteSource> raw);

// A source over bytes in memory, which outlive it.
std::unique_ptr<ByteSource> NewMemorySource(const char* data, size_t size);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_BYTE_SOURCE_H_
