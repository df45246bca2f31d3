// What holds for every page, however it reaches us: nothing is lost, nothing
// is invented, nothing negative is allowed, and no damage crashes the loader.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <regex>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "loaders/page.h"
#include "loaders/page_expectation.h"

namespace allowmatch {
namespace {

struct Loaded {
  Policy policy;
  LoadReport report;
  bool good = false;
};

Loaded Load(const std::string& text) {
  Loaded out;
  Diagnostics errors;
  PageOptions options;
  options.source = "page";
  out.good = LoadPage(text, options, &out.policy, &out.report, &errors);
  out.policy.Canonicalize();
  return out;
}

std::string Lower(absl::string_view text) { return absl::AsciiStrToLower(text); }

// The text without what only marks it up: backslashes and HTML comments.
std::string Plain(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (absl::StartsWith(text, "<!--")) {
      const size_t end = text.find("-->");
      if (end == absl::string_view::npos) break;
      text.remove_prefix(end + 3);
      continue;
    }
    if (text[0] != '\\') out += text[0];
    text.remove_prefix(1);
  }
  return out;
}

std::vector<Destination> Remotes(const Rule& rule) {
  std::vector<Destination> all = rule.to;
  all.insert(all.end(), rule.from.begin(), rule.from.end());
  return all;
}

std::vector<Destination> AllowedBy(const Policy& policy) {
  std::vector<Destination> all;
  for (const Rule& rule : policy.rules) {
    if (rule.action != Action::kAllow) continue;
    const std::vector<Destination> some = Remotes(rule);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

// --- Nothing is lost.

bool InReport(const LoadReport& report, const std::string& token) {
  return std::any_of(report.entries.begin(), report.entries.end(), [&](const ReportEntry& entry) {
    return absl::StrContains(Lower(entry.token), token) ||
           absl::StrContains(Lower(entry.reason), token);
  });
}

bool AddressInRules(const Policy& policy, const std::string& text) {
  Address address;
  if (ParseAddress(text, &address) != Fault::kNone) return false;
  for (const Rule& rule : policy.rules) {
    for (const Destination& destination : Remotes(rule)) {
      const auto* range = std::get_if<AddressRange>(&destination);
      if (range != nullptr && range->Contains(address)) return true;
    }
  }
  return false;
}

bool NameInRules(const Policy& policy, const std::string& text) {
  for (const Rule& rule : policy.rules) {
    for (const Destination& destination : Remotes(rule)) {
      if (!std::holds_alternative<Pattern>(destination)) continue;
      const std::string name = DestinationToString(destination);
      if (name == text || absl::EndsWith(name, absl::StrCat(".", text)) ||
          absl::EndsWith(name, absl::StrCat("*", text))) {
        return true;
      }
    }
  }
  return false;
}

std::set<std::string> Matches(const std::string& text, const std::regex& shape, int group) {
  std::set<std::string> found;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::string one(line);
    if (one.size() > 4000) continue;  // std::regex recurses
    for (std::sregex_iterator at(one.begin(), one.end(), shape), end; at != end; ++at) {
      // Behind a byte that is not ASCII it is a piece of a longer word.
      const size_t begin = static_cast<size_t>(at->position(static_cast<size_t>(group)));
      if (begin > 0 && static_cast<unsigned char>(one[begin - 1]) > 0x7f) continue;
      found.insert(Lower((*at)[static_cast<size_t>(group)].str()));
    }
  }
  return found;
}

std::set<std::string> AddressesOn(const std::string& text) {
  static const auto* const shape =
      new std::regex("(^|[^0-9.])([0-9]{1,3}(\\.[0-9]{1,3}){3})(?![0-9]|\\.[0-9])");
  std::set<std::string> out = Matches(text, *shape, 2);
  for (auto at = out.begin(); at != out.end();) {  // netmasks
    at = absl::StartsWith(*at, "255.") ? out.erase(at) : std::next(at);
  }
  return out;
}

std::set<std::string> NamesOn(const std::string& text) {
  static const auto* const shape = new std::regex(
      "(([A-Za-z0-9_-]+\\.)+(com|net|io|tv|de|fr|cn|vc|eu|ca|us|top|aws|test))"
      "(?![a-z0-9_-]*\\.?[a-z])");
  return Matches(text, *shape, 1);
}

std::string LostTokens(const std::string& text, const Loaded& loaded) {
  const std::string plain = Plain(text);
  std::vector<std::string> lost;
  for (const std::string& address : AddressesOn(plain)) {
    if (!AddressInRules(loaded.policy, address) && !InReport(loaded.report, address)) {
      lost.push_back(address);
    }
  }
  for (const std::string& name : NamesOn(plain)) {
    if (!NameInRules(loaded.policy, name) && !InReport(loaded.report, name)) lost.push_back(name);
  }
  return absl::StrJoin(lost, " ");
}

// --- Nothing is invented.

std::string MaskText(int length) {
  const uint32_t mask = length == 0 ? 0 : ~uint32_t{0} << (32 - length);
  return absl::StrCat(mask >> 24, ".", mask >> 16 & 255, ".", mask >> 8 & 255, ".", mask & 255);
}

// Whether the text right behind an address says that a range ends where this one does.
bool SaysLength(absl::string_view behind, const AddressRange& range) {
  Prefix prefix;
  if (range.IsPrefix(&prefix)) {
    if (absl::StartsWith(behind, absl::StrCat("/", prefix.length))) return true;
    if (range.IsSingle()) return !absl::StartsWith(behind, "/");
    const bool v4 = range.family() == Family::kV4;
    if (v4 && absl::StrContains(behind.substr(0, 60), MaskText(prefix.length))) return true;
  }
  const std::string last = range.last.ToString();
  const std::string octet = last.substr(last.rfind('.') + 1);
  const absl::string_view near = behind.substr(0, last.size() + 8);
  return absl::StrContains(near, last) || absl::StrContains(near, absl::StrCat("-", octet));
}

bool RangeIsOn(const std::string& text, const AddressRange& range) {
  const std::string first = range.first.ToString();
  for (size_t at = text.find(first); at != std::string::npos; at = text.find(first, at + 1)) {
    if (SaysLength(absl::string_view(text).substr(at + first.size()), range)) return true;
  }
  return false;
}

bool NameIsOn(const std::string& text, const std::string& name) {
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    // A word glued in front ends in a lower-case letter or digit only in a glued row.
    if (before != '.' && before != '-' && before != '@') return true;
  }
  return false;
}

bool IsOnPage(const std::string& text, const Destination& destination) {
  if (const auto* range = std::get_if<AddressRange>(&destination)) return RangeIsOn(text, *range);
  if (!std::holds_alternative<Pattern>(destination)) return true;
  const std::string name = DestinationToString(destination);
  const bool converted = absl::StrContains(name, "xn--") && !absl::StrContains(text, name);
  return converted || NameIsOn(text, name);
}

std::string Invented(const std::string& page, const Loaded& loaded) {
  const std::string text = Lower(Plain(page));
  std::vector<std::string> invented;
  for (const Destination& destination : AllowedBy(loaded.policy)) {
    if (!IsOnPage(text, destination)) invented.push_back(DestinationToString(destination));
  }
  return absl::StrJoin(invented, " ");
}

// --- Nothing negative is allowed.

Destination ReadOne(const std::string& token) {
  Policy policy;
  Diagnostics errors;
  PolicyOptions options;
  options.allow_broad = true;
  const std::string line = absl::StrCat("deny out any any to ", token, "\n");
  if (!ParseRules(line, "key", options, &policy, &errors)) return SelfDestination();
  return policy.rules[0].to[0];
}

bool Covers(const Destination& rule, const Destination& never) {
  const auto* a = std::get_if<AddressRange>(&rule);
  const auto* b = std::get_if<AddressRange>(&never);
  return a != nullptr && b != nullptr ? a->Contains(*b) : rule == never;
}

std::string AllowedNever(const std::vector<std::string>& never, const Loaded& loaded) {
  std::vector<std::string> allowed;
  for (const std::string& token : never) {
    const Destination destination = ReadOne(token);
    for (const Destination& rule : AllowedBy(loaded.policy)) {
      if (Covers(rule, destination)) allowed.push_back(token);
    }
  }
  return absl::StrJoin(allowed, " ");
}

// --- Damage.

std::vector<std::string> SplitLines(const std::string& text) { return absl::StrSplit(text, '\n'); }

// A small generator of our own: the same numbers everywhere (Numerical Recipes' LCG).
class Numbers {
 public:
  explicit Numbers(uint32_t seed) : state_(seed) {}
  size_t Below(size_t n) {
    state_ = state_ * 1664525 + 1013904223;
    return (state_ >> 8) % n;
  }

