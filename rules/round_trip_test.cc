// Text -> rules -> text and JSON -> rules -> JSON lose nothing, for any rule.

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

// Everything of a rule, by another path than the writers'.
std::string Dump(const Rule& rule) {
  std::string out = absl::StrCat(static_cast<int>(rule.action), "|",
                                 static_cast<int>(rule.direction), "|", rule.protocol.ToString(),
                                 "|", rule.ports.ToString(), "|", rule.source_ports.ToString(), "|",
                                 static_cast<int>(rule.require));
  for (const auto* list : {&rule.to, &rule.from}) {
    absl::StrAppend(&out, "|", list->size());
    for (const Destination& destination : *list) {
      absl::StrAppend(&out, "|", destination.index(), DestinationToString(destination));
    }
  }
  for (const std::string* text : {&rule.vendor, &rule.service, &rule.region, &rule.profile,
                                  &rule.condition, &rule.app, &rule.dated}) {
    absl::StrAppend(&out, "|", text->size(), ":", *text);
  }
  for (const auto& [key, value] : rule.other) absl::StrAppend(&out, "|", key, "=", value);
  for (const std::string& text : rule.inferred) absl::StrAppend(&out, "|i", text.size(), ":", text);
  for (const Source& source : rule.sources) {
    absl::StrAppend(&out, "|s", source.file.size(), ":", source.file, ":", source.line);
  }
  return out;
}

std::string Dump(const Policy& policy) {
  std::string out;
  for (const Rule& rule : policy.rules) absl::StrAppend(&out, Dump(rule), "\n\n");
  return out;
}

class RandomRules {
 public:
  explicit RandomRules(uint32_t seed) : random_(seed) {}

  Policy Make(bool any_bytes) {
    any_bytes_ = any_bytes;
    Policy policy;
    for (size_t i = Below(4) + 1; i > 0; --i) policy.rules.push_back(MakeRule());
    return policy;
  }

 private:
  size_t Below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random_); }
  bool Coin() { return Below(2) == 0; }

  // Values that tempt a parser.
  std::string Value() {
    static const std::vector<std::string> kPieces = {
        "a", "7", " ", "\t", "\"", "\\", "#", " #", ",", "=", "\n", "\r", "\x01", "\x7f", "x",
        "\xc3\xbc", "\xe2\x84\xaa", "\xf0\x9f\x98\x80", "\xc2\x85", "\xe2\x80\xa8", "\xef\xbb\xbf",
        "to", "any", "\\x41", "\\n", ":", ":5", "src=", "'", "[", "]", "{", "}", "\\u0041"};
    static const std::vector<std::string> kBytes = {"\xff", "\x80", "\xc3", "\xed\xa0\x80"};
    std::string value;
    for (size_t i = Below(8); i > 0; --i) {
      value += any_bytes_ && Below(4) == 0 ? kBytes[Below(kBytes.size())]
                                           : kPieces[Below(kPieces.size())];
    }
    return value;
  }
  std::string Given() {
    const std::string value = Value();
    return value.empty() ? "given" : value;
  }

  PortRange Ports() {
    const uint16_t a = static_cast<uint16_t>(Coin() ? Below(65536) : 65535 * Below(2));
    const uint16_t b = Coin() ? a : static_cast<uint16_t>(Below(65536));
    return {std::min(a, b), std::max(a, b)};
  }
  PortSet MakePorts() {
    std::vector<PortRange> ranges;
    for (size_t i = Below(4); i > 0; --i) ranges.push_back(Ports());
    return PortSet(std::move(ranges));
  }

  uint128 Bits(Family family) {
    const uint128 bits = uint128{random_()} << 96 | uint128{random_()} << 64 |
                         uint128{random_()} << 32 | random_();
    return family == Family::kV4 ? bits & 0xffffffffu : bits >> Below(100);
  }
  AddressRange Range() {
    const Family family = Coin() ? Family::kV4 : Family::kV6;
    const auto address = [&] {
      const uint128 bits = Bits(family);
      return family == Family::kV4 ? Address::V4(static_cast<uint32_t>(bits)) : Address::V6(bits);
    };
    const Address a = address();
    const Address b = address();
    if (Coin()) return AddressRange::Of(MaskedPrefix(a, static_cast<int>(Below(
                           static_cast<size_t>(Width(a.family())) + 1))));
    if (a.family() != b.family()) return AddressRange::Of(a);
    return a < b ? AddressRange{a, b} : AddressRange{b, a};
  }
  Pattern Name() {
    static const std::vector<std::string> kNames = {
        "kudoway.com", "*.kudoway.com", ".kudoway.com", "?.kudoway.com", "*-turn.newrow.com",
        "turn*.newrow.com", "a.*.kudoway.com", "xn--bcher-kva.example", "*.xn--bcher-kva.example",
        "any", "self", "to", "from", "localhost", "_dmarc.a.example", "3com.example"};
    Pattern pattern;
    EXPECT_EQ(ParsePattern(kNames[Below(kNames.size())], &pattern), Fault::kNone);
    return pattern;
  }
  Destination MakeDestination(bool self) {
    static const std::vector<std::string> kFeeds = {"aws:CHIME_MEETINGS", "aws:S3@us-east-1",
                                                    "azure:AzureCloud.westeurope"};
    switch (Below(self ? 8 : 7)) {
      case 0: return AnyDestination();
      case 1: return FeedReference{kFeeds[Below(kFeeds.size())]};
      case 2:
      case 3:
      case 4: return Range();
      case 7: return SelfDestination();
      default: return Name();
    }
  }

  Protocol MakeProtocol() {
    switch (Below(6)) {
      case 0: return Protocol::Any();
      case 1: return Protocol::Icmp();
      case 2: return Protocol::Number(static_cast<uint8_t>(Below(256)));
      case 3: return Protocol::Udp();
      default: return Protocol::Tcp();
    }
  }

  void AddProvenance(Rule* rule) {
    for (size_t i = Below(3); i > 0; --i) rule->inferred.push_back(Value());
    for (size_t i = Below(3); i > 0; --i) {
      rule->sources.push_back({Given(), Coin() ? 0 : static_cast<int>(Below(2147483647) + 1)});
    }
    if (Coin()) rule->dated = "2022-10-31";
  }

  Rule MakeRule() {
    Rule rule;
    rule.action = Coin() ? Action::kAllow : Action::kDeny;
    rule.direction = static_cast<RuleDirection>(Below(3));
    rule.protocol = MakeProtocol();
    if (rule.protocol.HasPorts()) rule.ports = MakePorts();
    if (rule.protocol.HasPorts() && Coin()) rule.source_ports = MakePorts();
    for (size_t i = Below(4) + 1; i > 0; --i) rule.to.push_back(MakeDestination(true));
    if (rule.direction == RuleDirection::kIn) {
      for (size_t i = Below(4); i > 0; --i) rule.from.push_back(MakeDestination(false));
    }
    rule.require = static_cast<Require>(Below(5));
    for (std::string* text : {&rule.vendor, &rule.service, &rule.region, &rule.profile,
                              &rule.condition, &rule.app}) {
      if (Coin()) *text = Given();
    }
    for (size_t i = Below(3); i > 0; --i) rule.other[Coin() ? "note" : "a-b_1"] = Value();
    AddProvenance(&rule);
    rule.Normalize();
    return rule;
  }

  std::mt19937 random_;
  bool any_bytes_ = false;
};

