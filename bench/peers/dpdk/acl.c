/* rte_acl: address, protocol and port at once, the highest priority wins. */

#include <arpa/inet.h>
#include <rte_acl.h>
#include <rte_malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"

/* What a rule looks at. After a first field of one byte, rte_acl reads groups of
 * four, so the port has two bytes for company that no rule cares about. */
struct Key {
  uint8_t protocol;
  uint8_t unused[3];
  uint32_t address; /* network order, as the ports */
  uint16_t port;
  uint16_t padding;
};

enum { kProtocol, kAddress, kPort, kPadding, kFields };

RTE_ACL_RULE_DEF(AclRule, kFields);

static const struct rte_acl_field_def kDefinitions[kFields] = {
    {RTE_ACL_FIELD_TYPE_BITMASK, 1, kProtocol, 0, offsetof(struct Key, protocol)},
    {RTE_ACL_FIELD_TYPE_MASK, 4, kAddress, 1, offsetof(struct Key, address)},
    {RTE_ACL_FIELD_TYPE_RANGE, 2, kPort, 2, offsetof(struct Key, port)},
    {RTE_ACL_FIELD_TYPE_RANGE, 2, kPadding, 2, offsetof(struct Key, padding)},
};

static struct rte_acl_ctx* acl;
static const uint8_t** keys; /* one pointer a query, as the call wants them */

static struct AclRule rule_of(const struct Filter* filter) {
  struct AclRule rule;
  memset(&rule, 0, sizeof(rule));
  rule.data.category_mask = 1;
  rule.data.priority = (int32_t)(RTE_ACL_MAX_PRIORITY - filter->order);
  rule.data.userdata = filter->value;
  rule.field[kProtocol].value.u8 = filter->protocol < 0 ? 0 : (uint8_t)filter->protocol;
  rule.field[kProtocol].mask_range.u8 = filter->protocol < 0 ? 0 : 0xff;
  rule.field[kAddress].value.u32 = filter->address;
  rule.field[kAddress].mask_range.u32 = filter->length;
  rule.field[kPort].value.u16 = filter->first_port;
  rule.field[kPort].mask_range.u16 = filter->last_port;
  rule.field[kPadding].mask_range.u16 = 0xffff;
  return rule;
}

static const char* add_rules(const struct Workload* w) {
  const struct rte_acl_param param = {.name = "acl",
                                      .socket_id = -1,
                                      .rule_size = RTE_ACL_RULE_SZ(kFields),
                                      .max_rule_num = (uint32_t)w->filter_count};
  acl = rte_acl_create(&param);
  if (acl == NULL) return "rte_acl_create failed";
  for (size_t i = 0; i < w->filter_count; ++i) {
    const struct AclRule rule = rule_of(&w->filters[i]);
    if (rte_acl_add_rules(acl, (const struct rte_acl_rule*)&rule, 1) != 0) {
      return "rte_acl_add_rules failed";
    }
  }
  return NULL;
}

static void make_keys(const struct Workload* w) {
  struct Key* all = allocate_column(w->size, sizeof(*all));
  keys = allocate_column(w->size, sizeof(*keys));
  for (size_t i = 0; i < w->size; ++i) {
    all[i] = (struct Key){.protocol = w->protocol[i],
                          .address = htonl(w->address4[i]),
                          .port = htons(w->port[i])};
    keys[i] = (const uint8_t*)&all[i];
  }
}

/* Bytes of EAL's heap that are in use. */
static size_t heap_bytes(void) {
  struct rte_malloc_socket_stats stats;
  return rte_malloc_get_socket_stats(0, &stats) == 0 ? stats.heap_allocsz_bytes : 0;
}

static const char* build(const struct Workload* w, struct Table* table) {
  static char why[96];
  const char* fault = add_rules(w);
  if (fault != NULL) return fault;
  struct rte_acl_config config;
  memset(&config, 0, sizeof(config));
  config.num_categories = 1;
  config.num_fields = kFields;
  memcpy(config.defs, kDefinitions, sizeof(kDefinitions));
  const size_t before = heap_bytes();
  const int result = rte_acl_build(acl, &config);
  if (result != 0) {
    snprintf(why, sizeof(why), "rte_acl_build of %zu filters: %s", w->filter_count,
             strerror(-result));
    return why;
  }
  table->bytes = heap_bytes() - before;
  snprintf(table->detail, sizeof(table->detail), "%zu filters", w->filter_count);
  make_keys(w);
  return NULL;
}

static int use(enum rte_acl_classify_alg alg) { return rte_acl_set_ctx_classify(acl, alg); }
static int use_scalar(void) { return use(RTE_ACL_CLASSIFY_SCALAR); }
static int use_avx2(void) { return use(RTE_ACL_CLASSIFY_AVX2); }
static int use_x16(void) { return use(RTE_ACL_CLASSIFY_AVX512X16); }
static int use_x32(void) { return use(RTE_ACL_CLASSIFY_AVX512X32); }

static void pass_whole(const struct Workload* w, const struct Answers* answers) {
  rte_acl_classify(acl, keys, answers->narrow, (uint32_t)w->size, 1);
}

static void pass_each(const struct Workload* w, const struct Answers* answers) {
  for (size_t i = 0; i < w->size; ++i) rte_acl_classify(acl, keys + i, answers->narrow + i, 1, 1);
}

static const struct Way kWays[] = {{"avx512x32", 0, use_x32, pass_whole},
                                   {"avx512x16", 0, use_x16, pass_whole},
                                   {"avx2", 0, use_avx2, pass_whole},
                                   {"scalar", 0, use_scalar, pass_whole},
                                   {NULL, 0, NULL, NULL}};
static const struct Way kSingleWays[] = {{"scalar, one", 0, use_scalar, pass_each},
                                         {"avx2, one", 0, use_avx2, pass_each},
                                         {NULL, 0, NULL, NULL}};

const struct Engine kAcl = {"rte_acl", "tuples", "8192", build, kWays, kSingleWays};
