// One log file from bytes to sinks: open, detect, read, orient, match.

#ifndef ALLOWMATCH_FLOWLOG_PIPELINE_H_
#define ALLOWMATCH_FLOWLOG_PIPELINE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "flowlog/byte_source.h"
#include "flowlog/classified.h"
#include "flowlog/readers.h"
#include "flowlog/remote_end.h"
#include "flowlog/summary.h"
#include "matcher/matcher.h"

namespace allowmatch {

struct PipelineOptions {
  std::string format;  // empty: detect
  ReaderOptions reader;
};

// Memory is constant: some 2 MB, and what the decoder of a compressed file
// takes. Not thread-safe; everything given to the constructor outlives it.
class Pipeline {
 public:
  Pipeline(const PipelineOptions& options, const RemoteEnd* remote_end, const Matcher* matcher,
           std::vector<Sink*> sinks);

  // Reads the file to its end, or as far as it goes. The report says what was
  // found; remarks of the reader are appended to `*remarks`.
  FileReport Run(const std::string& path, FileProgress* progress,
                 std::vector<std::string>* remarks);

  // The same over bytes that are open already.
  FileReport Run(const std::string& name, std::unique_ptr<ByteSource> source,
                 std::vector<std::string>* remarks);

  // Called after every batch; false stops the run, which is then reported as
  // complete.
  void set_after_batch(std::function<bool()> callback) { after_batch_ = std::move(callback); }

 private:
  struct Opened;
  absl::StatusOr<Opened> Open(std::unique_ptr<ByteSource> source) const;
  bool ClassifyBatch();

  const PipelineOptions options_;
  const RemoteEnd* remote_end_;
  const Matcher* matcher_;
  std::vector<Sink*> sinks_;
  std::function<bool()> after_batch_;
  std::unique_ptr<RecordBatch> records_;
  std::unique_ptr<TupleBatch> tuples_;
  std::vector<Verdict> verdicts_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_PIPELINE_H_
