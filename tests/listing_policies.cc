#include "tests/listing_policies.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/policy_source.h"
#include "matcher/matcher.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

Policy BuiltInPolicy() {
  absl::StatusOr<LoadedPolicy> loaded = LoadPolicy(PolicyFlags());
  return loaded.ok() ? std::move(loaded->policy) : Policy();
}

// Rules that differ in their services, so that the order has something to do.
Rule RuleNumber(size_t number, Action action) {
  constexpr const char* kPorts[] = {"443", "80,443", "any", "1024-65535", "3478-3481"};
  Rule rule = MakeRule(action, RuleDirection::kOut, number % 3 == 0 ? "udp" : "tcp",
                       kPorts[number % 5], "any");
  rule.to.clear();
  rule.vendor = absl::StrCat("network", number);
  return rule;
}

Policy WithoutEmptyRules(Policy policy) {
  policy.rules.erase(std::remove_if(policy.rules.begin(), policy.rules.end(),
                                    [](const Rule& rule) { return rule.to.empty(); }),
                     policy.rules.end());
  policy.Canonicalize();
  return policy;
}

class Nests {
 public:
  Nests(Family family, Random* random) : family_(family), max_(MaxBits(family)), random_(*random) {}

  AddressRange Next() {
    auto [first, last] = Pick();
    if (last < first) std::swap(first, last);
    ranges_.push_back({first, last});
    return {Address::Raw(family_, first), Address::Raw(family_, last)};
  }

 private:
  using Ends = std::pair<uint128, uint128>;

  Ends Pick() {
    const Ends other = ranges_.empty() ? Ends(0, max_) : ranges_[random_.Below(ranges_.size())];
    switch (random_.Below(9)) {
      case 0:
        return PrefixAround(Anywhere(0, max_));
      case 1:
        return {Anywhere(0, max_), Anywhere(0, max_) & max_ >> random_.Below(8)};
      case 2:
        return PrefixAround(Anywhere(other.first, other.second));
      case 3:
        return {Anywhere(other.first, other.second), Anywhere(other.first, other.second)};
      case 4:  // beside it
        return other.second == max_ ? other : Beyond(other.second + 1);
      case 5:  // with an end of it
        return random_.OneIn(2) ? Ends(other.first, Anywhere(other.first, other.second))
                                : Ends(Anywhere(other.first, other.second), other.second);
      case 6: {
        const uint128 end = random_.OneIn(2) ? other.first : other.second;
        return {end, end};
      }
      case 7: {  // at an end of the space
        const uint128 length = Noise();
        return random_.OneIn(2) ? Ends(0, length) : Ends(max_ - length, max_);
      }
      default: {
        const uint128 address = Anywhere(other.first, other.second);
        return {address, address};
      }
    }
  }

  // Any number of bits with the same chance.
  uint128 Noise() {
    const uint128 bits = uint128{random_.Bits()} << 64 | random_.Bits();
    return (bits & max_) >> (1 + random_.Below(static_cast<uint64_t>(Width(family_)) - 1));
  }

  uint128 Anywhere(uint128 first, uint128 last) {
    const uint128 bits = (uint128{random_.Bits()} << 64 | random_.Bits()) & max_;
    const uint128 span = last - first;
    return span == max_ ? bits : first + (random_.OneIn(3) ? Noise() : bits) % (span + 1);
  }

  // Of any length but 0.
  Ends PrefixAround(uint128 address) {
    const uint64_t width = static_cast<uint64_t>(Width(family_));
    const uint128 host = max_ >> 1 >> random_.Below(width);
    return {address & ~host, address | host};
  }

  Ends Beyond(uint128 first) { return {first, first + std::min(Noise(), max_ - first)}; }

  const Family family_;
  const uint128 max_;
  Random& random_;
  std::vector<Ends> ranges_;
};

// An IPv6 range that lies in ::ffff:0:0/96 would be an IPv4 range.
bool IsMappedRange(const AddressRange& range) {
  return range.family() == Family::kV6 && range.first.bits() >> 32 == 0xffff &&
         range.last.bits() >> 32 == 0xffff;
}

std::vector<std::string> GzipLines(const std::string& path) {
  std::vector<std::string> lines;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return lines;
  char buffer[128];
  while (gzgets(file, buffer, sizeof(buffer)) != nullptr) {
    std::string line = buffer;
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    lines.push_back(std::move(line));
  }
  gzclose(file);
  return lines;
}

std::string RoutingTablePath() {
  const char* const shared = std::getenv("ALLOWMATCH_SHARED");
  return std::string(shared == nullptr ? "../shared" : shared) + "/data/bgp/prefixes.txt.gz";
}

