// Names that look like a sibling read wrongly (OCR: m as ini, l as t).
//
// A wrongly read name may belong to somebody else, so it is neither allowed
// nor mended by guess. Two names are compared by an edit distance that only
// knows the confusions of character recognition; any other difference makes
// them different names.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <libpsl.h>

#include "absl/strings/str_cat.h"
#include "loaders/page_model.h"

namespace allowmatch {
namespace {

constexpr int kFar = 1000;

struct Confusion {
  absl::string_view a;
  absl::string_view b;
  bool strong;  // hardly ever a difference between two real names
};
const Confusion kConfusions[] = {
    {"m", "rn", true}, {"m", "ini", true}, {"m", "nn", true},  {"m", "rri", true},
    {"w", "vv", true}, {"d", "cl", true},  {"o", "0", true},   {"l", "1", true},
    {"i", "1", true},  {"s", "5", true},   {"b", "8", true},   {"m", "in", false},
    {"l", "t", false}, {"l", "i", false},  {"i", "t", false},  {"t", "f", false},
    {"e", "c", false}, {"u", "v", false},  {"h", "b", false},  {"g", "q", false},
    {"n", "ri", false}, {"u", "ii", false}, {"", "i", false},  {"", "l", false},
};

struct Distance {
  int cost = kFar;
  bool strong = false;  // a strong confusion is among the differences
};

// Dynamic programming over prefixes; kFar if other edits are needed.
Distance Compare(absl::string_view a, absl::string_view b) {
  std::vector<std::vector<Distance>> best(a.size() + 1, std::vector<Distance>(b.size() + 1));
  best[0][0].cost = 0;
  const auto relax = [&](size_t i, size_t j, const Distance& from, int cost, bool strong) {
    if (from.cost + cost < best[i][j].cost) best[i][j] = {from.cost + cost, from.strong || strong};
  };
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      const Distance here = best[i][j];
      if (here.cost >= kFar) continue;
      if (i < a.size() && j < b.size() && a[i] == b[j]) relax(i + 1, j + 1, here, 0, false);
      for (const Confusion& pair : kConfusions) {
        if (a.substr(i, pair.a.size()) == pair.a && b.substr(j, pair.b.size()) == pair.b) {
          relax(i + pair.a.size(), j + pair.b.size(), here, 1, pair.strong);
        }
        if (a.substr(i, pair.b.size()) == pair.b && b.substr(j, pair.a.size()) == pair.a) {
          relax(i + pair.b.size(), j + pair.a.size(), here, 1, pair.strong);
        }
      }
    }
  }
  return best[a.size()][b.size()];
}

std::string Registrable(const std::string& name) {
  const char* domain = psl_registrable_domain(psl_builtin(), name.c_str());
  return domain == nullptr ? name : domain;
}

struct Name {
  size_t fact = 0;
  std::string text;   // without a wildcard head
  std::string plain;  // the text without the numbers at the end of labels: media3 is media
  std::string domain;
  std::string bones;         // of the plain text: what no confusion can change
  std::string domain_bones;
};

// The characters that take no part in any confusion: names that differ in
// these cannot be readings of each other, which spares the comparison.
std::string Bones(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (absl::string_view("mrniwvdclo01s5b8tfeuhgq").find(c) == absl::string_view::npos) out += c;
  }
  return out;
}

std::string WithoutNumbers(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    size_t end = i;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    const bool at_end = end > i && i > 0 && text[i - 1] != '.' &&
                        (end == text.size() || text[end] == '.' || text[end] == '-');
    if (at_end) i = end;
    if (i < text.size()) out += text[i];
  }
  return out;
}

std::vector<Name> Names(const Page& page) {
  std::vector<Name> names;
  for (size_t i = 0; i < page.facts.size(); ++i) {
    const PageFact& fact = page.facts[i];
    if (fact.token.kind != PageToken::Kind::kName || fact.settled) continue;
    std::string text(fact.token.pattern.body());
    std::string domain = Registrable(text);
    std::string plain = WithoutNumbers(text);
    std::string bones = Bones(plain);
    std::string domain_bones = Bones(domain);
    names.push_back({i, std::move(text), std::move(plain), std::move(domain), std::move(bones),
                     std::move(domain_bones)});
  }
  return names;
}

// How many digits a name has: the reading with more of them is the wrong one.
long Digits(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsWorse(const Name& a, const Name& b, const std::map<std::string, int>& siblings) {
  const int mine = siblings.at(a.domain);
  const int theirs = siblings.at(b.domain);
  if (mine != theirs) return mine < theirs;
  if (Digits(a.plain) != Digits(b.plain)) return Digits(a.plain) > Digits(b.plain);
  return a.plain.size() >= b.plain.size();
}

// The sibling that `name` is a wrong reading of; null if there is none.
const Name* RightReading(const Name& name, const std::vector<Name>& names,
                         const std::map<std::string, int>& siblings) {
  for (const Name& other : names) {
    if (other.text == name.text || (other.domain == name.domain && other.plain == name.plain)) continue;
    const size_t longer = std::max(name.text.size(), other.text.size());
    const size_t shorter = std::min(name.text.size(), other.text.size());
    if (longer - shorter > 6 || longer < 8) continue;
    if (name.domain == other.domain) {
      if (name.bones != other.bones) continue;
      const Distance distance = Compare(name.plain, other.plain);
      if (distance.strong && distance.cost <= 2 && IsWorse(name, other, siblings)) return &other;
      continue;
    }
    if (name.domain_bones != other.domain_bones) continue;
    const Distance domains = Compare(name.domain, other.domain);
    const int allowed = static_cast<int>(other.domain.size()) / 5;
    if (domains.cost == 0 || domains.cost > std::max(1, allowed)) continue;
    if (other.domain.size() >= 7 && IsWorse(name, other, siblings)) return &other;
  }
  return nullptr;
}

}  // namespace

void QuarantineLookAlikes(Page* page) {
  const std::vector<Name> names = Names(*page);
  if (names.size() > 5000) return;  // a list, not a page: quadratic work would not pay
  std::map<std::string, int> siblings;
  for (const Name& name : names) ++siblings[name.domain];
  for (const Name& name : names) {
    const Name* right = RightReading(name, names, siblings);
    if (right == nullptr) continue;
    // The most alike of the siblings is the best suggestion.
    std::string best = right->text;
    int cost = kFar;
    for (const Name& other : names) {
      if (other.domain != right->domain || other.text == name.text) continue;
      const Distance distance = Compare(name.text, other.text);
      if (distance.cost < cost) {
        cost = distance.cost;
        best = other.text;
      }
    }
    page->Quarantine(name.fact, absl::StrCat("looks like ", best, " read wrongly"),
                     absl::StrCat("perhaps ", best, "; it is another owner's name if not"));
  }
}

}  // namespace allowmatch
