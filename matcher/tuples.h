// Flow tuples: what the matcher is asked about.
//
// A tuple has the remote end of a flow (its address, its name, or both), the
// direction seen from the inside, the IP protocol and the destination port.
// For an inbound flow the destination is on the inside, so the local address
// counts as well. Each part may be absent; a part that was present in a
// record but could not be read makes the tuple invalid.

#ifndef ALLOWMATCH_MATCHER_TUPLES_H_
#define ALLOWMATCH_MATCHER_TUPLES_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "matcher/address.h"
#include "matcher/verdict.h"

namespace allowmatch {

// One tuple, for single lookups and tests.
struct Tuple {
  std::optional<Address> remote;
  std::optional<Address> local;           // used for inbound flows only
  std::optional<absl::string_view> name;  // in any case; validated by the matcher
  std::optional<uint8_t> protocol;
  std::optional<uint16_t> port;
  Direction direction = Direction::kOut;
  bool invalid = false;
};

// Bits of TupleColumns::parts: which parts of a tuple are there.
enum TuplePart : uint16_t {
  kRemoteV4 = 1 << 0,
  kRemoteV6 = 1 << 1,  // never a mapped address: those are IPv4
  kLocalV4 = 1 << 2,
  kLocalV6 = 1 << 3,
  kHasName = 1 << 4,
  kHasProtocol = 1 << 5,
  kHasPort = 1 << 6,
  kInbound = 1 << 7,
  kInvalidTuple = 1 << 8,
};

// The usual tuple, which is classified fastest: outbound, with an IPv4 address, a
// protocol and a port, without a name. Local addresses do not matter to it.
constexpr uint16_t kPlainTuple = kRemoteV4 | kHasProtocol | kHasPort;
inline bool IsPlain(const Tuple& t) {
  return t.remote && t.remote->is_v4() && t.protocol && t.port && !t.name && !t.invalid &&
         t.direction == Direction::kOut;
}
constexpr bool IsPlain(uint16_t parts) {
  return (parts & (kPlainTuple | kHasName | kInbound | kInvalidTuple)) == kPlainTuple;
}

// `size` tuples as parallel columns, owned by the caller. A column may be null
// when no tuple has the part it is for. Values of absent parts are ignored.
struct TupleColumns {
  size_t size = 0;
  const uint16_t* parts = nullptr;    // TuplePart bits; null if all tuples have all_parts
  const uint32_t* remote4 = nullptr;  // host order
  const uint64_t* remote6 = nullptr;  // 2 a tuple: the high half, the low half
  const uint32_t* local4 = nullptr;
  const uint64_t* local6 = nullptr;
  const uint8_t* protocol = nullptr;
  const uint16_t* port = nullptr;
  const char* names = nullptr;            // the bytes of all names
  const uint32_t* name_offset = nullptr;  // into `names`
  const uint16_t* name_size = nullptr;
  uint16_t all_parts = kPlainTuple;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_TUPLES_H_
