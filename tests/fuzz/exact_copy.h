// The input of a fuzz target in a heap block of exactly its size, so that a
// sanitizer sees a read one byte too far.

#ifndef ALLOWMATCH_TESTS_FUZZ_EXACT_COPY_H_
#define ALLOWMATCH_TESTS_FUZZ_EXACT_COPY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "absl/strings/string_view.h"

namespace allowmatch {

class ExactCopy {
 public:
  ExactCopy(const uint8_t* data, size_t size) : block_(new char[size]), size_(size) {
    if (size > 0) std::memcpy(block_.get(), data, size);
  }

  absl::string_view text() const { return {block_.get(), size_}; }

 private:
  const std::unique_ptr<char[]> block_;
  const size_t size_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_FUZZ_EXACT_COPY_H_
