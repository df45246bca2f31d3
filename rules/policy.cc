#include "rules/policy.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/rule_line.h"

namespace allowmatch {
namespace {

// The order of the texts: the index of the first, of the second ...
std::vector<size_t> OrderOf(const std::vector<std::string>& texts) {
  std::vector<size_t> order(texts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (!std::is_sorted(texts.begin(), texts.end())) {
    std::sort(order.begin(), order.end(),
              [&texts](size_t a, size_t b) { return texts[a] < texts[b]; });
  }
  return order;
}

// Puts the element `order[i]` at i, for all i, without a second list: each
// circle of the permutation is turned by one.
template <typename T>
void Permute(std::vector<size_t> order, std::vector<T>* list) {
  for (size_t start = 0; start < order.size(); ++start) {
    if (order[start] == start) continue;
    T first = std::move((*list)[start]);
    size_t at = start;
    for (size_t next = order[at]; next != start; at = next, next = order[at]) {
      (*list)[at] = std::move((*list)[next]);
      order[at] = at;
    }
    (*list)[at] = std::move(first);
    order[at] = at;
  }
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
  std::vector<std::string> texts;  // costly enough to keep
  texts.reserve(rules.size());
  for (Rule& rule : rules) {
    rule.Normalize();
    texts.push_back(rule.CanonicalText());
  }
  const std::vector<size_t> order = OrderOf(texts);
  Permute(order, &rules);
  size_t kept = 0;  // the rules before it are united
  for (size_t i = 0; i < rules.size(); ++i) {
    if (i > 0 && texts[order[i - 1]] == texts[order[i]]) {
      Unite(std::move(rules[i]), &rules[kept - 1]);
    } else if (const size_t to = kept++; to != i) {
      rules[to] = std::move(rules[i]);
    }
  }
  const bool united = kept < rules.size();
  rules.resize(kept);
  for (size_t i = 0; united && i < kept; ++i) rules[i].Normalize();
}

void Policy::Append(Policy other) {
  if (rules.empty()) {
    rules = std::move(other.rules);
    return;
  }
  std::move(other.rules.begin(), other.rules.end(), std::back_inserter(rules));
}

std::string FormatRules(const Policy& policy) {
  std::string text;
  for (const Rule& rule : policy.rules) absl::StrAppend(&text, FormatRule(rule), "\n");
  return text;
}

}  // namespace allowmatch
