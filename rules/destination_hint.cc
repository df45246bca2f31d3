#include "rules/destination_hint.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "matcher/address.h"
#include "matcher/range.h"

namespace allowmatch {
namespace {

constexpr absl::string_view kNoLeadingZeros =
    "some programs read such numbers as octal; write them without leading zeros";

std::string WithoutHostBits(absl::string_view text) {
  RangeOptions options;
  options.mask_host_bits = true;
  AddressRange range;
  if (ParseRange(text, &range, options) != Fault::kNone) return "";
  return absl::StrCat("write ", range.ToString(), ", or use --mask-host-bits");
}

std::string Swapped(absl::string_view text) {
  const size_t dash = text.find('-');
  if (dash == absl::string_view::npos) return "";
  return absl::StrCat("write ", text.substr(dash + 1), "-", text.substr(0, dash));
}

// "10.0.0.0/0.0.0.255" or with a blank: the same with the netmask.
std::string WithNetmask(absl::string_view text) {
  const size_t separator = text.find_first_of("/ ");
  Address wildcard;
  if (separator == absl::string_view::npos ||
      ParseAddress(text.substr(separator + 1), &wildcard) != Fault::kNone) {
    return "";
  }
  return absl::StrCat("write the netmask: ", text.substr(0, separator + 1),
                      Address::V4(~wildcard.v4()).ToString());
}

// "*kudoway.com" has a dot boundary missing; "*.com" has not.
std::string WithBoundary(absl::string_view text) {
  absl::string_view rest = text;
  const bool glued = absl::ConsumePrefix(&rest, "*");
  if (glued && absl::StrContains(rest, ".") && !absl::StrContains(rest, "*") &&
      !absl::StartsWith(rest, ".") && !absl::StartsWith(rest, "-")) {
    return absl::StrCat("write .", rest, " (with all names below it) or *.", rest,
                        " (only those below it)");
  }
  return "";
}

std::string WildcardHint(absl::string_view text) {
  if (text == "*") return "write any";
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "**.")) {
    return absl::StrCat("write *.", rest, ", which has any number of labels");
  }
  if (absl::StartsWith(text, "xn--") || absl::StrContains(text, ".xn--")) {
    return "a wildcard cannot be a part of an xn-- label";
  }
  return "the forms are x, *.x, .x, ?.x, a.*.x, *-a.x and a*.x";
}

std::string BroadHint(absl::string_view text) {
  const std::string boundary = WithBoundary(text);
  return boundary.empty() ? "name a domain below the public suffix, or use --allow-broad"
                          : boundary;
}

// "host:443", "192.0.2.1:443": one colon and a number.
bool HasPort(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  return text.find_first_not_of("0123456789", colon + 1) == absl::string_view::npos;
}

// A text that is more than a host.
std::string BadCharHint(absl::string_view text) {
  if (HasPort(text)) return "the port stands before `to`: tcp 443 to HOST";
  if (absl::StrContains(text, "://")) return "give the host alone, without scheme and path";
  if (absl::StartsWith(text, "[")) return "write an IPv6 address without brackets";
  if (absl::StrContains(text, "@")) return "a feed is written @feed:SERVICE";
  if (absl::StrContains(text, "/")) return "give the host alone, without a path";
  if (absl::StartsWith(text, "\"")) return "destinations are written without quotes";
  return "";
}

}  // namespace

std::string DestinationHint(absl::string_view text, Fault fault) {
  switch (fault) {
    case Fault::kHostBits: return WithoutHostBits(text);
    case Fault::kRangeReversed: return Swapped(text);
    case Fault::kMaskNotation: return WithNetmask(text);
    case Fault::kNonContiguousMask: return "a netmask is ones and then zeros";
    case Fault::kLeadingZero: return std::string(kNoLeadingZeros);
    case Fault::kWildcardForm: return WildcardHint(text);
    case Fault::kTooBroad: return BroadHint(text);
    case Fault::kZone: return "leave out the zone";
    case Fault::kIdnaInvalid:
      return "write internationalised labels in lower case and composed (NFC), or as xn--";
    case Fault::kNumericName: return "write an address, a prefix or a range";
    default: return BadCharHint(text);
  }
}

}  // namespace allowmatch
