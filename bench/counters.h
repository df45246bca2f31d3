/* Cycles and cache misses of this thread, where the machine lets us count them
 * (perf_event_open). Plain C, for contenders in C and C++.
 *
 *   struct Counters counters;
 *   counters_open(&counters);
 *   counters_start(&counters);  ...  counters_stop(&counters);
 *   counters_print(&counters, stdout);   // "cycles": 123, "cache_misses": null
 */

#ifndef ALLOWMATCH_BENCH_COUNTERS_H_
#define ALLOWMATCH_BENCH_COUNTERS_H_

#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct Counters {
  int cycles; /* -1: cannot be counted here */
  int cache_misses;
};

static inline int counters_open_one(uint64_t event) {
  struct perf_event_attr attr;
  memset(&attr, 0, sizeof(attr));
  attr.size = sizeof(attr);
  attr.type = PERF_TYPE_HARDWARE;
  attr.config = event;
  attr.disabled = 1;
  attr.exclude_kernel = 1;
  attr.exclude_hv = 1;
  return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static inline void counters_open(struct Counters* counters) {
  counters->cycles = counters_open_one(PERF_COUNT_HW_CPU_CYCLES);
  counters->cache_misses = counters_open_one(PERF_COUNT_HW_CACHE_MISSES);
}

static inline void counters_start(const struct Counters* counters) {
  const int events[2] = {counters->cycles, counters->cache_misses};
  for (int i = 0; i < 2; ++i) {
    if (events[i] < 0) continue;
    ioctl(events[i], PERF_EVENT_IOC_RESET, 0);
    ioctl(events[i], PERF_EVENT_IOC_ENABLE, 0);
  }
}

static inline void counters_stop(const struct Counters* counters) {
  if (counters->cycles >= 0) ioctl(counters->cycles, PERF_EVENT_IOC_DISABLE, 0);
  if (counters->cache_misses >= 0) ioctl(counters->cache_misses, PERF_EVENT_IOC_DISABLE, 0);
}

static inline void counters_print_one(const char* name, int event, FILE* out) {
  uint64_t value = 0;
  if (event >= 0 && read(event, &value, sizeof(value)) == sizeof(value)) {
    fprintf(out, "\"%s\": %llu", name, (unsigned long long)value);
  } else {
    fprintf(out, "\"%s\": null", name);
  }
}

static inline void counters_print(const struct Counters* counters, FILE* out) {
  counters_print_one("cycles", counters->cycles, out);
  fputs(", ", out);
  counters_print_one("cache_misses", counters->cache_misses, out);
}

#endif
