#include "flowlog/classified.h"

namespace allowmatch {

static_assert(static_cast<int>(Outcome::kAllow) == static_cast<int>(Decision::kAllow));
static_assert(static_cast<int>(Outcome::kDeny) == static_cast<int>(Decision::kDeny));
static_assert(static_cast<int>(Outcome::kUndecided) == static_cast<int>(Decision::kUndecided));
static_assert(static_cast<int>(Outcome::kInvalid) == static_cast<int>(Decision::kInvalid));

const char* OutcomeName(Outcome outcome) {
  return outcome == Outcome::kSkipped ? "skipped" : DecisionName(static_cast<Decision>(outcome));
}

const char* Classified::ReasonOf(size_t i) const {
  if (records.note[i] != Note::kNone) return NoteName(records.note[i]);
  return ReasonName(verdicts[i].reason());
}

}  // namespace allowmatch
