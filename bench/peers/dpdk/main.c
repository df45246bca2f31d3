/* Contenders of DPDK for bench/duel.py, with its protocol (see contender.cc):
 *
 *   dpdk ENGINE FOLDER      rte_fib, rte_fib6, rte_lpm or rte_acl
 *
 * One `load` a process. The table is asked in every way that the engine has; runs
 * use the quickest. */

#define _GNU_SOURCE
#include <errno.h>
#include <rte_eal.h>
#include <rte_memory.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "../../counters.h"
#include "contest.h"

#define LEAST_PASS_NS 50000000u
#define TURNS 5
#define MOST_WAYS 8
#define MOST_MEMORY (16ull << 30)
#define MOST_BUILD_SECONDS 60 /* PEER_BUILD_SECONDS in the environment */

static const struct Engine* const kEngines[] = {&kFib, &kFib6, &kLpm, &kAcl};

struct Contest {
  const struct Engine* engine;
  struct Workload workload;
  struct Answers answers;
  struct Counters counters;
  const struct Way* way;
  size_t repeats;
};

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Without hugepages EAL takes its memory from here, and then no page of it can be huge. Where
 * there is no memfd it takes ordinary memory. */
int memfd_create(const char* name, unsigned int flags) {
  (void)name;
  (void)flags;
  errno = ENOSYS;
  return -1;
}

/* Transparent huge pages, which our tables have, too. */
static int make_huge(const struct rte_memseg_list* list, void* unused) {
  (void)unused;
  madvise(list->base_va, list->len, MADV_HUGEPAGE);
  return 0;
}

/* EAL pins the thread to the core that it is given: the one we are on. */
static int start_eal(const char* memory) {
  char core[16];
  snprintf(core, sizeof(core), "%d", sched_getcpu());
  char* words[] = {"dpdk",
                   "--no-huge",
                   "-m",
                   (char*)memory,
                   "--no-pci",
                   "--no-telemetry",
                   "--no-shconf",
                   "-l",
                   core,
                   "--log-level=1",
                   "--force-max-simd-bitwidth=512"};
  if (rte_eal_init(sizeof(words) / sizeof(words[0]), words) < 0) return 0;
  rte_memseg_list_walk(make_huge, NULL);
  return 1;
}

static uint64_t time_pass(const struct Contest* c) {
  const uint64_t start = now_ns();
  c->way->pass(&c->workload, &c->answers);
  return now_ns() - start;
}

/* Ways are tried in turns, so that a noisy moment is not held against one of them. */
static void time_ways(struct Contest* c, const struct Way* ways, uint64_t* best_ns) {
  for (int turn = 0; turn < TURNS; ++turn) {
    for (int i = 0; ways[i].name != NULL; ++i) {
      if (ways[i].select != NULL && ways[i].select() != 0) continue;
      c->way = &ways[i];
      const uint64_t ns = time_pass(c);
      if (ns < best_ns[i]) best_ns[i] = ns;
    }
  }
}

/* Writes "way": Mlps for each way to `report`, null for one that this CPU refuses. */
static void choose_way(struct Contest* c, char* report, size_t room) {
  const struct Way* const ways = c->workload.is_single ? c->engine->single_ways : c->engine->ways;
  uint64_t best_ns[MOST_WAYS];
  memset(best_ns, 0xff, sizeof(best_ns));
  time_ways(c, ways, best_ns);
  int best = 0;
  for (int i = 0; ways[i].name != NULL; ++i) {
    char speed[32] = "null";
    if (best_ns[i] != UINT64_MAX) {
      snprintf(speed, sizeof(speed), "%.1f", (double)c->workload.size * 1e3 / (double)best_ns[i]);
    }
    const size_t used = strlen(report);
    snprintf(report + used, room - used, "%s\"%s\": %s", used == 0 ? "" : ", ", ways[i].name,
             speed);
    if (best_ns[i] < best_ns[best]) best = i;
  }
  c->way = &ways[best];
  if (c->way->select != NULL) c->way->select();
  c->repeats = LEAST_PASS_NS / (best_ns[best] + 1) + 1;
}

/* Rules that need more than is there make an error of malloc, not of the machine. */
static void limit_memory(void) {
  const struct rlimit limit = {MOST_MEMORY, MOST_MEMORY};
  setrlimit(RLIMIT_AS, &limit);
}

