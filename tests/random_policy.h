// Random policies, and probes that aim at where their verdicts change. For
// tests: the same seed gives the same policy and the same probes everywhere.

#ifndef ALLOWMATCH_TESTS_RANDOM_POLICY_H_
#define ALLOWMATCH_TESTS_RANDOM_POLICY_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "matcher/tuples.h"
#include "rules/compile.h"
#include "rules/policy.h"
#include "tests/agreement.h"

namespace allowmatch {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  uint64_t Bits() { return engine_(); }
  uint64_t Below(uint64_t limit) { return engine_() % limit; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  template <typename T>
  const T& Of(const std::vector<T>& list) {
    return list[Below(list.size())];
  }

 private:
  std::mt19937_64 engine_;
};

// A canonical policy of about `rules` rules: nested and overlapping prefixes
// and ranges of both families, all forms of patterns, deny rules, every
// direction, `self` and a few rules for `any`.
Policy RandomPolicy(size_t rules, Random* random);

// Two addresses or ranges for `self`.
std::vector<AddressRange> RandomSelf(Random* random);

// Probes for one policy. Half of the addresses are next to or at the end of a
// range, most names are those of a pattern or differ from them by a label.
class Prober {
 public:
  Prober(const Policy& policy, const std::vector<AddressRange>& self);

  // Appends one tuple.
  void Probe(Random* random, TupleBatch* batch) const;

 private:
  Address ProbeAddress(Random* random) const;
  std::string ProbeName(Random* random) const;
  uint16_t ProbePort(Random* random) const;

  std::vector<Address> edges_;
  std::vector<std::string> patterns_;
  std::vector<uint16_t> ports_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_RANDOM_POLICY_H_
