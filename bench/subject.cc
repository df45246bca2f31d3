#include "bench/subject.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "bench/synthetic_policy.h"

namespace allowmatch {
namespace {

std::string RoutingTablePath() {
  const char* const shared = std::getenv("ALLOWMATCH_SHARED");
  return shared == nullptr ? "" : absl::StrCat(shared, "/data/bgp/prefixes.txt.gz");
}

}  // namespace

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
  static const Subject* const subject = new Subject("synthetic_10k", SyntheticPolicy(10000), 200);
  return *subject;
}

const Subject& RoutingTableSubject() {
  static const Subject* const subject =
      new Subject("routing_table", RoutingTablePolicy(RoutingTablePath()), 100);
  return *subject;
}

bool HasRoutingTable() {
  std::FILE* const file = std::fopen(RoutingTablePath().c_str(), "rb");
  if (file != nullptr) std::fclose(file);
  return file != nullptr;
}

std::vector<size_t> SampledIndices(size_t count, size_t sample) {
  std::vector<size_t> indices;
  for (size_t i = 0; i < count; i += std::max<size_t>(1, count / sample)) indices.push_back(i);
  return indices;
}

CheckedFlows::CheckedFlows(const Subject& subject, TupleBatch flows) : flows_(std::move(flows)) {
  for (const size_t i : SampledIndices(flows_.size(), subject.sample())) {
    expected_.emplace_back(i, subject.agreement().oracle().Classify(flows_[i]));
  }
}

bool CheckedFlows::Agree(const std::vector<Verdict>& verdicts) const {
  return std::all_of(expected_.begin(), expected_.end(),
                     [&](const auto& pair) { return verdicts[pair.first] == pair.second; });
}

}  // namespace allowmatch
