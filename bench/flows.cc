#include "bench/flows.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/addresses.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

// The destinations of a policy that flows can hit.
struct Targets {
  struct Target {
    const Rule* rule;
    const AddressRange* range;
  };
  std::vector<Target> ranges;
  std::vector<std::pair<const Rule*, const Pattern*>> patterns;

  explicit Targets(const Policy& policy) {
    for (const Rule& rule : policy.rules) {
      for (const Destination& to : rule.direction == RuleDirection::kIn ? rule.from : rule.to) {
        if (const auto* range = std::get_if<AddressRange>(&to)) ranges.push_back({&rule, range});
        if (const auto* name = std::get_if<Pattern>(&to)) patterns.push_back({&rule, name});
      }
    }
  }
};

void SetService(const Rule& rule, Random* random, Tuple* tuple) {
  const std::string protocol = rule.protocol.ToString();
  tuple->protocol = protocol == "udp" ? 17 : 6;
  tuple->port = rule.ports.is_any() ? uint16_t{443} : rule.ports.ranges().front().first;
  if (random->OneIn(4))
    tuple->port = random->OneIn(2) ? 443 : static_cast<uint16_t>(random->Bits());
}

std::string NameOf(const Pattern& pattern, Random* random) {
  std::string name = pattern.ToString();
  const size_t star = name.find('*');
  if (star != std::string::npos) name.replace(star, 1, absl::StrCat("host", random->Below(1000)));
  return name;
}

Address MissedRemote(Random* random) {
  if (random->OneIn(8))
    return Address::V6(0x2600000000000000u | random->Bits() >> 4, random->Bits());
  return Address::V4(static_cast<uint32_t>(random->Bits()));
}

}  // namespace

TupleBatch MakeFlows(const Policy& policy, const FlowMix& mix, size_t count) {
  Random random(count);
  const Targets targets(policy);
  const auto chance = [&random](double share) {
    return static_cast<double>(random.Below(1000000)) < share * 1000000;
  };
  TupleBatch batch;
  for (size_t i = 0; i < count; ++i) {
    Tuple tuple;
    std::string name;
    tuple.direction = chance(mix.inbound) ? Direction::kIn : Direction::kOut;
    const uint32_t inside = 0x0A000000u | static_cast<uint32_t>(random.Below(1 << 16));
    tuple.local = Address::V4(random.OneIn(2) ? kOwnServer : inside);
    const auto& target = random.Of(targets.ranges);
    const bool hit = chance(mix.hits);
    SetService(*target.rule, &random, &tuple);
    tuple.remote = hit ? AddressIn(*target.range, &random) : MissedRemote(&random);
    if (chance(mix.names) && !targets.patterns.empty()) {
      const auto& [rule, pattern] = random.Of(targets.patterns);
      SetService(*rule, &random, &tuple);
      name =
          hit ? NameOf(*pattern, &random)
              : absl::StrCat("www", random.Below(1000), ".shop", random.Below(100), ".example.net");
      tuple.remote = MissedRemote(&random);
      tuple.name = name;
    }
    batch.Add(tuple);
  }
  return batch;
}

}  // namespace allowmatch
