// The readings of single tokens that page_token is made of: each looks at a
// place in a text and says how much of it is a network, a number or a name.

#ifndef ALLOWMATCH_LOADERS_PAGE_SCAN_H_
#define ALLOWMATCH_LOADERS_PAGE_SCAN_H_

#include <string>

#include "absl/strings/string_view.h"
#include "matcher/pattern.h"
#include "matcher/range.h"
#include "matcher/service.h"
#include "rules/policy.h"

namespace allowmatch {

// Letters, digits and what holds them together in a token: . _ - *
bool IsWordByte(char c);

// Like IsWordByte, with the bytes of U-labels and of placeholders.
bool IsNameByte(char c);

// Whether `text` has a placeholder for a value: {region}, <tenant>, #, [0-9].
bool IsTemplate(absl::string_view text);

// An address, prefix, address with netmask, or range at `at`; size 0 if there
// is none. `fault` is set if it is one but cannot be read.
struct NetworkReading {
  size_t size = 0;
  AddressRange range;
  uint16_t port = 0;  // of ADDRESS:PORT
  Fault fault = Fault::kNone;
  std::string suggestion;
  std::string note;
};
NetworkReading ReadPageNetwork(absl::string_view text, size_t at, bool glued);

// A number or range of numbers; size 0 if there is none. A `reason` says why
// it cannot be a port; `damaged` whether it was meant as one.
struct NumberReading {
  size_t size = 0;
  PortRange range;
  std::string reason;
  bool damaged = false;
  bool ambiguous = false;  // glued digits that can be cut in several ways
};
NumberReading ReadPageNumber(absl::string_view text, size_t at, bool glued);

// How many bytes at `at` are a version, an object identifier or another dotted
// number that is no address.
size_t VersionSize(absl::string_view text, size_t at);

// How many bytes at `at` could be a name: they hold a dot or are a wildcard.
size_t NameSize(absl::string_view text, size_t at, bool glued);

struct NameReading {
  enum class Kind { kName, kDamaged, kNoName };
  Kind kind = Kind::kNoName;
  Pattern pattern;
  std::string reason;
  std::string suggestion;
  std::string note;
};
NameReading ReadPageName(absl::string_view text, const PolicyOptions& options);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_SCAN_H_
