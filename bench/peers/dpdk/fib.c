/* rte_fib (DIR-24-8): the IPv4 forwarding table. */

#include <arpa/inet.h>
#include <errno.h>
#include <rte_fib.h>
#include <stdio.h>
#include <string.h>

#include "contest.h"

static struct rte_fib* fib;

static const uint32_t kMostValues[] = {127, 32767, 0x7fffffff};

static struct rte_fib* create(const struct Workload* w, int width) {
  struct rte_fib_conf conf;
  memset(&conf, 0, sizeof(conf));
  conf.type = RTE_FIB_DIR24_8;
  conf.max_routes = (int)w->prefix_count * 2 + 1024;
  conf.dir24_8.nh_sz = (enum rte_fib_dir24_8_nh_sz)width;
  conf.dir24_8.num_tbl8 = kMostValues[width] < 65536 ? kMostValues[width] : 65536;
  return rte_fib_create("fib", -1, &conf);
}

static int add_all(const struct Workload* w) {
  for (size_t i = 0; i < w->prefix_count; ++i) {
    const struct Prefix* p = &w->prefixes[i];
    uint32_t address;
    memcpy(&address, p->bits, 4);
    const int result = rte_fib_add(fib, ntohl(address), p->length, p->value);
    if (result != 0) return result;
  }
  return 0;
}

/* With the narrowest entries that hold the rules and the second level. */
static const char* build(const struct Workload* w, struct Table* table) {
  static char why[64];
  for (int width = 0; width < 3; ++width) {
    if (w->value_count > kMostValues[width]) continue;
    fib = create(w, width);
    if (fib == NULL) return "rte_fib_create failed";
    const int result = add_all(w);
    if (result == 0) {
      table->bytes = ((size_t)(1 << 24) + count_stems(w, 24) * 256) << width;
      snprintf(table->detail, sizeof(table->detail), "%d B entries", 1 << width);
      return NULL;
    }
    snprintf(why, sizeof(why), "rte_fib_add: %s", strerror(-result));
    rte_fib_free(fib);
  }
  return why;
}

static int use_avx512(void) {
  return rte_fib_select_lookup(fib, RTE_FIB_LOOKUP_DIR24_8_VECTOR_AVX512);
}

static int use_scalar(void) {
  return rte_fib_select_lookup(fib, RTE_FIB_LOOKUP_DIR24_8_SCALAR_MACRO);
}

static void pass_whole(const struct Workload* w, const struct Answers* answers) {
  rte_fib_lookup_bulk(fib, w->address4, answers->wide, (int)w->size);
}

static void pass_bursts(const struct Workload* w, const struct Answers* answers) {
  uint64_t hops[BURST];
  for (size_t i = 0; i < w->size; i += BURST) {
    const size_t count = w->size - i < BURST ? w->size - i : BURST;
    rte_fib_lookup_bulk(fib, w->address4 + i, hops, (int)count);
    for (size_t k = 0; k < count; ++k) answers->narrow[i + k] = (uint32_t)hops[k];
  }
}

static void pass_each(const struct Workload* w, const struct Answers* answers) {
  for (size_t i = 0; i < w->size; ++i) {
    uint64_t hop;
    rte_fib_lookup_bulk(fib, w->address4 + i, &hop, 1);
    answers->narrow[i] = (uint32_t)hop;
  }
}

static const struct Way kWays[] = {{"avx512, whole", 1, use_avx512, pass_whole},
                                   {"avx512, bursts", 0, use_avx512, pass_bursts},
                                   {"scalar, whole", 1, use_scalar, pass_whole},
                                   {"scalar, bursts", 0, use_scalar, pass_bursts},
                                   {NULL, 0, NULL, NULL}};
static const struct Way kSingleWays[] = {{"scalar, one", 0, use_scalar, pass_each},
                                         {"avx512, one", 0, use_avx512, pass_each},
                                         {NULL, 0, NULL, NULL}};

const struct Engine kFib = {"rte_fib", "addresses4", "2048", build, kWays, kSingleWays};
