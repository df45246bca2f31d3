// Name patterns -> the trie of matcher/name_table.h.

#ifndef ALLOWMATCH_RULES_NAME_BUILDER_H_
#define ALLOWMATCH_RULES_NAME_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/database.h"
#include "rules/pairs.h"
#include "rules/rank_sets.h"

namespace allowmatch {

struct NameArrays {
  std::vector<NameNode> nodes;
  std::string labels;
  std::vector<NameSlot> slots;
  uint64_t seed = 0;
  std::vector<NameClass> classes;  // out_row of out_sets, in_row of in_sets; 0 is no match
};

// Adds the sets that it meets to `out_sets` and `in_sets`. Fails if the labels
// are more than `label_bytes` long together. Linear in the patterns.
absl::StatusOr<NameArrays> BuildNameTable(const Pairs& pairs, uint64_t label_bytes,
                                          RankSets* out_sets, RankSets* in_sets);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_NAME_BUILDER_H_
