// The patterns of a workload, by the literal suffix that leads to them. What the tables of
// this folder have in common: they differ in how they find a suffix.

#ifndef ALLOWMATCH_BENCH_PEERS_SUFFIXES_PATTERNS_H_
#define ALLOWMATCH_BENCH_PEERS_SUFFIXES_PATTERNS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suffixes {

constexpr uint32_t kNoRule = 16777215;
constexpr size_t kLongestName = 253;
constexpr size_t kMostLabels = 127;

// What is listed at a suffix: rules of the name itself and of those below it, and a list
// of partial labels (0: none) that come before `below`.
struct Entry {
  uint32_t whole = kNoRule;
  uint32_t below = kNoRule;
  uint32_t partials = 0;
};

// "a*b" in the label before the suffix.
struct Partial {
  std::string first;
  std::string last;
  uint32_t rule;

  bool Covers(std::string_view label) const;
};

struct Patterns {
  std::vector<std::string> suffixes;  // distinct
  std::vector<Entry> entries;         // of each suffix
  std::vector<std::vector<Partial>> partials;

  // What `entry`, of the suffix that begins at `begin`, says of `name`.
  uint32_t RuleOf(const Entry& entry, std::string_view name, size_t begin) const;
};

// Reads patterns.txt of a workload; false if it has wildcards of other kinds.
bool ReadPatterns(const std::string& folder, Patterns* patterns);

// A name in lower case without its final dot.
struct Folded {
  void Fold(const char* name, size_t count);
  std::string_view view() const { return {text, size}; }

  char text[kLongestName + 8];  // a word at its end can be read
  size_t size = 0;              // also if it is too long
};

// The rule of the longest suffix that has one. `find` gives a suffix's entry, or null.
template <typename Find>
uint32_t LongestListed(const Patterns& patterns, std::string_view name, const Find& find) {
  for (size_t begin = 0;;) {
    const Entry* const entry = find(name.substr(begin));
    const uint32_t rule = entry == nullptr ? kNoRule : patterns.RuleOf(*entry, name, begin);
    const size_t dot = name.find('.', begin);
    if (rule != kNoRule || dot == std::string_view::npos) return rule;
    begin = dot + 1;
  }
}

}  // namespace suffixes

#endif  // ALLOWMATCH_BENCH_PEERS_SUFFIXES_PATTERNS_H_