static void give_up(int signal) {
  (void)signal;
  static const char kAnswer[] = "{\"unsupported\": \"not built in PEER_BUILD_SECONDS\"}\n";
  _exit(write(STDOUT_FILENO, kAnswer, sizeof(kAnswer) - 1) > 0 ? 0 : 2);
}

static void clear_answers(const struct Contest* c) {
  memset(c->answers.narrow, 0xff, c->workload.size * sizeof(*c->answers.narrow));
  memset(c->answers.wide, 0xff, c->workload.size * sizeof(*c->answers.wide));
}

static void load(struct Contest* c, const char* folder, const char* name) {
  char path[4096], report[1024] = "";
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  const char* fault = read_workload(path, &c->workload);
  if (fault == NULL && strcmp(c->workload.kind, c->engine->kind) != 0)
    fault = "another kind of query";
  if (fault != NULL) {
    printf("{\"unsupported\": \"%s\"}\n", fault);
    return;
  }
  struct Table table = {0, ""};
  const uint64_t start = now_ns();
  signal(SIGALRM, give_up);
  const char* seconds = getenv("PEER_BUILD_SECONDS");
  alarm(seconds == NULL ? MOST_BUILD_SECONDS : (unsigned)atoi(seconds));
  fault = c->engine->build(&c->workload, &table);
  alarm(0);
  const uint64_t build_ns = now_ns() - start;
  if (fault != NULL) {
    printf("{\"unsupported\": \"%s\"}\n", fault);
    return;
  }
  c->answers.narrow = allocate_column(c->workload.size, sizeof(*c->answers.narrow));
  c->answers.wide = allocate_column(c->workload.size, sizeof(*c->answers.wide));
  clear_answers(c);
  choose_way(c, report, sizeof(report));
  printf(
      "{\"ready\": true, \"table_bytes\": %zu, \"build_ms\": %llu, \"detail\": \"%s; %s\", "
      "\"tried\": {%s}}\n",
      table.bytes, (unsigned long long)(build_ns / 1000000), c->way->name, table.detail, report);
}

static uint64_t sum_answers(const struct Contest* c) {
  uint64_t sum = 0;
  for (size_t i = 0; i < c->workload.size; ++i) {
    const uint64_t value = c->way->is_wide ? c->answers.wide[i] : c->answers.narrow[i];
    sum += value <= c->workload.value_count ? c->workload.rule_of_value[value] : value;
  }
  return sum;
}

static void run(const struct Contest* c) {
  clear_answers(c);
  counters_start(&c->counters);
  const uint64_t start = now_ns();
  for (size_t i = 0; i < c->repeats; ++i) c->way->pass(&c->workload, &c->answers);
  const uint64_t ns = now_ns() - start;
  counters_stop(&c->counters);
  printf("{\"ns\": %llu, \"queries\": %zu, \"sum\": %llu, ", (unsigned long long)ns,
         c->workload.size * c->repeats, (unsigned long long)sum_answers(c));
  counters_print(&c->counters, stdout);
  printf("}\n");
}

static void serve(struct Contest* c, const char* folder) {
  char command[16], name[256];
  while (scanf("%15s", command) == 1 && strcmp(command, "quit") != 0) {
    if (strcmp(command, "load") == 0 && c->engine != NULL && scanf("%255s", name) == 1) {
      load(c, folder, name);
    } else if (strcmp(command, "run") == 0 && c->way != NULL) {
      run(c);
    } else {
      printf("{\"error\": \"cannot %s\"}\n", command);
    }
    fflush(stdout);
  }
}

int main(int argc, char** argv) {
  struct Contest contest = {0};
  for (size_t i = 0; argc == 3 && i < sizeof(kEngines) / sizeof(kEngines[0]); ++i) {
    if (strcmp(argv[1], kEngines[i]->name) == 0) contest.engine = kEngines[i];
  }
  if (contest.engine == NULL) {
    fprintf(stderr, "usage: dpdk rte_fib|rte_fib6|rte_lpm|rte_acl FOLDER\n");
    return 2;
  }
  limit_memory();
  if (!start_eal(contest.engine->memory)) {
    printf("{\"error\": \"rte_eal_init failed\"}\n");
    return 2;
  }
  counters_open(&contest.counters);
  serve(&contest, argv[2]);
  return 0;
}