 private:
  uint32_t state_;
};

// Shuffles the lines between blank ones.
std::string Shuffled(const std::string& text, uint32_t seed) {
  std::vector<std::string> lines = SplitLines(text);
  Numbers numbers(seed);
  for (size_t begin = 0; begin < lines.size();) {
    size_t end = begin;
    while (end < lines.size() && !lines[end].empty()) ++end;
    for (size_t i = end; i > begin + 1; --i) {
      std::swap(lines[i - 1], lines[begin + numbers.Below(i - begin)]);
    }
    begin = end + 1;
  }
  return absl::StrJoin(lines, "\n");
}

// The tokens of `never` whose own line says that they are gone.
std::vector<std::string> OnNegativeLines(const std::string& text,
                                         const std::vector<std::string>& never) {
  std::vector<std::string> out;
  for (const std::string& line : SplitLines(Lower(text))) {
    const bool negative = absl::StrContains(line, "no longer") ||
                          absl::StrContains(line, "deprecated") ||
                          absl::StrContains(line, "retired") ||
                          absl::StrContains(line, "decommissioned");
    for (const std::string& token : never) {
      if (negative && absl::StrContains(line, token)) out.push_back(token);
    }
  }
  return out;
}

// What the rules say, without where they come from.
std::vector<std::string> RuleTexts(const Loaded& loaded) {
  std::vector<std::string> out;
  for (Rule rule : loaded.policy.rules) {
    rule.vendor = "vendor";  // inferred from how often its name stands on the page
    out.push_back(rule.CanonicalText());
  }
  std::sort(out.begin(), out.end());
  return out;
}

struct PageFile {
  std::string name;
  std::string path;
  std::string key;  // the path of its key
};

void PrintTo(const PageFile& file, std::ostream* out) { *out << file.name; }

std::vector<PageFile> PageFiles() {
  std::vector<PageFile> files;
  std::vector<std::string> paths;
  for (const char* suffix : {".txt", ".md", ".rst"}) {
    for (const std::string& path : FilesIn("data/pages", suffix)) paths.push_back(path);
    const char* const shared = std::getenv("ALLOWMATCH_SHARED");
    if (shared == nullptr) continue;
    for (const char* folder : {"/seeds", "/data/vendor-pages"}) {
      for (const std::string& path : FilesIn(absl::StrCat(shared, folder), suffix)) {
        if (!absl::EndsWith(path, "README.md")) paths.push_back(path);
      }
    }
  }
  for (const std::string& path : paths) {
    const std::string name = path.substr(path.rfind('/') + 1);
    files.push_back({name, path,
                     absl::StrCat(path.substr(0, path.rfind('.')), ".expected")});
  }
  return files;
}

class PageRobustness : public testing::TestWithParam<PageFile> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(ReadBytes(GetParam().path, &text_));
    std::string key;
    std::string error;
    if (!ReadBytes(GetParam().key, &key)) return;
    ASSERT_TRUE(ReadPageExpectation(key, &key_, &error)) << error;
  }

  // What holds for any text that is made of the lines of this page.
  void ExpectSound(const std::string& text, const std::vector<std::string>& never,
                   const std::string& what) {
    const Loaded loaded = Load(text);
    EXPECT_EQ(Invented(text, loaded), "") << what;
    EXPECT_EQ(AllowedNever(never, loaded), "") << what;
  }

  std::string text_;
  PageExpectation key_;
};

