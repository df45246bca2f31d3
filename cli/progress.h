// A progress line on stderr for long jobs in front of a person.

#ifndef ALLOWMATCH_CLI_PROGRESS_H_
#define ALLOWMATCH_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>

namespace allowmatch {

// Shows nothing in the first second, and nothing at all where stderr is no
// terminal. The line is gone when the object is.
class Progress {
 public:
  Progress();
  ~Progress();

  // `done` of `total` bytes (0: unknown) and how many records so far. Cheap
  // enough for every batch.
  void Update(uint64_t done, uint64_t total, uint64_t records);

 private:
  using Clock = std::chrono::steady_clock;
  const bool terminal_;
  const Clock::time_point start_;
  Clock::time_point next_;
  bool shown_ = false;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_PROGRESS_H_
