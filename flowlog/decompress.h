// gzip and zstd streams as byte sources.
//
// Both read to the end of the file: every gzip member, every zstd frame. What
// was decompressed before a fault is given out first; then status() says
// gz_truncated, gz_corrupt, gz_trailing_data, zstd_truncated, zstd_checksum or zstd_corrupt.
// Memory is constant: 32 KiB of window for gzip, at most 128 MiB for zstd.

#ifndef ALLOWMATCH_FLOWLOG_DECOMPRESS_H_
#define ALLOWMATCH_FLOWLOG_DECOMPRESS_H_

#include <memory>

#include "flowlog/byte_source.h"

namespace allowmatch {

std::unique_ptr<ByteSource> NewGzipSource(std::unique_ptr<ByteSource> packed);
std::unique_ptr<ByteSource> NewZstdSource(std::unique_ptr<ByteSource> packed);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_DECOMPRESS_H_
