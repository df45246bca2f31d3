// Patterns as people write them: U-labels, and a guard against breadth.

#include <idn2.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "matcher/address.h"
#include "matcher/name.h"
#include "rules/policy.h"
#include "rules/public_suffix.h"

namespace allowmatch {
namespace {

constexpr size_t kMaxUtf8Label = kMaxLabelSize * 4;

bool IsAscii(absl::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > 0x7f) return false;
  }
  return true;
}

// Checks an A-label and converts a U-label, by IDNA 2008 (RFC 5891) without
// the mapping of UTS 46: the label must be valid as it is written, because
// each mapping (full-width letters, U+212A) makes one name of two.
Fault ConvertLabel(std::string* label) {
  if (label->size() > kMaxUtf8Label) return Fault::kLabelTooLong;
  uint8_t* converted = nullptr;
  const int error = idn2_lookup_u8(reinterpret_cast<const uint8_t*>(label->c_str()), &converted,
                                   IDN2_NO_TR46);
  if (error == IDN2_TOO_BIG_LABEL || error == IDN2_TOO_BIG_DOMAIN) return Fault::kLabelTooLong;
  if (error != IDN2_OK) return Fault::kIdnaInvalid;
  *label = reinterpret_cast<const char*>(converted);
  idn2_free(converted);
  return Fault::kNone;
}

// Converts the labels that need it; the others are left to ParsePattern.
Fault ToALabels(absl::string_view text, std::string* ascii) {
  std::vector<std::string> labels = absl::StrSplit(absl::AsciiStrToLower(text), '.');
  for (std::string& label : labels) {
    const bool plain = IsAscii(label);
    const bool wild = label.find_first_of("*?") != std::string::npos;
    if (wild && !plain) return Fault::kWildcardForm;
    if (wild || (plain && !absl::StartsWith(label, "xn--"))) continue;
    if (const Fault fault = ConvertLabel(&label); fault != Fault::kNone) return fault;
  }
  *ascii = absl::StrJoin(labels, ".");
  return Fault::kNone;
}

// How many labels the longest public suffix of the literal end of `pattern`
// has; 0 for a top-level domain that is not on the list.
int SuffixLabels(const Pattern& pattern) {
  constexpr int kMaxSuffixLabels = 8;  // the longest on the list has five
  std::string name;
  int longest = 0;
  int labels = 0;
  for (const absl::string_view label : pattern.LabelsFromRight()) {
    if (absl::StrContains(label, "*") || labels == kMaxSuffixLabels) break;
    name = name.empty() ? std::string(label) : absl::StrCat(label, ".", name);
    ++labels;
    if (IsPublicSuffix(name)) longest = labels;
  }
  return longest;
}

bool IsTooBroad(const Pattern& pattern) {
  const int suffix = SuffixLabels(pattern);
  if (suffix == 0) return false;
  const int labels = static_cast<int>(pattern.LabelsFromRight().size());
  return pattern.WildAbove(suffix) || (pattern.IsExact() && labels == suffix);
}

// Whether a label may begin with xn--: few names have a hyphen at all.
bool HasALabel(absl::string_view name) {
  return absl::StrContains(name, '-') && absl::StrContains(name, "xn--");
}

// Of most patterns the canonical text is the text in lower case, and only the whole of a
// name can be a suffix. False for all that needs a closer look.
bool ReadPlain(absl::string_view text, std::string* canonical) {
  constexpr size_t kMaxHead = 2;
  absl::ConsumeSuffix(&text, ".");
  if (text.size() > kMaxHead + kMaxNameSize || absl::EndsWith(text, ".")) return false;
  const size_t head = text.size() - PatternView(text).body().size();
  char body[kMaxNameSize];
  size_t size = 0;
  if (CanonicalName(text.substr(head), body, &size) != Fault::kNone) return false;
  const absl::string_view name(body, size);
  if (HasNumericEnd(name) || HasALabel(name)) return false;
  canonical->assign(text.data(), head);
  canonical->append(body, size);
  return true;
}

}  // namespace

Fault ReadPattern(absl::string_view text, const PolicyOptions& options, std::string* canonical) {
  if (ReadPlain(text, canonical)) {
    const PatternView view(*canonical);
    const bool broad = !options.allow_broad && IsPublicSuffix(view.body());
    return broad ? Fault::kTooBroad : Fault::kNone;
  }
  Pattern pattern;
  const Fault fault = ReadPattern(text, options, &pattern);
  if (fault == Fault::kNone) *canonical = pattern.ToString();
  return fault;
}

Fault ReadPattern(absl::string_view text, const PolicyOptions& options, Pattern* pattern) {
  Address literal;
  if (ParseAddress(text, &literal) == Fault::kNone) return Fault::kNumericName;
  if (absl::StrContains(text, absl::string_view("\0", 1))) return Fault::kNul;
  std::string ascii;
  if (const Fault fault = ToALabels(text, &ascii); fault != Fault::kNone) return fault;
  Pattern result;
  if (const Fault fault = ParsePattern(ascii, &result); fault != Fault::kNone) return fault;
  if (!options.allow_broad && IsTooBroad(result)) return Fault::kTooBroad;
  *pattern = std::move(result);
  return Fault::kNone;
}

}  // namespace allowmatch
