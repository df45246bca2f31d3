/* Reads what make_workloads wrote. */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"

static FILE* open_in(const char* folder, const char* name) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  return fopen(path, "rb");
}

void* allocate_column(size_t count, size_t width) {
  return aligned_alloc(64, (count * width + 63) / 64 * 64);
}

static void* read_column(const char* folder, const char* name, size_t count, size_t width) {
  FILE* file = open_in(folder, name);
  if (file == NULL) return NULL;
  void* column = allocate_column(count, width);
  if (column != NULL && fread(column, width, count, file) != count) {
    free(column);
    column = NULL;
  }
  fclose(file);
  return column;
}

static int read_about(const char* folder, struct Workload* w) {
  FILE* file = open_in(folder, "about");
  char key[64], value[64];
  if (file == NULL) return 0;
  while (fscanf(file, "%63s %63s", key, value) == 2) {
    if (strcmp(key, "kind") == 0) snprintf(w->kind, sizeof(w->kind), "%.15s", value);
    if (strcmp(key, "calls") == 0) w->is_single = strcmp(value, "single") == 0;
    if (strcmp(key, "queries") == 0) w->size = strtoull(value, NULL, 10);
  }
  fclose(file);
  return w->size > 0;
}

/* Files have two host-order halves. */
static void to_network_order(uint8_t (*addresses)[16], size_t count) {
  for (size_t i = 0; i < count; ++i) {
    uint64_t halves[2];
    memcpy(halves, addresses[i], 16);
    halves[0] = __builtin_bswap64(halves[0]);
    halves[1] = __builtin_bswap64(halves[1]);
    memcpy(addresses[i], halves, 16);
  }
}

static int parse_prefix(char* text, struct Prefix* prefix) {
  char* slash = strchr(text, '/');
  if (slash == NULL) return 0;
  *slash = '\0';
  prefix->length = (uint8_t)atoi(slash + 1);
  const int family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET;
  memset(prefix->bits, 0, sizeof(prefix->bits));
  return inet_pton(family, text, prefix->bits) == 1;
}

/* Gives `rule` its number among the rules that were met. */
static uint32_t value_of(uint32_t rule, uint32_t* values, struct Workload* w) {
  if (values[rule] == 0) {
    values[rule] = ++w->value_count;
    w->rule_of_value[w->value_count] = rule;
  }
  return values[rule];
}

static void read_prefixes(FILE* file, uint32_t* values, struct Workload* w) {
  char text[128];
  uint32_t rule;
  size_t room = 0;
  while (fscanf(file, "%127s %u", text, &rule) == 2) {
    if (w->prefix_count == room) {
      room = room * 2 + 1024;
      w->prefixes = realloc(w->prefixes, room * sizeof(*w->prefixes));
    }
    struct Prefix* prefix = &w->prefixes[w->prefix_count];
    if (!parse_prefix(text, prefix)) continue;
    prefix->value = value_of(rule, values, w);
    ++w->prefix_count;
  }
}

static void read_filters(FILE* file, uint32_t* values, struct Workload* w) {
  char text[128];
  unsigned rule, order, first, last;
  int protocol;
  size_t room = 0;
  while (fscanf(file, "%u %u %127s %d %u %u", &rule, &order, text, &protocol, &first, &last) == 6) {
    if (w->filter_count == room) {
      room = room * 2 + 1024;
      w->filters = realloc(w->filters, room * sizeof(*w->filters));
    }
    struct Prefix prefix;
    if (!parse_prefix(text, &prefix)) continue;
    uint32_t address;
    memcpy(&address, prefix.bits, 4);
    w->filters[w->filter_count++] = (struct Filter){
        value_of(rule, values, w), order,         ntohl(address), prefix.length, protocol,
        (uint16_t)first,           (uint16_t)last};
  }
}

static void read_rules(const char* folder, struct Workload* w) {
  uint32_t* values = calloc(NO_RULE + 1, sizeof(*values));
  w->rule_of_value = calloc(NO_RULE + 1, sizeof(*values));
  w->rule_of_value[0] = NO_RULE;
  FILE* prefixes = open_in(folder, "prefixes.txt");
  if (prefixes != NULL) {
    read_prefixes(prefixes, values, w);
    fclose(prefixes);
  }
  FILE* filters = open_in(folder, "rules.txt");
  if (filters != NULL) {
    read_filters(filters, values, w);
    fclose(filters);
  }
  free(values);
}

const char* read_workload(const char* folder, struct Workload* w) {
  memset(w, 0, sizeof(*w));
  if (!read_about(folder, w)) return "no workload";
  if (strcmp(w->kind, "addresses6") == 0) {
    w->address6 = read_column(folder, "address.bin", w->size, 16);
    if (w->address6 == NULL) return "no addresses";
    to_network_order(w->address6, w->size);
  } else {
    w->address4 = read_column(folder, "address.bin", w->size, 4);
    if (w->address4 == NULL) return "no addresses";
  }
  if (strcmp(w->kind, "tuples") == 0) {
    w->protocol = read_column(folder, "protocol.bin", w->size, 1);
    w->port = read_column(folder, "port.bin", w->size, 2);
    if (w->protocol == NULL || w->port == NULL) return "no protocols or ports";
  }
  read_rules(folder, w);
  return w->prefix_count + w->filter_count > 0 ? NULL : "no rules of this family";
}

static int compare_bits(const void* a, const void* b) { return memcmp(a, b, 16); }

size_t count_stems(const struct Workload* w, int stem) {
  uint8_t(*stems)[16] = calloc(w->prefix_count, 16);
  size_t count = 0, distinct = 0;
  for (size_t i = 0; i < w->prefix_count; ++i) {
    if (w->prefixes[i].length > stem) memcpy(stems[count++], w->prefixes[i].bits, stem / 8);
  }
  qsort(stems, count, 16, compare_bits);
  for (size_t i = 0; i < count; ++i) distinct += i == 0 || memcmp(stems[i - 1], stems[i], 16) != 0;
  free(stems);
  return distinct;
}
