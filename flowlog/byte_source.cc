#include "flowlog/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "flowlog/decompress.h"
#include "flowlog/json_lines.h"
#include "flowlog/magic.h"

namespace allowmatch {
namespace {

class FileSource : public ByteSource {
 public:
  FileSource(int fd, FileProgress* progress) : fd_(fd), progress_(progress) {}
  ~FileSource() override {
    if (fd_ != STDIN_FILENO) close(fd_);
  }

  size_t Read(char* out, size_t size) override {
    ssize_t got = 0;
    do {
      got = read(fd_, out, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      status_ = absl::UnavailableError(strerror(errno));
      return 0;
    }
    if (progress_ != nullptr) progress_->read += static_cast<uint64_t>(got);
    return static_cast<size_t>(got);
  }

  absl::Status status() const override { return status_; }

 private:
  const int fd_;
  FileProgress* const progress_;
  absl::Status status_;
};

class MemorySource : public ByteSource {
 public:
  MemorySource(const char* data, size_t size) : data_(data), size_(size) {}

  size_t Read(char* out, size_t size) override {
    const size_t got = std::min(size, size_);
    if (got > 0) memcpy(out, data_, got);
    data_ += got;
    size_ -= got;
    return got;
  }

  absl::Status status() const override { return absl::OkStatus(); }

 private:
  const char* data_;
  size_t size_;
};

// Bytes that were read ahead, then the rest of the source they came from.
class PeekedSource : public ByteSource {
 public:
  PeekedSource(std::string head, std::unique_ptr<ByteSource> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}

  size_t Read(char* out, size_t size) override {
    if (at_ == head_.size()) return rest_->Read(out, size);
    const size_t got = std::min(size, head_.size() - at_);
    memcpy(out, head_.data() + at_, got);
    at_ += got;
    return got;
  }

  absl::Status status() const override { return rest_->status(); }

 private:
  const std::string head_;
  size_t at_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

std::string Peek(ByteSource* source, size_t most) {
  std::string head(most, '\0');
  size_t size = 0;
  while (size < most) {
    const size_t got = source->Read(head.data() + size, most - size);
    if (got == 0) break;
    size += got;
  }
  head.resize(size);
  return head;
}

constexpr size_t kPeekBytes = 512;

}  // namespace

std::unique_ptr<ByteSource> NewMemorySource(const char* data, size_t size) {
  return std::make_unique<MemorySource>(data, size);
}

absl::StatusOr<std::unique_ptr<ByteSource>> Unpack(std::unique_ptr<ByteSource> raw) {
  std::string head = Peek(raw.get(), kPeekBytes);
  const Packing packing = PackingOf(head);
  std::unique_ptr<ByteSource> source =
      std::make_unique<PeekedSource>(std::move(head), std::move(raw));
  if (packing == Packing::kGzip) source = NewGzipSource(std::move(source));
  if (packing == Packing::kZstd) source = NewZstdSource(std::move(source));

  head = Peek(source.get(), kPeekBytes);
  if (head.empty() && !source->status().ok()) return source->status();
  const absl::Status refused = RefuseMagic(head);
  if (!refused.ok()) return refused;
  if (head.compare(0, 3, "\xef\xbb\xbf") == 0) head.erase(0, 3);
  const bool many_lines = IsManyLineJson(head);
  source = std::make_unique<PeekedSource>(std::move(head), std::move(source));
  return many_lines ? NewJsonLines(std::move(source)) : std::move(source);
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenLog(const std::string& path,
                                                    FileProgress* progress) {
  const int fd = path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::NotFoundError(strerror(errno));
  struct stat info;
  if (fstat(fd, &info) == 0) {
    if (S_ISDIR(info.st_mode)) {
      close(fd);
      return absl::InvalidArgumentError("is a directory; name the files in it");
    }
    if (progress != nullptr && S_ISREG(info.st_mode)) {
      progress->size += static_cast<uint64_t>(info.st_size);
    }
  }
  return Unpack(std::make_unique<FileSource>(fd, progress));
}

}  // namespace allowmatch
