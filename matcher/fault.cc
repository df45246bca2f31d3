#include "matcher/fault.h"

#include <cstddef>

namespace allowmatch {
namespace {

struct Entry {
  const char* name;
  const char* text;
};

// In the order of the enum.
constexpr Entry kEntries[] = {
    {"none", "no fault"},
    {"empty", "it is empty"},
    {"nul", "it holds a NUL byte"},
    {"non_ascii", "it holds a byte that is not ASCII"},
    {"bad_char", "it holds a character that is not allowed there"},
    {"non_digit", "a decimal digit was expected"},
    {"leading_zero", "a number has a leading zero"},
    {"octet_range", "an IPv4 part is above 255"},
    {"part_count", "an IPv4 address has exactly four parts"},
    {"empty_part", "a part is empty"},
    {"group_count", "an IPv6 address has eight groups, and :: stands for at least one"},
    {"group_range", "an IPv6 group has at most four hexadecimal digits"},
    {"non_hex", "an IPv6 group holds a character that is not hexadecimal"},
    {"multiple_elision", ":: may stand only once"},
    {"zone_not_allowed", "a zone id (%...) is not allowed"},
    {"bad_prefix", "it is not of the form ADDRESS/LENGTH"},
    {"bad_prefix_len", "the prefix length is not a number from 0 to 32 (IPv4) or 128 (IPv6)"},
    {"host_bits_set", "bits are set after the prefix length"},
    {"netmask_notation", "it looks like a wildcard (inverted) mask"},
    {"non_contiguous_mask", "the netmask is not contiguous"},
    {"mask_mismatch", "the netmask and the length disagree"},
    {"mixed_families", "the two ends are of different families"},
    {"range_reversed", "the last address is before the first"},
    {"port_range", "a port is above 65535"},
    {"port_reversed", "the last port is before the first"},
    {"port_syntax", "a port is a number from 0 to 65535"},
    {"proto_range", "a protocol number is above 255"},
    {"proto_name", "the protocol is not tcp, udp, icmp, any or a number"},
    {"port_without_ports", "this protocol has no ports"},
    {"label_empty", "a label is empty"},
    {"label_too_long", "a label has more than 63 octets"},
    {"name_too_long", "a name has more than 253 octets"},
    {"numeric_name", "the last label is a number, so it cannot be a name"},
    {"idna_invalid", "it is not a valid internationalised name (IDNA 2008)"},
    {"wildcard_form", "the wildcard is not of a known form"},
    {"too_broad", "it is too broad"},
};
constexpr size_t kEntryCount = sizeof(kEntries) / sizeof(kEntries[0]);
static_assert(kEntryCount == static_cast<size_t>(Fault::kTooBroad) + 1);

}  // namespace

const char* FaultName(Fault fault) { return kEntries[static_cast<size_t>(fault)].name; }

const char* FaultText(Fault fault) { return kEntries[static_cast<size_t>(fault)].text; }

}  // namespace allowmatch
