// Large tables of the program lie on huge pages, where the system has such: the compiler
// fills hundreds of megabytes once, in which each page of 4 KiB is a fault, and each read at
// a random place a miss in the translations of addresses.

#include <malloc.h>
#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace {

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kLarge = 2 * kHugePage;

// Memory that is large is given back as soon as it is free. Left alone, malloc learns from
// the first table to keep it.
const int kGivenBack = mallopt(M_MMAP_THRESHOLD, kLarge);

void* Allocate(size_t size) {
  if (size < kLarge) return std::malloc(size != 0 ? size : 1);
  void* const large = std::aligned_alloc(kHugePage, (size + kHugePage - 1) & ~(kHugePage - 1));
  // A wish: where it is refused, the pages are small.
  if (large != nullptr) madvise(large, size, MADV_HUGEPAGE);
  return large;
}

}  // namespace

void* operator new(size_t size) {
  while (true) {
    if (void* const memory = Allocate(size); memory != nullptr) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
