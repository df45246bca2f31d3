// Lookups that once broke some other program, by the ids of the catalogue of
// hostile inputs. Each is asked of both forms of the verdict table, as a batch
// and alone, and the oracle has to agree as well.

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

constexpr Action kAllow = Action::kAllow;
constexpr Action kDeny = Action::kDeny;
constexpr RuleDirection kOut = RuleDirection::kOut;

Rule Allow(absl::string_view to, absl::string_view protocol = "any",
           absl::string_view ports = "any") {
  return MakeRule(kAllow, kOut, protocol, ports, to);
}
Rule Deny(absl::string_view to) { return MakeRule(kDeny, kOut, "any", "any", to); }

Tuple ToAddress(absl::string_view address) {
  Tuple tuple;
  tuple.remote = MakeAddress(address);
  tuple.protocol = 6;
  tuple.port = 443;
  return tuple;
}

Tuple ToName(absl::string_view name) {
  Tuple tuple;
  tuple.name = name;
  tuple.protocol = 6;
  tuple.port = 443;
  return tuple;
}

class Asked {
 public:
  explicit Asked(std::vector<Rule> rules, CompileOptions options = {})
      : policy_(MakePolicy(std::move(rules))) {
    options.allow_broad = true;
    for (const VerdictForm form : {VerdictForm::kShapes, VerdictForm::kLists}) {
      options.form = form;
      forms_.push_back(std::make_unique<Agreement>(policy_, options));
    }
  }

  Verdict operator()(const Tuple& tuple) const {
    TupleBatch batch;
    batch.Add(tuple);
    for (const auto& form : forms_) EXPECT_EQ(form->Check(batch, true), "");
    return Matcher(&forms_[0]->database()).Classify(tuple);
  }
  std::string Decision(const Tuple& tuple) const { return DecisionName((*this)(tuple).decision()); }
  std::string Address(absl::string_view address) const { return Decision(ToAddress(address)); }
  std::string Name(absl::string_view name) const { return Decision(ToName(name)); }

  // The vendor of the primary rule.
  std::string Vendor(const Tuple& tuple) const {
    const Verdict verdict = (*this)(tuple);
    return verdict.rule() == kNoRuleId ? "" : policy_.rules[verdict.rule()].vendor;
  }

 private:
  Policy policy_;
  std::vector<std::unique_ptr<Agreement>> forms_;
};

Rule Tagged(Rule rule, const std::string& vendor) {
  rule.vendor = vendor;
  return rule;
}

const Asked& Kudoway() {
  static const Asked asked({Allow("kudoway.com"), Allow("*.kudoway.com")});
  return asked;
}

// A12. A14, A15: an IPv4 address inside an IPv6 one is not unwrapped, but for ::ffff:0:0/96.
TEST(HostileAddress, EmbeddedV4) {
  EXPECT_EQ(Asked({Allow("198.51.100.0/24")}).Address("::ffff:198.51.100.9"), "allow");
  const Asked asked({Allow("1.2.3.0/24")});
  for (const char* address : {"::1.2.3.4", "64:ff9b::102:304",
                              "2002:102:304::", "2001:0:4136:e378:8000:63bf:fefd:fcfb"}) {
    EXPECT_EQ(asked.Address(address), "deny") << address;
  }
}

// A12 again, where a caller fills the columns with the mapped form.
TEST(HostileAddress, MappedInColumns) {
  const Agreement agreement(MakePolicy({Allow("198.51.100.0/24")}), {});
  const uint16_t parts = kRemoteV6;
  const uint64_t remote6[] = {0, 0xffffc6336409u};
  TupleColumns columns;
  columns.size = 1;
  columns.parts = &parts;
  columns.remote6 = remote6;
  Verdict verdict;
  Matcher(&agreement.database()).Classify(columns, &verdict);
  EXPECT_EQ(verdict.decision(), Decision::kAllow);
}

TEST(HostileAddress, A25_SpellingsOfOneAddress) {
  const Asked asked({Allow("2001:db8:1::/48")});
  const Verdict first = asked(ToAddress("2001:DB8:1::1"));
  EXPECT_EQ(first.decision(), Decision::kAllow);
  EXPECT_EQ(asked(ToAddress("2001:0db8:0001::1")), first);
  EXPECT_EQ(asked(ToAddress("2001:db8:1:0:0:0:0:1")), first);
}

