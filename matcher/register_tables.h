// What a small policy says of plain tuples, as tables of bytes that fit in vector
// registers: a lookup is a byte permute, and none goes to memory.
//
// Everything is a byte, so that a vector holds one byte of 64 tuples. The parts of
// an address are bytes a, b, c, d, from the left:
//
//   row = page[a]; slot = row + b         rows are laid over each other, shifted so
//   owner[slot] == row, else code = 0     that no two use one slot
//   node = next[0][slot] + (c > split[0][slot])     up to four boxes a slot,
//   node = next[1][node] + (c > split[1][node])     told apart by at most
//   node = next[2][node] + (d > split[2][node])     three comparisons
//   in_box = c - box_c[node] <= size_c[node] and d - box_d[node] <= size_d[node]
//   code = base[node] + in_box
//
// A port is a high and a low byte. The page with most to tell apart has a table of
// its own; the others have at most seven ends of services each:
//
//   group = port_group[high]
//   node  = port_next[group] + (low > port_split[group])
//   ports = port_base[node] + (low > port_pivot[0..2][node], added up)
//           or dense[low], where group == dense_group
//   service = lane_service[lane of the protocol][ports]
//
//   place   = places[shape[code] + service]
//   verdict = the word[0..3][first[code] + place]
//
// Additions are modulo 256. Sparse rows laid over each other are from Tarjan and
// Yao, "Storing a Sparse Table" (CACM 22(11), 1979).
//
// The tables say the same as the IPv4 and the verdict table beside them, which
// serve all other tuples and all other kernels. A policy that does not fit has
// none. Whatever their bytes are, a lookup stays inside them; a verdict is valid
// because each word is checked when the database is opened.

#ifndef ALLOWMATCH_MATCHER_REGISTER_TABLES_H_
#define ALLOWMATCH_MATCHER_REGISTER_TABLES_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "matcher/verdict.h"

namespace allowmatch {

using ByteTable = uint8_t[256];

struct RegisterTables {
  static constexpr size_t kMaxNodes = 128;  // of split 1 and 2, of boxes, of ports
  static constexpr size_t kMaxLanes = 8;    // the last is for all other protocols

  ByteTable page;
  ByteTable owner;
  ByteTable split[3];
  ByteTable next[3];
  ByteTable box_c;
  ByteTable size_c;
  ByteTable box_d;
  ByteTable size_d;
  ByteTable base;

  ByteTable shape;
  ByteTable first;
  ByteTable listing[3];  // the rule that lists the address, from the low byte

  ByteTable port_group;
  ByteTable port_split;
  ByteTable port_next;
  ByteTable port_pivot[3];
  ByteTable port_base;
  ByteTable dense;
  ByteTable lane_of;  // protocol to lane
  ByteTable lane_service[kMaxLanes];

  ByteTable places;
  ByteTable word[4];

  uint8_t dense_group;
  uint8_t lane_count;  // at least 1
  uint8_t lane_protocol[kMaxLanes];
  uint8_t unused[54];  // zero
};
static_assert(sizeof(RegisterTables) == 40 * 256 + 64);

// Whether every verdict and rule in the tables is one of a policy of `rule_count`
// rules, and every count in range.
absl::Status CheckRegisterTables(const RegisterTables& tables, uint32_t rule_count);

// The kernels for CPUs with AVX-512 VBMI. `count` is any number.
void RegisterVerdictsVbmi(const RegisterTables& tables, const uint32_t* addresses,
                          const uint8_t* protocols, const uint16_t* ports, size_t count,
                          Verdict* verdicts);
void RegisterListingRulesVbmi(const RegisterTables& tables, const uint32_t* addresses, size_t count,
                              uint32_t* rules);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_REGISTER_TABLES_H_
