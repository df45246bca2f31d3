#include "bench/policies.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/policy_source.h"
#include "tests/agreement.h"
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

// Null if there is none.
gzFile OpenRoutingTable() {
  const char* const shared = std::getenv("ALLOWMATCH_SHARED");
  if (shared == nullptr) return nullptr;
  return gzopen(absl::StrCat(shared, "/data/bgp/prefixes.txt.gz").c_str(), "rb");
}

std::vector<AddressRange> RoutingTable() {
  std::vector<AddressRange> prefixes;
  const gzFile file = OpenRoutingTable();
  if (file == nullptr) return prefixes;
  char buffer[256];
  while (gzgets(file, buffer, sizeof(buffer)) != nullptr) {
    AddressRange prefix;
    const absl::string_view line = absl::StripTrailingAsciiWhitespace(buffer);
    if (ParseRange(line, &prefix) == Fault::kNone) prefixes.push_back(prefix);
  }
  gzclose(file);
  return prefixes;
}

// A finalizer of good avalanche (Steele et al., SplitMix, OOPSLA 2014).
uint64_t Mix(uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

uint64_t HashOf(const AddressRange& range) {
  return Mix(Mix(Mix(range.first.high()) + range.first.low()) + range.last.low());
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

bool HasRoutingTable() {
  const gzFile file = OpenRoutingTable();
  return file != nullptr && gzclose(file) == Z_OK;
}

Policy RoutingTablePolicy() {
  Policy policy;
  for (size_t i = 0; i < 64; ++i) {
    policy.rules.push_back(ServiceRule(RuleDirection::kOut, i));
    policy.rules.back().to.clear();
    policy.rules.back().vendor = absl::StrCat("network", i);
  }
  size_t count = 0;
  for (const AddressRange& prefix : RoutingTable()) policy.rules[count++ % 64].to.push_back(prefix);
  if (count < 64) return {};
  policy.Canonicalize();
  return policy;
}

Policy RouteClassPolicy(Family family, size_t rules, size_t limit) {
  std::vector<std::pair<uint64_t, AddressRange>> prefixes;
  for (const AddressRange& prefix : RoutingTable()) {
    if (prefix.family() == family) prefixes.emplace_back(HashOf(prefix), prefix);
  }
  std::sort(prefixes.begin(), prefixes.end());
  if (limit != 0 && limit < prefixes.size()) prefixes.resize(limit);
  std::vector<Rule> classes(rules,
                            MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", "any"));
  for (size_t i = 0; i < rules; ++i) {
    classes[i].to.clear();
    classes[i].vendor = absl::StrCat("network", i);
  }
  for (const auto& [hash, range] : prefixes) classes[Mix(hash) % rules].to.push_back(range);
  Policy policy;
  for (Rule& rule : classes) {
    if (!rule.to.empty()) policy.rules.push_back(std::move(rule));
  }
  policy.Canonicalize();
  return policy;
}

}  // namespace allowmatch
