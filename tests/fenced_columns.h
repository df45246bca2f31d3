// Tuples and verdicts where memory ends: a column lies against a page that must
// not be touched, behind it or before it, so that a kernel that reads or writes
// one element too many stops there. For tests.

#ifndef ALLOWMATCH_TESTS_FENCED_COLUMNS_H_
#define ALLOWMATCH_TESTS_FENCED_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "matcher/tuples.h"
#include "matcher/verdict.h"
#include "tests/random_policy.h"

namespace allowmatch {

enum class Fence {
  kBehind,  // the last element ends at the fence: all alignments come up
  kBefore,  // the first element begins at the fence, or `shift` elements behind it
};

// Memory between two fences. Not copyable.
class FencedMemory {
 public:
  explicit FencedMemory(size_t bytes);
  ~FencedMemory();
  FencedMemory(const FencedMemory&) = delete;
  FencedMemory& operator=(const FencedMemory&) = delete;

  template <typename T>
  T* Place(size_t count, Fence fence, size_t shift) {
    char* const at =
        fence == Fence::kBehind ? end_ - count * sizeof(T) : begin_ + shift * sizeof(T);
    return reinterpret_cast<T*>(at);
  }

  char* begin() const { return begin_; }
  char* end() const { return end_; }

 private:
  char* begin_;
  char* end_;
};

// A copy of a part of a batch, each column between fences of its own.
class FencedColumns {
 public:
  struct Placement {
    Fence fence = Fence::kBehind;
    size_t shift = 0;          // of the first column; the next ones are shifted by more
    bool null_columns = true;  // whether columns that no tuple needs are null
  };

  // For up to `tuples` tuples, with up to `name_bytes` of names.
  FencedColumns(size_t tuples, size_t name_bytes);

  // Tuples first .. first + size - 1 of `batch`. Values of absent parts are
  // noise. Valid until the next call.
  TupleColumns Copy(const TupleColumns& batch, size_t first, size_t size,
                    const Placement& placement, Random* random);

 private:
  struct Cut;
  template <typename T>
  const T* CopyColumn(size_t number, const T* from, const Cut& cut, uint16_t needs,
                      size_t words_each, Random* random);
  void CopyNames(const TupleColumns& batch, const Cut& cut, Random* random, TupleColumns* to);

  std::vector<std::unique_ptr<FencedMemory>> memory_;  // by column
};

// Verdicts between fences, with canaries where none is to be written.
class FencedVerdicts {
 public:
  explicit FencedVerdicts(size_t most);

  // Room for `size` verdicts, all else being canaries.
  Verdict* Clear(size_t size, Fence fence, size_t shift);

  // Whether the canaries are as they were.
  bool IsClean() const;

 private:
  FencedMemory memory_;
  char* first_ = nullptr;
  char* last_ = nullptr;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_FENCED_COLUMNS_H_
