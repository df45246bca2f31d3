// Policies just below, at and above the sizes where a table may change its
// shape: numbers of boundaries, of service classes and of address classes, and
// tables that have nothing to hold.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/matcher.h"
#include "tests/agreement.h"
#include "tests/listing_policies.h"

namespace allowmatch {
namespace {

constexpr Action kAllow = Action::kAllow;
constexpr RuleDirection kOut = RuleDirection::kOut;

CompileOptions Broad() {
  CompileOptions options;
  options.allow_broad = true;
  return options;
}

Rule RuleFor(absl::string_view protocol, absl::string_view ports, std::vector<Destination> to,
             size_t number) {
  Rule rule = MakeRule(kAllow, kOut, protocol, ports, "any");
  rule.to = std::move(to);
  rule.vendor = absl::StrCat("n", number);
  return rule;
}

Tuple TupleOf(const Address& remote, uint8_t protocol, uint16_t port) {
  Tuple tuple;
  tuple.remote = remote;
  tuple.protocol = protocol;
  tuple.port = port;
  return tuple;
}

// Where the boundaries of a table lie.
enum class Layout { kAcrossTheSpace, kInOneSlice, kAtTheEnds };

// `count` ascending first addresses of classes, none of them 0.
std::vector<uint128> Boundaries(Family family, Layout layout, size_t count, Random* random) {
  const uint128 max = MaxBits(family);
  std::vector<uint128> at;
  for (size_t i = 1; i <= count; ++i) {
    const uint128 step = max / (count + 1);
    const uint128 noise = random->Bits();
    switch (layout) {
      case Layout::kAcrossTheSpace:
        at.push_back(step * i + noise % (step / 2));
        break;
      case Layout::kInOneSlice:
        at.push_back((max / 5 & ~uint128{0xffff}) + i * 3);
        break;
      case Layout::kAtTheEnds:
        at.push_back(i % 2 == 1 ? (i + 1) / 2 : max - i / 2);
        break;
    }
  }
  std::sort(at.begin(), at.end());
  return at;
}

// Every other interval between the boundaries is listed, by one of `rules` rules.
Policy StripedPolicy(Family family, const std::vector<uint128>& at, size_t rules) {
  std::vector<std::vector<Destination>> lists(rules);
  for (size_t i = 0; i < at.size(); i += 2) {
    const uint128 last = i + 1 < at.size() ? at[i + 1] - 1 : MaxBits(family);
    lists[i / 2 % rules].emplace_back(
        AddressRange{Address::Raw(family, at[i]), Address::Raw(family, last)});
  }
  std::vector<Rule> made;
  for (size_t i = 0; i < rules; ++i) {
    if (!lists[i].empty()) {
      made.push_back(RuleFor("tcp", i % 2 == 0 ? "443" : "any", std::move(lists[i]), i));
    }
  }
  return MakePolicy(std::move(made));
}

std::string CheckStripes(Family family, const std::vector<uint128>& at, size_t rules) {
  const Listing listing(absl::StrCat(at.size(), " boundaries, ", rules, " rules"),
                        StripedPolicy(family, at, rules), Broad());
  std::vector<uint32_t> four = {0, 1, ~0u - 1, ~0u};
  std::vector<uint128> six = {0, 1, ~uint128{0} - 1, ~uint128{0}};
  for (const uint128 bits : at) {
    for (const uint128 probe : {bits - 1, bits, bits + 1}) {
      if (family == Family::kV4) four.push_back(static_cast<uint32_t>(probe));
      if (family == Family::kV6) six.push_back(probe);
    }
  }
  const std::string difference = listing.Check4(four);
  return difference.empty() ? listing.Check6(six) : difference;
}

class BoundaryCount : public testing::TestWithParam<std::tuple<Family, Layout>> {};

TEST_P(BoundaryCount, UpToSeventyAndAroundPowersOfTwo) {
  const auto [family, layout] = GetParam();
  std::vector<size_t> counts;
  for (size_t count = 1; count <= 70; ++count) counts.push_back(count);
  for (const size_t power : {128, 256, 512, 1024, 4096}) {
    for (const size_t count : {power - 2, power - 1, power, power + 1, power + 2}) {
      counts.push_back(count);
    }
  }
  Random random(37);
  for (const size_t count : counts) {
    const std::vector<uint128> at = Boundaries(family, layout, count, &random);
    for (const size_t rules : {size_t{1}, size_t{3}, count}) {
      ASSERT_EQ(CheckStripes(family, at, rules), "");
    }
  }
}

std::string LayoutName(const testing::TestParamInfo<std::tuple<Family, Layout>>& info) {
  constexpr const char* kLayouts[] = {"AcrossTheSpace", "InOneSlice", "AtTheEnds"};
  return absl::StrCat(std::get<0>(info.param) == Family::kV4 ? "V4" : "V6",
                      kLayouts[static_cast<int>(std::get<1>(info.param))]);
}

INSTANTIATE_TEST_SUITE_P(Layouts, BoundaryCount,
                         testing::Combine(testing::Values(Family::kV4, Family::kV6),
                                          testing::Values(Layout::kAcrossTheSpace,
                                                          Layout::kInOneSlice, Layout::kAtTheEnds)),
                         LayoutName);

// Full tuples where the number of boundaries may decide the shape.
TEST(BoundaryCountTuples, AgreeWithTheOracle) {
  Random random(43);
  for (const size_t count : {63, 64, 65, 127, 128, 129, 255, 256, 257}) {
    for (const Family family : {Family::kV4, Family::kV6}) {
      const std::vector<uint128> at = Boundaries(family, Layout::kAcrossTheSpace, count, &random);
      const Agreement agreement(StripedPolicy(family, at, 5), Broad());
      TupleBatch batch;
      for (const uint128 bits : at) {
        for (const uint128 probe : {bits - 1, bits}) {
          batch.Add(TupleOf(Address::Raw(family, probe), 6, 443));
          batch.Add(TupleOf(Address::Raw(family, probe), 6, 80));
        }
      }
      ASSERT_EQ(agreement.Check(batch, true), "") << count;
    }
  }
}

// Each address has a rule, and so a class, of its own.
TEST(ClassCount, AroundSixteenBits) {
  for (const size_t count : {65534, 65535, 65536, 65537}) {
    std::vector<Rule> rules;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t bits = 0x0AFFFF00u + static_cast<uint32_t>(i);
      rules.push_back(RuleFor("tcp", "443", {Destination(AddressRange::Of(Address::V4(bits)))}, i));
    }
    const Listing listing(absl::StrCat(count, " rules"), MakePolicy(std::move(rules)), Broad());
    std::vector<uint32_t> addresses;
    TupleBatch batch;
    for (uint32_t bits = 0x0AFFFF00u - 300; bits < 0x0AFFFF00u + count + 300; ++bits) {
      addresses.push_back(bits);
      batch.Add(TupleOf(Address::V4(bits), 6, 443));
    }
    ASSERT_EQ(listing.Check4(addresses), "");
    std::vector<Verdict> verdicts(batch.size());
    for (const Kernel kernel : AvailableKernels()) {
      Matcher(&listing.database(), kernel).Classify(batch.columns(), verdicts.data());
      for (size_t i = 0; i < batch.size(); ++i) {
        const uint32_t rule = listing.v4().RuleOf(addresses[i]);
        const bool listed = rule != kNoRuleId;
        const Verdict expected(listed ? Reason::kAllowRule : Reason::kNoRule,
                               listed ? Basis::kIp : Basis::kNone, rule);
        ASSERT_EQ(ToString(verdicts[i]), ToString(expected)) << KernelName(kernel) << " " << i;
      }
    }
  }
}

// Tuples to one listed address for each of `ports` and without one.
TupleBatch PortProbes(const std::vector<uint32_t>& ports) {
  TupleBatch batch;
  for (const uint32_t port : ports) {
    for (const int protocol : {6, 17, 1, -1}) {
      Tuple tuple = TupleOf(Address::V4(0xC6336401u), 0, static_cast<uint16_t>(port));
      tuple.protocol.reset();
      if (protocol >= 0) tuple.protocol = static_cast<uint8_t>(protocol);
      batch.Add(tuple);
      tuple.port.reset();
      if (port % 16 == 0) batch.Add(tuple);
    }
  }
  return batch;
}

std::vector<uint32_t> Around(const std::vector<uint32_t>& ports) {
  std::vector<uint32_t> around = {0, 1, 255, 256, 65279, 65280, 65534, 65535};
  for (const uint32_t port : ports) {
    for (const uint32_t by : {65535u, 0u, 1u}) around.push_back((port + by) & 65535);
  }
  return around;
}

std::vector<uint32_t> EveryPort() {
  std::vector<uint32_t> ports;
  for (uint32_t port = 0; port < 65536; ++port) ports.push_back(port);
  return ports;
}

// The ports from every second boundary to before the next one, shared by a few
// services that overlap.
TEST(ServiceLimits, OneToSeventyPortBoundaries) {
  Random random(47);
  const std::vector<Destination> to = {Destination(AddressRange::Of(Address::V4(0xC6336401u)))};
  for (size_t count = 1; count <= 70; ++count) {
    std::vector<uint32_t> at;
    while (at.size() < count) {
      const uint32_t port = static_cast<uint32_t>(random.Bits() & 65535);
      at.push_back(random.OneIn(3) ? port & 0xff00 : port);
    }
    std::sort(at.begin(), at.end());
    std::vector<Rule> rules;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t last =
          i + 1 < count ? std::max(at[i], at[i + 1] - (at[i + 1] > at[i])) : 65535;
      if (i % 3 == 2) continue;
      rules.push_back(RuleFor(i % 2 == 0 ? "tcp" : "udp", absl::StrCat(at[i], "-", last), to, i));
    }
    const Agreement agreement(MakePolicy(std::move(rules)), Broad());
    const bool all = count % 16 < 2 || count == 63 || count == 70;
    ASSERT_EQ(agreement.Check(PortProbes(Around(at)), true), "") << count;
    if (all && count >= 31) {
      ASSERT_EQ(agreement.Check(PortProbes(EveryPort()), false), "") << count;
    }
  }
}

