// Cuts a stream of bytes into blocks of whole lines for the readers.
//
//   Blocks blocks(std::move(source));
//   while (blocks.Fill()) {
//     blocks.Use(reader.Read(blocks.text(), blocks.last(), &batch));
//   }
//
// CRLF and lone CR become LF, and the last line gets its LF if it has none. A
// line that grows beyond kMaxLine is cut to kMaxLine + 1 bytes, which readers
// take for one record that is too long: memory stays constant. After an error
// of the source its last line is dropped, for it may be half a record.

#ifndef ALLOWMATCH_FLOWLOG_BLOCKS_H_
#define ALLOWMATCH_FLOWLOG_BLOCKS_H_

#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "flowlog/byte_source.h"
#include "flowlog/reader.h"

namespace allowmatch {

class Blocks {
 public:
  explicit Blocks(std::unique_ptr<ByteSource> source);

  // Puts whole lines behind what is not used yet. False if nothing is left:
  // then text() is empty. Must be called again until it is false.
  bool Fill();

  // Whole lines, with kBlockPadding readable bytes after them. Valid until Fill().
  absl::string_view text() const { return {buffer_.data() + begin_, whole_ - begin_}; }

  // Whether no more lines come after text().
  bool last() const { return ended_; }

  // Marks the first `bytes` of text() as used.
  void Use(size_t bytes) { begin_ += bytes; }

  absl::Status status() const { return source_->status(); }

 private:
  void Append();
  void Normalize(size_t from);
  void CutLongLine();
  void Finish();

  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  size_t begin_ = 0;  // of what is not used
  size_t whole_ = 0;  // the end of the last whole line
  size_t size_ = 0;   // the end of what was read
  bool after_cr_ = false;
  bool dropping_ = false;  // the rest of a line that is too long
  bool ended_ = false;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_BLOCKS_H_
