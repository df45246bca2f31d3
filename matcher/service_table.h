// (protocol, port) -> service class.
//
// Protocols with the same conditions share a lane. A lane has 257 page
// numbers, indexed by port / 256; the last is for records without a port. A
// page has the classes of 256 ports, and equal pages are one page:
//
//   class = pages[lane_pages[lane[protocol] * 257 + port / 256] * 256 + port % 256]
//
// Absence is a value: protocol 256 and port 65536 stand for none, so a lookup
// is three loads without a branch. With the usual few dozen services, all that
// is ever touched fits in a few kilobytes.
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_SERVICE_TABLE_H_
#define ALLOWMATCH_MATCHER_SERVICE_TABLE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace allowmatch {

class ServiceTable {
 public:
  static constexpr uint32_t kNoProtocol = 256;
  static constexpr uint32_t kNoPort = 65536;
  static constexpr uint32_t kProtocols = 257;
  static constexpr uint32_t kPagesOfLane = 257;
  static constexpr uint32_t kPageSize = 256;

  ServiceTable() = default;

  // Takes over the three arrays after checking that no lookup can leave them
  // and that each class is below `class_count`.
  absl::Status Bind(absl::Span<const uint32_t> lanes, absl::Span<const uint32_t> lane_pages,
                    absl::Span<const uint32_t> pages, size_t class_count);

  // `protocol` <= kNoProtocol, `port` <= kNoPort.
  uint32_t Lookup(uint32_t protocol, uint32_t port) const {
    const uint32_t page = lane_pages_[size_t{lanes_[protocol]} * kPagesOfLane + (port >> 8)];
    return pages_[size_t{page} * kPageSize + (port & 255)];
  }

  const uint32_t* lanes() const { return lanes_; }
  const uint32_t* lane_pages() const { return lane_pages_; }
  const uint32_t* pages() const { return pages_; }

 private:
  const uint32_t* lanes_ = nullptr;
  const uint32_t* lane_pages_ = nullptr;
  const uint32_t* pages_ = nullptr;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_SERVICE_TABLE_H_
