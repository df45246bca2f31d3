// Address pairs -> classes of addresses, and the tables that find them.

#ifndef ALLOWMATCH_RULES_ADDRESS_CLASSES_H_
#define ALLOWMATCH_RULES_ADDRESS_CLASSES_H_

#include <vector>

#include "matcher/database.h"
#include "rules/ip4_builder.h"
#include "rules/ip6_builder.h"
#include "rules/pairs.h"
#include "rules/rank_sets.h"

namespace allowmatch {

struct AddressTables {
  std::vector<AddressClass> classes;    // out_row of out_sets, in_row of in_sets, local of locals
  std::vector<uint32_t> listing_rules;  // by class
  uint32_t absent_class = 0;
  Intervals intervals4;  // of classes
  Ip4Sections ip4;
  Ip6Sections ip6;
};

// Adds the sets that it meets to `out_sets` and `in_sets`, and to `locals` the
// sets of guards that a local address passes; set 0 of `locals` is empty.
AddressTables BuildAddressTables(const Pairs& pairs, Ip4Form form, RankSets* out_sets,
                                 RankSets* in_sets, RankSets* locals);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_ADDRESS_CLASSES_H_
