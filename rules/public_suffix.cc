#include "rules/public_suffix.h"

#include <idn2.h>

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace allowmatch {
namespace {

// What the list says of a name.
struct Entry {
  bool suffix = false;     // it is one
  bool parent = false;     // and so is each name of one label more
  bool exception = false;  // but this one
};

using Entries = absl::flat_hash_map<std::string, Entry>;

// As xn-- labels; empty if it is no name by IDNA 2008, as no pattern can be then.
std::string ToALabels(absl::string_view rule) {
  const std::string text(rule);
  uint8_t* converted = nullptr;
  if (idn2_lookup_u8(reinterpret_cast<const uint8_t*>(text.c_str()), &converted, IDN2_NO_TR46) !=
      IDN2_OK) {
    return "";
  }
  const std::string name = reinterpret_cast<const char*>(converted);
  idn2_free(converted);
  return name;
}

bool IsAscii(absl::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > 0x7f) return false;
  }
  return true;
}

Entries ReadList() {
  Entries entries;
  for (absl::string_view rule : absl::StrSplit(kPublicSuffixRules, '\n', absl::SkipEmpty())) {
    const bool exception = absl::ConsumePrefix(&rule, "!");
    const bool parent = absl::ConsumePrefix(&rule, "*.");
    const std::string name = IsAscii(rule) ? std::string(rule) : ToALabels(rule);
    if (name.empty()) continue;
    Entry& entry = entries[name];
    entry.exception |= exception;
    entry.parent |= parent;
    entry.suffix |= !exception;
  }
  return entries;
}

}  // namespace

bool IsPublicSuffix(absl::string_view name) {
  static const Entries& entries = *new Entries(ReadList());
  const auto own = entries.find(name);
  if (own != entries.end()) return own->second.suffix && !own->second.exception;
  const size_t dot = name.find('.');
  if (dot == absl::string_view::npos) return false;
  const auto parent = entries.find(name.substr(dot + 1));
  return parent != entries.end() && parent->second.parent;
}

}  // namespace allowmatch
