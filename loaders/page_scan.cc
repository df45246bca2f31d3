#include "loaders/page_scan.h"

#include <libpsl.h>

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "matcher/name.h"

namespace allowmatch {
namespace {

bool IsDigit(char c) { return absl::ascii_isdigit(c); }

char At(absl::string_view text, size_t i) { return i < text.size() ? text[i] : '\0'; }

// The end of the run of digits at `at`.
size_t DigitsEnd(absl::string_view text, size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

size_t SkipBlanks(absl::string_view text, size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  return at;
}

// The end of four dotted numbers at `at`, or 0.
size_t QuadEnd(absl::string_view text, size_t at) {
  for (int part = 0; part < 4; ++part) {
    const size_t end = DigitsEnd(text, at);
    if (end == at) return 0;
    if (part == 3) return end;
    if (At(text, end) != '.') return 0;
    at = end + 1;
  }
  return 0;
}

absl::string_view WordBefore(absl::string_view text, size_t at) {
  while (at > 0 && !absl::ascii_isalnum(text[at - 1])) {
    if (absl::string_view(" \t:(").find(text[at - 1]) == absl::string_view::npos) return "";
    --at;
  }
  size_t begin = at;
  while (begin > 0 && absl::ascii_isalpha(text[begin - 1])) --begin;
  return text.substr(begin, at - begin);
}

bool OneOf(absl::string_view word, std::initializer_list<absl::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [word](absl::string_view w) { return absl::EqualsIgnoreCase(w, word); });
}

bool FollowsVersionWord(absl::string_view text, size_t begin, size_t end) {
  if (OneOf(WordBefore(text, begin), {"version", "versions", "release", "build", "firmware", "ver",
                                      "v", "agent", "oid", "below"})) {
    return true;
  }
  const absl::string_view after = absl::StripLeadingAsciiWhitespace(text.substr(std::min(end, text.size())));
  for (const absl::string_view phrase :
       {"or later", "or newer", "or above", "or higher", "and later", "and newer", "and above"}) {
    if (absl::StartsWithIgnoreCase(after, phrase)) return true;
  }
  return false;
}

// The size of a word that joins the ends of a range, or 0.
size_t RangeWord(absl::string_view text) {
  for (const absl::string_view word : {"to ", "through ", "thru ", "bis ", "\xc3\xa0 ", "a "}) {
    if (absl::StartsWith(text, word) && IsDigit(At(text, word.size()))) return word.size() - 1;
  }
  return 0;
}

// The last address of a range whose separator starts at `at`; returns the end
// of the text of the range, or 0 if none follows.
size_t RangeEnd(absl::string_view text, size_t first_begin, size_t at, std::string* last) {
  size_t next = SkipBlanks(text, at);
  const bool spaced = next != at;
  if (At(text, next) == '-' || At(text, next) == '~') {
    next = SkipBlanks(text, next + 1);
  } else if (const size_t word = spaced ? RangeWord(text.substr(next)) : 0; word != 0) {
    next = SkipBlanks(text, next + word);
  } else {
    return 0;
  }
  if (const size_t end = QuadEnd(text, next); end != 0) {
    *last = std::string(text.substr(next, end - next));
    return end;
  }
  const size_t end = DigitsEnd(text, next);
  if (spaced || next != at + 1 || end == next || end - next > 3) return 0;
  if (IsNameByte(At(text, end)) && At(text, end) != '.') return 0;
  if (At(text, end) == '.' && IsDigit(At(text, end + 1))) return 0;
  const absl::string_view first = text.substr(first_begin, at - first_begin);
  *last = absl::StrCat(first.substr(0, first.rfind('.') + 1), text.substr(next, end - next));
  return end;
}

// "255.255.248.0 (/21)" after an address; returns its end, or 0.
size_t MaskEnd(absl::string_view text, size_t at, bool glued, std::string* mask, std::string* length) {
  size_t begin = SkipBlanks(text, at);
  if (At(text, begin) == '|') begin = SkipBlanks(text, begin + 1);  // a cell of its own
  if (begin == at && !glued) return 0;
  const size_t end = QuadEnd(text, begin);
  if (end == 0) return 0;
  *mask = std::string(text.substr(begin, end - begin));
  if (!absl::StartsWith(*mask, "255.") && !absl::StartsWith(*mask, "0.0.") &&
      !absl::StartsWith(*mask, "254.") && !absl::StartsWith(*mask, "252.")) {
    return 0;
  }
  const size_t open = SkipBlanks(text, end);
  if (At(text, open) == '(' && At(text, open + 1) == '/') {
    const size_t digits = DigitsEnd(text, open + 2);
    if (digits > open + 2 && At(text, digits) == ')') {
      *length = std::string(text.substr(open + 2, digits - open - 2));
      return digits + 1;
    }
  }
  return end;
}

// The end of the digits of a prefix length. Glued text may go on with the
// digits of the next cell: then only a length without host bits is right.
size_t LengthEnd(absl::string_view text, const Address& address, size_t begin, bool glued) {
  const size_t end = DigitsEnd(text, begin);
  if (!glued || end - begin <= 2) return end;
  size_t found = 0;
  for (size_t size = 1; size <= 2; ++size) {
    int length = 0;
    if (!absl::SimpleAtoi(text.substr(begin, size), &length) || length > 32) continue;
    if (text[begin] == '0' || text[begin + size] == '0') continue;
    if (MaskedPrefix(address, length).base != address) continue;
    if (found != 0) return end;  // ambiguous: fails as a length
    found = begin + size;
  }
  return found == 0 ? end : found;
}

void ReadRangeText(const std::string& range_text, NetworkReading* reading) {
  reading->fault = ParseRange(range_text, &reading->range);
  if (reading->fault == Fault::kHostBits) {
    AddressRange masked;
    RangeOptions options;
    options.mask_host_bits = true;
    if (ParseRange(range_text, &masked, options) == Fault::kNone) {
      reading->suggestion = absl::StrCat("the prefix is ", masked.ToString());
    }
  }
}

// Where a glued quad ends if a netmask follows it without a blank:
// 192.0.2.0255.255.255.0. 0 if that is not so, or not in one way alone.
size_t GluedMaskCut(absl::string_view text, size_t at, size_t quad) {
  size_t last = quad;
  while (last > at && IsDigit(text[last - 1])) --last;
  size_t found = 0;
  for (size_t cut = last + 1; cut < quad; ++cut) {
    const size_t mask_end = QuadEnd(text, cut);
    AddressRange range;
    if (mask_end == 0 ||
        ParseRange(absl::StrCat(text.substr(at, cut - at), "/", text.substr(cut, mask_end - cut)),
                   &range) != Fault::kNone) {
      continue;
    }
    if (found != 0) return 0;
    found = cut;
  }
  return found;
}

NetworkReading ReadV4(absl::string_view text, size_t at, bool glued) {
  NetworkReading reading;
  size_t quad = QuadEnd(text, at);
  size_t cut = 0;
  if (glued && quad != 0 && At(text, quad) == '.') cut = GluedMaskCut(text, at, quad);
  if (cut != 0) quad = cut;
  if (quad == 0 || (at > 0 && text[at - 1] == '.')) return reading;
  if (cut == 0 && At(text, quad) == '.' && IsNameByte(At(text, quad + 1)) && At(text, quad + 1) != '.') {
    return reading;  // a longer dotted number, or a name
  }
  if (glued && DigitsEnd(text, at) - at > 3) return reading;  // begins with another cell
  size_t end = quad;
  std::string range_text(text.substr(at, quad - at));
  Address address;
  const bool readable = ParseAddress(range_text, &address) == Fault::kNone;
  std::string mask;
  std::string length;
  std::string last;
  if (At(text, quad) == '/' && IsDigit(At(text, quad + 1))) {
    const size_t mask_end = QuadEnd(text, quad + 1);
    end = mask_end != 0 ? mask_end : LengthEnd(text, address, quad + 1, glued && readable);
    range_text = std::string(text.substr(at, end - at));
  } else if (const size_t range_end = RangeEnd(text, at, quad, &last); range_end != 0) {
    end = range_end;
    absl::StrAppend(&range_text, "-", last);
  } else if (const size_t mask_end = MaskEnd(text, quad, cut != 0, &mask, &length); mask_end != 0) {
    end = mask_end;
    absl::StrAppend(&range_text, "/", mask);
  } else if (At(text, quad) == ':' && IsDigit(At(text, quad + 1))) {
    end = DigitsEnd(text, quad + 1);
    if (ParsePort(text.substr(quad + 1, end - quad - 1), &reading.port) != Fault::kNone) {
      reading.size = end - at;
      reading.fault = Fault::kPortRange;
      return reading;
    }
  }
  const char next = At(text, end);
  const bool wordy = absl::ascii_isalnum(next) || next == '_' || next == '*';
  if (wordy && !glued && !(absl::ascii_isupper(next))) return reading;
  reading.size = end - at;
  ReadRangeText(range_text, &reading);
  Prefix prefix;
  if (reading.fault == Fault::kNone && !length.empty() && reading.range.IsPrefix(&prefix) &&
      absl::StrCat(prefix.length) != length) {
    reading.fault = Fault::kMaskMismatch;
  }
  return reading;
}

NetworkReading ReadV6(absl::string_view text, size_t at) {
  NetworkReading reading;
  size_t end = at;
  int colons = 0;
  while (end < text.size() &&
         (absl::ascii_isxdigit(text[end]) || text[end] == ':' || text[end] == '.')) {
    colons += text[end] == ':' ? 1 : 0;
    ++end;
  }
  while (end > at && (text[end - 1] == '.' || (text[end - 1] == ':' && At(text, end - 2) != ':'))) {
    --end;
  }
  if (colons < 2) return reading;
  Address address;
  if (ParseAddress(text.substr(at, end - at), &address) != Fault::kNone) return reading;
  if (At(text, end) == '/' && IsDigit(At(text, end + 1))) end = DigitsEnd(text, end + 1);
  if (IsNameByte(At(text, end)) && At(text, end) != '.' && At(text, end) != '-') return reading;
  reading.size = end - at;
  ReadRangeText(std::string(text.substr(at, end - at)), &reading);
  return reading;
}

// Where glued digits that end in a dotted quad are to be cut: the number of
// digits that belong to the number, 0 if no cut is valid, npos if several are.
size_t CutBeforeQuad(absl::string_view text, size_t number_begin, size_t digits_end) {
  const size_t quad_end = QuadEnd(text, number_begin);
  if (quad_end == 0) return 0;
  size_t found = 0;
  const size_t count = digits_end - number_begin;
  for (size_t octet = 1; octet <= 3 && octet < count; ++octet) {
    uint16_t port = 0;
    Address address;
    const size_t cut = digits_end - octet;
    if (ParsePort(text.substr(number_begin, cut - number_begin), &port) != Fault::kNone ||
        ParseAddress(text.substr(cut, quad_end - cut), &address) != Fault::kNone) {
      continue;
    }
    if (found != 0) return absl::string_view::npos;
    found = cut - number_begin;
  }
  return found;
}

// 05/12/2025, 2022-10-31, 9:48, 12:30:00
size_t DateOrTimeSize(absl::string_view text, size_t at) {
  size_t end = at;
  int parts = 0;
  char separator = 0;
  size_t longest = 0;
  while (true) {
    const size_t digits = DigitsEnd(text, end);
    if (digits == end) return 0;
    longest = std::max(longest, digits - end);
    ++parts;
    end = digits;
    const char c = At(text, end);
    if ((c != '/' && c != '-' && c != ':') || (separator != 0 && c != separator) ||
        !IsDigit(At(text, end + 1))) {
      break;
    }
    separator = c;
    ++end;
  }
  const bool date = parts == 3 && separator != ':' && longest == 4;
  const bool time = separator == ':' && longest <= 2;
  return date || time ? end - at : 0;
}

bool FollowedByUnit(absl::string_view text, size_t end) {
  if (At(text, end) == '%') return true;
  absl::string_view rest = text.substr(std::min(end, text.size()));
  rest = absl::StripLeadingAsciiWhitespace(rest);
  for (const absl::string_view unit :
       {"kbps", "mbps", "gbps", "kb/s", "mb/s", "ms ", "seconds", "second", "minutes", "hours",
        "days", "weeks", "participants", "people", "users", "gb ", "mb ", "comments", "percent",
        "bit", "kbit", "mbit", "fps", "characters", "times"}) {
    if (absl::StartsWithIgnoreCase(rest, unit)) return true;
  }
  return false;
}

// The second number of a range after `end`; 0 if there is none.
size_t SecondNumber(absl::string_view text, size_t end, size_t* begin) {
  size_t next = SkipBlanks(text, end);
  const bool spaced = next != end;
  const absl::string_view rest = text.substr(std::min(next, text.size()));
  if (At(text, next) == '-' || At(text, next) == '~') {
    next = SkipBlanks(text, next + 1);
  } else if (const size_t word = spaced ? RangeWord(rest) : 0; word != 0) {
    next = SkipBlanks(text, next + word);
  } else if (!spaced && At(text, next) == ':' && end >= 4 && IsDigit(text[end - 4])) {
    ++next;
  } else {
    return 0;
  }
  const size_t digits = DigitsEnd(text, next);
  if (digits == next || (At(text, digits) == '.' && IsDigit(At(text, digits + 1)))) {
    *begin = next;
    return digits == next ? 0 : digits;
  }
  *begin = next;
  return digits;
}

bool KnownSuffix(const std::string& last_label) {
  for (const absl::string_view reserved :
       {"example", "test", "invalid", "internal", "local", "localdomain", "lan", "corp", "home"}) {
    if (last_label == reserved) return true;
  }
  return psl_is_public_suffix2(psl_builtin(), last_label.c_str(),
                               PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

// The address that `text` would be if its letters were the digits they look
// like (91.2O7.30.0); "" if it would be none.
std::string AddressWithLetters(absl::string_view text) {
  std::string digits(text);
  int letters = 0;
  for (char& c : digits) {
    const char before = c;
    if (c == 'O' || c == 'o') c = '0';
    if (c == 'l' || c == 'I' || c == 'i') c = '1';
    if (c == 'S') c = '5';
    if (c == 'B') c = '8';
    letters += c != before ? 1 : 0;
  }
  Address address;
  if (letters == 0 || letters > 3 || ParseAddress(digits, &address) != Fault::kNone) return "";
  return digits;
}

// Whether glued text at `at` begins another cell: digits that are a number or
// an address, or a capital letter.
bool BeginsCell(absl::string_view text, size_t at) {
  if (absl::ascii_isupper(At(text, at))) return true;
  const size_t digits = DigitsEnd(text, at);
  if (digits == at) return false;
  if (QuadEnd(text, at) != 0) return true;
  return At(text, digits) != '.' && !absl::ascii_islower(At(text, digits)) && At(text, digits) != '_';
}

// Where a glued name ends: behind the first label (but the first) whose
// letters are a top-level domain that another cell follows.
size_t GluedNameEnd(absl::string_view text, size_t at, size_t end) {
  for (size_t dot = text.find('.', at); dot < end; dot = text.find('.', dot + 1)) {
    size_t letters = dot + 1;
    while (letters < end && absl::ascii_islower(text[letters])) ++letters;
    if (letters == dot + 1 || letters >= end || text[letters] == '.') continue;
    if (!KnownSuffix(std::string(text.substr(dot + 1, letters - dot - 1)))) continue;
    if (BeginsCell(text, letters)) return letters;
  }
  return end;
}

bool IsFileEnding(absl::string_view last_label) {
  return OneOf(last_label, {"md", "sh", "py", "zip", "mov", "rs", "pl", "ps"});
}

}  // namespace

bool IsWordByte(char c) {
  return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.' || c == '*' ||
         static_cast<unsigned char>(c) > 0x7f;
}

bool IsNameByte(char c) { return IsWordByte(c); }

bool IsTemplate(absl::string_view text) {
  return text.find_first_of("{}<>[]#$%") != absl::string_view::npos;
}

NetworkReading ReadPageNetwork(absl::string_view text, size_t at, bool glued) {
  const char c = At(text, at);
  if (!absl::ascii_isxdigit(c) && c != ':') return {};
  if (IsDigit(c)) {
    NetworkReading reading = ReadV4(text, at, glued);
    if (reading.size != 0) return reading;
  }
  return ReadV6(text, at);
}

NumberReading ReadPageNumber(absl::string_view text, size_t at, bool glued) {
  NumberReading reading;
  if (!IsDigit(At(text, at))) return reading;
  if (const size_t date = DateOrTimeSize(text, at); date != 0) {
    reading.size = date;
    reading.reason = "a date or time";
    return reading;
  }
  size_t end = DigitsEnd(text, at);
  size_t first_end = end;
  size_t second = at;
  if (const size_t range_end = SecondNumber(text, end, &second); range_end != 0) {
    end = range_end;
  } else {
    second = at;
  }
  if (At(text, end) == '.' && IsDigit(At(text, end + 1))) {
    const size_t cut = glued ? CutBeforeQuad(text, second, end) : 0;
    if (cut == absl::string_view::npos) {
      const size_t quad_end = QuadEnd(text, second);
      reading.size = (DigitsEnd(text, quad_end + 1) > quad_end + 1 ? DigitsEnd(text, quad_end + 1)
                                                                   : quad_end) - at;
      reading.reason = "ambiguous: glued digits can be cut into port and address in several ways";
      reading.damaged = true;
      reading.ambiguous = true;
      return reading;
    }
    if (cut != 0) {
      end = second + cut;
      if (second == at) first_end = end;
    } else if (second != at) {  // 3478-3.7.35.0 is no range
      end = first_end;
      second = at;
    } else {
      end = DigitsEnd(text, end + 1);
      if (absl::ascii_isalpha(At(text, end))) return reading;  // 91.2O7.30.0
      reading.size = end - at;
      reading.reason = "a decimal number";
      return reading;
    }
  }
  const char next = At(text, end);
  if (next == '.' && absl::ascii_isalpha(At(text, end + 1)) && second == at) {
    return reading;  // 0.pool.example
  }
  const bool wordy = absl::ascii_islower(next) || next == '_' ||
                     (next == '-' && absl::ascii_isalpha(At(text, end + 1)));
  if (wordy && !glued && !absl::StartsWithIgnoreCase(text.substr(end), "tcp") &&
      !absl::StartsWithIgnoreCase(text.substr(end), "udp")) {
    return reading;  // 1080p, 3rd, 365-day
  }
  reading.size = end - at;
  if (next == ',' && end - at <= 3 && IsDigit(At(text, end + 1)) && At(text, end + 1) == '0' &&
      DigitsEnd(text, end + 1) == end + 4) {
    reading.size += 4;
    reading.reason = "a number with a thousands separator";
    return reading;
  }
  if (FollowedByUnit(text, end)) {
    reading.reason = "a quantity";
    return reading;
  }
  const absl::string_view first_text = text.substr(at, first_end - at);
  const absl::string_view last_text = second == at ? first_text : text.substr(second, end - second);
  const Fault fault = ParsePortRange(absl::StrCat(first_text, "-", last_text), &reading.range);
  if (glued && (first_text.size() > 5 || last_text.size() > 5 || fault == Fault::kPortRange)) {
    reading.reason = "ambiguous: glued digits can be cut into ports in several ways";
    reading.damaged = true;
    reading.ambiguous = true;
    return reading;
  }
  if (fault != Fault::kNone || reading.range.first == 0) {
    reading.reason = fault == Fault::kNone ? "port 0" : FaultText(fault);
    reading.damaged = second != at && fault == Fault::kPortReversed && first_text.size() > 2;
    return reading;
  }
  if (next == '+' && reading.range.first >= 1024) {
    reading.reason = "an open range of ports";
    reading.damaged = true;
    ++reading.size;
  }
  return reading;
}

size_t VersionSize(absl::string_view text, size_t at) {
  const size_t begin = IsDigit(At(text, at)) ? at : at + 1;
  size_t end = begin;
  int parts = 0;
  while (true) {
    const size_t digits = DigitsEnd(text, end);
    if (digits == end) return 0;
    ++parts;
    end = digits;
    if (At(text, end) != '.' || !IsDigit(At(text, end + 1))) break;
    ++end;
  }
  if (parts < 2) return 0;
  const char next = At(text, end);
  if (IsNameByte(next) && next != '.' && next != '-') return 0;
  if (next == '.' && IsNameByte(At(text, end + 1))) return 0;
  if (begin != at) return end - at;  // v1.2
  if (parts == 3 || parts > 4) return end - at;
  if (parts == 4 && next != '/' && FollowsVersionWord(text, begin, end)) return end - at;
  return 0;
}

size_t NameSize(absl::string_view text, size_t at, bool glued) {
  size_t end = at;
  bool braces = false;
  while (end < text.size()) {
    const char c = text[end];
    if (c == '{' || c == '<' || c == '[') {
      const char closing = c == '{' ? '}' : c == '<' ? '>' : ']';
      const size_t size = text.substr(end, 41).find(closing);
      if (size == absl::string_view::npos) break;
      const size_t close = end + size;
      const bool joined = (end > at && IsNameByte(text[end - 1])) || At(text, close + 1) == '.' ||
                          At(text, close + 1) == '-';
      if (!joined) break;
      braces = true;
      end = close + 1;
      continue;
    }
    if (c == '#' && (At(text, end + 1) == '-' || At(text, end + 1) == '.')) {
      braces = true;
      ++end;
      continue;
    }
    if (c == '?' && At(text, end + 1) == '.' && end == at) {
      ++end;
      continue;
    }
    if (!IsNameByte(c)) break;
    if (glued && end > at && absl::ascii_isupper(c) && !absl::ascii_isupper(text[end - 1]) &&
        absl::ascii_isalpha(text[end - 1])) {
      break;
    }
    ++end;
  }
  if (glued) end = GluedNameEnd(text, at, end);
  while (end > at && (text[end - 1] == '.' || text[end - 1] == '-') && end - at > 2) --end;
  const absl::string_view word = text.substr(at, end - at);
  const bool dotted = word.find('.') != absl::string_view::npos;
  const bool alnum = std::any_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_isalnum(c) || static_cast<unsigned char>(c) > 0x7f;
  });
  if (dotted && alnum) return word.size();
  if (braces && dotted) return word.size();
  // A cell such as `*_`: no name, but never to be overlooked.
  if (!alnum && word.size() > 1 && word[0] == '*' && word.find_first_not_of('*') != absl::string_view::npos) {
    return word.size();
  }
  return 0;
}

NameReading ReadPageName(absl::string_view text, const PolicyOptions& options) {
  NameReading reading;
  const size_t dot = text.rfind('.');
  const std::string last = absl::AsciiStrToLower(dot == absl::string_view::npos ? text : text.substr(dot + 1));
  if (text.find_first_not_of("*_-.") == absl::string_view::npos) {
    reading.kind = NameReading::Kind::kDamaged;
    reading.reason = "a wildcard without a name";
    reading.suggestion = "look at the page for the name that belongs here";
    return reading;
  }
  if (const std::string address = AddressWithLetters(text); !address.empty()) {
    reading.kind = NameReading::Kind::kDamaged;
    reading.reason = "an address with a letter in it, read wrongly";
    reading.suggestion = absl::StrCat("perhaps ", address);
    return reading;
  }
  const Fault fault = ReadPattern(text, options, &reading.pattern);
  const bool two_labels = std::count(text.begin(), text.end(), '.') == 1;
  if (!last.empty() && !KnownSuffix(last)) {
    const bool ascii = std::all_of(last.begin(), last.end(), [](char c) { return absl::ascii_isascii(c); });
    if (ascii || fault != Fault::kNone) return reading;  // e.g., Node.js, H.323
  }
  if (two_labels && IsFileEnding(last)) {
    reading.reason = "a file name";
    return reading;
  }
  if (fault == Fault::kNone) {
    reading.kind = NameReading::Kind::kName;
    return reading;
  }
  reading.kind = NameReading::Kind::kDamaged;
  reading.reason = FaultText(fault);
  if (fault == Fault::kTooBroad && absl::StartsWith(text, "*") && !absl::StartsWith(text, "*.")) {
    reading.reason = "the wildcard has no dot before the name, so it would cover other owners' names";
    reading.suggestion = absl::StrCat("perhaps *.", text.substr(1), " or .", text.substr(1));
  }
  return reading;
}

}  // namespace allowmatch