TEST_P(PageRobustness, LosesNothing) {
  const Loaded loaded = Load(text_);
  EXPECT_EQ(LostTokens(text_, loaded), "");
}

TEST_P(PageRobustness, InventsNothing) { ExpectSound(text_, key_.never, "as it is"); }

TEST_P(PageRobustness, LineEndsDoNotCount) {
  const std::vector<std::string> want = RuleTexts(Load(text_));
  std::string unix_text = absl::StrReplaceAll(text_, {{"\r\n", "\n"}});
  while (!unix_text.empty() && unix_text.back() == '\n') unix_text.pop_back();
  EXPECT_EQ(RuleTexts(Load(unix_text)), want) << "no newline at the end";
  EXPECT_EQ(RuleTexts(Load(absl::StrReplaceAll(unix_text, {{"\n", "\r\n"}}))), want) << "CRLF";
  EXPECT_EQ(RuleTexts(Load(absl::StrCat("\xef\xbb\xbf", text_))), want) << "a byte-order mark";
  EXPECT_EQ(RuleTexts(Load(absl::StrReplaceAll(unix_text, {{"\n", " \n"}}))), want)
      << "blanks at the ends of lines";
}

TEST_P(PageRobustness, CutAtAnyLine) {
  const std::vector<std::string> lines = SplitLines(text_);
  std::string cut;
  for (size_t i = 0; i < lines.size(); ++i) {
    absl::StrAppend(&cut, lines[i], "\n");
    ExpectSound(cut, key_.never, absl::StrCat("cut behind line ", i + 1));
  }
}

