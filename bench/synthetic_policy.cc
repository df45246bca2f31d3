#include <iterator>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/policies.h"
#include "tests/agreement.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

struct Service {
  const char* protocol;
  const char* ports;
};

// What vendors ask for; the first are asked for the most.
constexpr Service kServices[] = {
    {"tcp", "443"},         {"tcp", "80,443"},      {"any", "any"},
    {"udp", "3478-3481"},   {"udp", "3478"},        {"udp", "16384-32767"},
    {"tcp", "5060-5061"},   {"udp", "443"},         {"tcp", "22"},
    {"tcp", "25"},          {"tcp", "53"},          {"udp", "53"},
    {"tcp", "80"},          {"udp", "123"},         {"tcp", "143,993"},
    {"tcp", "110,995"},     {"tcp", "389"},         {"tcp", "465,587"},
    {"tcp", "389,636"},     {"udp", "500,4500"},    {"tcp", "554"},
    {"udp", "554"},         {"tcp", "990"},         {"tcp", "1433"},
    {"tcp", "1521"},        {"udp", "1701"},        {"tcp", "1720"},
    {"udp", "1719"},        {"tcp", "1883,8883"},   {"tcp", "1935"},
    {"udp", "1935"},        {"tcp", "2195-2197"},   {"tcp", "3268-3269"},
    {"tcp", "3306"},        {"tcp", "3389"},        {"udp", "3389"},
    {"tcp", "4172"},        {"udp", "4172"},        {"udp", "5004-5005"},
    {"tcp", "5060-5070"},   {"udp", "5060-5061"},   {"tcp", "5223,5228-5230"},
    {"tcp", "5432"},        {"tcp", "5671-5672"},   {"tcp", "6379"},
    {"tcp", "6443"},        {"udp", "8801-8810"},   {"tcp", "8801-8802"},
    {"tcp", "8080"},        {"tcp", "8443"},        {"tcp", "9092-9094"},
    {"udp", "9000-9100"},   {"udp", "10000-20000"}, {"udp", "20000-64000"},
    {"tcp", "33000-33499"}, {"udp", "36000-59999"}, {"tcp", "40000-49999"},
    {"udp", "50000-50059"}, {"tcp", "50000-59999"}, {"udp", "1024-65535"},
};

// Networks that one provider holds.
constexpr size_t kBlocks = 400;
constexpr int kBlockLength = 11;

class Synthesis {
 public:
  Synthesis(size_t rules, bool nested) : random_(rules), nested_(nested) {
    for (size_t i = 0; i < kBlocks; ++i) blocks_.push_back(static_cast<uint32_t>(random_.Bits()));
    while (prefixes_.size() < rules) {
      const bool inside = nested_ && !prefixes_.empty() && random_.Below(10) < 3;
      prefixes_.push_back(inside ? Inside(random_.Of(prefixes_)) : Apart());
    }
  }

  Policy Take() {
    Policy policy;
    for (const Prefix& prefix : prefixes_) policy.rules.push_back(RuleOf(prefix));
    policy.Canonicalize();
    return policy;
  }

 private:
  // Half of the prefixes are /24; single addresses are frequent.
  int Length() {
    if (random_.OneIn(2)) return 24;
    return random_.OneIn(3) ? 32 : static_cast<int>(16 + random_.Below(16));
  }

  // A prefix that no other one of these overlaps.
  Prefix Apart() {
    while (true) {
      const uint32_t host = static_cast<uint32_t>(random_.Bits()) >> kBlockLength;
      const uint32_t block = random_.Of(blocks_) >> (32 - kBlockLength) << (32 - kBlockLength);
      const Prefix prefix = MaskedPrefix(Address::V4(block | host), Length());
      const AddressRange range = AddressRange::Of(prefix);
      const auto after = taken_.upper_bound(range.last.v4());
      if (after != taken_.begin() && std::prev(after)->second >= range.first.v4()) continue;
      taken_[range.first.v4()] = range.last.v4();
      return prefix;
    }
  }

  // A part of `parent`, or in one case of eight all of it.
  Prefix Inside(const Prefix& parent) {
    if (parent.length == 32 || random_.OneIn(8)) return parent;
    const uint32_t host = static_cast<uint32_t>(random_.Bits() & 0xffffffffu) >> parent.length;
    const uint64_t more = 1 + random_.Below(static_cast<uint64_t>(32 - parent.length));
    return MaskedPrefix(Address::V4(parent.base.v4() | host),
                        parent.length + static_cast<int>(more));
  }

  Rule RuleOf(const Prefix& prefix) {
    // The product of two draws favours the first services.
    const size_t draw = random_.Below(std::size(kServices)) * random_.Below(std::size(kServices));
    const Service& service = kServices[draw / std::size(kServices)];
    const Action action = random_.OneIn(100) ? Action::kDeny : Action::kAllow;
    Rule rule = MakeRule(action, RuleDirection::kOut, service.protocol, service.ports, "any");
    rule.to = {AddressRange::Of(prefix)};
    rule.vendor = absl::StrCat("vendor", number_++);
    return rule;
  }

  Random random_;
  const bool nested_;
  std::vector<uint32_t> blocks_;
  std::vector<Prefix> prefixes_;
  std::map<uint32_t, uint32_t> taken_;  // first -> last
  size_t number_ = 0;
};

}  // namespace

Policy SyntheticPolicy(size_t rules, bool nested) { return Synthesis(rules, nested).Take(); }

}  // namespace allowmatch