// A policy that holds broad names (.to is a top-level domain) reads back under
// the option that it was read with.
const PolicyOptions kOptions = {.mask_host_bits = false, .allow_broad = true};

Policy FromText(const std::string& text) {
  Policy policy;
  Diagnostics errors;
  EXPECT_TRUE(ParseRules(text, "t", kOptions, &policy, &errors))
      << (errors.empty() ? "" : errors[0].ToString()) << "\n" << text;
  return policy;
}

Policy FromJson(const std::string& json) {
  Policy policy;
  Diagnostics errors;
  EXPECT_TRUE(ParseRulesJson(json, "t", kOptions, &policy, &errors))
      << (errors.empty() ? "" : errors[0].ToString()) << "\n" << json;
  return policy;
}

constexpr uint32_t kRounds = 10000;

TEST(RoundTrip, TextLosesNothing) {
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    const Policy policy = RandomRules(seed).Make(true);
    const std::string text = FormatRules(policy);
    const Policy read = FromText(text);
    ASSERT_EQ(Dump(read), Dump(policy)) << "seed " << seed << "\n" << text;
    ASSERT_EQ(FormatRules(read), text);
  }
}

TEST(RoundTrip, JsonLosesNothing) {
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    const Policy policy = RandomRules(seed).Make(false);
    const std::string json = FormatRulesJson(policy);
    const Policy read = FromJson(json);
    ASSERT_EQ(Dump(read), Dump(policy)) << "seed " << seed << "\n" << json;
    ASSERT_EQ(FormatRulesJson(read), json);
  }
}

TEST(RoundTrip, TextToJsonToText) {
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    const std::string text = FormatRules(RandomRules(seed).Make(false));
    ASSERT_EQ(FormatRules(FromJson(FormatRulesJson(FromText(text)))), text) << "seed " << seed;
  }
}

TEST(RoundTrip, JsonIsValidForAnyBytes) {
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    Policy policy = RandomRules(seed).Make(true);
    FromJson(FormatRulesJson(policy));
  }
}

TEST(RoundTrip, CanonicalFormIsStable) {
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    Policy policy = RandomRules(seed).Make(true);
    policy.Canonicalize();
    Policy read = FromText(FormatRules(policy));
    read.Canonicalize();
    ASSERT_EQ(Dump(read), Dump(policy)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace allowmatch
