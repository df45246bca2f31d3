#include "rules/stored_policy.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "rules/line_tokens.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("not a usable database: ", what, "; compile the rules again"));
}

absl::Status Differs(size_t id) {
  return Broken(absl::StrCat("the text of rule ", id, " is not the rule that was compiled"));
}

absl::Status ReadRules(const Database& database, Policy* policy) {
  if (database.rule_count() == 0) return absl::OkStatus();
  // Broad patterns were accepted or refused when it was compiled.
  const PolicyOptions options = {.mask_host_bits = false, .allow_broad = true};
  Diagnostics errors;
  if (!ParseRules(database.rules_text(), "", options, policy, &errors)) {
    const Diagnostic& first = errors.front();
    const std::string which = first.line == 0 ? "the rules" : absl::StrCat("rule ", first.line - 1);
    return Broken(absl::StrCat("the text of ", which, " cannot be read: ", first.what));
  }
  for (size_t id = 0; id < policy->rules.size(); ++id) {
    policy->rules[id].Normalize();
    if (id >= database.rule_count() ||
        policy->rules[id].ContentHash() != database.rule_hashes()[id]) {
      return Differs(id);
    }
  }
  return policy->rules.size() == database.rule_count() ? absl::OkStatus()
                                                       : Differs(policy->rules.size());
}

bool AddProfile(const std::string& value, Selection* selection) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(value, absl::MaxSplits('=', 1));
  selection->profiles[parts.first] = parts.second;
  return !parts.first.empty() && !parts.second.empty();
}

bool AddSelf(const std::string& value, CompileOptions* options) {
  AddressRange range;
  if (ParseRange(value, &range) != Fault::kNone) return false;
  options->self.push_back(range);
  return true;
}

bool AddChoice(absl::string_view key, const std::string& value, CompileOptions* options) {
  Selection& selection = options->selection;
  if (key == "vendor") return selection.vendors.insert(value).second;
  if (key == "region") return selection.regions.insert(value).second;
  if (key == "require") return selection.requires_.insert(value).second;
  if (key == "profile") return AddProfile(value, &selection);
  if (key == "self") return AddSelf(value, options);
  if (key != "basis" || value != "both") return false;
  options->basis_both = true;
  return true;
}

bool AddWord(const Token& word, CompileOptions* options) {
  const size_t equals = word.text.find('=');
  if (equals == absl::string_view::npos) return false;
  const Token value = {word.text.substr(equals + 1), equals + 1};
  std::vector<Item> items;
  Problem problem;
  size_t at = 0;
  if (!SplitValue(value, /*list=*/true, &items, &problem, &at)) return false;
  for (const Item& item : items) {
    if (!AddChoice(word.text.substr(0, equals), item.text, options)) return false;
  }
  return true;
}

absl::Status ReadSelection(absl::string_view text, CompileOptions* options) {
  std::vector<Token> words;
  Problem problem;
  size_t at = 0;
  bool good = SplitLine(text, &words, &problem, &at);
  for (size_t i = 0; good && i < words.size(); ++i) good = AddWord(words[i], options);
  return good ? absl::OkStatus() : Broken(absl::StrCat("its selection cannot be read: ", text));
}

}  // namespace

absl::StatusOr<StoredPolicy> ReadStoredPolicy(const Database& database) {
  StoredPolicy stored;
  stored.options.allow_broad = true;
  if (absl::Status s = ReadRules(database, &stored.policy); !s.ok()) return s;
  if (absl::Status s = ReadSelection(database.selection(), &stored.options); !s.ok()) return s;
  if (stored.options.basis_both != database.basis_both()) {
    return Broken("its selection says another basis than its tables");
  }
  for (uint32_t id = 0; id < database.rule_count(); ++id) {
    stored.active.push_back(database.is_active(id));
  }
  return stored;
}

}  // namespace allowmatch
