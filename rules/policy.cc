#include "rules/policy.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/packed_policy.h"

namespace allowmatch {
void Policy::Canonicalize() {
  PackedPolicy packed(std::move(*this));
  packed.Canonicalize();
  *this = std::move(packed).Unpack();
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
