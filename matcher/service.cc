#include "matcher/service.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace allowmatch {
namespace {

bool AllDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The value of a string of digits, or `limit` + 1 if it is larger.
uint32_t Bounded(absl::string_view digits, uint32_t limit) {
  uint32_t value = 0;
  for (const char c : digits) {
    value = value * 10 + static_cast<uint32_t>(c - '0');
    if (value > limit) return limit + 1;
  }
  return value;
}

}  // namespace

std::string Protocol::ToString() const {
  switch (value_) {
    case kAny: return "any";
    case kIcmp: return "icmp";
    case 6: return "tcp";
    case 17: return "udp";
    default: return absl::StrCat(value_);
  }
}

Fault ParseProtocol(absl::string_view text, Protocol* protocol) {
  if (absl::EqualsIgnoreCase(text, "tcp")) {
    *protocol = Protocol::Tcp();
  } else if (absl::EqualsIgnoreCase(text, "udp")) {
    *protocol = Protocol::Udp();
  } else if (absl::EqualsIgnoreCase(text, "icmp")) {
    *protocol = Protocol::Icmp();
  } else if (absl::EqualsIgnoreCase(text, "any")) {
    *protocol = Protocol::Any();
  } else {
    if (!text.empty() && text[0] == '-' && AllDigits(text.substr(1))) return Fault::kProtocolRange;
    if (!AllDigits(text)) return Fault::kProtocolName;
    if (text.size() > 1 && text[0] == '0') return Fault::kLeadingZero;
    const uint32_t number = Bounded(text, 255);
    if (number > 255) return Fault::kProtocolRange;
    *protocol = Protocol::Number(static_cast<uint8_t>(number));
  }
  return Fault::kNone;
}

PortSet::PortSet(std::vector<PortRange> ranges) : ranges_(std::move(ranges)) { Normalize(); }

void PortSet::Add(PortRange range) {
  ranges_.push_back(range);
  Normalize();
}

void PortSet::Normalize() {
  std::sort(ranges_.begin(), ranges_.end());
  size_t kept = 0;
  for (const PortRange& range : ranges_) {
    if (kept > 0 && range.first <= ranges_[kept - 1].last + 1) {
      ranges_[kept - 1].last = std::max(ranges_[kept - 1].last, range.last);
    } else {
      ranges_[kept++] = range;
    }
  }
  ranges_.resize(kept);
}

bool PortSet::Contains(uint16_t port) const {
  if (is_any()) return true;
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [port](const PortRange& r) { return r.first <= port && port <= r.last; });
}

bool PortSet::Contains(const PortSet& other) const {
  if (is_any()) return true;
  if (other.is_any()) return false;
  return std::all_of(other.ranges_.begin(), other.ranges_.end(), [this](const PortRange& inner) {
    return std::any_of(ranges_.begin(), ranges_.end(), [&inner](const PortRange& outer) {
      return outer.first <= inner.first && inner.last <= outer.last;
    });
  });
}

int PortSet::Width() const {
  if (is_any()) return 65536;
  int width = 0;
  for (const PortRange& range : ranges_) width += range.last - range.first + 1;
  return width;
}

std::string PortSet::ToString() const {
  if (is_any()) return "any";
  return absl::StrJoin(ranges_, ",", [](std::string* out, const PortRange& range) {
    absl::StrAppend(out, range.first);
    if (range.last != range.first) absl::StrAppend(out, "-", range.last);
  });
}

Fault ParsePort(absl::string_view text, uint16_t* port) {
  if (text.empty()) return Fault::kEmptyPart;
  if (!AllDigits(text)) return Fault::kPortSyntax;
  if (text.size() > 1 && text[0] == '0') return Fault::kPortSyntax;
  const uint32_t value = Bounded(text, 65535);
  if (value > 65535) return Fault::kPortRange;
  *port = static_cast<uint16_t>(value);
  return Fault::kNone;
}

Fault ParsePortRange(absl::string_view text, PortRange* range) {
  const size_t dash = text.find('-');
  const absl::string_view head = text.substr(0, dash);
  PortRange result;
  if (const Fault fault = ParsePort(head, &result.first); fault != Fault::kNone) return fault;
  result.last = result.first;
  if (dash != absl::string_view::npos) {
    const absl::string_view tail = text.substr(dash + 1);
    if (const Fault fault = ParsePort(tail, &result.last); fault != Fault::kNone) return fault;
    if (result.last < result.first) return Fault::kPortReversed;
  }
  *range = result;
  return Fault::kNone;
}

Fault ParsePorts(absl::string_view text, PortSet* ports) {
  if (text == "any") {
    *ports = PortSet();
    return Fault::kNone;
  }
  std::vector<PortRange> ranges;
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    PortRange range;
    if (const Fault fault = ParsePortRange(part, &range); fault != Fault::kNone) return fault;
    ranges.push_back(range);
  }
  *ports = PortSet(std::move(ranges));
  return Fault::kNone;
}

}  // namespace allowmatch
