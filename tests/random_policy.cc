#include "tests/random_policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace allowmatch {
namespace {

using Labels = std::vector<std::string>;

const Labels& Words() {
  static const Labels words = {"a",    "b",     "c",     "x",  "api", "turn", "a-turn", "turn1",
                               "_sip", "xn--a", "xn--b", "ab", "ba",  "com",  "net",    "example"};
  return words;
}

// An address near one of a few centres, so that ranges nest and overlap.
Address RandomAddress(Random* random) {
  if (random->OneIn(3)) {
    const uint64_t high = random->Of(std::vector<uint64_t>{0x20010db800000000u, 0x20010db800010000u,
                                                           0, ~uint64_t{0}, 0x2600000000000000u});
    const uint64_t noise = random->Bits() >> random->Below(64);
    if (random->OneIn(2)) return Address::V6(high | noise >> 32, random->Bits());
    return Address::V6(high, random->OneIn(2) ? noise : ~noise);
  }
  const uint32_t centre = random->Of(
      std::vector<uint32_t>{0xC0000200u, 0xC6336400u, 0x0A000000u, 0, 0xffffffffu, 0x08080000u});
  return Address::V4(centre ^ static_cast<uint32_t>(random->Bits()) >> random->Below(32));
}

AddressRange RandomRange(Random* random) {
  const Address address = RandomAddress(random);
  const int width = Width(address.family());
  switch (random->Below(4)) {
    case 0:
      return AddressRange::Of(address);
    case 1: {
      const uint128 length = random->Bits() >> (64 - random->Below(20) - 1);
      const uint128 room = MaxBits(address.family()) - address.bits();
      return {address, Address::Raw(address.family(), address.bits() + std::min(length, room))};
    }
    default: {
      const int length = width - static_cast<int>(random->Below(static_cast<uint64_t>(width) - 4));
      return AddressRange::Of(MaskedPrefix(address, length));
    }
  }
}

std::string RandomPattern(Random* random) {
  while (true) {
    Labels labels;
    const size_t count = 1 + random->Below(3);
    for (size_t i = 0; i < count; ++i) labels.push_back(random->Of(Words()));
    if (count > 1 && random->OneIn(4)) {
      labels[random->Below(count - 1)] =
          random->Of(Labels{"*", "a*", "*a", "*-turn", "t*n*", "turn*", "*-*"});
    }
    const std::string head = random->Of(Labels{"", "", "*.", "*.", ".", "?."});
    const std::string text = head + absl::StrJoin(labels, ".");
    Pattern pattern;
    if (ParsePattern(text, &pattern) == Fault::kNone) return text;
  }
}

Destination RandomDestination(Random* random, bool names) {
  if (random->OneIn(60)) return AnyDestination();
  if (random->OneIn(40)) return SelfDestination();
  if (random->OneIn(60)) return FeedReference{"feed:X"};
  if (names && random->OneIn(2)) return MakeDestination(RandomPattern(random));
  return RandomRange(random);
}

std::vector<Destination> RandomDestinations(Random* random, bool names) {
  std::vector<Destination> list;
  for (size_t n = 1 + random->Below(3); n > 0; --n) {
    list.push_back(RandomDestination(random, names));
  }
  return list;
}

Rule RandomRule(Random* random) {
  Rule rule;
  rule.action = random->OneIn(4) ? Action::kDeny : Action::kAllow;
  rule.direction = random->Of(std::vector<RuleDirection>{RuleDirection::kOut, RuleDirection::kOut,
                                                         RuleDirection::kIn, RuleDirection::kBoth});
  ParseProtocol(random->Of(Labels{"tcp", "tcp", "udp", "any", "icmp", "1", "58", "47"}),
                &rule.protocol);
  ParsePorts(random->Of(Labels{"443", "80,443", "3478-3481", "any", "0", "65535", "1024-65535",
                               "250-260", "0-65535"}),
             &rule.ports);
  if (random->OneIn(5)) {
    rule.ports = PortSet();
    rule.ports.Add({static_cast<uint16_t>(random->Below(600)), 600});
  }
  rule.to = RandomDestinations(random, rule.direction != RuleDirection::kIn || random->OneIn(9));
  if (rule.direction == RuleDirection::kIn) {
    if (random->OneIn(3)) rule.to = {AnyDestination()};
    if (random->OneIn(3)) rule.to = {SelfDestination()};
    if (!random->OneIn(6)) rule.from = RandomDestinations(random, true);
  }
  return rule;
}

Address Shifted(const Address& address, int by) {
  const uint128 bits = address.bits() + static_cast<uint128>(static_cast<__int128>(by));
  return address.is_v4() ? Address::V4(static_cast<uint32_t>(bits)) : Address::V6(bits);
}

// A name that the pattern has, or nearly has.
Labels NameFrom(const std::string& pattern, Random* random) {
  Labels labels = absl::StrSplit(pattern, '.');
  for (std::string& label : labels) {
    const std::string word = random->Of(Words());
    if (label.empty() || label == "?" || label == "*") label = word;
    const size_t star = label.find('*');
    if (star != std::string::npos) {
      label = absl::StrJoin(absl::StrSplit(label, '*'), random->OneIn(3) ? "" : word);
      if (label.empty()) label = word;
    }
  }
  return labels;
}

}  // namespace

