// Special-use addresses: those that no vendor's public service can have.
//
// The blocks are those of the IANA registries (RFC 6890 and its updates) that
// are not globally reachable unicast. A vendor's page that names one is read
// wrongly, gives an example, or is hostile.

#ifndef ALLOWMATCH_RULES_SPECIAL_USE_H_
#define ALLOWMATCH_RULES_SPECIAL_USE_H_

#include "matcher/range.h"

namespace allowmatch {

// The name of the first special-use block that `range` overlaps, such as
// "private" or "documentation"; null if it overlaps none. A range that merely
// contains such a block (0.0.0.0/0) overlaps it too.
const char* SpecialUse(const AddressRange& range);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_SPECIAL_USE_H_
