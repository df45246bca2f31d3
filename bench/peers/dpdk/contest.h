/* One contender of DPDK: a way to build a table and one or more ways to ask it.
 * The best way is the one that is timed. */

#ifndef CONTEST_H_
#define CONTEST_H_

#include <stddef.h>
#include <stdint.h>

#define NO_RULE 16777215u
#define BURST 256

struct Prefix {
  uint8_t bits[16]; /* network order; IPv4 in the first four */
  uint8_t length;
  uint32_t value; /* 1..value_count: stands for a rule id */
};

/* A part of a rule; see make_workloads.cc. */
struct Filter {
  uint32_t value;
  uint32_t order;
  uint32_t address; /* host order */
  uint8_t length;
  int protocol; /* -1: any */
  uint16_t first_port;
  uint16_t last_port;
};

struct Workload {
  char kind[16];
  int is_single;           /* one query a call */
  size_t size;             /* queries */
  uint32_t* address4;      /* host order */
  uint8_t (*address6)[16]; /* network order */
  uint8_t* protocol;
  uint16_t* port;
  struct Prefix* prefixes;
  size_t prefix_count;
  struct Filter* filters;
  size_t filter_count;
  /* Rules are renumbered without gaps, so that narrow entries hold them. */
  uint32_t value_count;
  uint32_t* rule_of_value; /* [0] is NO_RULE */
};

/* What a way of asking writes its answers to: values, 0 for no rule. */
struct Answers {
  uint32_t* narrow;
  uint64_t* wide;
};

struct Way {
  const char* name; /* NULL ends a list */
  int is_wide;
  /* Makes the table answer this way; 0, or not on this CPU. May be NULL. */
  int (*select)(void);
  void (*pass)(const struct Workload* workload, const struct Answers* answers);
};

struct Table {
  size_t bytes;
  char detail[128]; /* "2 B entries" */
};

struct Engine {
  const char* name;
  const char* kind;   /* of workload */
  const char* memory; /* for EAL, MiB */
  /* NULL, or why the table cannot be built. */
  const char* (*build)(const struct Workload* workload, struct Table* table);
  const struct Way* ways;
  const struct Way* single_ways;
};

extern const struct Engine kFib, kFib6, kLpm, kAcl;

/* NULL, or what is wrong with the files of `folder`. */
const char* read_workload(const char* folder, struct Workload* workload);

/* Room for `count` elements, at the start of a cache line; NULL if there is none. */
void* allocate_column(size_t count, size_t width);

/* How many stems of `stem` bits have a longer prefix below them: the tables of
 * the next level in a trie of 8-bit strides. */
size_t count_stems(const struct Workload* workload, int stem);

#endif
