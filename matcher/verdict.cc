#include "matcher/verdict.h"

namespace allowmatch {

const char* DecisionName(Decision decision) {
  switch (decision) {
    case Decision::kAllow:
      return "allow";
    case Decision::kDeny:
      return "deny";
    case Decision::kUndecided:
      return "undecided";
    case Decision::kInvalid:
      return "invalid";
  }
  return "invalid";
}

const char* ReasonName(Reason reason) {
  switch (reason) {
    case Reason::kInvalid:
      return "invalid";
    case Reason::kDenyRule:
      return "deny-rule";
    case Reason::kAllowRule:
      return "allow-rule";
    case Reason::kWrongService:
      return "wrong-service";
    case Reason::kNameNeeded:
      return "name-needed";
    case Reason::kNoRule:
      return "no-rule";
  }
  return "invalid";
}

const char* BasisName(Basis basis) {
  switch (basis) {
    case Basis::kNone:
      return "none";
    case Basis::kIp:
      return "ip";
    case Basis::kName:
      return "name";
    case Basis::kBoth:
      return "both";
  }
  return "none";
}

}  // namespace allowmatch
