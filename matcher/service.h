// Services: an IP protocol and its destination ports.

#ifndef ALLOWMATCH_MATCHER_SERVICE_H_
#define ALLOWMATCH_MATCHER_SERVICE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/fault.h"

namespace allowmatch {

// One protocol number, `icmp` (1 and 58) or `any`. A small regular value.
class Protocol {
 public:
  constexpr Protocol() = default;  // any
  static constexpr Protocol Any() { return Protocol(kAny); }
  static constexpr Protocol Icmp() { return Protocol(kIcmp); }
  static constexpr Protocol Tcp() { return Protocol(6); }
  static constexpr Protocol Udp() { return Protocol(17); }
  static constexpr Protocol Number(uint8_t number) { return Protocol(number); }

  constexpr bool is_any() const { return value_ == kAny; }
  constexpr bool Covers(uint8_t number) const {
    return value_ == kAny || value_ == number || (value_ == kIcmp && (number == 1 || number == 58));
  }
  constexpr bool Covers(const Protocol& other) const {
    return *this == other || is_any() ||
           (value_ == kIcmp && (other.value_ == 1 || other.value_ == 58));
  }

  // Whether a rule of this protocol may state ports.
  constexpr bool HasPorts() const {
    return value_ == kAny || value_ == 6 || value_ == 17 || value_ == 33 || value_ == 132 ||
           value_ == 136;
  }

  // "tcp", "udp", "icmp", "any" or the number.
  std::string ToString() const;

  friend constexpr bool operator==(const Protocol& a, const Protocol& b) {
    return a.value_ == b.value_;
  }
  friend constexpr bool operator!=(const Protocol& a, const Protocol& b) { return !(a == b); }
  friend constexpr bool operator<(const Protocol& a, const Protocol& b) {
    return a.value_ < b.value_;
  }

 private:
  static constexpr int16_t kAny = -1;
  static constexpr int16_t kIcmp = 256;
  explicit constexpr Protocol(int16_t value) : value_(value) {}

  int16_t value_ = kAny;
};

// Parses "tcp", "udp", "icmp", "any" (in any case) or 0..255.
Fault ParseProtocol(absl::string_view text, Protocol* protocol);

// first <= last; the ends are ports of their own.
struct PortRange {
  uint16_t first = 0;
  uint16_t last = 0;

  friend bool operator==(const PortRange& a, const PortRange& b) {
    return a.first == b.first && a.last == b.last;
  }
  friend bool operator<(const PortRange& a, const PortRange& b) {
    return a.first != b.first ? a.first < b.first : a.last < b.last;
  }
};

// A condition on a port: `any`, or a sorted list of ranges that neither
// overlap nor touch. `any` also holds for a record that has no port; a list,
// even 0-65535, does not.
class PortSet {
 public:
  PortSet() = default;  // any
  explicit PortSet(std::vector<PortRange> ranges);  // in any order; empty is any

  bool is_any() const { return ranges_.empty(); }
  const std::vector<PortRange>& ranges() const { return ranges_; }
  void Add(PortRange range);
  bool Contains(uint16_t port) const;
  bool Contains(const PortSet& other) const;

  // How many ports, 1 to 65536; `any` counts as 65536.
  int Width() const;

  // "any", "443" or "80,443,8801-8810".
  std::string ToString() const;

  friend bool operator==(const PortSet& a, const PortSet& b) { return a.ranges_ == b.ranges_; }
  friend bool operator<(const PortSet& a, const PortSet& b) { return a.ranges_ < b.ranges_; }

 private:
  void Normalize();
  std::vector<PortRange> ranges_;
};

// Parse the whole of `text`; the value is left alone unless kNone is returned.
Fault ParsePort(absl::string_view text, uint16_t* port);
Fault ParsePortRange(absl::string_view text, PortRange* range);
Fault ParsePorts(absl::string_view text, PortSet* ports);  // "any" or a comma list

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_SERVICE_H_
