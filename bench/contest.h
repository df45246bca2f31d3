// What a contender of bench/duel.py in C++ has to do, but for the lookups: the commands on
// stdin (contest.py has them), columns of queries, the clock. Nothing but the standard
// library is used, so that peers can be built from it by hand.

#ifndef ALLOWMATCH_BENCH_CONTEST_H_
#define ALLOWMATCH_BENCH_CONTEST_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace allowmatch {

// Allocates whole cache lines. Where an array begins in one would otherwise be
// chance, and differ from run to run.
template <typename T>
struct LineAllocator {
  static constexpr std::align_val_t kLine{64};
  using value_type = T;

  LineAllocator() = default;
  template <typename U>
  LineAllocator(const LineAllocator<U>&) {}

  T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* array, size_t) { ::operator delete(array, kLine); }
  friend bool operator==(LineAllocator, LineAllocator) { return true; }
};

template <typename T>
using Column = std::vector<T, LineAllocator<T>>;

// Files of a workload; empty if they cannot be read. make_workloads.cc says what is in them.
std::string ReadText(const std::string& path);
std::map<std::string, std::string> ReadAbout(const std::string& folder);

template <typename T>
Column<T> ReadColumn(const std::string& path) {
  const std::string bytes = ReadText(path);
  Column<T> column(bytes.size() / sizeof(T));
  if (!column.empty()) std::memcpy(column.data(), bytes.data(), column.size() * sizeof(T));
  return column;
}

struct NameQueries {
  Column<char> bytes;
  Column<uint32_t> offset;
  Column<uint16_t> size;
};
NameQueries ReadNames(const std::string& folder);

class Stopwatch {
 public:
  int64_t ns() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start_).count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

// A workload that is loaded.
class Contest {
 public:
  virtual ~Contest() = default;

  virtual size_t size() const = 0;  // queries of a pass
  virtual void Pass() = 0;          // answers all of them; this is what is timed
  virtual void Clear() = 0;         // what a pass leaves unanswered must be wrong

  // What the answers add up to; with `tells_rules`, `sum` of the workload, else `listed`.
  virtual uint64_t Sum() const = 0;
  virtual bool tells_rules() const { return true; }
};

struct Loaded {
  std::unique_ptr<Contest> contest;  // null: see `refusal`
  size_t table_bytes = 0;            // what lookups use
  int64_t build_ns = 0;
  std::string detail;  // how the lookups are done, in a few words

  std::string refusal;       // why there is no contest
  bool unsupported = false;  // it cannot hold this workload; else something is wrong
};

// Refusals.
Loaded Unsupported(const std::string& why);
Loaded Failed(const std::string& why);

// Obeys the commands on stdin until they end. `load` is called with the folder of one
// workload, when no other is held any more.
void Serve(const std::string& folder, const std::function<Loaded(const std::string&)>& load);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_CONTEST_H_
