// Names by all kernels: real lists with mutations, every short pattern against every
// short name, and names at the ends of memory.
//
//   ALLOWMATCH_SHARED=... bazel run //tests:all_names
//
// does all of what ./test does a part of.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/matcher.h"
#include "tests/agreement.h"
#include "tests/fenced_columns.h"
#include "tests/name_lists.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

#ifdef ALLOWMATCH_ALL_NAMES
constexpr size_t kStep = 1;
constexpr size_t kPatterns = 1000000;
#else
constexpr size_t kStep = 29;
constexpr size_t kPatterns = 20000;
#endif

// All texts of 1 to `size` of these characters.
std::vector<std::string> Texts(const std::string& characters, size_t size) {
  std::vector<std::string> all = {""};
  for (size_t begin = 0, length = 0; length < size; ++length) {
    const size_t end = all.size();
    for (size_t i = begin; i < end; ++i) {
      for (const char c : characters) all.push_back(all[i] + c);
    }
    begin = end;
  }
  all.erase(all.begin());
  return all;
}

CompileOptions Broad() {
  CompileOptions options;
  options.allow_broad = true;
  return options;
}

Tuple Named(absl::string_view name) {
  Tuple tuple;
  tuple.name = name;
  return tuple;
}

std::string CheckReal(bool all_forms) {
  const std::vector<std::string> names = SharedNames(kStep);
  const NameList list(names, all_forms);
  for (size_t at = 0; at < names.size(); at += 4096) {
    std::vector<std::string> asked;
    for (size_t i = at; i < std::min(at + 4096, names.size()); ++i) {
      for (std::string& name : Mutations(names[i])) asked.push_back(std::move(name));
    }
    std::string different = list.Check(asked);
    if (!different.empty()) return different;
  }
  return "";
}

TEST(RealNames, WithMutations) {
  if (!HasSharedNames()) GTEST_SKIP() << "ALLOWMATCH_SHARED names no folder with data/names";
  EXPECT_EQ(CheckReal(false), "");
  EXPECT_EQ(CheckReal(true), "");
}

