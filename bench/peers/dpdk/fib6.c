/* rte_fib6 (TRIE): the IPv6 forwarding table. */

#include <rte_fib6.h>
#include <stdio.h>
#include <string.h>

#include "contest.h"

static struct rte_fib6* fib;

static const uint32_t kMostValues[] = {0, 32767, 0x7fffffff};

static struct rte_fib6* create(const struct Workload* w, int width) {
  struct rte_fib6_conf conf;
  memset(&conf, 0, sizeof(conf));
  conf.type = RTE_FIB6_TRIE;
  conf.max_routes = (int)w->prefix_count * 2 + 1024;
  conf.trie.nh_sz = (enum rte_fib_trie_nh_sz)width;
  conf.trie.num_tbl8 = kMostValues[width] < (1u << 19) ? kMostValues[width] : 1u << 19;
  return rte_fib6_create("fib6", -1, &conf);
}

static int add_all(const struct Workload* w) {
  for (size_t i = 0; i < w->prefix_count; ++i) {
    const struct Prefix* p = &w->prefixes[i];
    const int result = rte_fib6_add(fib, p->bits, p->length, p->value);
    if (result != 0) return result;
  }
  return 0;
}

static size_t table_bytes(const struct Workload* w, int width) {
  size_t entries = 1 << 24;
  for (int stem = 24; stem < 128; stem += 8) entries += count_stems(w, stem) * 256;
  return entries << width;
}

static const char* build(const struct Workload* w, struct Table* table) {
  static char why[64];
  for (int width = 1; width < 3; ++width) {
    if (w->value_count > kMostValues[width]) continue;
    fib = create(w, width);
    if (fib == NULL) return "rte_fib6_create failed";
    const int result = add_all(w);
    if (result == 0) {
      table->bytes = table_bytes(w, width);
      snprintf(table->detail, sizeof(table->detail), "%d B entries", 1 << width);
      return NULL;
    }
    snprintf(why, sizeof(why), "rte_fib6_add: %s", strerror(-result));
    rte_fib6_free(fib);
  }
  return why;
}

static int use_avx512(void) {
  return rte_fib6_select_lookup(fib, RTE_FIB6_LOOKUP_TRIE_VECTOR_AVX512);
}

static int use_scalar(void) { return rte_fib6_select_lookup(fib, RTE_FIB6_LOOKUP_TRIE_SCALAR); }

static void pass_whole(const struct Workload* w, const struct Answers* answers) {
  rte_fib6_lookup_bulk(fib, w->address6, answers->wide, (int)w->size);
}

static void pass_bursts(const struct Workload* w, const struct Answers* answers) {
  uint64_t hops[BURST];
  for (size_t i = 0; i < w->size; i += BURST) {
    const size_t count = w->size - i < BURST ? w->size - i : BURST;
    rte_fib6_lookup_bulk(fib, w->address6 + i, hops, (int)count);
    for (size_t k = 0; k < count; ++k) answers->narrow[i + k] = (uint32_t)hops[k];
  }
}

static void pass_each(const struct Workload* w, const struct Answers* answers) {
  for (size_t i = 0; i < w->size; ++i) {
    uint64_t hop;
    rte_fib6_lookup_bulk(fib, w->address6 + i, &hop, 1);
    answers->narrow[i] = (uint32_t)hop;
  }
}

static const struct Way kWays[] = {{"avx512, whole", 1, use_avx512, pass_whole},
                                   {"avx512, bursts", 0, use_avx512, pass_bursts},
                                   {"scalar, whole", 1, use_scalar, pass_whole},
                                   {"scalar, bursts", 0, use_scalar, pass_bursts},
                                   {NULL, 0, NULL, NULL}};
static const struct Way kSingleWays[] = {{"scalar, one", 0, use_scalar, pass_each},
                                         {NULL, 0, NULL, NULL}};

const struct Engine kFib6 = {"rte_fib6", "addresses6", "2048", build, kWays, kSingleWays};
