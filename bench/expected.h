// What the answers of a workload must be, found without the matcher.
//
// A *listing* is one destination of an active outbound rule. Addresses are
// answered by a painted map (tests/painted_map.h), tuples by probing the prefixes
// of an address, longest or not, for the best listing whose rule is for the
// service. Names: name_answers.h.

#ifndef ALLOWMATCH_BENCH_EXPECTED_H_
#define ALLOWMATCH_BENCH_EXPECTED_H_

#include <cstdint>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "matcher/range.h"
#include "rules/policy.h"
#include "tests/painted_map.h"

namespace allowmatch {

// The order of primary rules, of a rule and one of its destinations; less is better.
using PrimaryOrder = std::tuple<bool, bool, int, int, uint32_t>;
PrimaryOrder OrderOf(const Rule& rule, uint32_t id, const Destination& destination);

struct Listing {
  AddressRange range;
  uint32_t rule;
};

// The listings of one family, in the order of primary rules: the best first.
// A rule to `any` lists every address.
std::vector<Listing> ListingsOf(const Policy& policy, const std::vector<bool>& active,
                                Family family);

struct PrefixRule {
  Prefix prefix;
  uint32_t rule;
};

// A table in which the longest prefix of each address gives the answer of
// `painted`: the prefixes of the policy where that is so, else those of its pieces.
std::vector<PrefixRule> LongestPrefixTable(Family family, const std::vector<Listing>& listings,
                                           const PaintedMap& painted);

// The primary rule of IPv4 tuples: `policy` outlives it.
class TupleAnswers {
 public:
  TupleAnswers(const Policy& policy, const std::vector<Listing>& listings);

  // The rule of an allow or of a deny by rule; kNoRuleId for everything else.
  uint32_t RuleOf(uint32_t address, uint8_t protocol, uint16_t port) const;

 private:
  struct Place {
    uint32_t order;  // of its listing
    uint32_t rule;
  };
  using Places = absl::flat_hash_map<uint32_t, std::vector<Place>>;

  const Policy& policy_;
  Places by_length_[33];
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_EXPECTED_H_
