#include "rules/policy.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/rule_line.h"

namespace allowmatch {
namespace {

// A rule and the text it is ordered by, which is costly enough to keep.
struct Keyed {
  std::string text;
  Rule rule;
};

std::vector<Keyed> WithText(std::vector<Rule> rules) {
  std::vector<Keyed> keyed;
  keyed.reserve(rules.size());
  for (Rule& rule : rules) {
    rule.Normalize();
    std::string text = rule.CanonicalText();
    keyed.push_back({std::move(text), std::move(rule)});
  }
  return keyed;
}

// Sorted by text. Rules are large, so their places are sorted and not they.
std::vector<uint32_t> OrderOf(const std::vector<Keyed>& keyed) {
  std::vector<uint32_t> order(keyed.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto before = [&keyed](uint32_t a, uint32_t b) { return keyed[a].text < keyed[b].text; };
  if (!std::is_sorted(order.begin(), order.end(), before)) {
    std::sort(order.begin(), order.end(), before);
  }
  return order;
}

// `from` says the same thing as `to`. Both are normalized, and `to` is again
// after the last rule of its group has been united with it.
void Unite(Rule from, Rule* to) {
  std::vector<std::string> inferred;
  std::set_intersection(to->inferred.begin(), to->inferred.end(), from.inferred.begin(),
                        from.inferred.end(), std::back_inserter(inferred));
  to->inferred = std::move(inferred);
  std::move(from.sources.begin(), from.sources.end(), std::back_inserter(to->sources));
  to->dated = std::max(to->dated, from.dated);
}

}  // namespace

void Policy::Canonicalize() {
  std::vector<Keyed> keyed = WithText(std::move(rules));
  rules.clear();
  rules.reserve(keyed.size());
  const std::string* previous = nullptr;
  bool united = false;
  for (const uint32_t at : OrderOf(keyed)) {
    Keyed& entry = keyed[at];
    if (previous != nullptr && *previous == entry.text) {
      Unite(std::move(entry.rule), &rules.back());
      united = true;
    } else {
      rules.push_back(std::move(entry.rule));
    }
    previous = &entry.text;
  }
  for (size_t i = 0; united && i < rules.size(); ++i) rules[i].Normalize();
}

void Policy::Append(Policy other) {
  std::move(other.rules.begin(), other.rules.end(), std::back_inserter(rules));
}

std::string FormatRules(const Policy& policy) {
  std::string text;
  for (const Rule& rule : policy.rules) absl::StrAppend(&text, FormatRule(rule), "\n");
  return text;
}

}  // namespace allowmatch