Policy RandomPolicy(size_t rules, Random* random) {
  Policy policy;
  for (size_t i = 0; i < rules; ++i) policy.rules.push_back(RandomRule(random));
  policy.Canonicalize();
  return policy;
}

std::vector<AddressRange> RandomSelf(Random* random) {
  return {RandomRange(random), AddressRange::Of(RandomAddress(random))};
}

Prober::Prober(const Policy& policy, const std::vector<AddressRange>& self) {
  const auto add_range = [this](const AddressRange& range) {
    for (const int by : {-1, 0, 1}) {
      edges_.push_back(Shifted(range.first, by));
      edges_.push_back(Shifted(range.last, by));
    }
  };
  for (const AddressRange& range : self) add_range(range);
  for (const Rule& rule : policy.rules) {
    for (const auto* list : {&rule.to, &rule.from}) {
      for (const Destination& destination : *list) {
        if (const auto* range = std::get_if<AddressRange>(&destination)) add_range(*range);
        if (const auto* pattern = std::get_if<Pattern>(&destination)) {
          patterns_.push_back(pattern->ToString());
        }
      }
    }
    for (const PortRange& range : rule.ports.ranges()) {
      for (const int by : {-1, 0, 1}) {
        ports_.push_back(static_cast<uint16_t>(range.first + by));
        ports_.push_back(static_cast<uint16_t>(range.last + by));
      }
    }
  }
  if (edges_.empty()) edges_.push_back(Address());
  if (patterns_.empty()) patterns_.push_back("a.b");
  if (ports_.empty()) ports_.push_back(443);
}

Address Prober::ProbeAddress(Random* random) const {
  if (random->OneIn(2)) return random->Of(edges_);
  if (random->OneIn(2)) return RandomAddress(random);
  // One bit away from an edge.
  const Address& edge = random->Of(edges_);
  const uint128 bit = uint128{1} << random->Below(static_cast<uint64_t>(Width(edge.family())));
  return edge.is_v4() ? Address::V4(edge.v4() ^ static_cast<uint32_t>(bit))
                      : Address::V6(edge.bits() ^ bit);
}

std::string Prober::ProbeName(Random* random) const {
  Labels labels = NameFrom(random->Of(patterns_), random);
  switch (random->Below(8)) {
    case 0:
      labels.insert(labels.begin(), random->Of(Words()));
      break;
    case 1:
      labels.erase(labels.begin());
      break;
    case 2:
      labels[random->Below(labels.size())] = random->Of(Words());
      break;
    case 3:
      labels[random->Below(labels.size())] += 'a';
      break;
    case 4:
      labels.push_back(random->Of(Words()));
      break;
    default:
      break;
  }
  std::string name = absl::StrJoin(labels, ".");
  if (random->OneIn(16)) name += '.';
  if (random->OneIn(16) && !name.empty()) name[0] = static_cast<char>(std::toupper(name[0]));
  if (random->OneIn(64))
    name.insert(random->Below(name.size() + 1), 1, "\0.*\x80 "[random->Below(5)]);
  return name;
}

uint16_t Prober::ProbePort(Random* random) const {
  return random->OneIn(4) ? static_cast<uint16_t>(random->Bits()) : random->Of(ports_);
}

void Prober::Probe(Random* random, TupleBatch* batch) const {
  Tuple tuple;
  std::string name;
  tuple.direction = random->OneIn(2) ? Direction::kIn : Direction::kOut;
  if (!random->OneIn(5)) tuple.remote = ProbeAddress(random);
  if (!random->OneIn(4)) tuple.local = ProbeAddress(random);
  if (random->OneIn(2)) {
    name = ProbeName(random);
    tuple.name = name;
  }
  if (!random->OneIn(10)) {
    tuple.protocol = random->Of(std::vector<uint8_t>{6, 6, 6, 17, 17, 1, 58, 47, 0, 255});
  }
  if (!random->OneIn(10)) tuple.port = ProbePort(random);
  tuple.invalid = random->OneIn(100);
  batch->Add(tuple);
}

}  // namespace allowmatch
