#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace allowmatch {
namespace {

constexpr std::chrono::milliseconds kDelay{1000};
constexpr std::chrono::milliseconds kInterval{100};
constexpr uint64_t kBarWidth = 24;

}  // namespace

Progress::Progress()
    : terminal_(isatty(STDERR_FILENO)), start_(Clock::now()), next_(start_ + kDelay) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

void Progress::Update(uint64_t done, uint64_t total, uint64_t records) {
  if (!terminal_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + kInterval;
  shown_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double millions = static_cast<double>(records) / 1e6;
  if (total == 0) {
    std::fprintf(stderr, "\r%.1f M records, %.2f M/s\x1b[K", millions, millions / seconds);
    return;
  }
  const uint64_t part = std::min(done, total);
  std::string bar(kBarWidth, '.');
  std::fill_n(bar.begin(), part * kBarWidth / total, '#');
  std::fprintf(stderr, "\r[%s] %3u%%  %.1f M records, %.2f M/s\x1b[K", bar.c_str(),
               static_cast<unsigned>(part * 100 / total), millions, millions / seconds);
}

}  // namespace allowmatch
