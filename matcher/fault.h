// Why a piece of text is not an address, a prefix, a name, a port ...
//
// Every strict parser of this folder reports one of these values, so that
// tests and callers can speak of the reason without comparing messages.

#ifndef ALLOWMATCH_MATCHER_FAULT_H_
#define ALLOWMATCH_MATCHER_FAULT_H_

#include <cstdint>

namespace allowmatch {

enum class Fault : uint8_t {
  kNone,             // the text is good
  kEmpty,            // nothing there
  kNul,              // a NUL byte
  kNonAscii,         // a byte above 0x7f
  kBadChar,          // an ASCII character that has no place here
  kNonDigit,         // a digit was expected
  kLeadingZero,      // 010.0.0.1, /08, port 0443
  kOctetRange,       // an IPv4 part above 255
  kPartCount,        // not four IPv4 parts
  kEmptyPart,        // 1..2, 1:, 80,,443
  kGroupCount,       // not eight IPv6 groups, or "::" standing for none
  kGroupRange,       // an IPv6 group of more than four digits
  kNonHex,           // an IPv6 group with another letter
  kMultipleElision,  // "::" twice
  kZone,             // fe80::1%eth0
  kBadPrefix,        // not ADDRESS/LENGTH
  kBadPrefixLength,  // a length that is no number or beyond the address
  kHostBits,         // 10.0.0.1/8
  kMaskNotation,     // a wildcard mask such as 0.0.0.255
  kNonContiguousMask,
  kMaskMismatch,  // 255.255.255.0 (/23)
  kMixedFamilies, // a range from IPv4 to IPv6
  kRangeReversed,
  kPortRange,     // above 65535
  kPortReversed,  // 443-80
  kPortSyntax,
  kProtocolRange,  // above 255
  kProtocolName,   // an unknown word
  kPortWithoutPorts,  // ports on a protocol that has none
  kLabelEmpty,
  kLabelTooLong,  // more than 63 octets
  kNameTooLong,   // more than 253 octets
  kNumericName,   // the last label is a number: an address, not a name
  kIdnaInvalid,   // not a valid IDNA 2008 label
  kWildcardForm,  // a `*` or `?` where our forms have none
  kTooBroad,      // needs --allow-broad
};

// The snake_case name of `fault`, e.g. "leading_zero". Never null.
const char* FaultName(Fault fault);

// One sentence part for people, e.g. "an IPv4 part has a leading zero".
const char* FaultText(Fault fault);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_FAULT_H_
