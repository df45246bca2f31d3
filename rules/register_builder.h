// Small policies -> the register tables of matcher/register_tables.h.

#ifndef ALLOWMATCH_RULES_REGISTER_BUILDER_H_
#define ALLOWMATCH_RULES_REGISTER_BUILDER_H_

#include <optional>

#include "matcher/register_tables.h"
#include "rules/address_classes.h"
#include "rules/partition.h"
#include "rules/service_builder.h"
#include "rules/verdict_builder.h"

namespace allowmatch {

// None if the policy does not fit: more than some 120 different rows, 128 boxes of
// addresses or 128 stretches of ports, or listed blocks of /8 and shorter.
std::optional<RegisterTables> BuildRegisterTables(const AddressTables& addresses,
                                                  const ServiceArrays& services,
                                                  const VerdictTables& verdicts);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_REGISTER_BUILDER_H_
