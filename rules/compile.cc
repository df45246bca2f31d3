#include "rules/compile.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/address_classes.h"
#include "rules/breadth.h"
#include "rules/image_writer.h"
#include "rules/name_builder.h"
#include "rules/pairs.h"
#include "rules/register_builder.h"
#include "rules/rule_records.h"
#include "rules/service_builder.h"
#include "rules/verdict_builder.h"

namespace allowmatch {
namespace {

bool IsSound(const AddressRange& range) {
  return range.first.family() == range.last.family() && !(range.last < range.first);
}

std::string Problem(const Rule& rule) {
  if (rule.to.empty()) return "it has no destination";
  if (rule.direction != RuleDirection::kIn && !rule.from.empty()) {
    return "only an inbound rule can have a `from`";
  }
  for (const std::vector<Destination>* list : {&rule.to, &rule.from}) {
    for (const Destination& destination : *list) {
      const auto* range = std::get_if<AddressRange>(&destination);
      if (range != nullptr && !IsSound(*range)) return "a range does not ascend";
      const auto* pattern = std::get_if<Pattern>(&destination);
      if (pattern != nullptr && pattern->body().empty()) return "a name is empty";
    }
  }
  return "";
}

absl::Status CheckLimit(absl::string_view what, uint64_t count, uint64_t limit) {
  if (count <= limit) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the policy has ", count, " ", what, "; a database holds at most ", limit));
}

absl::Status CheckRules(const Policy& policy, const std::vector<bool>& active,
                        const CompileOptions& options) {
  if (absl::Status s = CheckLimit("rules", policy.rules.size(), options.limits.rules); !s.ok()) {
    return s;
  }
  std::vector<std::string> refused;
  for (size_t id = 0; id < policy.rules.size(); ++id) {
    const std::string problem = Problem(policy.rules[id]);
    if (!problem.empty()) refused.push_back(absl::StrCat("rule ", id, ": ", problem));
  }
  for (const AddressRange& range : options.self) {
    if (!IsSound(range)) refused.push_back("self: a range does not ascend");
  }
  if (refused.empty() && !options.allow_broad) refused = BroadRules(policy, active);
  if (refused.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(refused, "\n"));
}

// Everything that is known once the rules have been taken apart.
class Compiler {
 public:
  Compiler(const Policy& policy, const CompileOptions& options, const std::vector<bool>& active)
      : options_(options), records_(policy, active, options) {
    std::vector<AddressRange> self = options.self;
    std::sort(self.begin(), self.end());
    pairs_ = ExpandPairs(policy, active, self);
  }

