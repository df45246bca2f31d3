#include "tests/fenced_columns.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace allowmatch {
namespace {

constexpr size_t kShifts = 64;  // elements that a column may be away from its fence
constexpr char kCanary = '\x5a';

size_t PageSize() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace

FencedMemory::FencedMemory(size_t bytes) {
  const size_t page = PageSize();
  const size_t inside = (bytes + page - 1) / page * page;
  void* const all = mmap(nullptr, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED ||
      mprotect(static_cast<char*>(all) + page, inside, PROT_READ | PROT_WRITE) != 0) {
    std::perror("fenced memory");
    std::abort();
  }
  begin_ = static_cast<char*>(all) + page;
  end_ = begin_ + inside;
}

FencedMemory::~FencedMemory() {
  const size_t page = PageSize();
  munmap(begin_ - page, static_cast<size_t>(end_ - begin_) + 2 * page);
}

// What is copied, and where to.
struct FencedColumns::Cut {
  const uint16_t* parts;
  size_t first;
  size_t size;
  Placement placement;
  uint16_t present;  // the parts of any tuple
};

FencedColumns::FencedColumns(size_t tuples, size_t name_bytes) {
  for (int column = 0; column < 10; ++column) {
    memory_.push_back(
        std::make_unique<FencedMemory>((tuples + kShifts) * 2 * sizeof(uint64_t) + name_bytes));
  }
}

// `needs` are the parts that the column is for: 0 if it is always there.
template <typename T>
const T* FencedColumns::CopyColumn(size_t number, const T* from, const Cut& cut, uint16_t needs,
                                   size_t words_each, Random* random) {
  const bool needed = needs == 0 || (cut.present & needs) != 0;
  if (!needed && cut.placement.null_columns) return nullptr;
  const size_t shift = (cut.placement.shift * (number + 1)) % kShifts;
  T* const to = memory_[number]->Place<T>(cut.size * words_each, cut.placement.fence, shift);
  for (size_t i = 0; i < cut.size; ++i) {
    const bool there = needs == 0 || (cut.parts[cut.first + i] & needs) != 0;
    for (size_t word = 0; word < words_each; ++word) {
      const size_t at = i * words_each + word;
      to[at] = there ? from[cut.first * words_each + at] : static_cast<T>(random->Bits());
    }
  }
  return to;
}

TupleColumns FencedColumns::Copy(const TupleColumns& batch, size_t first, size_t size,
                                 const Placement& placement, Random* random) {
  Cut cut = {batch.parts, first, size, placement, 0};
  for (size_t i = first; i < first + size; ++i) {
    cut.present = static_cast<uint16_t>(cut.present | batch.parts[i]);
  }
  TupleColumns to;
  to.size = size;
  to.parts = CopyColumn(0, batch.parts, cut, 0, 1, random);
  to.remote4 = CopyColumn(1, batch.remote4, cut, kRemoteV4, 1, random);
  to.remote6 = CopyColumn(2, batch.remote6, cut, kRemoteV6, 2, random);
  to.local4 = CopyColumn(3, batch.local4, cut, kLocalV4, 1, random);
  to.local6 = CopyColumn(4, batch.local6, cut, kLocalV6, 2, random);
  to.protocol = CopyColumn(5, batch.protocol, cut, kHasProtocol, 1, random);
  to.port = CopyColumn(6, batch.port, cut, kHasPort, 1, random);
  to.name_offset = CopyColumn(7, batch.name_offset, cut, kHasName, 1, random);
  to.name_size = CopyColumn(8, batch.name_size, cut, kHasName, 1, random);
  if ((cut.present & kHasName) != 0) CopyNames(batch, cut, random, &to);
  return to;
}

// The bytes of the names of the cut and no others: the last one ends at the fence.
void FencedColumns::CopyNames(const TupleColumns& batch, const Cut& cut, Random* random,
                              TupleColumns* to) {
  size_t begin = SIZE_MAX;
  size_t end = 0;
  for (size_t i = cut.first; i < cut.first + cut.size; ++i) {
    if ((cut.parts[i] & kHasName) == 0) continue;
    begin = std::min<size_t>(begin, batch.name_offset[i]);
    end = std::max<size_t>(end, batch.name_offset[i] + batch.name_size[i]);
  }
  char* const names = memory_[9]->Place<char>(end - begin, cut.placement.fence, random->Below(2));
  std::copy(batch.names + begin, batch.names + end, names);
  to->names = names;
  uint32_t* const offsets = const_cast<uint32_t*>(to->name_offset);
  for (size_t i = 0; i < cut.size; ++i) {
    if ((cut.parts[cut.first + i] & kHasName) != 0) offsets[i] -= static_cast<uint32_t>(begin);
  }
}

FencedVerdicts::FencedVerdicts(size_t most) : memory_((most + kShifts) * sizeof(Verdict)) {}

Verdict* FencedVerdicts::Clear(size_t size, Fence fence, size_t shift) {
  std::fill(memory_.begin(), memory_.end(), kCanary);
  Verdict* const verdicts = memory_.Place<Verdict>(size, fence, shift);
  first_ = reinterpret_cast<char*>(verdicts);
  last_ = first_ + size * sizeof(Verdict);
  return verdicts;
}

bool FencedVerdicts::IsClean() const {
  const auto is_canary = [](char c) { return c == kCanary; };
  return std::all_of(memory_.begin(), first_, is_canary) &&
         std::all_of(last_, memory_.end(), is_canary);
}

}  // namespace allowmatch
