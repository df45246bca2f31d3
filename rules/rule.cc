#include "rules/rule.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/rule_line.h"

namespace allowmatch {
namespace {

template <typename T>
void SortUnique(std::vector<T>* list) {
  if (list->size() < 2) return;
  std::sort(list->begin(), list->end());
  list->erase(std::unique(list->begin(), list->end()), list->end());
}

bool HasAny(const std::vector<Destination>& list) {
  return std::any_of(list.begin(), list.end(), [](const Destination& destination) {
    return std::holds_alternative<AnyDestination>(destination);
  });
}

std::string PatternToString(const Pattern& pattern) {
  std::string text = pattern.ToString();
  if (IsGrammarWord(text)) text += '.';
  return text;
}

// Whether `file` alone would be read as FILE:LINE.
bool EndsInNumber(absl::string_view file) {
  const size_t colon = file.rfind(':');
  if (colon == absl::string_view::npos || colon + 1 == file.size()) return false;
  const absl::string_view tail = file.substr(colon + 1);
  return tail.find_first_not_of("0123456789") == absl::string_view::npos;
}

struct ToText {
  std::string operator()(const AnyDestination&) const { return "any"; }
  std::string operator()(const SelfDestination&) const { return "self"; }
  std::string operator()(const AddressRange& range) const { return range.ToString(); }
  std::string operator()(const Pattern& pattern) const { return PatternToString(pattern); }
  std::string operator()(const FeedReference& feed) const { return absl::StrCat("@", feed.text); }
};

}  // namespace

std::string DestinationToString(const Destination& destination) {
  return std::visit(ToText(), destination);
}

bool IsGrammarWord(absl::string_view text) {
  return text == "any" || text == "self" || text == "to" || text == "from";
}

std::string Source::ToString() const {
  if (line == 0 && !EndsInNumber(file)) return file;
  return absl::StrCat(file, ":", line);
}

void Rule::Normalize() {
  if (HasAny(to)) to = {AnyDestination()};
  if (HasAny(from)) from.clear();
  SortUnique(&to);
  SortUnique(&from);
  SortUnique(&inferred);
  SortUnique(&sources);
}

void Rule::UniteWith(Rule same) {
  std::vector<std::string> both;
  std::set_intersection(inferred.begin(), inferred.end(), same.inferred.begin(),
                        same.inferred.end(), std::back_inserter(both));
  inferred = std::move(both);
  std::move(same.sources.begin(), same.sources.end(), std::back_inserter(sources));
  dated = std::max(dated, same.dated);
}

std::string Rule::CanonicalText() const { return RuleLine(*this); }

uint64_t Rule::ContentHash() const { return HashOfText(CanonicalText()); }

uint64_t Rule::HashOfText(absl::string_view canonical, uint64_t begun) {
  // FNV-1a, 64 bits: draft-eastlake-fnv.
  uint64_t hash = begun;
  for (const char c : canonical) {
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  }
  return hash;
}

const char* ActionName(Action action) { return action == Action::kAllow ? "allow" : "deny"; }

const char* RuleDirectionName(RuleDirection direction) {
  switch (direction) {
    case RuleDirection::kOut: return "out";
    case RuleDirection::kIn: return "in";
    case RuleDirection::kBoth: return "both";
  }
  return "";
}

const char* RequireName(Require require) {
  switch (require) {
    case Require::kUnstated: return "";
    case Require::kMandatory: return "mandatory";
    case Require::kRecommended: return "recommended";
    case Require::kOptional: return "optional";
    case Require::kConditional: return "conditional";
  }
  return "";
}

}  // namespace allowmatch
