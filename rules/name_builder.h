// Name patterns -> the table of matcher/name_table.h.

#ifndef ALLOWMATCH_RULES_NAME_BUILDER_H_
#define ALLOWMATCH_RULES_NAME_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/database.h"
#include "rules/name_top_builder.h"
#include "rules/node_classes.h"
#include "rules/pairs.h"
#include "rules/rank_sets.h"

namespace allowmatch {

struct NameArrays {
  uint64_t seed = 0;
  uint32_t word_size = 0;
  std::vector<NameLine> lines;
  std::vector<uint8_t> records;
  NameTops tops;
  std::vector<NameBranch> branches;
  std::vector<NameAffixes> affixes;
  std::vector<NameGlob> globs;
  std::string texts;
  std::vector<uint32_t> slots;
  bool ranks_follow_rules = false;  // NumberByRules is to be called
  std::vector<NameClass> classes;      // out_row of out_sets, in_row of in_sets; 0 is no match
  std::vector<uint32_t> listing;       // of each class: its best outbound rank
  std::vector<uint32_t> runs;          // the first rank of each run
  std::vector<uint32_t> run_services;  // what each asks for: indices into Pairs::services
};

// Adds the sets that it meets to `out_sets` and `in_sets`. Fails if the labels
// are more than `label_bytes` long together. Linear in the patterns.
absl::StatusOr<NameArrays> BuildNameTable(const Pairs& pairs, uint64_t label_bytes,
                                          RankSets* out_sets, RankSets* in_sets);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_NAME_BUILDER_H_
