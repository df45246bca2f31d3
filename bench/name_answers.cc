#include "bench/name_answers.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "bench/expected.h"
#include "matcher/verdict.h"

namespace allowmatch {
namespace {

using Labels = std::vector<absl::string_view>;

// What stands right of the last `*` from its next dot on.
absl::string_view LiteralSuffix(absl::string_view body) {
  const size_t star = body.rfind('*');
  if (star == absl::string_view::npos) return body;
  return body.substr(body.find('.', star) + 1);
}

// `*` is any characters, none too.
bool Fits(absl::string_view glob, absl::string_view text) {
  if (glob.empty()) return text.empty();
  if (glob[0] != '*') {
    return !text.empty() && text[0] == glob[0] && Fits(glob.substr(1), text.substr(1));
  }
  return Fits(glob.substr(1), text) || (!text.empty() && Fits(glob, text.substr(1)));
}

bool LabelCovers(absl::string_view label, absl::string_view text) {
  if (label == "*" || label == text) return true;
  return !absl::StartsWith(text, "xn--") && absl::StrContains(label, '*') && Fits(label, text);
}

bool Covers(const Pattern& pattern, const Labels& name) {
  const Labels body = absl::StrSplit(pattern.body(), '.');
  if (name.size() < body.size()) return false;
  const size_t more = name.size() - body.size();
  switch (pattern.head()) {
    case Pattern::Head::kNone:
      if (more != 0) return false;
      break;
    case Pattern::Head::kBelow:
      if (more == 0) return false;
      break;
    case Pattern::Head::kOneBelow:
      if (more != 1) return false;
      break;
    case Pattern::Head::kSelfAndBelow:
      break;
  }
  return std::equal(body.begin(), body.end(), name.begin() + static_cast<int64_t>(more),
                    LabelCovers);
}

}  // namespace

std::vector<NameListing> NameListingsOf(const Policy& policy, const std::vector<bool>& active) {
  std::vector<std::pair<PrimaryOrder, NameListing>> ordered;
  for (uint32_t id = 0; id < policy.rules.size(); ++id) {
    const Rule& rule = policy.rules[id];
    if (!active[id] || !rule.AppliesTo(false)) continue;
    for (const Destination& to : rule.to) {
      const auto* const pattern = std::get_if<Pattern>(&to);
      if (pattern != nullptr) ordered.push_back({OrderOf(rule, id, to), {pattern, id}});
    }
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<NameListing> listings;
  for (const auto& [order, listing] : ordered) listings.push_back(listing);
  return listings;
}

NameAnswers::NameAnswers(const std::vector<NameListing>& listings) : listings_(listings) {
  for (uint32_t place = 0; place < listings.size(); ++place) {
    by_suffix_[std::string(LiteralSuffix(listings[place].pattern->body()))].push_back(place);
  }
}

uint32_t NameAnswers::RuleOf(absl::string_view name) const {
  const std::string plain = absl::AsciiStrToLower(absl::StripSuffix(name, "."));
  const Labels labels = absl::StrSplit(plain, '.');
  size_t best = listings_.size();
  for (const absl::string_view label : labels) {
    const size_t begin = static_cast<size_t>(label.data() - plain.data());
    const auto at = by_suffix_.find(absl::string_view(plain).substr(begin));
    if (at == by_suffix_.end()) continue;
    for (const uint32_t place : at->second) {
      if (place >= best) break;
      if (Covers(*listings_[place].pattern, labels)) best = place;
    }
  }
  return best == listings_.size() ? kNoRuleId : listings_[best].rule;
}

}  // namespace allowmatch
