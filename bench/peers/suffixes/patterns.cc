#include "patterns.h"

#include <fstream>
#include <unordered_map>
#include <utility>

namespace suffixes {
namespace {

// The entries by suffix while patterns are read, the best first.
class Reading {
 public:
  explicit Reading(Patterns* patterns) : patterns_(*patterns) { patterns_.partials.emplace_back(); }

  bool Add(const std::string& pattern, uint32_t rule) {
    const bool at_and_below = pattern[0] == '.';
    const bool below = pattern.compare(0, 2, "*.") == 0;
    const std::string body = pattern.substr(at_and_below ? 1 : below ? 2 : 0);
    const size_t wild = body.find_first_of("*?");
    if (wild != std::string::npos) {
      return !at_and_below && !below && AddPartial(body, wild, rule);
    }
    Entry& entry = EntryOf(body);
    if (!below && entry.whole == kNoRule) entry.whole = rule;
    if ((below || at_and_below) && entry.below == kNoRule) entry.below = rule;
    return true;
  }

 private:
  bool AddPartial(const std::string& body, size_t star, uint32_t rule) {
    const size_t dot = body.find('.');
    const bool one_star = body[star] == '*' && body.find_first_of("*?", star + 1) == body.npos;
    if (!one_star || star > dot || dot == 1) return false;
    Entry& entry = EntryOf(body.substr(dot + 1));
    if (entry.below != kNoRule) return true;  // which is better, and covers more
    if (entry.partials == 0) {
      entry.partials = static_cast<uint32_t>(patterns_.partials.size());
      patterns_.partials.emplace_back();
    }
    patterns_.partials[entry.partials].push_back(
        {body.substr(0, star), body.substr(star + 1, dot - star - 1), rule});
    return true;
  }

  Entry& EntryOf(const std::string& suffix) {
    const auto [at, is_new] = places_.try_emplace(suffix, patterns_.entries.size());
    if (is_new) {
      patterns_.suffixes.push_back(suffix);
      patterns_.entries.emplace_back();
    }
    return patterns_.entries[at->second];
  }

  Patterns& patterns_;
  std::unordered_map<std::string, size_t> places_;
};

}  // namespace

bool Partial::Covers(std::string_view label) const {
  return label.size() >= first.size() + last.size() && label.substr(0, first.size()) == first &&
         label.substr(label.size() - last.size()) == last && label.substr(0, 4) != "xn--";
}

uint32_t Patterns::RuleOf(const Entry& entry, std::string_view name, size_t begin) const {
  if (begin == 0) return entry.whole;
  const std::string_view before = name.substr(0, begin - 1);
  if (entry.partials != 0 && before.find('.') == std::string_view::npos) {
    for (const Partial& partial : partials[entry.partials]) {
      if (partial.Covers(before)) return partial.rule;
    }
  }
  return entry.below;
}

bool ReadPatterns(const std::string& folder, Patterns* patterns) {
  Reading reading(patterns);
  std::ifstream file(folder + "/patterns.txt");
  uint32_t rule = 0;
  for (std::string pattern; file >> pattern >> rule;) {
    if (!reading.Add(pattern, rule)) return false;
  }
  return true;
}

void Folded::Fold(const char* name, size_t count) {
  if (count > 0 && name[count - 1] == '.') --count;
  size = count <= kLongestName ? count : 0;
  for (size_t i = 0; i < size; ++i) {
    const char c = name[i];
    text[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
}

}  // namespace suffixes