TEST(ShortPatterns, EachAgainstEachName) {
  const std::vector<std::string> names = Texts("ab.-", 6);
  TupleBatch batch;
  for (size_t i = 0; i < names.size(); ++i) {
    if (kStep == 1 || names[i].size() < 6 || i % kStep == 0) batch.Add(Named(names[i]));
  }
  size_t number = 0;
  for (const std::string& text : Texts("ab.-*", 5)) {
    Pattern pattern;
    if (ParsePattern(text, &pattern) != Fault::kNone) continue;
    if (number++ % kStep != 0 && text.size() > 4) continue;
    const Agreement agreement(
        MakePolicy({MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", text)}), Broad());
    ASSERT_EQ(agreement.Check(batch, false), "") << text;
  }
  EXPECT_GT(number, 500u);
}

TEST(ShortPatterns, AllInOneTable) {
  std::vector<Rule> rules;
  size_t number = 0;
  for (const std::string& text : Texts("ab.-*", 5)) {
    Pattern pattern;
    if (ParsePattern(text, &pattern) != Fault::kNone) continue;
    if (number++ % 7 != 0) continue;
    rules.push_back(MakeRule(number % 5 == 0 ? Action::kDeny : Action::kAllow,
                             number % 3 == 0 ? RuleDirection::kBoth : RuleDirection::kOut,
                             number % 2 == 0 ? "any" : "tcp", number % 4 == 1 ? "443" : "any",
                             text));
  }
  TupleBatch batch;
  Random random(1);
  for (const std::string& name : Texts("ab.-", 6)) {
    if (name.size() > 4 && kStep != 1 && random.Below(8) != 0) continue;
    Tuple tuple = Named(name);
    tuple.protocol = random.OneIn(2) ? 6 : 17;
    tuple.port = random.OneIn(2) ? 443 : 80;
    tuple.direction = random.OneIn(4) ? Direction::kIn : Direction::kOut;
    batch.Add(tuple);
  }
  const Agreement agreement(MakePolicy(rules), Broad());
  EXPECT_EQ(agreement.Check(batch, false), "");
}

// Names of all depths, some below others, and of two services in turns.
std::vector<Rule> Nested(Action other) {
  std::vector<Rule> rules;
  for (size_t i = 0; i < 300; ++i) {
    const std::string name =
        absl::StrCat(i % 3 == 0   ? "."
                     : i % 3 == 1 ? "*."
                                  : "",
                     i % 7 == 0 ? "www." : "", "n", i % 100, ".x", i % 5, ".example");
    rules.push_back(MakeRule(i == 299 ? other : Action::kAllow, RuleDirection::kOut,
                             i % 5 < 2 ? "any" : "tcp", i % 5 < 2 ? "any" : "443", name));
  }
  return rules;
}

bool RanksAreRules(const Agreement& agreement) {
  return (agreement.database().meta().flags & DatabaseMeta::kRanksAreRules) != 0;
}

// A table of literal names needs no table of rules; anything to compare with does.
TEST(Lists, RanksFollowRulesWhereNothingIsCompared) {
  TupleBatch batch;
  for (size_t i = 0; i < 600; ++i) {
    for (const char* head : {"", "www.", "a.", "b.www."}) {
      Tuple tuple;
      const std::string name = absl::StrCat(head, "n", i % 110, ".x", i % 6, ".example");
      tuple.name = name;
      tuple.protocol = i % 2 == 0 ? 6 : 17;
      tuple.port = 443;
      if (i % 3 == 0) tuple.remote = Address::V4(0xc0000201);
      batch.Add(tuple);
    }
  }
  const Agreement list(MakePolicy(Nested(Action::kAllow)), Broad());
  EXPECT_TRUE(RanksAreRules(list));
  EXPECT_EQ(list.Check(batch, true), "");
  const Agreement with_deny(MakePolicy(Nested(Action::kDeny)), Broad());
  EXPECT_FALSE(RanksAreRules(with_deny));
  EXPECT_EQ(with_deny.Check(batch, true), "");
  for (const char* more : {"192.0.2.0/24", "any", "n*.x1.example", "?.x2.example", "a.*.example"}) {
    std::vector<Rule> rules = Nested(Action::kAllow);
    rules.push_back(MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", more));
    const Agreement agreement(MakePolicy(rules), Broad());
    EXPECT_FALSE(RanksAreRules(agreement)) << more;
    EXPECT_EQ(agreement.Check(batch, false), "") << more;
  }
}

// Every wildcard across labels of internationalised names.
TEST(Patterns, NeverMatchIntoAnEncodedLabel) {
  TupleBatch batch;
  for (const char* name : {"xn--a.b.c", "xn--.b.c", "xn-a.b.c", "a.xn--b.c", "xn--b.c", "a-xn--b.c",
                           "axn--a.b.c", "xn--a-b.c", "x.xn--a.b.c", "XN--A.B.C", "xn--ab.c"}) {
    batch.Add(Named(name));
  }
  for (const char* text : {"*a.b.c", "x*.b.c", "*-*.c", "x*a.b.c", "*.b.c", "?.b.c", ".b.c",
                           "a.*.c", "*b.c", "*n*.b.c", "*.*b.c", "xn--a.*.c", "*--*.b.c"}) {
    const Agreement agreement(
        MakePolicy({MakeRule(Action::kAllow, RuleDirection::kOut, "any", "any", text)}), Broad());
    EXPECT_EQ(agreement.Check(batch, true), "") << text;
  }
}

// Of `number`, a pattern of a kind that makes an automaton large.
std::string Exploding(size_t number) {
  const std::string n = absl::StrCat("n", number, "z");
  switch (number % 5) {
    case 0:
      return absl::StrCat("*", n, ".x.example");
    case 1:
      return absl::StrCat(n, "*.x.example");
    case 2:
      return absl::StrCat("a*", n, "*b.x.example");
    case 3:
      return absl::StrCat("a.*.", n, ".*.b.*.example");
    default:
      return absl::StrCat("*.*.*.", n, ".example");
  }
}

// The size of the tables is linear, and so is the work of a lookup but for the list of
// globs that differ in the middle alone.
TEST(Patterns, ThatWouldBlowUpAnAutomatonAreLinear) {
  std::vector<Rule> rules(1);
  for (size_t i = 0; i < kPatterns; ++i) {
    Pattern pattern;
    ASSERT_EQ(ParsePattern(Exploding(i), &pattern), Fault::kNone);
    rules[0].to.emplace_back(pattern);
  }
  const absl::StatusOr<Image> image = Compile(MakePolicy(std::move(rules)), Broad());
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_LT(image->size(), 300 * kPatterns);
  const absl::StatusOr<Database> database = Database::Open(image->bytes());
  ASSERT_TRUE(database.ok()) << database.status();
  const auto is_listed = [&](absl::string_view name) {
    return Matcher(&*database).Classify(Named(name)).decision() == Decision::kAllow;
  };
  for (const char* name : {"qn10005z.x.example", "n10001zq.x.example", "aqn10002zqb.x.example",
                           "a.q.n10003z.q.b.q.example", "q.q.q.q.n10004z.example"}) {
    EXPECT_TRUE(is_listed(name)) << name;
  }
  for (const char* name : {"n10005zq.x.example", "qn10001z.x.example", "n10003z.q.b.q.example",
                           "n10004z.example", "q.q.n10004z.example"}) {
    EXPECT_FALSE(is_listed(name)) << name;
  }
}

// Who knows the seed of one policy does not know that of another.
TEST(Names, EachListHasASeedOfItsOwn) {
  const NameList one({"a.example", "b.example"}, false);
  const NameList other({"a.example", "c.example"}, false);
  EXPECT_NE(one.database().meta().name_seed, other.database().meta().name_seed);
}

TEST(Names, OfAllSizesAreValidOrNot) {
  std::vector<std::string> names;
  for (size_t size = 0; size < 300; ++size) {
    for (const size_t label : {5, 24, 25, 62, 63, 64}) {
      std::string name;
      while (name.size() < size) name += name.size() % (label + 1) == label ? '.' : 'a';
      for (const char* end : {"", ".", "..", ".b", "_", "/"}) names.push_back(name + end);
    }
  }
  for (int c = 0; c < 256; ++c) {
    for (const size_t at : {0, 1, 20, 31, 32, 40}) {
      std::string name = "aaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b";
      name[at] = static_cast<char>(c);
      names.push_back(name);
    }
  }
  std::vector<std::string> some;
  for (size_t i = 0; i < names.size(); i += 3) {
    Pattern pattern;
    if (ParsePattern(names[i], &pattern) == Fault::kNone && pattern.IsExact()) {
      some.emplace_back(pattern.body());
    }
  }
  const NameList list(some, true);
  EXPECT_EQ(list.Check(names), "");
  EXPECT_EQ(NameList(some, false).Check(names), "");
}

// A kernel must not touch what is before or behind the bytes of the names.
TEST(Names, AtTheEndsOfMemory) {
  const NameList list({"b.example", "example"}, false);
  FencedMemory memory(4096);
  for (const Fence fence : {Fence::kBefore, Fence::kBehind}) {
    for (uint16_t size = 1; size < 200; ++size) {
      std::string text = std::string(size, 'a') + ".b.example";
      text = text.substr(text.size() - size);
      char* const at = memory.Place<char>(size, fence, 0);
      std::copy(text.begin(), text.end(), at);
      for (const Kernel kernel : AvailableKernels()) {
        const uint32_t offset = 0;
        uint32_t rule = 0;
        Matcher(&list.database(), kernel).ListingRulesOfNames({at, &offset, &size}, 1, &rule);
        EXPECT_EQ(rule, list.Expected(text)) << KernelName(kernel) << " " << text;
      }
    }
  }
}

}  // namespace
}  // namespace allowmatch
