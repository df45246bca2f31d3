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

// Some address bits at `shift` of a family: value x stands for the 2^shift
// addresses base | x << shift and up.
struct Seam {
  Family family;
  int shift;
  int bits = 4;

  unsigned size() const { return 1u << bits; }
  uint128 base() const {
    if (shift + bits >= Width(family)) return 0;
    const uint128 pattern = family == Family::kV4
                                ? uint128{0xC6336455u}
                                : uint128{0x20010db8a5a5c3c3u} << 64 | 0x123456789abcdef0u;
    return pattern >> (shift + bits) << (shift + bits);
  }
  Address First(unsigned x) const { return Address::Raw(family, base() | uint128{x} << shift); }
  Address Last(unsigned x) const {
    return Address::Raw(family, First(x).bits() | ((uint128{1} << shift) - 1));
  }
};

std::string NameOf(const testing::TestParamInfo<Seam>& info) {
  return absl::StrCat(info.param.family == Family::kV4 ? "V4" : "V6", "Shift", info.param.shift);
}

Rule RuleOver(const Seam& seam, Action action, unsigned first, unsigned last, const char* ports) {
  Rule rule = MakeRule(action, kOut, "tcp", ports, "any");
  rule.to = {AddressRange{seam.First(first), seam.Last(last)}};
  return rule;
}

// Both ends of each of the cells, and the addresses next to the world.
TupleBatch QueriesOf(const Seam& seam) {
  const uint128 max = MaxBits(seam.family);
  std::vector<Address> addresses;
  for (unsigned x = 0; x < seam.size(); ++x) {
    addresses.push_back(seam.First(x));
    addresses.push_back(seam.Last(x));
  }
  addresses.push_back(Address::Raw(seam.family, (seam.First(0).bits() - 1) & max));
  addresses.push_back(Address::Raw(seam.family, (seam.Last(seam.size() - 1).bits() + 1) & max));
  TupleBatch batch;
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

struct Cells {
  unsigned first;
  unsigned last;
};

std::vector<Cells> AllRanges(const Seam& seam) {
  std::vector<Cells> ranges;
  for (unsigned first = 0; first < seam.size(); ++first) {
    for (unsigned last = first; last < seam.size(); ++last) ranges.push_back({first, last});
  }
  return ranges;
}

class AddressWorld : public testing::TestWithParam<Seam> {};

// The first range is allowed on one port, the second denied, or allowed more
// widely; in either form. `count` says which of these.
std::string CheckPair(const Seam& seam, Cells a, Cells b, unsigned count,
                      const TupleBatch& queries) {
  const Rule first = RuleOver(seam, kAllow, a.first, a.last, "443");
  const Rule second = count % 2 == 0 ? RuleOver(seam, kDeny, b.first, b.last, "443")
                                     : RuleOver(seam, kAllow, b.first, b.last, "any");
  const VerdictForm form = count % 3 == 0 ? VerdictForm::kLists : VerdictForm::kShapes;
  return Agreement(MakePolicy({first, second}), Broad(form)).Check(queries, count % 8 == 0);
}

TEST_P(AddressWorld, AllPairsOfRanges) {
  const TupleBatch queries = QueriesOf(GetParam());
  const std::vector<Cells> ranges = AllRanges(GetParam());
  unsigned count = 0;
  for (const Cells& a : ranges) {
    for (const Cells& b : ranges) {
      ASSERT_EQ(CheckPair(GetParam(), a, b, ++count, queries), "");
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

class SmallAddressWorld : public testing::TestWithParam<Seam> {};

// Three bits, so that one range more can be afforded: all sets of three.
TEST_P(SmallAddressWorld, AllTriplesOfRanges) {
  const Seam& seam = GetParam();
  const TupleBatch queries = QueriesOf(seam);
  const std::vector<Cells> ranges = AllRanges(seam);
  const char* const kPorts[] = {"443", "any", "80,443", "80"};
  unsigned count = 0;
  for (size_t a = 0; a < ranges.size(); ++a) {
    for (size_t b = a; b < ranges.size(); ++b) {
      for (size_t c = b; c < ranges.size(); ++c) {
        ++count;
        const Action second = count % 5 == 0 ? kDeny : kAllow;
        const Action third = count % 3 == 0 ? kDeny : kAllow;
        const Agreement agreement(
            MakePolicy({RuleOver(seam, kAllow, ranges[a].first, ranges[a].last, "443"),
                        RuleOver(seam, second, ranges[b].first, ranges[b].last, kPorts[count % 4]),
                        RuleOver(seam, third, ranges[c].first, ranges[c].last, "80")}),
            Broad(count % 7 == 0 ? VerdictForm::kLists : VerdictForm::kShapes));
        ASSERT_EQ(agreement.Check(queries, count % 8 == 0), "");
      }
    }
  }
}

// Across the borders of bytes, of the 16 bits that a table may begin with, and
// of the words of IPv6.
INSTANTIATE_TEST_SUITE_P(Seams, SmallAddressWorld,
                         testing::Values(Seam{Family::kV4, 7, 3}, Seam{Family::kV4, 15, 3},
                                         Seam{Family::kV4, 23, 3}, Seam{Family::kV6, 31, 3},
                                         Seam{Family::kV6, 63, 3}, Seam{Family::kV6, 111, 3}),
                         NameOf);

// Wherever else a table may have a seam: a part of the pairs at each place,
// another part at the next.
TEST(EverySeam, PairsOfRanges) {
  for (const Family family : {Family::kV4, Family::kV6}) {
    for (int shift = 0; shift + 3 <= Width(family); ++shift) {
      const Seam seam = {family, shift, 3};
      const TupleBatch queries = QueriesOf(seam);
      const std::vector<Cells> ranges = AllRanges(seam);
      for (unsigned pair = static_cast<unsigned>(shift) % 11; pair < 36 * 36; pair += 11) {
        ASSERT_EQ(CheckPair(seam, ranges[pair / 36], ranges[pair % 36], pair, queries), "")
            << "shift " << shift;
      }
    }
  }
}

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