TEST_P(PageRobustness, CutAtAnyPlaceDoesNotCrash) {
  for (size_t size = 0; size < text_.size(); size += 23) Load(text_.substr(0, size));
}

TEST_P(PageRobustness, BeginsAtAnyLine) {
  const std::vector<std::string> lines = SplitLines(text_);
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::string rest = absl::StrJoin(lines.begin() + static_cast<long>(i), lines.end(), "\n");
    EXPECT_EQ(Invented(rest, Load(rest)), "") << "from line " << i + 1;
  }
}

TEST_P(PageRobustness, BlanksForTabs) {
  ExpectSound(absl::StrReplaceAll(text_, {{"\t", " "}}), key_.never, "a blank for each tab");
  ExpectSound(absl::StrReplaceAll(text_, {{"\t", "    "}}), key_.never, "four blanks for each tab");
  ExpectSound(absl::StrReplaceAll(text_, {{" ", "  "}}), key_.never, "two blanks for each blank");
}

TEST_P(PageRobustness, Twice) {
  const std::string twice = absl::StrCat(text_, "\n\n", text_);
  ExpectSound(twice, key_.never, "twice");
  EXPECT_EQ(RuleTexts(Load(twice)), RuleTexts(Load(text_)));
}

TEST_P(PageRobustness, ShuffledInsideParagraphs) {
  const std::vector<std::string> never = OnNegativeLines(text_, key_.never);
  for (uint32_t seed = 1; seed <= 8; ++seed) {
    ExpectSound(Shuffled(text_, seed), never, absl::StrCat("seed ", seed));
  }
}

TEST_P(PageRobustness, DamagedBytesDoNotCrash) {
  Numbers numbers(42);
  for (int round = 0; round < 60; ++round) {
    std::string damaged = text_;
    for (int i = 0; i < 20 && !damaged.empty(); ++i) {
      damaged[numbers.Below(damaged.size())] = static_cast<char>(1 + numbers.Below(255));
    }
    Load(damaged);
  }
}

INSTANTIATE_TEST_SUITE_P(Pages, PageRobustness, testing::ValuesIn(PageFiles()),
                         [](const testing::TestParamInfo<PageFile>& info) {
                           std::string name = info.param.name;
                           for (char& c : name) {
                             if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace allowmatch
