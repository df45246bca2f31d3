// Log lines inside other lines: {"message":"2 1234..."}, {"body":"..."},
// `2024-01-01T00:00:00.000Z 2 1234...` as CloudWatch exports them.

#ifndef ALLOWMATCH_FLOWLOG_ENVELOPE_H_
#define ALLOWMATCH_FLOWLOG_ENVELOPE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "flowlog/blocks.h"
#include "flowlog/json_fields.h"
#include "flowlog/reader.h"

namespace allowmatch {

// Takes lines out of one kind of envelope. Not thread-safe.
class Envelope {
 public:
  enum class Kind { kJson, kIsoTime };

  explicit Envelope(Kind kind);

  // The kind that most lines of the sample are in, if any.
  static std::unique_ptr<Envelope> Detect(const Sample& sample);

  // Appends what is in `line` to `*inner`, without any line end. A line that
  // is not in the envelope stays as it is, to be judged by the reader. `line`
  // has kBlockPadding readable bytes after its end.
  void Open(absl::string_view line, std::string* inner);

 private:
  const Kind kind_;
  JsonFields fields_;
  std::vector<JsonValue> values_;
};

// The inner lines as a source, one for each line of `blocks`.
std::unique_ptr<ByteSource> NewEnvelopeSource(std::unique_ptr<Envelope> envelope,
                                              std::unique_ptr<Blocks> blocks);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_ENVELOPE_H_
