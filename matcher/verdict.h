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

// Rules are below it: a policy has at most 16,777,215.
constexpr uint32_t kNoRuleId = 0xffffff;

// What each reason decides.
constexpr Decision kDecisions[] = {Decision::kInvalid, Decision::kDeny,      Decision::kAllow,
                                   Decision::kDeny,    Decision::kUndecided, Decision::kDeny};

// One word, so that a batch of verdicts costs little memory traffic: the rule
// in bits 0-23, the reason in bits 24-26, the basis in bits 28-29.
class Verdict {
 public:
  constexpr Verdict() : Verdict(Reason::kNoRule, Basis::kNone, kNoRuleId) {}
  constexpr Verdict(Reason reason, Basis basis, uint32_t rule)
      : word_(rule | static_cast<uint32_t>(reason) << kReasonShift |
              static_cast<uint32_t>(basis) << kBasisShift) {}

  // The primary rule of an allow or of a deny by rule; for kWrongService the
  // primary rule among those that list the destination; else kNoRuleId.
  constexpr uint32_t rule() const { return word_ & kNoRuleId; }
  constexpr Reason reason() const { return static_cast<Reason>(word_ >> kReasonShift & 7); }
  constexpr Basis basis() const { return static_cast<Basis>(word_ >> kBasisShift); }
  constexpr Decision decision() const { return kDecisions[word_ >> kReasonShift & 7]; }

  // The word as tables hold it, which was checked when they were opened.
  constexpr uint32_t word() const { return word_; }
  static constexpr Verdict FromWord(uint32_t word) {
    Verdict verdict;
    verdict.word_ = word;
    return verdict;
  }
  static constexpr int kReasonShift = 24;
  static constexpr int kBasisShift = 28;

  friend bool operator==(Verdict a, Verdict b) { return a.word_ == b.word_; }

 private:
  uint32_t word_;
};
static_assert(sizeof(Verdict) == 4);

// "allow", "deny", "undecided", "invalid".
const char* DecisionName(Decision decision);

// "invalid", "deny-rule", "allow-rule", "wrong-service", "name-needed", "no-rule".
const char* ReasonName(Reason reason);

// "none", "ip", "name", "both".
const char* BasisName(Basis basis);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_VERDICT_H_
