#include "flowlog/record_batch.h"

#include <algorithm>

namespace allowmatch {

void RecordBatch::SetSrc(size_t i, const Address& address) {
  if (address.is_v4()) {
    parts[i] |= kSrcV4;
    src4[i] = address.v4();
  } else {
    parts[i] |= kSrcV6;
    src6[2 * i] = address.high();
    src6[2 * i + 1] = address.low();
  }
}

void RecordBatch::SetDst(size_t i, const Address& address) {
  if (address.is_v4()) {
    parts[i] |= kDstV4;
    dst4[i] = address.v4();
  } else {
    parts[i] |= kDstV6;
    dst6[2 * i] = address.high();
    dst6[2 * i + 1] = address.low();
  }
}

void RecordBatch::SetName(size_t i, absl::string_view name) {
  constexpr size_t kLongest = 1024;
  const size_t size = std::min(name.size(), kLongest);
  parts[i] |= kName;
  name_offset[i] = static_cast<uint32_t>(names.size());
  name_size[i] = static_cast<uint16_t>(size);
  names.append(name.data(), size);
}

Address RecordBatch::Src(size_t i) const {
  return parts[i] & kSrcV4 ? Address::V4(src4[i]) : Address::V6(src6[2 * i], src6[2 * i + 1]);
}

Address RecordBatch::Dst(size_t i) const {
  return parts[i] & kDstV4 ? Address::V4(dst4[i]) : Address::V6(dst6[2 * i], dst6[2 * i + 1]);
}

}  // namespace allowmatch
