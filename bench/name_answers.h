// What the answers of a workload of names must be, found without the matcher: a map of
// whole literal suffixes, asked at each label of a name, and patterns compared label by
// label where a suffix leads to some.

#ifndef ALLOWMATCH_BENCH_NAME_ANSWERS_H_
#define ALLOWMATCH_BENCH_NAME_ANSWERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "matcher/pattern.h"
#include "rules/policy.h"

namespace allowmatch {

struct NameListing {
  const Pattern* pattern;  // in the policy
  uint32_t rule;
};

// The patterns of active outbound rules in the order of primary rules: the best first.
// The policy outlives them.
std::vector<NameListing> NameListingsOf(const Policy& policy, const std::vector<bool>& active);

class NameAnswers {
 public:
  // `listings` outlive it.
  explicit NameAnswers(const std::vector<NameListing>& listings);

  // The rule of the first listing that covers a name, in any case and with or without a
  // final dot; kNoRuleId if none does.
  uint32_t RuleOf(absl::string_view name) const;

 private:
  const std::vector<NameListing>& listings_;
  // By the labels that stand right of any `*` in the pattern: its places, ascending.
  absl::flat_hash_map<std::string, std::vector<uint32_t>> by_suffix_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_NAME_ANSWERS_H_
