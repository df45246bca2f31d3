// Patterns of names. Labels are compared whole, from the right.
//
//   form          matches
//   x             that name
//   *.x           one or more whole labels below x, not x itself
//   .x            x and everything below it
//   ?.x           exactly one label below x
//   *-turn.x      `*` is zero or more of [a-z0-9_-] inside that one label;
//   turn*.x       it never matches into a label that begins with xn--
//   a.*.x         exactly one label in the middle
//
// The last label is always literal. A bare `*`, `**`, a trailing `*` and a
// `*` inside an xn-- label are refused. Whether a pattern is too broad (it
// stands on a public suffix) is not decided here but by rules/.

#ifndef ALLOWMATCH_MATCHER_PATTERN_H_
#define ALLOWMATCH_MATCHER_PATTERN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/fault.h"

namespace allowmatch {

class PatternView;

class Pattern {
 public:
  // What stands before the labels of body().
  enum class Head : uint8_t { kNone, kBelow, kSelfAndBelow, kOneBelow };

  Pattern() = default;
  explicit Pattern(const PatternView& view);  // copies

  Head head() const { return head_; }

  // The canonical text without the head: "x" of "*.x".
  absl::string_view body() const { return body_; }

  // The labels of the body, the rightmost first. A label is literal, "*"
  // (exactly one label) or a glob with `*` in it. Views into this pattern.
  std::vector<absl::string_view> LabelsFromRight() const;

  // Whether one name only matches.
  bool IsExact() const;

  // How many labels are literal: the specificity of the pattern.
  int FixedLabels() const;

  // Whether a wildcard or a partial label stands directly on `suffix_labels`
  // rightmost labels, e.g. 1 for "*.com" and "*kudoway.com".
  bool WildAbove(int suffix_labels) const;

  std::string ToString() const;

  friend bool operator==(const Pattern& a, const Pattern& b) {
    return a.head_ == b.head_ && a.body_ == b.body_;
  }
  friend bool operator<(const Pattern& a, const Pattern& b) {
    return a.body_ != b.body_ ? a.body_ < b.body_ : a.head_ < b.head_;
  }

 private:
  friend Fault ParsePattern(absl::string_view text, Pattern* pattern);

  Head head_ = Head::kNone;
  std::string body_;
};

// A pattern as a view of its canonical text, which outlives it.
class PatternView {
 public:
  PatternView() = default;
  explicit PatternView(absl::string_view canonical);
  explicit PatternView(const Pattern& pattern);

  Pattern::Head head() const { return head_; }
  absl::string_view body() const { return {body_, size_}; }
  bool IsExact() const;
  int FixedLabels() const;

 private:
  const char* body_ = nullptr;
  uint8_t size_ = 0;
  Pattern::Head head_ = Pattern::Head::kNone;
};

// Parses the whole of `text`: ASCII in any case, with or without a final dot.
// Leaves `*pattern` alone unless it returns kNone.
Fault ParsePattern(absl::string_view text, Pattern* pattern);

// Whether the glob `label` (with `*` in it) matches the canonical label `text`.
bool GlobMatches(absl::string_view label, absl::string_view text);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_PATTERN_H_
