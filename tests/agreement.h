// Holds the compiled matcher to the oracle. For tests and benchmarks.

#ifndef ALLOWMATCH_TESTS_AGREEMENT_H_
#define ALLOWMATCH_TESTS_AGREEMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/database.h"
#include "matcher/kernel.h"
#include "matcher/matcher.h"
#include "matcher/tuples.h"
#include "rules/compile.h"
#include "rules/policy.h"
#include "tests/oracle.h"

namespace allowmatch {

// Tuples as columns that it owns. Names are copied.
class TupleBatch {
 public:
  void Add(const Tuple& tuple);
  void Clear();
  size_t size() const { return parts_.size(); }
  // Valid until the next Add or Clear.
  TupleColumns columns() const;
  // The tuple at `at`; its name refers to this batch.
  Tuple operator[](size_t at) const;

 private:
  std::vector<uint16_t> parts_;
  std::vector<uint32_t> remote4_;
  std::vector<uint64_t> remote6_;
  std::vector<uint32_t> local4_;
  std::vector<uint64_t> local6_;
  std::vector<uint8_t> protocol_;
  std::vector<uint16_t> port_;
  std::string names_;
  std::vector<uint32_t> name_offset_;
  std::vector<uint16_t> name_size_;
};

// One line for people.
std::string ToString(const Tuple& tuple);
std::string ToString(const Verdict& verdict);

// The policy, which is canonical, with each shape of the IPv4 table; the first is the one
// that the compiler takes. Aborts the test if it does not compile.
std::vector<Database> InEachShape(const Policy& policy, CompileOptions options);

// A policy compiled in one way, but with both shapes of the IPv4 table, and the oracle
// for it.
class Agreement {
 public:
  // Aborts the test if the policy does not compile: `policy` is canonical.
  Agreement(const Policy& policy, const CompileOptions& options);

  // Classifies the batch with each shape and with each kernel that this CPU has, as a
  // batch and, if `singly`, each tuple alone too. Returns what differs from the oracle first,
  // with the kernel and the policy; empty if all agree.
  std::string Check(const TupleBatch& batch, bool singly) const;

  // With the shape that the compiler takes.
  const Database& database() const { return databases_.front(); }
  const Oracle& oracle() const { return oracle_; }

 private:
  std::string CheckKernel(const Database& database, Kernel kernel, const TupleBatch& batch,
                          const std::vector<Verdict>& expected, bool singly) const;

  Policy policy_;
  std::vector<Database> databases_;
  Oracle oracle_;
};

// Rules for tests: one line of .rules text each, in the fields that matter.
// Destinations are comma lists as in .rules text.
Rule MakeRule(Action action, RuleDirection direction, absl::string_view protocol,
              absl::string_view ports, absl::string_view to, absl::string_view from = "");
Destination MakeDestination(absl::string_view text);
Address MakeAddress(absl::string_view text);

// A canonical policy of these rules.
Policy MakePolicy(std::vector<Rule> rules);

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_AGREEMENT_H_
