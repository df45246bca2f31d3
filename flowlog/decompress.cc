#include "flowlog/decompress.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

constexpr size_t kInputBytes = 128 * 1024;

// The compressed bytes, read in pieces.
class PackedInput {
 public:
  explicit PackedInput(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), buffer_(kInputBytes) {}

  // Makes at least one byte available unless the input has ended.
  void Fill() {
    if (at_ < size_ || ended_) return;
    at_ = 0;
    size_ = source_->Read(buffer_.data(), buffer_.size());
    ended_ = size_ == 0;
  }

  char* data() { return buffer_.data() + at_; }
  size_t size() const { return size_ - at_; }
  void Skip(size_t bytes) { at_ += bytes; }
  bool ended() const { return ended_; }
  absl::Status status() const { return source_->status(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  size_t at_ = 0;
  size_t size_ = 0;
  bool ended_ = false;
};

class GzipSource : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> packed) : input_(std::move(packed)) {
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) status_ = absl::InternalError("zlib");
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  size_t Read(char* out, size_t size) override;
  absl::Status status() const override { return status_; }

 private:
  bool BeginMember();

  PackedInput input_;
  z_stream stream_ = {};
  bool in_member_ = true;
  absl::Status status_;
};

// Between members: whether another one follows. Zeros are padding.
bool GzipSource::BeginMember() {
  while (true) {
    input_.Fill();
    if (input_.ended()) return false;
    if (*input_.data() != '\0') break;
    input_.Skip(1);
  }
  if (*input_.data() != '\x1f') {
    status_ =
        absl::DataLossError("gz_trailing_data: bytes that are no gzip member follow the last one");
    return false;
  }
  in_member_ = inflateReset(&stream_) == Z_OK;
  return in_member_;
}

size_t GzipSource::Read(char* out, size_t size) {
  while (status_.ok()) {
    if (!in_member_ && !BeginMember()) break;
    input_.Fill();
    // With no input left, what the decoder still holds is asked for.
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(input_.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(size);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    input_.Skip(input_.size() - stream_.avail_in);
    const size_t got = size - stream_.avail_out;
    if (result == Z_STREAM_END) {
      in_member_ = false;
    } else if (result == Z_BUF_ERROR && input_.ended()) {  // no progress, and nothing more comes
      status_ = input_.status().ok()
                    ? absl::DataLossError("gz_truncated: the gzip stream ends too early")
                    : input_.status();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      status_ = absl::DataLossError(
          absl::StrCat("gz_corrupt: ", stream_.msg != nullptr ? stream_.msg : "not a gzip stream"));
    }
    if (got > 0) return got;
  }
  return 0;
}

class ZstdSource : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<ByteSource> packed)
      : input_(std::move(packed)), stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) status_ = absl::ResourceExhaustedError("no memory for zstd");
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }

  size_t Read(char* out, size_t size) override;
  absl::Status status() const override { return status_; }

 private:
  void Fail(size_t code);

  PackedInput input_;
  ZSTD_DStream* stream_;
  size_t wanted_ = 1;  // 0 between frames
  absl::Status status_;
};

void ZstdSource::Fail(size_t code) {
  const bool checksum = ZSTD_getErrorCode(code) == ZSTD_error_checksum_wrong;
  status_ = absl::DataLossError(
      absl::StrCat(checksum ? "zstd_checksum: " : "zstd_corrupt: ", ZSTD_getErrorName(code)));
}

size_t ZstdSource::Read(char* out, size_t size) {
  while (status_.ok()) {
    input_.Fill();
    if (input_.ended() && wanted_ == 0) break;
    // With no input left, what the decoder still holds is asked for.
    ZSTD_inBuffer in = {input_.data(), input_.size(), 0};
    ZSTD_outBuffer into = {out, size, 0};
    const size_t result = ZSTD_decompressStream(stream_, &into, &in);
    input_.Skip(in.pos);
    if (ZSTD_isError(result)) {
      Fail(result);
    } else {
      wanted_ = result;
      if (input_.ended() && wanted_ != 0 && into.pos == 0) {
        status_ = input_.status().ok()
                      ? absl::DataLossError("zstd_truncated: the zstd stream ends too early")
                      : input_.status();
      }
    }
    if (into.pos > 0) return into.pos;
  }
  return 0;
}

}  // namespace

std::unique_ptr<ByteSource> NewGzipSource(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<GzipSource>(std::move(packed));
}

std::unique_ptr<ByteSource> NewZstdSource(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<ZstdSource>(std::move(packed));
}

}  // namespace allowmatch
