#include "rules/text_store.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>

namespace allowmatch {
namespace {

constexpr size_t kFirstRoom = TextStore::kMaxSize + 1;

}  // namespace

void TextStore::Free::operator()(char* block) const { std::free(block); }

// The first block is small, as most policies are.
void TextStore::NewBlock() {
  const bool first = blocks_.empty();
  room_ = first ? kFirstRoom : kBlock;
  used_ = 0;
  char* const block =
      static_cast<char*>(first ? std::malloc(room_) : std::aligned_alloc(kBlock, room_));
  if (block == nullptr) throw std::bad_alloc();
  if (!first) madvise(block, room_, MADV_HUGEPAGE);
  blocks_.emplace_back(block);
}

uint64_t TextStore::Add(absl::string_view text) {
  if (blocks_.empty() || room_ - used_ < text.size()) NewBlock();
  const uint64_t at = (blocks_.size() - 1) << kBlockBits | used_;
  std::memcpy(blocks_.back().get() + used_, text.data(), text.size());
  used_ += text.size();
  return at;
}

uint64_t TextStore::Take(TextStore other) {
  const uint64_t shift = blocks_.size() << kBlockBits;
  if (other.blocks_.empty()) return shift;
  std::move(other.blocks_.begin(), other.blocks_.end(), std::back_inserter(blocks_));
  used_ = other.used_;
  room_ = other.room_;
  return shift;
}

void TextStore::ForgetBefore(uint64_t at) {
  for (; forgotten_ < at >> kBlockBits; ++forgotten_) blocks_[forgotten_].reset();
}

}  // namespace allowmatch