TEST(HostileAddress, B11_WholeV4) {
  const Asked asked({Allow("0.0.0.0/0")});
  for (const char* address : {"0.0.0.0", "127.255.255.255", "128.0.0.0", "255.255.255.255"}) {
    EXPECT_EQ(asked.Address(address), "allow") << address;
  }
}

TEST(HostileAddress, B12_WholeV6IsNotV4) {
  const Asked asked({Allow("::/0")});
  EXPECT_EQ(asked.Address("::"), "allow");
  EXPECT_EQ(asked.Address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "allow");
  EXPECT_EQ(asked.Address("1.2.3.4"), "deny");
  EXPECT_EQ(asked.Address("::ffff:1.2.3.4"), "deny");
}

TEST(HostileAddress, B16_OrderOfNestedPrefixes) {
  const Rule narrow = Tagged(Allow("255.0.0.0/8"), "narrow");
  const Rule wide = Tagged(Allow("0.0.0.0/0"), "wide");
  for (const auto& rules : {std::vector<Rule>{narrow, wide}, std::vector<Rule>{wide, narrow}}) {
    const Asked asked(rules);
    EXPECT_EQ(asked.Vendor(ToAddress("255.1.1.1")), "narrow");
    EXPECT_EQ(asked.Vendor(ToAddress("1.1.1.1")), "wide");
  }
}

TEST(HostileAddress, B18_SingleV6) {
  for (const char* address : {"2001:db8::8000", "::1", "8000::"}) {
    const Asked asked({Allow(address)});
    EXPECT_EQ(asked.Address(address), "allow");
    Tuple off_by_one = ToAddress(address);
    off_by_one.remote = Address::V6(MakeAddress(address).bits() + 1);
    EXPECT_EQ(asked.Decision(off_by_one), "deny");
    off_by_one.remote = Address::V6(MakeAddress(address).bits() - 1);
    EXPECT_EQ(asked.Decision(off_by_one), "deny");
  }
}

