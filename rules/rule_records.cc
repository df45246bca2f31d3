#include "rules/rule_records.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/quoting.h"

namespace allowmatch {

std::string SelectionText(const CompileOptions& options) {
  std::vector<std::string> words;
  const auto add = [&words](absl::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    words.push_back(absl::StrCat(
        key, "=", absl::StrJoin(values, ",", [](std::string* out, const std::string& value) {
          out->append(QuoteValue(value));
        })));
  };
  const Selection& s = options.selection;
  add("vendor", {s.vendors.begin(), s.vendors.end()});
  add("region", {s.regions.begin(), s.regions.end()});
  add("require", {s.requires_.begin(), s.requires_.end()});
  std::vector<std::string> profiles;
  for (const auto& [vendor, profile] : s.profiles) {
    profiles.push_back(absl::StrCat(vendor, "=", profile));
  }
  add("profile", profiles);
  const std::set<AddressRange> self(options.self.begin(), options.self.end());
  std::vector<std::string> ranges;
  for (const AddressRange& range : self) ranges.push_back(range.ToString());
  add("self", ranges);
  if (options.basis_both) words.push_back("basis=both");
  return absl::StrJoin(words, " ");
}

RuleRecords::RuleRecords(const PackedPolicy& policy, const std::vector<bool>& active,
                         const CompileOptions& options)
    : active_((policy.size() + 63) / 64), selection_(SelectionText(options)) {
  for (size_t id = 0; id < policy.size(); ++id) {
    if (!active[id]) continue;
    active_[id / 64] |= uint64_t{1} << id % 64;
    ++active_count_;
  }
}

uint64_t RuleRecords::Write(PackedPolicy* policy, ImageWriter* writer) {
  std::vector<uint64_t> hashes(policy->size());
  std::vector<uint64_t> begin(policy->size() + 1);  // of each line, and the end
  for (size_t id = 0; id < policy->size(); ++id) {
    hashes[id] = policy->ContentHash(id);
    begin[id + 1] = begin[id] + policy->LineSize(id);
  }
  const uint64_t digest = PolicyDigest(hashes, active_, selection_);
  const uint64_t size = begin.back();
  writer->Add(SectionId::kRuleHashes, std::move(hashes));
  writer->AddText(SectionId::kSelection, selection_);
  writer->Add(SectionId::kActiveRules, std::move(active_));
  writer->AddLater(SectionId::kRuleText, size,
                   [policy](char* out) { std::move(*policy).WriteLines(out); });
  writer->Add(SectionId::kRuleBegin, std::move(begin));
  return digest;
}

}  // namespace allowmatch
