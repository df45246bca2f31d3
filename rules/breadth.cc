#include "rules/breadth.h"

#include <algorithm>
#include <map>
#include <set>
#include <variant>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

constexpr char kHint[] = "; --allow-broad accepts it";
constexpr uint64_t kQuarterOfV4 = uint64_t{1} << 30;

bool IsBroad(const AddressRange& range) {
  const int host_bits = range.family() == Family::kV4 ? 32 - 8 : 128 - 16;
  return (range.last.bits() - range.first.bits()) >> host_bits != 0;
}

// The first destination of `list` that is broad; null if none is.
const Destination* Broad(const std::vector<Destination>& list) {
  for (const Destination& destination : list) {
    if (std::holds_alternative<AnyDestination>(destination)) return &destination;
    const auto* range = std::get_if<AddressRange>(&destination);
    if (range != nullptr && IsBroad(*range)) return &destination;
  }
  return nullptr;
}

const std::vector<Destination>& Remotes(const Rule& rule) {
  return rule.direction == RuleDirection::kIn ? rule.from : rule.to;
}

// What makes the rule broad; empty if it is not.
std::string Breadth(const Rule& rule) {
  const Destination* to = Broad(rule.to);
  if (to == nullptr) return "";
  if (rule.direction != RuleDirection::kIn) return absl::StrCat("to ", DestinationToString(*to));
  const Destination* from = Broad(rule.from);
  if (from == nullptr && !rule.from.empty()) return "";
  return absl::StrCat("from ", from == nullptr ? "any" : DestinationToString(*from), " to ",
                      DestinationToString(*to));
}

std::string Place(const Rule& rule) {
  return rule.sources.empty() ? "" : absl::StrCat(rule.sources.front().ToString(), ": ");
}

// How many IPv4 addresses the ranges cover together.
uint64_t Covered(std::vector<AddressRange> ranges) {
  std::sort(ranges.begin(), ranges.end());
  uint64_t covered = 0;
  uint64_t next = 0;  // addresses below are counted
  for (const AddressRange& range : ranges) {
    const uint64_t first = std::max<uint64_t>(range.first.v4(), next);
    const uint64_t end = uint64_t{range.last.v4()} + 1;
    if (end <= first) continue;
    covered += end - first;
    next = end;
  }
  return covered;
}

// The IPv4 ranges of each vendor and each file, under the name for messages.
using Shares = std::map<std::string, std::vector<AddressRange>>;

std::set<std::string> Owners(const Rule& rule) {
  std::set<std::string> owners;
  if (!rule.vendor.empty()) owners.insert(absl::StrCat("vendor ", rule.vendor));
  for (const Source& source : rule.sources) owners.insert(absl::StrCat("file ", source.file));
  if (owners.empty()) owners.insert("rules without vendor and file");
  return owners;
}

void AddRange(const Destination& destination, std::vector<AddressRange>* ranges) {
  const auto* range = std::get_if<AddressRange>(&destination);
  if (range != nullptr && range->family() == Family::kV4) ranges->push_back(*range);
}

// The remote IPv4 ranges of the active allow rules of each frame.
std::vector<std::vector<AddressRange>> RangesOfFrames(const PackedPolicy& policy,
                                                      const std::vector<bool>& active) {
  std::vector<std::vector<AddressRange>> ranges(policy.frames().size());
  std::vector<bool> seen(policy.frames().size());
  for (size_t id = 0; id < policy.size(); ++id) {
    const uint32_t number = policy.frame_of(id);
    const PackedPolicy::Frame& frame = policy.frames()[number];
    if (!active[id] || frame.rule.action != Action::kAllow) continue;
    const bool own = frame.shared && frame.rule.direction != RuleDirection::kIn;
    if (own && policy.IsRange(id)) AddRange(policy.range(id), &ranges[number]);
    if (own || seen[number]) continue;
    seen[number] = true;
    for (const Destination& remote : Remotes(frame.rule)) AddRange(remote, &ranges[number]);
  }
  return ranges;
}

Shares SharesOf(const PackedPolicy& policy, const std::vector<bool>& active) {
  Shares shares;
  const std::vector<std::vector<AddressRange>> ranges = RangesOfFrames(policy, active);
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].empty()) continue;
    for (const std::string& owner : Owners(policy.frames()[i].rule)) {
      std::vector<AddressRange>& share = shares[owner];
      share.insert(share.end(), ranges[i].begin(), ranges[i].end());
    }
  }
  return shares;
}

// Whether the rule may be broad, at a glance: most rules are not.
bool MayBeBroad(const PackedPolicy& policy, size_t id) {
  if (!policy.frame(id).shared) return true;
  return policy.IsRange(id) ? IsBroad(policy.range(id)) : !policy.IsPattern(id);
}

}  // namespace

std::vector<std::string> BroadRules(const PackedPolicy& policy, const std::vector<bool>& active) {
  std::vector<std::string> refused;
  for (size_t id = 0; id < policy.size(); ++id) {
    const bool counts = active[id] && policy.frame(id).rule.action == Action::kAllow;
    if (!counts || !MayBeBroad(policy, id)) continue;
    const Rule rule = policy.rule(id);
    const std::string breadth = Breadth(rule);
    if (breadth.empty()) continue;
    refused.push_back(absl::StrCat(Place(rule), "rule ", id, " is too broad (", breadth,
                                   "): ", rule.CanonicalText(), kHint));
  }
  for (const auto& [owner, ranges] : SharesOf(policy, active)) {
    const uint64_t covered = Covered(ranges);
    if (covered <= kQuarterOfV4) continue;
    refused.push_back(absl::StrCat(owner, " covers ", covered * 100 >> 32,
                                   " % of IPv4, which is over a quarter", kHint));
  }
  return refused;
}

}  // namespace allowmatch
