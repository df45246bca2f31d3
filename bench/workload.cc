#include "bench/workload.h"

#include <zlib.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/policy_source.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

constexpr const char* kServices[][2] = {
    {"tcp", "443"},         {"tcp", "80,443"},      {"udp", "3478"},      {"udp", "3478-3481"},
    {"udp", "16384-32767"}, {"udp", "10000-20000"}, {"tcp", "5060-5061"}, {"udp", "443"},
    {"tcp", "8801-8802"},   {"udp", "8801-8810"},   {"tcp", "1935"},      {"any", "any"},
};
constexpr size_t kServiceCount = sizeof(kServices) / sizeof(kServices[0]);

Rule ServiceRule(RuleDirection direction, size_t service) {
  return MakeRule(Action::kAllow, direction, kServices[service % kServiceCount][0],
                  kServices[service % kServiceCount][1], "any");
}

AddressRange VendorPrefix(Random* random) {
  if (random->OneIn(8)) {
    const Address address = Address::V6(0x2600'0000'0000'0000u | random->Bits() >> 8, 0);
    return AddressRange::Of(MaskedPrefix(address, static_cast<int>(32 + random->Below(33))));
  }
  // Vendors hold a few blocks, and list parts of them.
  const uint32_t blocks[] = {0x03070000u, 0x34700000u, 0x67580000u, 0xA2F70000u, 0xCD680000u};
  const uint32_t bits =
      blocks[random->Below(5)] | (static_cast<uint32_t>(random->Bits()) & 0xfffff);
  return AddressRange::Of(
      MaskedPrefix(Address::V4(bits), static_cast<int>(18 + random->Below(11))));
}

std::string VendorName(Random* random, size_t vendor) {
  const std::string domain = absl::StrCat("vendor", vendor, ".example");
  switch (random->Below(4)) {
    case 0:
      return absl::StrCat("*.", domain);
    case 1:
      return absl::StrCat("*.media", random->Below(8), ".", domain);
    case 2:
      return absl::StrCat("*-turn", random->Below(8), ".", domain);
    default:
      return absl::StrCat("api", random->Below(64), ".", domain);
  }
}

// The lines of a gzip file.
std::vector<std::string> GzipLines(const std::string& path) {
  std::vector<std::string> lines;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return lines;
  char buffer[256];
  while (gzgets(file, buffer, sizeof(buffer)) != nullptr) {
    std::string line = buffer;
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    lines.push_back(std::move(line));
  }
  gzclose(file);
  return lines;
}

Address InRange(const AddressRange& range, Random* random) {
  const uint128 span = range.last.bits() - range.first.bits();
  const uint128 noise = uint128{random->Bits()} << 64 | random->Bits();
  const uint128 offset = span == ~uint128{0} ? noise : noise % (span + 1);
  return Address::Raw(range.family(), range.first.bits() + offset);
}

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

Policy DefaultPolicy() {
  absl::StatusOr<LoadedPolicy> loaded = LoadPolicy(PolicyFlags());
  return loaded.ok() ? std::move(loaded->policy) : Policy();
}

Policy VendorLikePolicy() {
  Random random(300);
  Policy policy;
  for (size_t vendor = 0; vendor < 5; ++vendor) {
    for (size_t i = 0; i < 60; ++i) {
      // One rule in ten is inbound; names and prefixes come as 3 to 4.
      const bool inbound = i % 10 == 9;
      Rule rule = ServiceRule(inbound ? RuleDirection::kIn : RuleDirection::kOut,
                              i % 30 == 29 ? kServiceCount - 1 : random.Below(kServiceCount - 1));
      std::vector<Destination> remotes;
      for (size_t n = 1 + random.Below(3); n > 0; --n) {
        if (i % 7 < 3 && !inbound) {
          remotes.push_back(MakeDestination(VendorName(&random, vendor)));
        } else {
          remotes.push_back(VendorPrefix(&random));
        }
      }
      (inbound ? rule.from : rule.to) = remotes;
      rule.vendor = absl::StrCat("vendor", vendor);
      policy.rules.push_back(std::move(rule));
    }
  }
  policy.Canonicalize();
  return policy;
}

Policy RoutingTablePolicy(const std::string& path) {
  Policy policy;
  for (size_t i = 0; i < 64; ++i) {
    policy.rules.push_back(ServiceRule(RuleDirection::kOut, i));
    policy.rules.back().to.clear();
    policy.rules.back().vendor = absl::StrCat("network", i);
  }
  size_t count = 0;
  for (const std::string& line : GzipLines(path)) {
    AddressRange range;
    if (ParseRange(line, &range) == Fault::kNone) policy.rules[count++ % 64].to.push_back(range);
  }
  if (count < 64) return {};
  policy.Canonicalize();
  return policy;
}

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
    tuple.remote = hit ? InRange(*target.range, &random) : MissedRemote(&random);
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
