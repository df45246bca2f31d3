// The table of log formats, and which of them a file is in.

#ifndef ALLOWMATCH_FLOWLOG_READERS_H_
#define ALLOWMATCH_FLOWLOG_READERS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "flowlog/envelope.h"
#include "flowlog/reader.h"

namespace allowmatch {

struct Format {
  const char* name;             // as --format has it
  const char* what;             // one line for people
  bool particular;              // one product's, not a shape that many have
  int (*score)(const Sample&);  // 0..100
  absl::StatusOr<std::unique_ptr<Reader>> (*make)(const ReaderOptions&);
};

// The format called `name`, or null.
const Format* FindFormat(absl::string_view name);

// How many lines of 100 must be in a format.
constexpr int kEnoughScore = 80;

// The first format of the table that scores enough, or null.
const Format* DetectFormat(const Sample& sample, const ReaderOptions& options);

// The envelope in which the lines of the sample hold a particular format, or
// another envelope that does; null if there is none.
std::unique_ptr<Envelope> DetectEnvelope(const Sample& sample, const ReaderOptions& options);

// "aws-vpc, zeek, ...".
std::string FormatNames();

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_READERS_H_