// Each rule has a port of its own: a class for each, one for the other ports,
// one for other protocols.
TEST(ServiceLimits, AroundAByteOfClasses) {
  for (const size_t count : {251, 252, 253, 254, 255, 256, 257, 258, 511, 513}) {
    std::vector<Rule> rules;
    std::vector<uint32_t> ports;
    for (size_t i = 0; i < count; ++i) {
      ports.push_back(static_cast<uint32_t>(i * 127 % 65536));
      const uint32_t bits = 0xC6336401u + static_cast<uint32_t>(i % 3);
      rules.push_back(RuleFor("tcp", absl::StrCat(ports.back()),
                              {Destination(AddressRange::Of(Address::V4(bits)))}, i));
    }
    rules.push_back(RuleFor("udp", "any", {MakeDestination("198.51.100.0/24")}, count));
    for (const VerdictForm form : {VerdictForm::kShapes, VerdictForm::kLists}) {
      CompileOptions options = Broad();
      options.form = form;
      const Agreement agreement(MakePolicy(rules), options);
      ASSERT_EQ(agreement.Check(PortProbes(Around(ports)), false), "") << count;
    }
  }
}

// More rows and service classes than a matrix would hold.
TEST(ServiceLimits, AServiceForEachOfManyRules) {
  constexpr size_t kRules = 6000;
  std::vector<Rule> rules;
  for (size_t i = 0; i < kRules; ++i) {
    rules.push_back(RuleFor(i % 2 == 0 ? "tcp" : "udp", absl::StrCat(i * 10, "-", i * 10 + 14),
                            {Destination(AddressRange::Of(
                                MaskedPrefix(Address::V4(static_cast<uint32_t>(i) << 12), 20)))},
                            i));
  }
  const Agreement agreement(MakePolicy(std::move(rules)), Broad());
  Random random(53);
  TupleBatch batch;
  for (size_t n = 0; n < 1500; ++n) {
    const uint64_t i = random.Below(kRules);
    const uint32_t bits = static_cast<uint32_t>(i << 12 | (random.Bits() & 0xfff));
    batch.Add(TupleOf(Address::V4(bits), i % 2 == 0 ? 6 : 17,
                      static_cast<uint16_t>(i * 10 + random.Below(16))));
  }
  EXPECT_EQ(agreement.Check(batch, true), "");
}

