#include "matcher/pattern.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "matcher/name.h"

namespace allowmatch {
namespace {

bool HasStar(absl::string_view label) { return label.find('*') != absl::string_view::npos; }

Fault CheckLabel(absl::string_view label) {
  if (label.empty()) return Fault::kLabelEmpty;
  if (label.size() > kMaxLabelSize) return Fault::kLabelTooLong;
  for (const char c : label) {
    if (c == '\0') return Fault::kNul;
    if (static_cast<unsigned char>(c) > 0x7f) return Fault::kNonAscii;
    if (c == '?') return Fault::kWildcardForm;
    if (c != '*' && !IsLabelChar(c)) return Fault::kBadChar;
  }
  if (absl::StrContains(label, "**")) return Fault::kWildcardForm;
  if (HasStar(label) && absl::StartsWith(label, "xn--")) return Fault::kWildcardForm;
  return Fault::kNone;
}

Pattern::Head TakeHead(absl::string_view* text) {
  if (absl::ConsumePrefix(text, "*.")) return Pattern::Head::kBelow;
  if (absl::ConsumePrefix(text, "?.")) return Pattern::Head::kOneBelow;
  if (absl::ConsumePrefix(text, ".")) return Pattern::Head::kSelfAndBelow;
  return Pattern::Head::kNone;
}

Fault CheckBody(absl::string_view body, Pattern::Head head) {
  if (body.empty()) return Fault::kWildcardForm;
  if (body.size() > kMaxNameSize) return Fault::kNameTooLong;
  const std::vector<absl::string_view> labels = absl::StrSplit(body, '.');
  for (const absl::string_view label : labels) {
    if (const Fault fault = CheckLabel(label); fault != Fault::kNone) return fault;
  }
  if (HasStar(labels.back())) return Fault::kWildcardForm;
  if (HasNumericEnd(body)) return Fault::kNumericName;
  if (head == Pattern::Head::kSelfAndBelow && labels.front() == "*") return Fault::kWildcardForm;
  return Fault::kNone;
}

// How many labels of the body are literal.
int CountFixedLabels(absl::string_view body) {
  int fixed = 0;
  bool literal = true;
  for (const char c : body) {
    if (c == '*') literal = false;
    if (c != '.') continue;
    fixed += literal;
    literal = true;
  }
  return fixed + literal;
}

}  // namespace

Fault ParsePattern(absl::string_view text, Pattern* pattern) {
  if (text.empty()) return Fault::kEmpty;
  std::string lower = absl::AsciiStrToLower(text);
  absl::string_view rest = lower;
  if (rest.size() > 1 && rest.back() == '.') rest.remove_suffix(1);
  Pattern result;
  result.head_ = TakeHead(&rest);
  if (result.head_ == Pattern::Head::kSelfAndBelow && (rest.empty() || rest[0] == '.')) {
    return Fault::kLabelEmpty;
  }
  if (const Fault fault = CheckBody(rest, result.head_); fault != Fault::kNone) return fault;
  result.body_ = std::string(rest);
  *pattern = std::move(result);
  return Fault::kNone;
}

Pattern::Pattern(const PatternView& view) : head_(view.head()), body_(view.body()) {}

std::vector<absl::string_view> Pattern::LabelsFromRight() const {
  std::vector<absl::string_view> labels = absl::StrSplit(body(), '.');
  std::reverse(labels.begin(), labels.end());
  return labels;
}

bool Pattern::IsExact() const { return head_ == Head::kNone && !HasStar(body_); }

int Pattern::FixedLabels() const { return CountFixedLabels(body_); }

PatternView::PatternView(absl::string_view canonical) {
  head_ = TakeHead(&canonical);
  body_ = canonical.data();
  size_ = static_cast<uint8_t>(canonical.size());
}

PatternView::PatternView(const Pattern& pattern)
    : body_(pattern.body().data()),
      size_(static_cast<uint8_t>(pattern.body().size())),
      head_(pattern.head()) {}

bool PatternView::IsExact() const { return head_ == Pattern::Head::kNone && !HasStar(body()); }

int PatternView::FixedLabels() const { return CountFixedLabels(body()); }

bool Pattern::WildAbove(int suffix_labels) const {
  const std::vector<absl::string_view> labels = LabelsFromRight();
  const size_t at = static_cast<size_t>(suffix_labels);
  return at < labels.size() ? HasStar(labels[at]) : head_ != Head::kNone;
}

std::string Pattern::ToString() const {
  switch (head_) {
    case Head::kNone: return body_;
    case Head::kBelow: return absl::StrCat("*.", body_);
    case Head::kSelfAndBelow: return absl::StrCat(".", body_);
    case Head::kOneBelow: return absl::StrCat("?.", body_);
  }
  return body_;
}

bool GlobMatches(absl::string_view label, absl::string_view text) {
  if (absl::StartsWith(text, "xn--")) return false;
  // The usual linear glob: on a mismatch, let the last `*` take one more.
  size_t at = 0;
  size_t star = absl::string_view::npos;
  size_t resume = 0;
  size_t i = 0;
  while (i < text.size()) {
    if (at < label.size() && label[at] == '*') {
      star = at++;
      resume = i;
    } else if (at < label.size() && label[at] == text[i]) {
      ++at;
      ++i;
    } else if (star != absl::string_view::npos) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (at < label.size() && label[at] == '*') ++at;
  return at == label.size();
}

}  // namespace allowmatch
