#include "bench/subject.h"

#include <algorithm>

#include "bench/policies.h"

namespace allowmatch {
CompileOptions SubjectOptions() {
  CompileOptions options;
  options.allow_broad = true;
  options.self = {AddressRange::Of(Address::V4(kOwnServer))};
  return options;
}

Subject::Subject(std::string name, const Policy& policy, size_t sample)
    : name_(std::move(name)),
      policy_(policy),
      agreement_(policy_, SubjectOptions()),
      sample_(sample) {}

const Subject& DefaultSubject() {
  static const Subject* const subject = new Subject("default", DefaultPolicy(), 2000);
  return *subject;
}

const Subject& VendorLikeSubject() {
  static const Subject* const subject = new Subject("vendor_like", VendorLikePolicy(), 2000);
  return *subject;
}

const Subject& SyntheticSubject() {
  static const Subject* const subject =
      new Subject("synthetic_10k", SyntheticPolicy(10000, true), 200);
  return *subject;
}

const Subject& RoutingTableSubject() {
  static const Subject* const subject =
      new Subject("routing_table", RoutingTablePolicy(), 100);
  return *subject;
}

CheckedFlows::CheckedFlows(const Subject& subject, TupleBatch flows) : flows_(std::move(flows)) {
  const size_t step = std::max<size_t>(1, flows_.size() / subject.sample());
  for (size_t i = 0; i < flows_.size(); i += step) {
    expected_.emplace_back(i, subject.agreement().oracle().Classify(flows_[i]));
  }
}

bool CheckedFlows::Agree(const std::vector<Verdict>& verdicts) const {
  return std::all_of(expected_.begin(), expected_.end(),
                     [&](const auto& pair) { return verdicts[pair.first] == pair.second; });
}

}  // namespace allowmatch
