// What the writer of a wrong destination probably meant.

#ifndef ALLOWMATCH_RULES_DESTINATION_HINT_H_
#define ALLOWMATCH_RULES_DESTINATION_HINT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "matcher/fault.h"

namespace allowmatch {

// A hint for a destination that was refused for `fault`; empty if there is
// nothing to say that the fault does not say already.
std::string DestinationHint(absl::string_view text, Fault fault);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_DESTINATION_HINT_H_