  absl::StatusOr<Image> Run() {
    out_sets_.Rename(pairs_.merged);
    in_sets_.Rename(pairs_.merged);
    addresses_ = BuildAddressTables(pairs_, options_.ip4_form, &out_sets_, &in_sets_, &locals_);
    if (!addresses_.ip6.Fit()) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the policy divides IPv6 into too many ranges: they take ",
                       addresses_.ip6.words.size(), " words and ", addresses_.ip6.lines.size(),
                       " lines; a database holds at most ",
                       uint64_t{Ip6Word::kMaxBlocks} * Ip6Word::kBlock, " and ",
                       uint64_t{Ip6Word::kLineMask} + 1));
    }
    absl::StatusOr<NameArrays> names =
        BuildNameTable(pairs_, options_.limits.label_bytes, &out_sets_, &in_sets_);
    if (!names.ok()) return names.status();
    names_ = std::move(*names);
    meta_.undecided_out = out_sets_.Intern(pairs_.out.undecided);
    meta_.undecided_in = in_sets_.Intern(pairs_.in.undecided);
    if (absl::Status s = CheckSizes(); !s.ok()) return s;
    services_ = BuildServiceTable(pairs_.services);
    verdicts_ = BuildVerdictTable(pairs_, out_sets_, in_sets_, locals_, services_.runs,
                                  services_.class_count, options_.form);
    return Write();
  }

 private:
  absl::Status CheckSizes() const {
    uint64_t entries = 0;
    for (const RankSets* sets : {&out_sets_, &in_sets_, &locals_}) {
      for (uint32_t id = 0; id < sets->size(); ++id) entries += (*sets)[id].size();
    }
    const FormatLimits& limits = options_.limits;
    if (absl::Status s =
            CheckLimit("pairs of a rule and a destination", pairs_.ranks.size(), limits.ranks);
        !s.ok()) {
      return s;
    }
    return CheckLimit("entries in the rows of overlapping rules", entries, limits.row_entries);
  }

  Image Write() {
    for (AddressClass& c : addresses_.classes) c.in_row += verdicts_.inbound_offset;
    for (NameClass& c : names_.classes) c.in_row += verdicts_.inbound_offset;
    ImageWriter writer;
    WriteMeta(&writer);
    WriteAddresses(&writer);
    WriteNames(&writer);
    WriteVerdicts(&writer);
    return writer.Finish(records_.Digest());
  }

  void WriteMeta(ImageWriter* writer) {
    meta_.rule_count = records_.rule_count();
    meta_.rank_count = static_cast<uint32_t>(pairs_.ranks.size());
    meta_.deny_count = pairs_.deny_count;
    meta_.service_class_count = services_.class_count;
    meta_.row_count = verdicts_.row_count;
    meta_.inbound_count = verdicts_.inbound_count;
    meta_.local_count = static_cast<uint32_t>(locals_.size());
    meta_.flags = options_.basis_both ? DatabaseMeta::kBasisBoth : 0;
    meta_.absent_class = addresses_.absent_class;
    meta_.undecided_in += verdicts_.inbound_offset;
    meta_.any_service_out = pairs_.out.any_service_rules;
    meta_.any_service_in = pairs_.in.any_service_rules;
    meta_.active_rule_count = records_.active_count();
    meta_.name_seed = names_.seed;
    meta_.name_word_size = names_.word_size;
    meta_.name_top_labels = names_.tops.labels;
    meta_.ip4_direct_bits = addresses_.ip4.trie.direct_bits;
    meta_.ip6_root = addresses_.ip6.root;
    meta_.ip6_window_first = addresses_.ip6.window_first;
    meta_.ip6_window_size = addresses_.ip6.window_size;
    std::vector<uint32_t> rules;
    for (const Rank& rank : pairs_.ranks) rules.push_back(rank.rule);
    rules.push_back(kNoRuleId);  // for "no rank", so that the matcher need not branch
    writer->Add(SectionId::kMeta, std::vector<DatabaseMeta>{meta_});
    writer->Add(SectionId::kRankRules, rules);
    records_.Write(writer);
  }

  void WriteAddresses(ImageWriter* writer) const {
    if (addresses_.ip4.is_tree) {
      writer->Add(SectionId::kLines4, addresses_.ip4.tree.lines);
      writer->Add(SectionId::kLeaves4, addresses_.ip4.tree.leaves16);
      writer->Add(SectionId::kLeaves4, addresses_.ip4.tree.leaves32);
    } else {
      writer->Add(SectionId::kEntries4, addresses_.ip4.trie.entries);
      writer->Add(SectionId::kLeaves4, addresses_.ip4.trie.leaves16);
      writer->Add(SectionId::kLeaves4, addresses_.ip4.trie.leaves32);
    }
    writer->Add(SectionId::kWords6, addresses_.ip6.words);
    writer->Add(SectionId::kLines6, addresses_.ip6.lines);
    std::vector<VerdictRow> class_rows;
    for (const AddressClass& c : addresses_.classes) {
      if (!verdicts_.rows.empty()) class_rows.push_back(verdicts_.rows[c.out_row]);
    }
    writer->Add(SectionId::kClassRows, class_rows);
    writer->Add(SectionId::kListingRules, addresses_.listing_rules);
    const std::optional<RegisterTables> tables =
        options_.basis_both || options_.ip4_form == Ip4Form::kTrie
            ? std::nullopt
            : BuildRegisterTables(addresses_, services_, verdicts_);
    if (tables) writer->Add(SectionId::kRegisterTables, std::vector<RegisterTables>{*tables});
    writer->Add(SectionId::kAddressClasses, addresses_.classes);
  }

  void WriteNames(ImageWriter* writer) const {
    writer->Add(SectionId::kNameLines, names_.lines);
    writer->Add(SectionId::kNameRecords, names_.records);
    writer->Add(SectionId::kNameTops, names_.tops.table);
    writer->Add(SectionId::kNameBranches, names_.branches);
    writer->Add(SectionId::kNameAffixes, names_.affixes);
    writer->Add(SectionId::kNameGlobs, names_.globs);
    writer->AddText(SectionId::kGlobTexts, names_.texts);
    writer->Add(SectionId::kGlobSlots, names_.slots);
    writer->Add(SectionId::kNameClasses, names_.classes);
    writer->Add(SectionId::kNameListing, names_.listing);
    writer->Add(SectionId::kNameRuns, names_.runs);
    writer->Add(SectionId::kNameRunServices, RunServices());
  }

  // Which service classes each run of ranks has, as bytes.
  std::vector<uint8_t> RunServices() const {
    const size_t width = services_.class_count;
    std::vector<uint8_t> matrix(names_.runs.size() * width);
    for (size_t run = 0; run < names_.runs.size(); ++run) {
      for (const ClassRun& classes : services_.runs[names_.run_services[run]]) {
        std::fill(matrix.begin() + run * width + classes.first,
                  matrix.begin() + run * width + classes.last + 1, 1);
      }
    }
    return matrix;
  }

  void WriteVerdicts(ImageWriter* writer) const {
    writer->Add(SectionId::kProtocolLanes, services_.lanes);
    writer->Add(SectionId::kLanePages, services_.lane_pages);
    writer->Add(SectionId::kServicePages, services_.pages);
    writer->Add(SectionId::kRows, verdicts_.rows);
    writer->Add(SectionId::kPlaces, verdicts_.places);
    writer->Add(SectionId::kCells, verdicts_.cells);
    writer->Add(SectionId::kVerdicts, verdicts_.verdicts);
    writer->Add(SectionId::kPairRows, verdicts_.pair_rows);
    writer->Add(SectionId::kRowBegin, verdicts_.row_begin);
    writer->Add(SectionId::kRowRanks, verdicts_.row_ranks);
    writer->Add(SectionId::kRankService, verdicts_.rank_service);
    writer->Add(SectionId::kRankGuard, verdicts_.rank_guard);
    writer->Add(SectionId::kRunBegin, verdicts_.run_begin);
    writer->Add(SectionId::kRuns, verdicts_.runs);
    writer->Add(SectionId::kGuardBegin, verdicts_.guard_begin);
    writer->Add(SectionId::kGuards, verdicts_.guards);
  }

  const CompileOptions& options_;
  const RuleRecords records_;
  Pairs pairs_;
  RankSets out_sets_;
  RankSets in_sets_;
  RankSets locals_;
  AddressTables addresses_;
  NameArrays names_;
  ServiceArrays services_;
  VerdictTables verdicts_;
  DatabaseMeta meta_ = {};
};

}  // namespace

absl::StatusOr<Image> Compile(const Policy& policy, const CompileOptions& options) {
  absl::StatusOr<std::vector<bool>> active = ActiveRules(policy, options.selection);
  if (!active.ok()) return active.status();
  if (absl::Status s = CheckRules(policy, *active, options); !s.ok()) return s;
  return Compiler(policy, options, *active).Run();
}

}  // namespace allowmatch
