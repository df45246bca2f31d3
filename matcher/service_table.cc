#include "matcher/service_table.h"

#include <algorithm>

namespace allowmatch {
namespace {

bool AllBelow(absl::Span<const uint32_t> values, size_t limit) {
  return std::all_of(values.begin(), values.end(), [limit](uint32_t v) { return v < limit; });
}

}  // namespace

absl::Status ServiceTable::Bind(absl::Span<const uint32_t> lanes,
                                absl::Span<const uint32_t> lane_pages,
                                absl::Span<const uint32_t> pages, size_t class_count) {
  if (lanes.size() != kProtocols || lane_pages.size() % kPagesOfLane != 0 ||
      pages.size() % kPageSize != 0 || !AllBelow(lanes, lane_pages.size() / kPagesOfLane) ||
      !AllBelow(lane_pages, pages.size() / kPageSize) || !AllBelow(pages, class_count)) {
    return absl::DataLossError("not a usable database: the service table leads outside");
  }
  lanes_ = lanes.data();
  lane_pages_ = lane_pages.data();
  pages_ = pages.data();
  return absl::OkStatus();
}

}  // namespace allowmatch
