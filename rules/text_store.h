// Many short texts, one behind the other in large blocks of memory.

#ifndef ALLOWMATCH_RULES_TEXT_STORE_H_
#define ALLOWMATCH_RULES_TEXT_STORE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"

namespace allowmatch {

class TextStore {
 public:
  static constexpr size_t kMaxSize = 0xffff;  // of one text

  // Copies the text and returns where it is.
  uint64_t Add(absl::string_view text);

  absl::string_view Text(uint64_t at, size_t size) const {
    return {blocks_[at >> kBlockBits].get() + (at & (kBlock - 1)), size};
  }

  // Takes the blocks of `other` and returns what is to be added to its places.
  uint64_t Take(TextStore other);

  // Gives the memory of all texts before `at` back. They are no more.
  void ForgetBefore(uint64_t at);

 private:
  static constexpr int kBlockBits = 21;  // a huge page
  static constexpr size_t kBlock = size_t{1} << kBlockBits;

  struct Free {
    void operator()(char* block) const;
  };

  void NewBlock();

  std::vector<std::unique_ptr<char[], Free>> blocks_;
  size_t used_ = kBlock;  // of the last block
  size_t room_ = kBlock;  // in it; the first begins small
  size_t forgotten_ = 0;  // blocks
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_TEXT_STORE_H_
