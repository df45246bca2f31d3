// What is measured: a policy, compiled, with the oracle for it. Made once in a
// process, when the first workload asks for it.

#ifndef ALLOWMATCH_BENCH_SUBJECT_H_
#define ALLOWMATCH_BENCH_SUBJECT_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "bench/flows.h"
#include "bench/policies.h"
#include "rules/policy.h"
#include "tests/agreement.h"

namespace allowmatch {

// How every subject is compiled: `self` is kOwnServer, broad rules are accepted.
CompileOptions SubjectOptions();

class Subject {
 public:
  // `sample` verdicts of a workload are compared: the oracle takes time in
  // proportion to the rules.
  Subject(std::string name, const Policy& policy, size_t sample);

  const std::string& name() const { return name_; }
  const Policy& policy() const { return policy_; }
  const Agreement& agreement() const { return agreement_; }
  const Database& database() const { return agreement_.database(); }
  size_t sample() const { return sample_; }

 private:
  std::string name_;
  Policy policy_;
  Agreement agreement_;
  size_t sample_;
};

// Of the policies of bench/policies.h: "default"; "vendor_like"; "synthetic_10k",
// 10,000 nested rules; "routing_table", for which HasRoutingTable must be true.
const Subject& DefaultSubject();
const Subject& VendorLikeSubject();
const Subject& SyntheticSubject();
const Subject& RoutingTableSubject();

// Flows, and what the oracle says of some of them, spread evenly.
class CheckedFlows {
 public:
  CheckedFlows(const Subject& subject, TupleBatch flows);

  const TupleBatch& flows() const { return flows_; }
  bool Agree(const std::vector<Verdict>& verdicts) const;

 private:
  TupleBatch flows_;
  std::vector<std::pair<size_t, Verdict>> expected_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_SUBJECT_H_
