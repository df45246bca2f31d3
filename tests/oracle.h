// The slow matcher: the meaning of a policy, written down as directly as
// possible. Every other matcher is right if it agrees with this one.
//
// NEVER USE THIS IN PRODUCTION. It looks at every destination of every rule
// for every flow, and is a testonly target so that nobody picks it up.
//
// It works by another idea than the compiled matcher (a loop over the rules)
// and shares no code with it: it compares addresses as bytes, splits names into
// labels, and has its own globs, specificity and checks.

#ifndef ALLOWMATCH_TESTS_ORACLE_H_
#define ALLOWMATCH_TESTS_ORACLE_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "matcher/tuples.h"
#include "matcher/verdict.h"
#include "rules/compile.h"
#include "rules/policy.h"

namespace allowmatch {

class Oracle {
 public:
  // `policy` is canonical and outlives the oracle. Of `options`, `self` and
  // `basis_both` count; `active` says which rules take part.
  Oracle(const Policy& policy, const std::vector<bool>& active, const CompileOptions& options);

  Verdict Classify(const Tuple& tuple) const;

 private:
  using Bytes = std::array<uint8_t, 17>;  // the family, then 16 bytes in network order
  struct Destined {                       // a rule and one of its remote destinations
    const Rule* rule;
    uint32_t id;
    bool inbound;
    enum Kind { kAny, kAddress, kName } kind;
    Bytes first, last;
    std::vector<std::string> labels;  // of a name pattern, from the left, its head included
    std::array<int, 5> order;         // less is better
  };

  static Bytes BytesOf(const Address& address);
  static std::array<int, 5> OrderOf(const Destined& d);
  void Add(const Rule& rule, uint32_t id, bool inbound, const Destination& destination);
  bool LocalHolds(const Rule& rule, const Tuple& tuple) const;

  std::vector<Destined> destined_;
  std::vector<AddressRange> self_;
  bool basis_both_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_ORACLE_H_
