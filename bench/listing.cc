#include "bench/listing.h"

#include <algorithm>
#include <optional>

#include "rules/rule_match.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

std::vector<AddressRange> RangesOf(const Policy& policy, Family family) {
  std::vector<AddressRange> ranges;
  for (const Rule& rule : policy.rules) {
    for (const Destination& to : rule.to) {
      const auto* const range = std::get_if<AddressRange>(&to);
      if (range != nullptr && range->family() == family) ranges.push_back(*range);
    }
  }
  return ranges;
}

Address Anywhere(Family family, Random* random) {
  if (family == Family::kV4) return Address::V4(static_cast<uint32_t>(random->Bits()));
  return Address::V6(0x2000'0000'0000'0000u | random->Bits() >> 3, random->Bits());
}

Address Within(const AddressRange& range, Random* random) {
  const uint128 span = range.last.bits() - range.first.bits();
  const uint128 noise = uint128{random->Bits()} << 64 | random->Bits();
  const uint128 offset = span == ~uint128{0} ? noise : noise % (span + 1);
  return Address::Raw(range.family(), range.first.bits() + offset);
}

// The primary one of the rules that list `remote`: deny before allow, then the
// more specific, then the lower id.
uint32_t ListingRule(const Policy& policy, const std::vector<bool>& active,
                     const std::vector<AddressRange>& self, const Address& remote) {
  Tuple tuple;
  tuple.remote = remote;
  uint32_t best = kNoRuleId;
  std::optional<Destination> best_by;
  for (uint32_t id = 0; id < policy.rules.size(); ++id) {
    const Rule& rule = policy.rules[id];
    if (!active[id]) continue;
    const RuleMatch match = MatchRule(rule, tuple, self);
    if (!match.direction || !match.destination) continue;
    const bool is_better =
        best == kNoRuleId || (rule.action == policy.rules[best].action
                                  ? IsMoreSpecific(rule, *match.by, policy.rules[best], *best_by)
                                  : rule.action == Action::kDeny);
    if (!is_better) continue;
    best = id;
    best_by = match.by;
  }
  return best;
}

}  // namespace

std::vector<Address> MakeAddresses(const Policy& policy, Family family, size_t count) {
  Random random(count);
  const std::vector<AddressRange> ranges = RangesOf(policy, family);
  std::vector<Address> addresses;
  for (size_t i = 0; i < count; ++i) {
    const bool listed = random.OneIn(2) && !ranges.empty();
    addresses.push_back(listed ? Within(random.Of(ranges), &random) : Anywhere(family, &random));
  }
  return addresses;
}

std::vector<uint32_t> Words4(const std::vector<Address>& addresses) {
  std::vector<uint32_t> words;
  for (const Address& address : addresses) words.push_back(address.v4());
  return words;
}

std::vector<uint64_t> Words6(const std::vector<Address>& addresses) {
  std::vector<uint64_t> words;
  for (const Address& address : addresses) {
    words.push_back(address.high());
    words.push_back(address.low());
  }
  return words;
}

CheckedListing::CheckedListing(const Subject& subject, const std::vector<Address>& addresses) {
  const CompileOptions options = SubjectOptions();
  const std::vector<bool> active = *ActiveRules(subject.policy(), options.selection);
  for (const size_t i : SampledIndices(addresses.size(), subject.sample())) {
    expected_.emplace_back(i, ListingRule(subject.policy(), active, options.self, addresses[i]));
  }
}

bool CheckedListing::Agree(const std::vector<uint32_t>& rules) const {
  return std::all_of(expected_.begin(), expected_.end(),
                     [&](const auto& pair) { return rules[pair.first] == pair.second; });
}

}  // namespace allowmatch
