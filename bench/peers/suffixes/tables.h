// The tables that are compared. Each finds, for `count` names, the rule of the longest
// suffix that has one. `patterns` outlive a table.

#ifndef ALLOWMATCH_BENCH_PEERS_SUFFIXES_TABLES_H_
#define ALLOWMATCH_BENCH_PEERS_SUFFIXES_TABLES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "bench/contest.h"
#include "patterns.h"

namespace suffixes {

class Table {
 public:
  virtual ~Table() = default;
  virtual void RulesOf(const allowmatch::NameQueries& names, size_t first, size_t count,
                       uint32_t* rules) const = 0;
  virtual size_t bytes() const = 0;
  virtual std::string detail() const = 0;
};

// absl::flat_hash_map, asked for each suffix, the longest first.
std::unique_ptr<Table> NewFlatHashMap(const Patterns& patterns);

// Open addressing; the hashes of all suffixes of a name come from one pass over it, and
// the lines of 16 names are fetched at once.
std::unique_ptr<Table> NewSuffixHash(const Patterns& patterns);

// marisa::Trie over reversed suffixes, its common prefix search.
std::unique_ptr<Table> NewMarisa(const Patterns& patterns);

}  // namespace suffixes

#endif  // ALLOWMATCH_BENCH_PEERS_SUFFIXES_TABLES_H_
