// Small worlds, looked at completely: all rules, or all pairs of rules, against
// every query. A mistake in a class or a table has no corner to hide in.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

constexpr Action kAllow = Action::kAllow;
constexpr Action kDeny = Action::kDeny;
constexpr RuleDirection kOut = RuleDirection::kOut;

CompileOptions Broad(VerdictForm form = VerdictForm::kAuto) {
  CompileOptions options;
  options.allow_broad = true;
  options.form = form;
  return options;
}

// Four address bits at `shift` of a family: value x stands for the 2^shift
// addresses base | x << shift and up.
struct Seam {
  Family family;
  int shift;

  uint128 base() const {
    if (shift + 4 >= Width(family)) return 0;
    const uint128 pattern = family == Family::kV4
                                ? uint128{0xC6336455u}
                                : uint128{0x20010db8a5a5c3c3u} << 64 | 0x123456789abcdef0u;
    return pattern >> (shift + 4) << (shift + 4);
  }
  Address First(unsigned x) const { return Address::Raw(family, base() | uint128{x} << shift); }
  Address Last(unsigned x) const {
    return Address::Raw(family, First(x).bits() | ((uint128{1} << shift) - 1));
  }
};

std::string NameOf(const testing::TestParamInfo<Seam>& info) {
  return absl::StrCat(info.param.family == Family::kV4 ? "V4" : "V6", "Shift", info.param.shift);
}

class AddressWorld : public testing::TestWithParam<Seam> {
 protected:
  Rule RuleOver(Action action, unsigned first, unsigned last, const char* ports) const {
    Rule rule = MakeRule(action, kOut, "tcp", ports, "any");
    rule.to = {AddressRange{GetParam().First(first), GetParam().Last(last)}};
    return rule;
  }

  // Both ends of each of the sixteen cells, and the addresses next to the world.
  TupleBatch Queries() const {
    const Seam& seam = GetParam();
    TupleBatch batch;
    std::vector<Address> addresses;
    for (unsigned x = 0; x < 16; ++x) {
      addresses.push_back(seam.First(x));
      addresses.push_back(seam.Last(x));
    }
    addresses.push_back(
        Address::Raw(seam.family, (seam.First(0).bits() - 1) & MaxBits(seam.family)));
    addresses.push_back(
        Address::Raw(seam.family, (seam.Last(15).bits() + 1) & MaxBits(seam.family)));
    for (const Address& address : addresses) {
      for (const uint16_t port : {443, 80}) {
        Tuple tuple;
        tuple.remote = address;
        tuple.protocol = 6;
        tuple.port = port;
        batch.Add(tuple);
      }
    }
    return batch;
  }
};

