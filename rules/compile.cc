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

// What is wrong with all rules of a frame. Those that share one have a destination that
// was read from its text.
std::string Problem(const PackedPolicy::Frame& frame) {
  const Rule& rule = frame.rule;
  if (!frame.shared && rule.to.empty()) return "it has no destination";
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

void AddProblems(const PackedPolicy& policy, std::vector<std::string>* refused) {
  std::vector<std::string> problems;
  bool any = false;
  for (const PackedPolicy::Frame& frame : policy.frames()) {
    problems.push_back(Problem(frame));
    any |= !problems.back().empty();
  }
  for (size_t id = 0; any && id < policy.size(); ++id) {
    const std::string& problem = problems[policy.frame_of(id)];
    if (!problem.empty()) refused->push_back(absl::StrCat("rule ", id, ": ", problem));
  }
}

absl::Status CheckLimit(absl::string_view what, uint64_t count, uint64_t limit) {
  if (count <= limit) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("the policy has ", count, " ", what, "; a database holds at most ", limit));
}

absl::Status CheckRules(const PackedPolicy& policy, const std::vector<bool>& active,
                        const CompileOptions& options) {
  if (absl::Status s = CheckLimit("rules", policy.size(), options.limits.rules); !s.ok()) {
    return s;
  }
  std::vector<std::string> refused;
  AddProblems(policy, &refused);
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
  Compiler(PackedPolicy policy, const CompileOptions& options, const std::vector<bool>& active)
      : options_(options), policy_(std::move(policy)), records_(policy_, active, options) {
    std::vector<AddressRange> self = options.self;
    std::sort(self.begin(), self.end());
    pairs_ = ExpandPairs(policy_, active, self);
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
    if (names_.ranks_follow_rules) NumberByRules(&pairs_);
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
    const uint64_t digest = records_.Write(&policy_, &writer);
    WriteAddresses(&writer);
    WriteNames(&writer);
    WriteVerdicts(&writer);
    return std::move(writer).Finish(digest);
  }

  void WriteMeta(ImageWriter* writer) {
    meta_.rule_count = static_cast<uint32_t>(policy_.size());
    meta_.rank_count = static_cast<uint32_t>(pairs_.ranks.size());
    meta_.deny_count = pairs_.deny_count;
    meta_.service_class_count = services_.class_count;
    meta_.row_count = verdicts_.row_count;
    meta_.inbound_count = verdicts_.inbound_count;
    meta_.local_count = static_cast<uint32_t>(locals_.size());
    meta_.flags = (options_.basis_both ? DatabaseMeta::kBasisBoth : 0) |
                  (names_.ranks_follow_rules ? DatabaseMeta::kRanksAreRules : 0);
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
    rules.reserve(pairs_.ranks.size() + 1);
    for (const Rank& rank : pairs_.ranks) rules.push_back(rank.rule);
    rules.push_back(kNoRuleId);  // for "no rank", so that the matcher need not branch
    writer->Add(SectionId::kMeta, std::vector<DatabaseMeta>{meta_});
    if (!names_.ranks_follow_rules) writer->Add(SectionId::kRankRules, std::move(rules));
    pairs_ = {};
  }

  void WriteAddresses(ImageWriter* writer) {
    const std::optional<RegisterTables> tables =
        options_.basis_both || options_.ip4_form == Ip4Form::kTrie
            ? std::nullopt
            : BuildRegisterTables(addresses_, services_, verdicts_);
    if (addresses_.ip4.is_tree) {
      writer->Add(SectionId::kLines4, std::move(addresses_.ip4.tree.lines));
      writer->Add(SectionId::kLeaves4, std::move(addresses_.ip4.tree.leaves16));
      writer->Add(SectionId::kLeaves4, std::move(addresses_.ip4.tree.leaves32));
    } else {
      writer->Add(SectionId::kEntries4, std::move(addresses_.ip4.trie.entries));
      writer->Add(SectionId::kLeaves4, std::move(addresses_.ip4.trie.leaves16));
      writer->Add(SectionId::kLeaves4, std::move(addresses_.ip4.trie.leaves32));
    }
    writer->Add(SectionId::kWords6, std::move(addresses_.ip6.words));
    writer->Add(SectionId::kLines6, std::move(addresses_.ip6.lines));
    std::vector<VerdictRow> class_rows;
    for (const AddressClass& c : addresses_.classes) {
      if (!verdicts_.rows.empty()) class_rows.push_back(verdicts_.rows[c.out_row]);
    }
    writer->Add(SectionId::kClassRows, std::move(class_rows));
    writer->Add(SectionId::kListingRules, std::move(addresses_.listing_rules));
    if (tables) writer->Add(SectionId::kRegisterTables, std::vector<RegisterTables>{*tables});
    writer->Add(SectionId::kAddressClasses, std::move(addresses_.classes));
  }

  void WriteNames(ImageWriter* writer) {
    writer->Add(SectionId::kNameLines, std::move(names_.lines));
    writer->Add(SectionId::kNameRecords, std::move(names_.records));
    writer->Add(SectionId::kNameTops, std::move(names_.tops.table));
    writer->Add(SectionId::kNameBranches, std::move(names_.branches));
    writer->Add(SectionId::kNameAffixes, std::move(names_.affixes));
    writer->Add(SectionId::kNameGlobs, std::move(names_.globs));
    writer->AddText(SectionId::kGlobTexts, std::move(names_.texts));
    writer->Add(SectionId::kGlobSlots, std::move(names_.slots));
    writer->Add(SectionId::kNameClasses, std::move(names_.classes));
    writer->Add(SectionId::kNameListing, std::move(names_.listing));
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

  void WriteVerdicts(ImageWriter* writer) {
    writer->Add(SectionId::kProtocolLanes, std::move(services_.lanes));
    writer->Add(SectionId::kLanePages, std::move(services_.lane_pages));
    writer->Add(SectionId::kServicePages, std::move(services_.pages));
    writer->Add(SectionId::kRows, std::move(verdicts_.rows));
    writer->Add(SectionId::kPlaces, std::move(verdicts_.places));
    writer->Add(SectionId::kCells, std::move(verdicts_.cells));
    writer->Add(SectionId::kVerdicts, std::move(verdicts_.verdicts));
    writer->Add(SectionId::kPairRows, std::move(verdicts_.pair_rows));
    writer->Add(SectionId::kRowBegin, std::move(verdicts_.row_begin));
    writer->Add(SectionId::kRowRanks, std::move(verdicts_.row_ranks));
    writer->Add(SectionId::kRankService, std::move(verdicts_.rank_service));
    writer->Add(SectionId::kRankGuard, std::move(verdicts_.rank_guard));
    writer->Add(SectionId::kRunBegin, std::move(verdicts_.run_begin));
    writer->Add(SectionId::kRuns, std::move(verdicts_.runs));
    writer->Add(SectionId::kGuardBegin, std::move(verdicts_.guard_begin));
    writer->Add(SectionId::kGuards, std::move(verdicts_.guards));
  }

  const CompileOptions& options_;
  PackedPolicy policy_;
  RuleRecords records_;
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
  return Compile(PackedPolicy(policy), options);
}

absl::StatusOr<Image> Compile(PackedPolicy policy, const CompileOptions& options) {
  absl::StatusOr<std::vector<bool>> active = ActiveRules(policy, options.selection);
  if (!active.ok()) return active.status();
  if (absl::Status s = CheckRules(policy, *active, options); !s.ok()) return s;
  return Compiler(std::move(policy), options, *active).Run();
}

}  // namespace allowmatch