// B22, B23, B24: the ends of ranges that are no prefix.
TEST(HostileAddress, B23_B24_Ranges) {
  const Asked asked({Allow("169.136.101.0-169.136.101.254"), Allow("0.0.0.1-0.0.0.2"),
                     Allow("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe")});
  EXPECT_EQ(asked.Address("169.136.101.254"), "allow");
  EXPECT_EQ(asked.Address("169.136.101.255"), "deny");
  EXPECT_EQ(asked.Address("0.0.0.0"), "deny");
  EXPECT_EQ(asked.Address("0.0.0.1"), "allow");
  EXPECT_EQ(asked.Address("::"), "deny");
  EXPECT_EQ(asked.Address("::1"), "allow");
  EXPECT_EQ(asked.Address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"), "allow");
  EXPECT_EQ(asked.Address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "deny");
}

TEST(HostileAddress, B28_J18_FamiliesNeverShareATrie) {
  EXPECT_EQ(Asked({Allow("32.0.0.0/8")}).Address("2009:b98:dc0::1"), "deny");
  EXPECT_EQ(Asked({Allow("2000::/16")}).Address("32.0.0.1"), "deny");
  EXPECT_EQ(Asked({Allow("kudoway.com")}).Address("2000::"), "deny");
}

TEST(HostileAddress, B30_NestedOnOneAddress) {
  for (const int seed : {0, 1, 2}) {
    std::vector<Rule> rules;
    for (int length = 8; length <= 32; ++length) {
      rules.push_back(Tagged(Allow(absl::StrCat("10.0.0.0/", length)), absl::StrCat(length)));
    }
    if (seed == 1) std::reverse(rules.begin(), rules.end());
    if (seed == 2) std::rotate(rules.begin(), rules.begin() + 11, rules.end());
    while (!rules.empty()) {
      const Asked asked(rules);
      int longest = 0;
      for (const Rule& rule : rules) longest = std::max(longest, std::stoi(rule.vendor));
      EXPECT_EQ(asked.Vendor(ToAddress("10.0.0.0")), absl::StrCat(longest));
      // The address just outside of each length is won by the next shorter one.
      for (int length = 9; length <= 32; ++length) {
        Tuple outside = ToAddress("10.0.0.0");
        outside.remote = Address::V4(0x0A000000u | 1u << (32 - length));
        int best = 0;
        for (const Rule& rule : rules) {
          const int l = std::stoi(rule.vendor);
          if (l < length) best = std::max(best, l);
        }
        EXPECT_EQ(asked.Vendor(outside), best == 0 ? "" : absl::StrCat(best));
      }
      rules.erase(rules.begin() + static_cast<long>(rules.size() / 2));
    }
  }
}

TEST(HostileService, C05_PortZeroIsAPort) {
  const Asked asked({Allow("1.2.3.4", "tcp", "443"), Allow("1.2.3.5", "tcp", "0")});
  Tuple tuple = ToAddress("1.2.3.4");
  tuple.port = 0;
  EXPECT_EQ(asked.Decision(tuple), "deny");
  tuple.remote = MakeAddress("1.2.3.5");
  EXPECT_EQ(asked.Decision(tuple), "allow");
  tuple.port.reset();
  EXPECT_EQ(asked.Decision(tuple), "deny");
}

TEST(HostileService, C08_UdpIsNotTcp) {
  const Asked asked({Allow("1.2.3.4", "tcp", "443")});
  Tuple tuple = ToAddress("1.2.3.4");
  tuple.protocol = 17;
  const Verdict verdict = asked(tuple);
  EXPECT_EQ(verdict.decision(), Decision::kDeny);
  EXPECT_EQ(verdict.reason(), Reason::kWrongService);
  EXPECT_EQ(verdict.rule(), 0u);
}

// N08: without a port only rules without a port condition match; without a
// protocol only those for any protocol.
TEST(HostileService, N08_AbsentParts) {
  const Asked asked({Allow("1.2.3.4", "icmp"), Allow("1.2.3.5", "any", "443"), Allow("1.2.3.6")});
  Tuple tuple = ToAddress("1.2.3.4");
  tuple.port.reset();
  tuple.protocol = 1;
  EXPECT_EQ(asked.Decision(tuple), "allow");
  tuple.protocol = 58;
  EXPECT_EQ(asked.Decision(tuple), "allow");
  tuple.protocol = 47;
  EXPECT_EQ(asked.Decision(tuple), "deny");
  tuple.protocol.reset();
  EXPECT_EQ(asked.Decision(tuple), "deny");
  tuple.remote = MakeAddress("1.2.3.5");
  EXPECT_EQ(asked.Decision(tuple), "deny");
  tuple.port = 443;
  EXPECT_EQ(asked.Decision(tuple), "allow");
  tuple.remote = MakeAddress("1.2.3.6");
  tuple.port.reset();
  EXPECT_EQ(asked.Decision(tuple), "allow");
}

TEST(HostileName, D02_NearMisses) {
  for (const char* name : {"kudoway.com.evil.com", "kudoway.comx", "kudoway.co", "notkudoway.com",
                           "evilkudoway.com", "kudoway-com", "xn--kudway-yqf.com",  // D15
                           "xn--", "xn--99999999"}) {                               // D17
    EXPECT_EQ(Kudoway().Name(name), "deny") << name;
  }
}

TEST(HostileName, D03_D08_SpellingsOfOneName) {
  for (const char* name : {"kudoway.com", "kudoway.com.", "KUDOWAY.COM", "KuDoWaY.cOm",
                           "a.kudoway.com", "a.b.KUDOWAY.com."}) {
    EXPECT_EQ(Kudoway().Name(name), "allow") << name;
  }
}

// D03, D10, D12, D13, D19, D22, D25, D31, A23.
TEST(HostileName, Invalid) {
  for (const absl::string_view name :
       {absl::string_view("kudoway.com.."), absl::string_view("\xE2\x84\xAAudoway.com"),
        absl::string_view("kudoway\xE3\x80\x82"
                          "com"),
        absl::string_view("ku\xC2\xAD"
                          "doway.com"),
        absl::string_view("kudoway.com\xE2\x80\x8B"),
        absl::string_view("kudoway.com\0.evil.com", 21), absl::string_view("kudoway..com"),
        absl::string_view(".kudoway.com"), absl::string_view("kudoway.com:443"),
        absl::string_view("kudoway.com\r\nX: y"), absl::string_view("kudoway.com\t"),
        absl::string_view(" kudoway.com"), absl::string_view("[::1%25.kudoway.com]"),
        absl::string_view("kudoway.com,evil.com"), absl::string_view("")}) {
    const Verdict verdict = Kudoway()(ToName(name));
    EXPECT_EQ(verdict.decision(), Decision::kInvalid) << name;
    EXPECT_EQ(verdict.rule(), kNoRuleId);
    // A good address does not heal a broken name.
    Tuple tuple = ToName(name);
    tuple.remote = MakeAddress("1.2.3.4");
    EXPECT_EQ(Asked({Allow("1.2.3.4")}).Decision(tuple), "invalid") << name;
  }
}

TEST(HostileName, D29_NoName) {
  const Asked asked({Allow("kudoway.com", "tcp", "443"), Allow("any.example")});
  Tuple tuple = ToAddress("1.2.3.4");
  EXPECT_EQ(asked.Decision(tuple), "undecided");
  tuple.port = 80;  // `any.example` is for any service and never makes it undecided
  EXPECT_EQ(asked.Decision(tuple), "deny");
  tuple.port = 443;
  tuple.remote.reset();
  EXPECT_EQ(asked.Decision(tuple), "undecided");
  tuple.name = "";  // there, but empty: cannot be read
  EXPECT_EQ(asked.Decision(tuple), "invalid");
}

TEST(HostileName, D30_127Labels) {
  std::string name = "kudoway.com";
  while (name.size() + 2 <= 253) name = "a." + name;
  EXPECT_EQ(Kudoway().Name(name), "allow");
  std::string pattern = "a";
  std::string labels = "a";
  while (labels.size() + 2 <= 253) labels = "a." + labels;
  EXPECT_EQ(Asked({Allow(".a")}).Name(labels), "allow");
  // As many stars as labels, beside literals: each way through is looked at.
  while (pattern.size() + 2 <= 253) pattern = "*." + pattern;
  EXPECT_EQ(Asked({Allow(pattern), Allow("b." + labels.substr(2))}).Name("c." + labels.substr(2)),
            "allow");
}

// E01: deny overrides allow in any order; the bytes are the same for all 24.
TEST(HostileCompile, E01_DenyOverridesInAllOrders) {
  std::vector<Rule> rules = {Allow("10.0.0.0/8"), Deny("10.1.0.0/16"), Allow("10.1.2.0/24"),
                             Deny("10.1.2.3")};
  std::vector<int> order = {0, 1, 2, 3};
  std::string bytes;
  do {
    std::vector<Rule> shuffled;
    for (const int at : order) shuffled.push_back(rules[static_cast<size_t>(at)]);
    const absl::StatusOr<Image> image = Compile(MakePolicy(shuffled), {});
    ASSERT_TRUE(image.ok());
    if (bytes.empty()) bytes = std::string(image->bytes());
    EXPECT_EQ(absl::string_view(bytes), image->bytes());
    const Asked asked(shuffled);
    EXPECT_EQ(asked.Address("10.0.0.1"), "allow");
    EXPECT_EQ(asked.Address("10.1.0.1"), "deny");
    EXPECT_EQ(asked.Address("10.1.2.1"), "deny");
    EXPECT_EQ(asked.Address("10.1.2.3"), "deny");
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(HostileCompile, E02_SamePrefixAllowedAndDenied) {
  const Verdict verdict = Asked({Allow("10.0.0.0/8"), Deny("10.0.0.0/8")})(ToAddress("10.1.1.1"));
  EXPECT_EQ(verdict.reason(), Reason::kDenyRule);
}

TEST(HostileCompile, E05_NoPhantomRange) {
  const Asked asked({Allow("10.0.0.0/24"), Allow("10.0.2.0/24")});
  EXPECT_EQ(asked.Address("10.0.1.1"), "deny");
  EXPECT_EQ(asked.Address("10.0.0.255"), "allow");
  EXPECT_EQ(asked.Address("10.0.2.0"), "allow");
}

TEST(HostileCompile, E06_NeighboursOfOneAndOfTwoVendors) {
  const Asked halves({Allow("10.0.0.0/9"), Allow("10.128.0.0/9")});
  const Asked whole({Allow("10.0.0.0/8")});
  const Asked two({Tagged(Allow("10.0.0.0/9"), "low"), Tagged(Allow("10.128.0.0/9"), "high")});
  for (const char* address : {"9.255.255.255", "10.0.0.0", "10.127.255.255", "10.128.0.0",
                              "10.255.255.255", "11.0.0.0"}) {
    EXPECT_EQ(halves.Address(address), whole.Address(address));
  }
  EXPECT_EQ(two.Vendor(ToAddress("10.127.255.255")), "low");
  EXPECT_EQ(two.Vendor(ToAddress("10.128.0.0")), "high");
}

// E08: an empty set denies everything.
TEST(HostileCompile, E08_EmptyPolicy) {
  const Asked asked({});
  EXPECT_EQ(asked.Address("1.2.3.4"), "deny");
  EXPECT_EQ(asked.Address("::"), "deny");
  EXPECT_EQ(asked.Name("a.b"), "deny");
  EXPECT_EQ(asked.Decision(Tuple()), "deny");
}

TEST(HostileLookup, M03_EveryByteCounts) {
  const Asked asked({Allow("fe80:dead:01ff:0a02:0b03:6007:8009:a001")});
  EXPECT_EQ(asked.Address("fe80:dead:01ff:0a02:0b03:6007:8009:a001"), "allow");
  EXPECT_EQ(asked.Address("fe80:dead:01fe:0a02:0b03:6007:8009:a001"), "deny");
}

TEST(HostileLookup, M04_OneBitNeighbours) {
  const Asked v4({Allow("198.51.100.9")});
  for (int bit = 0; bit < 32; ++bit) {
    Tuple tuple = ToAddress("198.51.100.9");
    tuple.remote = Address::V4(tuple.remote->v4() ^ 1u << bit);
    EXPECT_EQ(v4.Decision(tuple), "deny") << bit;
  }
  const Asked v6({Allow("2001:db8::9")});
  for (int bit = 0; bit < 128; ++bit) {
    Tuple tuple = ToAddress("2001:db8::9");
    tuple.remote = Address::V6(tuple.remote->bits() ^ uint128{1} << bit);
    EXPECT_EQ(v6.Decision(tuple), "deny") << bit;
  }
}

// M07: nothing to do, with null columns. (More than 2^32 tuples take 100 GB.)
TEST(HostileLookup, M07_EmptyBatch) {
  const Agreement agreement(MakePolicy({Allow("1.2.3.4")}), {});
  Matcher(&agreement.database()).Classify(TupleColumns(), nullptr);
}

TEST(HostileLookup, M09_HostOrder) {
  const Asked asked({Allow("1.2.3.4")});
  EXPECT_EQ(asked.Address("1.2.3.4"), "allow");
  EXPECT_EQ(asked.Address("4.3.2.1"), "deny");
}

// N02: either part is enough by default; with basis both it is not.
TEST(HostilePolicy, N02_NameWithoutItsAddress) {
  const std::vector<Rule> rules = {Allow("kudoway.com"), Allow("1.2.3.0/24")};
  Tuple tuple = ToName("kudoway.com");
  tuple.remote = MakeAddress("9.9.9.9");
  const Verdict either = Asked(rules)(tuple);
  EXPECT_EQ(either.decision(), Decision::kAllow);
  EXPECT_EQ(either.basis(), Basis::kName);
  CompileOptions both;
  both.basis_both = true;
  const Asked strict(rules, both);
  EXPECT_EQ(strict.Decision(tuple), "deny");
  tuple.remote = MakeAddress("1.2.3.4");
  EXPECT_EQ(strict(tuple).basis(), Basis::kBoth);
  EXPECT_EQ(strict.Decision(tuple), "allow");
  tuple.name = "evil.example";
  EXPECT_EQ(strict.Decision(tuple), "deny");
  tuple.name.reset();
  EXPECT_EQ(strict.Decision(tuple), "undecided");
}

}  // namespace
}  // namespace allowmatch
