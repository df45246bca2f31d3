// Which addresses are inside: the user's own networks, and those that are
// never a vendor's.

#ifndef ALLOWMATCH_FLOWLOG_INSIDE_H_
#define ALLOWMATCH_FLOWLOG_INSIDE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matcher/address.h"
#include "matcher/range.h"

namespace allowmatch {

// An immutable set of addresses. Copies are cheap enough (64 KB), lookups one load for
// most IPv4 addresses.
class Inside {
 public:
  // RFC 1918, CGNAT, ULA, link-local; and, as in every set, loopback, multicast, the
  // unspecified addresses and the limited broadcast.
  Inside();

  // `words` are prefixes, addresses or ranges; `default` stands for the default ones.
  static absl::StatusOr<Inside> Make(const std::vector<std::string>& words);

  bool Has4(uint32_t address) const {
    const uint8_t known = top_[address >> 16];
    return known == kMixed ? Search4(address) : known == kAll;
  }
  bool Has6(uint64_t high, uint64_t low) const;
  bool Has(const Address& address) const {
    return address.is_v4() ? Has4(address.v4()) : Has6(address.high(), address.low());
  }

 private:
  enum : uint8_t { kNothing, kMixed, kAll };
  explicit Inside(std::vector<AddressRange> ranges);
  bool Search4(uint32_t address) const;

  // By the top 16 bits; on the heap, for threads with a small stack.
  std::vector<uint8_t> top_ = std::vector<uint8_t>(65536);
  std::vector<AddressRange> v4_;
  std::vector<AddressRange> v6_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_INSIDE_H_
