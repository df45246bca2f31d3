#include "flowlog/reader.h"

#include <cstring>

#include "absl/strings/ascii.h"

namespace allowmatch {
namespace {

// The line at the start of `text` and, in `*size`, its bytes with the end.
absl::string_view FirstLine(absl::string_view text, size_t* size) {
  const void* end = memchr(text.data(), '\n', text.size());
  const size_t length = end == nullptr
                            ? text.size()
                            : static_cast<size_t>(static_cast<const char*>(end) - text.data());
  *size = end == nullptr ? length : length + 1;
  return text.substr(0, length);
}

bool IsBlank(absl::string_view line) { return absl::StripLeadingAsciiWhitespace(line).empty(); }

}  // namespace

size_t LineReader::Read(absl::string_view block, bool, RecordBatch* batch) {
  size_t used = 0;
  while (used < block.size() && !batch->full() && status_.ok()) {
    size_t size = 0;
    const absl::string_view line = FirstLine(block.substr(used), &size);
    used += size;
    ++line_;
    if (line.size() > kMaxLine) {
      batch->AddNote(line_, Note::kLineTooLong);
    } else if (!line.empty() && !(line.front() <= ' ' && IsBlank(line))) {
      ReadLine(line, batch);
    }
  }
  return used;
}

Sample SampleLines(absl::string_view text, bool whole, size_t most) {
  Sample lines;
  while (!text.empty() && lines.size() < most) {
    size_t size = 0;
    const absl::string_view line = FirstLine(text, &size);
    if (size == line.size() && !whole && !lines.empty()) break;
    if (!IsBlank(line)) lines.push_back(line);
    text.remove_prefix(size);
  }
  return lines;
}

}  // namespace allowmatch