// All pairs of ranges: the first allowed on one port, the second denied, or
// allowed more widely.
TEST_P(AddressWorld, AllPairsOfRanges) {
  const TupleBatch queries = Queries();
  unsigned count = 0;
  for (unsigned a = 0; a < 16; ++a) {
    for (unsigned b = a; b < 16; ++b) {
      for (unsigned c = 0; c < 16; ++c) {
        for (unsigned d = c; d < 16; ++d) {
          const Rule first = RuleOver(kAllow, a, b, "443");
          const Rule second =
              ++count % 2 == 0 ? RuleOver(kDeny, c, d, "443") : RuleOver(kAllow, c, d, "any");
          const VerdictForm form = count % 3 == 0 ? VerdictForm::kLists : VerdictForm::kShapes;
          const Agreement agreement(MakePolicy({first, second}), Broad(form));
          ASSERT_EQ(agreement.Check(queries, count % 8 == 0), "");
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seams, AddressWorld,
                         testing::Values(Seam{Family::kV4, 0}, Seam{Family::kV4, 5},
                                         Seam{Family::kV4, 9}, Seam{Family::kV4, 14},
                                         Seam{Family::kV4, 28}, Seam{Family::kV6, 0},
                                         Seam{Family::kV6, 2}, Seam{Family::kV6, 62},
                                         Seam{Family::kV6, 109}, Seam{Family::kV6, 124}),
                         NameOf);

TEST(ServiceWorld, AllPairsOfServices) {
  const char* protocols[] = {"any", "tcp", "udp", "icmp", "1", "58", "255", "0"};
  const char* ports[] = {"any",     "0",       "443",    "65535",   "0-65535",
                         "255-256", "256-511", "80,443", "1-65534", "0,65535"};
  TupleBatch queries;
  for (const int protocol : {-1, 0, 1, 6, 17, 58, 59, 255}) {
    for (const int port :
         {-1, 0, 1, 79, 80, 81, 254, 255, 256, 257, 442, 443, 444, 511, 512, 65534, 65535}) {
      Tuple tuple;
      tuple.remote = Address::V4(0x01020304);
      if (protocol >= 0) tuple.protocol = static_cast<uint8_t>(protocol);
      if (port >= 0) tuple.port = static_cast<uint16_t>(port);
      queries.Add(tuple);
    }
  }
  unsigned count = 0;
  for (const char* p : protocols) {
    for (const char* q : protocols) {
      for (const char* s : ports) {
        for (const char* t : ports) {
          const Action action = ++count % 2 == 0 ? kDeny : kAllow;
          const VerdictForm form = count % 3 == 0 ? VerdictForm::kLists : VerdictForm::kShapes;
          const Agreement agreement(MakePolicy({MakeRule(kAllow, kOut, p, s, "1.2.3.4"),
                                                MakeRule(action, kOut, q, t, "1.2.3.0/24")}),
                                    Broad(form));
          ASSERT_EQ(agreement.Check(queries, count % 8 == 0), "");
        }
      }
    }
  }
}

// All patterns whose body has up to `labels` labels of these, with each head.
std::vector<std::string> AllPatterns(int labels) {
  const std::vector<std::string> parts = {"a", "b", "xn--a", "*", "a*", "*a"};
  std::vector<std::string> bodies = {"a", "b", "xn--a"};
  std::vector<std::string> longest = bodies;
  for (int n = 1; n < labels; ++n) {
    std::vector<std::string> next;
    for (const std::string& body : longest) {
      for (const std::string& part : parts) next.push_back(part + "." + body);
    }
    bodies.insert(bodies.end(), next.begin(), next.end());
    longest = next;
  }
  std::vector<std::string> patterns;
  for (const char* head : {"", "*.", ".", "?."}) {
    for (const std::string& body : bodies) {
      Pattern pattern;
      if (ParsePattern(head + body, &pattern) == Fault::kNone) patterns.push_back(head + body);
    }
  }
  return patterns;
}

// All names of up to three labels, and some that only a wildcard can reach.
TupleBatch AllNames() {
  std::vector<std::string> names = {"a.a.a.a", "b.a.b.a", "xn--a.xn--a.a.b", "aa.a",     "ba.a.a",
                                    "ab.b",    "a.ab.b",  "xn--aa.a",        "a.xn--.a", "-.a",
                                    "_.b"};
  const std::vector<std::string> labels = {"a", "b", "xn--a"};
  for (const std::string& x : labels) {
    names.push_back(x);
    for (const std::string& y : labels) {
      names.push_back(x + "." + y);
      for (const std::string& z : labels) names.push_back(x + "." + y + "." + z);
    }
  }
  TupleBatch batch;
  for (const std::string& name : names) {
    Tuple tuple;
    tuple.name = name;
    tuple.protocol = 6;
    tuple.port = 443;
    batch.Add(tuple);
  }
  return batch;
}

TEST(NameWorld, EachPattern) {
  const TupleBatch names = AllNames();
  for (const std::string& pattern : AllPatterns(3)) {
    const Agreement agreement(MakePolicy({MakeRule(kAllow, kOut, "tcp", "443", pattern)}), Broad());
    ASSERT_EQ(agreement.Check(names, true), "") << pattern;
  }
}

TEST(NameWorld, AllPairsOfPatterns) {
  const TupleBatch names = AllNames();
  const std::vector<std::string> patterns = AllPatterns(2);
  unsigned count = 0;
  for (const std::string& first : patterns) {
    for (const std::string& second : patterns) {
      const Action action = ++count % 3 == 0 ? kDeny : kAllow;
      const char* ports = count % 5 == 0 ? "80" : "any";
      const VerdictForm form = count % 2 == 0 ? VerdictForm::kLists : VerdictForm::kShapes;
      const Agreement agreement(MakePolicy({MakeRule(kAllow, kOut, "tcp", "443", first),
                                            MakeRule(action, kOut, "any", ports, second)}),
                                Broad(form));
      ASSERT_EQ(agreement.Check(names, count % 8 == 0), "");
    }
  }
}

// Three patterns in one trie: every third pattern of up to three labels with
// its neighbours at several distances.
TEST(NameWorld, Triples) {
  const TupleBatch names = AllNames();
  const std::vector<std::string> patterns = AllPatterns(3);
  const size_t n = patterns.size();
  for (size_t step = 1; step < 40; ++step) {
    for (size_t i = step % 3; i < n; i += 3) {
      const Agreement agreement(
          MakePolicy({MakeRule(kAllow, kOut, "tcp", "443", patterns[i]),
                      MakeRule(kAllow, kOut, "tcp", "80", patterns[(i + step * 7) % n]),
                      MakeRule(step % 2 == 0 ? kDeny : kAllow, kOut, "tcp", "any",
                               patterns[(i * 5 + step * 31) % n])}),
          Broad());
      ASSERT_EQ(agreement.Check(names, step % 8 == 0), "");
    }
  }
}

}  // namespace
}  // namespace allowmatch
