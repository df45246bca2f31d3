// Name lists: the first line names the dialect, `allow` or `deny` behind it the
// action; the rest is the list. Whatever it is, it is read into rules that can
// be written and read, or refused with a reason.

#include "absl/strings/str_split.h"
#include "loaders/name_list.h"
#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/round_trip.h"

namespace allowmatch {
namespace {

NameListOptions OptionsOf(const std::vector<absl::string_view>& words, absl::string_view text) {
  NameListOptions options;
  options.source = "list";
  options.include = [text](const std::string&, std::string* bytes) {
    *bytes = std::string(text);  // a list that includes itself, by any name
    return true;
  };
  if (words.size() > 1 && words[1] == "allow") options.action = Action::kAllow;
  if (words.size() > 1 && words[1] == "deny") options.action = Action::kDeny;
  return options;
}

// A list that is read as names to deny has all of them, unless what is missing
// is an exception.
bool HasExceptions(const NameDialect& dialect) {
  return absl::string_view(dialect.name) == "adblock" || absl::string_view(dialect.name) == "nginx";
}

void CheckList(const NameDialect& dialect, absl::string_view text,
               const NameListOptions& options) {
  Policy policy;
  LoadReport report;
  Diagnostics errors;
  if (!LoadNameList(text, dialect, options, &policy, &report, &errors)) {
    Require(!errors.empty(), "an error where nothing is read");
    Require(policy.rules.empty(), "the policy is left alone");
    report.ToJson();
    return;
  }
  Require(errors.empty(), "no errors where it is read");
  Require(!policy.rules.empty(), "rules where it is read");
  Require(report.ruled > 0 && report.ruled <= report.tokens, "entries are accounted for");
  const bool whole = report.Count(ReportEntry::Kind::kQuarantined) == 0;
  Require(whole || options.action != Action::kDeny || HasExceptions(dialect),
          "nothing is missing from what is denied");
  for (const Rule& rule : policy.rules) {
    Require(!options.action.has_value() || rule.action == *options.action, "the action holds");
    Require(rule.to.size() == 1 && std::holds_alternative<Pattern>(rule.to[0]), "rules on names");
    Require(!rule.sources.empty() && rule.sources[0].line > 0, "rules know their line");
  }
  report.ToText();
  report.ToJson();
  RequireRoundTrip(std::move(policy));
}

void Check(absl::string_view input) {
  DetectNameDialect(input);
  const size_t end = input.find('\n');
  if (end == absl::string_view::npos) return;
  const std::vector<absl::string_view> words = absl::StrSplit(input.substr(0, end), ' ');
  const NameDialect* dialect = FindNameDialect(words[0]);
  if (dialect == nullptr) return;
  const absl::string_view text = input.substr(end + 1);
  DetectNameDialect(text);
  CheckList(*dialect, text, OptionsOf(words, text));
}

}  // namespace
}  // namespace allowmatch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const allowmatch::ExactCopy copy(data, size);
  allowmatch::Check(copy.text());
  return 0;
}
