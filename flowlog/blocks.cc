#include "flowlog/blocks.h"

#include <cstring>
#include <utility>

namespace allowmatch {
namespace {

// Beside what is kept: one line, or one record of several lines.
constexpr size_t kReadBytes = 256 * 1024;
constexpr size_t kCapacity = kReadBytes + 2 * (kMaxLine + 2);

}  // namespace

Blocks::Blocks(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(kCapacity + kBlockPadding) {}

bool Blocks::Fill() {
  const size_t unused = whole_ - begin_;
  if (begin_ > 0) {
    memmove(buffer_.data(), buffer_.data() + begin_, size_ - begin_);
    whole_ -= begin_;
    size_ -= begin_;
    begin_ = 0;
  }
  while (whole_ == unused && !ended_) Append();
  return whole_ > 0;
}

void Blocks::Append() {
  const size_t from = size_;
  const size_t got = source_->Read(buffer_.data() + from, kCapacity - 1 - from);
  if (got == 0) return Finish();
  size_ = from + got;
  Normalize(from);
  const void* const end = memrchr(buffer_.data() + from, '\n', size_ - from);
  if (dropping_) {
    const void* const rest = memchr(buffer_.data() + from, '\n', size_ - from);
    const size_t keep = rest == nullptr
                            ? size_
                            : static_cast<size_t>(static_cast<const char*>(rest) - buffer_.data());
    memmove(buffer_.data() + from, buffer_.data() + keep, size_ - keep);
    size_ -= keep - from;
    if (rest == nullptr) return;
    dropping_ = false;
    const void* const last = memrchr(buffer_.data() + from, '\n', size_ - from);
    whole_ = static_cast<size_t>(static_cast<const char*>(last) - buffer_.data()) + 1;
  } else if (end != nullptr) {
    whole_ = static_cast<size_t>(static_cast<const char*>(end) - buffer_.data()) + 1;
  }
  CutLongLine();
}

// CRLF and CR -> LF in what was read last.
void Blocks::Normalize(size_t from) {
  char* const data = buffer_.data();
  if (!after_cr_ && memchr(data + from, '\r', size_ - from) == nullptr) return;
  size_t out = from;
  for (size_t i = from; i < size_; ++i) {
    const char c = data[i];
    if (c != '\n' || !after_cr_) data[out++] = c == '\r' ? '\n' : c;
    after_cr_ = c == '\r';
  }
  size_ = out;
}

void Blocks::CutLongLine() {
  if (size_ - whole_ <= kMaxLine) return;
  size_ = whole_ + kMaxLine + 1;
  dropping_ = true;
}

void Blocks::Finish() {
  ended_ = true;
  if (!source_->status().ok()) {
    size_ = whole_;
  } else if (size_ > whole_) {
    buffer_[size_++] = '\n';
    whole_ = size_;
  }
}

}  // namespace allowmatch
