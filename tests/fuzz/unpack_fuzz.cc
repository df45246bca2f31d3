// gzip and zstd streams, JSON made into lines, and what is refused by its
// magic number. The bytes that come out do not depend on how they are asked for,
// up to a fault.

#include <algorithm>

#include "flowlog/byte_source.h"
#include "flowlog/decompress.h"
#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/require.h"

namespace allowmatch {
namespace {

constexpr size_t kMost = size_t{1} << 20;  // a few bytes can unpack to gigabytes

std::string ReadAll(ByteSource* source, size_t step) {
  std::string out;
  while (out.size() < kMost) {
    const std::unique_ptr<char[]> block(new char[step]);
    const size_t size = source->Read(block.get(), step);
    Require(size <= step, "no more is written than asked for");
    if (size == 0) break;
    out.append(block.get(), size);
  }
  out.resize(out.size() < kMost ? out.size() : kMost);
  return out;
}

template <typename Open>
void Check(Open open) {
  const std::unique_ptr<ByteSource> large = open();
  const std::unique_ptr<ByteSource> small = open();
  if (large == nullptr || small == nullptr) return;
  const std::string at_once = ReadAll(large.get(), 65536);
  const std::string in_parts = ReadAll(small.get(), 97);
  const size_t both = std::min(at_once.size(), in_parts.size());
  Require(at_once.compare(0, both, in_parts, 0, both) == 0, "the same bytes");
  // A decoder may lose what it held when it met a fault.
  const bool good = large->status().ok() && small->status().ok();
  Require(!good || at_once.size() == in_parts.size(), "as many bytes");
}

}  // namespace
}  // namespace allowmatch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace allowmatch;  // NOLINT
  const ExactCopy copy(data, size);
  const auto raw = [&copy] { return NewMemorySource(copy.text().data(), copy.text().size()); };
  Check([&raw] { return NewGzipSource(raw()); });
  Check([&raw] { return NewZstdSource(raw()); });
  Check([&raw] {
    absl::StatusOr<std::unique_ptr<ByteSource>> source = Unpack(raw());
    return source.ok() ? *std::move(source) : nullptr;
  });
  return 0;
}
