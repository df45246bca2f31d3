// For tests of readers: a log as text in, its records as text out.

#ifndef ALLOWMATCH_FLOWLOG_READER_TESTING_H_
#define ALLOWMATCH_FLOWLOG_READER_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "flowlog/blocks.h"
#include "flowlog/reader.h"

namespace allowmatch {

// "src sport > dst dport protocol name", with "-" for what is absent, or the
// name of the note; orientation as flags: B the source began, E egress, I ingress, s or d inside.
inline std::string ShowRecord(const RecordBatch& batch, size_t i) {
  if (batch.note[i] != Note::kNone) return NoteName(batch.note[i]);
  const uint16_t parts = batch.parts[i];
  std::string out = absl::StrCat(batch.HasSrc(i) ? batch.Src(i).ToString() : "-", " ",
                                 parts & kSrcPort ? absl::StrCat(batch.src_port[i]) : "-", " > ",
                                 batch.HasDst(i) ? batch.Dst(i).ToString() : "-", " ",
                                 parts & kDstPort ? absl::StrCat(batch.dst_port[i]) : "-", " ",
                                 parts & kProtocolPart ? absl::StrCat(batch.protocol[i]) : "-", " ",
                                 parts & kName ? std::string(batch.Name(i)) : "-");
  if (parts & (kSrcBegan | kEgress | kIngress | kSrcInside | kDstInside)) out += " ";
  if (parts & kSrcBegan) out += "B";
  if (parts & kEgress) out += "E";
  if (parts & kIngress) out += "I";
  if (parts & kSrcInside) out += "s";
  if (parts & kDstInside) out += "d";
  return out;
}

struct ReadLog {
  std::vector<std::string> records;
  std::vector<uint64_t> lines;
  absl::Status status;
};

// Reads `text` through Blocks. A batch takes all of it unless `text` is long.
inline ReadLog ReadWith(Reader* reader, absl::string_view text) {
  ReadLog log;
  Blocks blocks(NewMemorySource(text.data(), text.size()));
  auto batch = std::make_unique<RecordBatch>();
  while (blocks.Fill()) {
    size_t used = 1;
    while (used > 0 && !blocks.text().empty() && reader->status().ok()) {
      batch->Clear();
      used = reader->Read(blocks.text(), blocks.last(), batch.get());
      blocks.Use(used);
      for (size_t i = 0; i < batch->size; ++i) {
        log.records.push_back(ShowRecord(*batch, i));
        log.lines.push_back(batch->line[i]);
      }
    }
    if (!reader->status().ok()) break;
  }
  log.status = reader->status();
  return log;
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_READER_TESTING_H_
