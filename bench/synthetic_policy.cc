#include "bench/synthetic_policy.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/agreement.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

// 20 single ports and 20 ranges, tcp and udp in turn.
std::pair<std::string, std::string> Service(uint64_t number) {
  const uint64_t port = 400 + 97 * number;
  const std::string last = number % 4 < 2 ? "" : absl::StrCat("-", port + 16 * number);
  return {number % 2 == 0 ? "tcp" : "udp", absl::StrCat(port, last)};
}

AddressRange SyntheticPrefix(Random* random) {
  if (random->OneIn(8)) {
    const Address address = Address::V6(0x2600'0000'0000'0000u | random->Bits() >> 8, 0);
    return AddressRange::Of(MaskedPrefix(address, static_cast<int>(32 + random->Below(33))));
  }
  const Address address =
      Address::V4(0x0B000000u + static_cast<uint32_t>(random->Below(0xC8000000)));
  return AddressRange::Of(MaskedPrefix(address, static_cast<int>(14 + random->Below(15))));
}

}  // namespace

Policy SyntheticPolicy(size_t rules) {
  Random random(rules);
  Policy policy;
  for (size_t i = 0; i < rules; ++i) {
    const auto [protocol, ports] = Service(random.Below(40));
    Rule rule = MakeRule(random.OneIn(20) ? Action::kDeny : Action::kAllow, RuleDirection::kOut,
                         protocol, ports, "any");
    rule.to.clear();
    for (size_t n = 1 + random.Below(3); n > 0; --n) rule.to.push_back(SyntheticPrefix(&random));
    policy.rules.push_back(std::move(rule));
  }
  policy.Canonicalize();
  return policy;
}

}  // namespace allowmatch
