// What the matcher says of a flow.

#ifndef ALLOWMATCH_MATCHER_VERDICT_H_
#define ALLOWMATCH_MATCHER_VERDICT_H_

#include <cstdint>

namespace allowmatch {

enum class Direction : uint8_t { kOut, kIn };

enum class Decision : uint8_t {
  kAllow,
  kDeny,
  kUndecided,  // only a name could tell; inline it acts as deny
  kInvalid,    // a field cannot be read; inline it acts as deny
};

// In order of precedence.
enum class Reason : uint8_t {
  kInvalid,       // invalid: a field cannot be read
  kDenyRule,      // deny: a deny rule matches
  kAllowRule,     // allow: an allow rule matches and no deny rule does
  kWrongService,  // deny: the destination is listed, the protocol or port is not
  kNameNeeded,    // undecided: no name, and a name rule covers this service
  kNoRule,        // deny: the destination is not listed
};

// Which part of the record was covered.
enum class Basis : uint8_t { kNone, kIp, kName, kBoth };

constexpr uint32_t kNoRuleId = 0xffffffff;

// Eight bytes, trivially copyable.
struct Verdict {
  // The primary rule of an allow or of a deny by rule; for kWrongService the
  // primary rule among those that list the destination; else kNoRuleId.
  uint32_t rule = kNoRuleId;
  Decision decision = Decision::kDeny;
  Reason reason = Reason::kNoRule;
  Basis basis = Basis::kNone;
  uint8_t unused = 0;

  friend bool operator==(const Verdict& a, const Verdict& b) {
    return a.rule == b.rule && a.decision == b.decision && a.reason == b.reason &&
           a.basis == b.basis;
  }
};
static_assert(sizeof(Verdict) == 8);

// "allow", "deny", "undecided", "invalid".
const char* DecisionName(Decision decision);

// "invalid", "deny-rule", "allow-rule", "wrong-service", "name-needed", "no-rule".
const char* ReasonName(Reason reason);

// "none", "ip", "name", "both".
const char* BasisName(Basis basis);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_VERDICT_H_
