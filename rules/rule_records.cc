#include "rules/rule_records.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/quoting.h"
#include "rules/rule_line.h"

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

RuleRecords::RuleRecords(const Policy& policy, const std::vector<bool>& active,
                         const CompileOptions& options)
    : active_((policy.rules.size() + 63) / 64), selection_(SelectionText(options)) {
  begin_.push_back(0);
  for (size_t id = 0; id < policy.rules.size(); ++id) {
    const Rule& rule = policy.rules[id];
    std::string line = RuleLine(rule);
    hashes_.push_back(Rule::HashOfText(line));
    AppendProvenance(rule, &line);
    absl::StrAppend(&text_, line, "\n");
    begin_.push_back(text_.size());
    if (!active[id]) continue;
    active_[id / 64] |= uint64_t{1} << id % 64;
    ++active_count_;
  }
}

void RuleRecords::Write(ImageWriter* writer) const {
  writer->Add(SectionId::kRuleHashes, hashes_);
  writer->AddText(SectionId::kSelection, selection_);
  writer->Add(SectionId::kActiveRules, active_);
  writer->AddText(SectionId::kRuleText, text_);
  writer->Add(SectionId::kRuleBegin, begin_);
}

}  // namespace allowmatch
