/* rte_lpm: DIR-24-8 in the header, four addresses at a time with SSE. */

#include <arpa/inet.h>
#include <rte_lpm.h>
#include <stdio.h>
#include <string.h>

#include "contest.h"

#define VALUE_BITS 0x00ffffffu

static struct rte_lpm* lpm;

static const char* build(const struct Workload* w, struct Table* table) {
  static char why[64];
  struct rte_lpm_config config = {.max_rules = (uint32_t)w->prefix_count + 1024,
                                  .number_tbl8s = 65536};
  lpm = rte_lpm_create("lpm", -1, &config);
  if (lpm == NULL) return "rte_lpm_create failed";
  for (size_t i = 0; i < w->prefix_count; ++i) {
    const struct Prefix* p = &w->prefixes[i];
    uint32_t address;
    memcpy(&address, p->bits, 4);
    const int result = rte_lpm_add(lpm, ntohl(address), p->length, p->value);
    if (result == 0) continue;
    snprintf(why, sizeof(why), "rte_lpm_add of a /%d: %s", p->length, strerror(-result));
    return why;
  }
  table->bytes = ((size_t)(1 << 24) + count_stems(w, 24) * 256) * 4;
  snprintf(table->detail, sizeof(table->detail), "4 B entries");
  return NULL;
}

/* Entries are raw: a flag says whether they are valid. */
static uint32_t value_of(uint32_t entry) {
  return entry & RTE_LPM_LOOKUP_SUCCESS ? entry & VALUE_BITS : 0;
}

static void pass_bulk(const struct Workload* w, const struct Answers* answers) {
  uint32_t entries[BURST];
  for (size_t i = 0; i < w->size; i += BURST) {
    const size_t count = w->size - i < BURST ? w->size - i : BURST;
    rte_lpm_lookup_bulk(lpm, w->address4 + i, entries, (unsigned)count);
    for (size_t k = 0; k < count; ++k) answers->narrow[i + k] = value_of(entries[k]);
  }
}

static void pass_four(const struct Workload* w, const struct Answers* answers) {
  for (size_t i = 0; i < w->size; i += 4) {
    const xmm_t four = _mm_loadu_si128((const __m128i*)(w->address4 + i));
    rte_lpm_lookupx4(lpm, four, answers->narrow + i, 0);
  }
}

static void pass_each(const struct Workload* w, const struct Answers* answers) {
  for (size_t i = 0; i < w->size; ++i) {
    uint32_t value;
    answers->narrow[i] = rte_lpm_lookup(lpm, w->address4[i], &value) == 0 ? value : 0;
  }
}

/* Workloads are multiples of four. */
static const struct Way kWays[] = {
    {"lookup_bulk", 0, NULL, pass_bulk}, {"lookupx4", 0, NULL, pass_four}, {NULL, 0, NULL, NULL}};
static const struct Way kSingleWays[] = {{"lookup", 0, NULL, pass_each}, {NULL, 0, NULL, NULL}};

const struct Engine kLpm = {"rte_lpm", "addresses4", "2048", build, kWays, kSingleWays};