struct Shape {
  const char* name;
  std::vector<const char*> to;
};

class TableShape : public testing::TestWithParam<Shape> {};

// Tables without an address, of one family, across the borders of a /8, of the
// whole space: full tuples of all kinds.
TEST_P(TableShape, AgreesWithTheOracle) {
  for (const RuleDirection direction : {kOut, RuleDirection::kIn, RuleDirection::kBoth}) {
    std::vector<Rule> rules;
    for (size_t i = 0; i < GetParam().to.size(); ++i) {
      const char* ports = i % 2 == 0 ? "443" : "any";
      const bool inbound = direction == RuleDirection::kIn;
      rules.push_back(MakeRule(kAllow, direction, "tcp", ports,
                               inbound ? "10.0.0.0/9" : GetParam().to[i],
                               inbound ? GetParam().to[i] : ""));
    }
    const Policy policy = MakePolicy(std::move(rules));
    for (const bool basis_both : {false, true}) {
      CompileOptions options = Broad();
      options.basis_both = basis_both;
      const Agreement agreement(policy, options);
      const Prober prober(policy, {});
      Random random(59);
      TupleBatch batch;
      for (int i = 0; i < 3000; ++i) prober.Probe(&random, &batch);
      ASSERT_EQ(agreement.Check(batch, true), "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, TableShape,
    testing::Values(
        Shape{"NothingThatMatches", {"@feed:X"}}, Shape{"AnyAlone", {"any"}},
        Shape{"NamesOnly", {"*.example.net", "a.example"}},
        Shape{"V4Only", {"192.0.2.0/24", "198.51.100.7"}},
        Shape{"V6Only", {"2001:db8::/32", "2001:db8::7"}},
        Shape{"V4AndNames", {"192.0.2.0/24", "*.example.net"}},
        Shape{"V6AndNames", {"2001:db8::/32", "*.example.net"}},
        Shape{"AcrossEights",
              {"9.255.255.255-10.0.0.0", "1.2.3.4-3.0.0.1", "127.255.255.0-128.0.0.9"}},
        Shape{"WholeV4", {"0.0.0.0/0", "10.0.0.0/8"}}, Shape{"WholeV6", {"::/0", "2001:db8::/32"}},
        Shape{"WholeSpaceInHalves", {"0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"}},
        Shape{"EndsOfTheSpace",
              {"0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}},
        Shape{"AcrossTheMappedBlock", {"::fffe:0:0-::1:0:0:0", "192.0.2.0/24"}},
        Shape{"AcrossTheWordsOfIpv6",
              {"2001:db8:0:1:ffff:ffff:ffff:fff0-2001:db8:0:2::f", "2001:db8::/63"}}),
    [](const testing::TestParamInfo<Shape>& info) { return info.param.name; });

}  // namespace
}  // namespace allowmatch