std::vector<bool> Active(const Policy& policy, const CompileOptions& options) {
  return ActiveRules(policy, options.selection).value();
}

CompileOptions Broad() {
  CompileOptions options;
  options.allow_broad = true;
  return options;
}

}  // namespace

Listing::Listing(std::string name, const Policy& policy, const CompileOptions& options)
    : name_(std::move(name)),
      databases_(InEachShape(policy, options)),
      active_(Active(policy, options)),
      v4_(Family::kV4, policy, active_, options.self),
      v6_(Family::kV6, policy, active_, options.self) {}

std::string Listing::Difference(const Database& database, Kernel kernel, const Address& address,
                                uint32_t rule) const {
  return absl::StrCat(name_, ", ", database.ip4().is_tree() ? "tree, " : "trie, ",
                      KernelName(kernel), ": ", address.ToString(), " is listed by ", rule,
                      ", painted by ", RuleOf(address), " (", kNoRuleId, " is none)");
}

std::string Listing::Check4(const std::vector<uint32_t>& addresses) const {
  std::vector<uint32_t> expected;
  for (const uint32_t address : addresses) expected.push_back(v4_.RuleOf(address));
  std::vector<uint32_t> rules(addresses.size());
  for (const Database& database : databases_) {
    for (const Kernel kernel : AvailableKernels()) {
      std::fill(rules.begin(), rules.end(), ~0u);
      Matcher(&database, kernel).ListingRules4(addresses.data(), addresses.size(), rules.data());
      const auto [rule, wanted] = std::mismatch(rules.begin(), rules.end(), expected.begin());
      if (rule == rules.end()) continue;
      const size_t at = static_cast<size_t>(rule - rules.begin());
      return Difference(database, kernel, Address::V4(addresses[at]), *rule);
    }
  }
  return "";
}

std::string Listing::Check6(const std::vector<uint128>& addresses) const {
  std::vector<uint64_t> words;
  std::vector<uint32_t> expected;
  for (const uint128 address : addresses) {
    words.push_back(static_cast<uint64_t>(address >> 64));
    words.push_back(static_cast<uint64_t>(address));
    expected.push_back(RuleOf(Address::V6(address)));
  }
  std::vector<uint32_t> rules(addresses.size());
  for (const Database& database : databases_) {
    for (const Kernel kernel : AvailableKernels()) {
      std::fill(rules.begin(), rules.end(), ~0u);
      Matcher(&database, kernel).ListingRules6(words.data(), addresses.size(), rules.data());
      const auto [rule, wanted] = std::mismatch(rules.begin(), rules.end(), expected.begin());
      if (rule == rules.end()) continue;
      const size_t at = static_cast<size_t>(rule - rules.begin());
      return Difference(database, kernel, Address::V6(addresses[at]), *rule);
    }
  }
  return "";
}

Listing BuiltInListing() { return Listing("built-in policy", BuiltInPolicy(), {}); }

std::vector<Listing> RoutingTableListing() {
  constexpr size_t kRules = 16384;
  Policy policy;
  for (size_t i = 0; i < kRules; ++i) policy.rules.push_back(RuleNumber(i, Action::kAllow));
  size_t count = 0;
  for (const std::string& line : GzipLines(RoutingTablePath())) {
    AddressRange range;
    if (ParseRange(line, &range) != Fault::kNone) continue;
    policy.rules[count++ % kRules].to.emplace_back(range);
  }
  std::vector<Listing> listings;
  if (count == 0) return listings;
  listings.emplace_back("routing table", WithoutEmptyRules(std::move(policy)), Broad());
  return listings;
}

Policy NestedPolicy(Family family, size_t ranges, Random* random) {
  const size_t rule_count = ranges / 3 + 1;
  Policy policy;
  for (size_t i = 0; i < rule_count; ++i) policy.rules.push_back(RuleNumber(i, Action::kAllow));
  for (size_t i = 0; i < rule_count; ++i) policy.rules.push_back(RuleNumber(i, Action::kDeny));
  if (random->OneIn(4)) policy.rules[0].to.emplace_back(AnyDestination());
  Nests nests(family, random);
  for (size_t i = 0; i < ranges; ++i) {
    const AddressRange range = nests.Next();
    if (IsMappedRange(range)) continue;
    // A wide range that is denied would hide what is inside.
    const bool wide = (range.last.bits() - range.first.bits()) >> (Width(family) / 2) != 0;
    const size_t first = !wide && random->OneIn(6) ? rule_count : 0;
    policy.rules[first + random->Below(rule_count)].to.emplace_back(range);
  }
  return WithoutEmptyRules(std::move(policy));
}

}  // namespace allowmatch
