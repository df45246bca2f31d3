#include "matcher/address.h"

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A byte that no address may hold, told apart for the message.
Fault StrangeByte(absl::string_view text) {
  for (const char c : text) {
    if (c == '\0') return Fault::kNul;
    if (static_cast<unsigned char>(c) > 0x7f) return Fault::kNonDigit;
    if (c == '%') return Fault::kZone;
  }
  return Fault::kNone;
}

// One decimal part: 0..255 without leading zero.
Fault ParseOctet(absl::string_view part, uint32_t* octet) {
  if (part.empty()) return Fault::kEmptyPart;
  uint32_t value = 0;
  for (const char c : part) {
    if (!IsDigit(c)) return Fault::kNonDigit;
    value = value * 10 + static_cast<uint32_t>(c - '0');
    if (value > 255 && part[0] != '0') return Fault::kOctetRange;
    if (value > 9999) break;
  }
  if (part.size() > 1 && part[0] == '0') return Fault::kLeadingZero;
  *octet = value;
  return Fault::kNone;
}

Fault ParseV4(absl::string_view text, uint32_t* bits) {
  uint32_t value = 0;
  int parts = 0;
  size_t start = 0;
  while (true) {
    const size_t dot = text.find('.', start);
    const size_t end = dot == absl::string_view::npos ? text.size() : dot;
    uint32_t octet = 0;
    const Fault fault = ParseOctet(text.substr(start, end - start), &octet);
    if (fault != Fault::kNone) {
      // 2130706433 is a short form, not an address with a large part.
      return fault == Fault::kOctetRange && text.find('.') == absl::string_view::npos
                 ? Fault::kPartCount
                 : fault;
    }
    value = value << 8 | octet;
    ++parts;
    if (dot == absl::string_view::npos) break;
    if (parts == 4) return Fault::kPartCount;
    start = dot + 1;
  }
  if (parts != 4) return Fault::kPartCount;
  *bits = value;
  return Fault::kNone;
}

Fault ParseGroup(absl::string_view group, uint16_t* bits) {
  if (group.empty()) return Fault::kEmptyPart;
  uint32_t value = 0;
  for (const char c : group) {
    const int digit = HexValue(c);
    if (digit < 0) return Fault::kNonHex;
    value = (value << 4 | static_cast<uint32_t>(digit)) & 0xfffff;
  }
  if (group.size() > 4) return Fault::kGroupRange;
  *bits = static_cast<uint16_t>(value);
  return Fault::kNone;
}

// The groups of one side of "::" (or of the whole text). An IPv4 tail counts
// as two groups and may stand only at the very end of the address.
Fault ParseGroups(absl::string_view text, bool v4_tail, uint16_t* groups, int* count) {
  *count = 0;
  if (text.empty()) return Fault::kNone;
  size_t start = 0;
  while (true) {
    const size_t colon = text.find(':', start);
    const bool last = colon == absl::string_view::npos;
    const absl::string_view part =
        text.substr(start, last ? absl::string_view::npos : colon - start);
    if (last && v4_tail && part.find('.') != absl::string_view::npos) {
      if (*count > 6) return Fault::kGroupCount;
      uint32_t bits = 0;
      if (const Fault fault = ParseV4(part, &bits); fault != Fault::kNone) return fault;
      groups[(*count)++] = static_cast<uint16_t>(bits >> 16);
      groups[(*count)++] = static_cast<uint16_t>(bits);
      return Fault::kNone;
    }
    if (*count > 7) return Fault::kGroupCount;
    if (const Fault fault = ParseGroup(part, &groups[*count]); fault != Fault::kNone) return fault;
    ++*count;
    if (last) return Fault::kNone;
    start = colon + 1;
  }
}

uint128 Join(const uint16_t* groups) {
  uint128 bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 16 | groups[i];
  return bits;
}

Fault ParseV6(absl::string_view text, uint128* bits) {
  uint16_t groups[8] = {};
  const size_t elision = text.find("::");
  if (elision == absl::string_view::npos) {
    int count = 0;
    if (const Fault fault = ParseGroups(text, true, groups, &count); fault != Fault::kNone) {
      return fault;
    }
    if (count != 8) return Fault::kGroupCount;
    *bits = Join(groups);
    return Fault::kNone;
  }
  const absl::string_view before = text.substr(0, elision);
  const absl::string_view after = text.substr(elision + 2);
  if (after.find("::") != absl::string_view::npos || (!after.empty() && after[0] == ':')) {
    return Fault::kMultipleElision;
  }
  uint16_t tail[8] = {};
  int head_count = 0;
  int tail_count = 0;
  if (const Fault fault = ParseGroups(before, false, groups, &head_count); fault != Fault::kNone) {
    return fault;
  }
  if (const Fault fault = ParseGroups(after, true, tail, &tail_count); fault != Fault::kNone) {
    return fault;
  }
  if (head_count + tail_count > 7) return Fault::kGroupCount;
  for (int i = 0; i < tail_count; ++i) groups[8 - tail_count + i] = tail[i];
  *bits = Join(groups);
  return Fault::kNone;
}

}  // namespace

Fault ParseAddress(absl::string_view text, Address* address) {
  if (text.empty()) return Fault::kEmpty;
  if (const Fault fault = StrangeByte(text); fault != Fault::kNone) return fault;
  if (text.find(':') == absl::string_view::npos) {
    uint32_t bits = 0;
    if (const Fault fault = ParseV4(text, &bits); fault != Fault::kNone) return fault;
    *address = Address::V4(bits);
    return Fault::kNone;
  }
  uint128 bits = 0;
  if (const Fault fault = ParseV6(text, &bits); fault != Fault::kNone) return fault;
  *address = Address::V6(bits);
  return Fault::kNone;
}

std::string Address::ToString() const {
  if (is_v4()) {
    return absl::StrCat(v4() >> 24, ".", v4() >> 16 & 255, ".", v4() >> 8 & 255, ".", v4() & 255);
  }
  uint16_t groups[8];
  for (int i = 0; i < 8; ++i) groups[i] = static_cast<uint16_t>(bits() >> (112 - 16 * i));
  // RFC 5952: the longest run of two or more zero groups, the first of equals.
  int best = -1;
  int best_length = 1;
  for (int i = 0; i < 8; ++i) {
    int end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    if (end > i) i = end;
  }
  std::string out;
  for (int i = 0; i < 8; ++i) {
    if (i == best) {
      out += "::";
      i += best_length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    absl::StrAppend(&out, absl::Hex(groups[i]));
  }
  return out;
}

}  // namespace allowmatch
