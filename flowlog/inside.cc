#include "flowlog/inside.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

constexpr const char* kDefault[] = {"10.0.0.0/8",    "172.16.0.0/12",  "192.168.0.0/16",
                                    "100.64.0.0/10", "169.254.0.0/16", "fc00::/7",
                                    "fe80::/10"};
constexpr const char* kNeverRemote[] = {
    "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255", "::", "::1", "ff00::/8"};

template <size_t kSize>
void Append(const char* const (&texts)[kSize], std::vector<AddressRange>* ranges) {
  for (const char* const text : texts) {
    AddressRange range;
    if (ParseRange(text, &range) == Fault::kNone) ranges->push_back(range);
  }
}

std::vector<AddressRange> DefaultRanges() {
  std::vector<AddressRange> ranges;
  Append(kDefault, &ranges);
  return ranges;
}

}  // namespace

Inside::Inside() : Inside(DefaultRanges()) {}

Inside::Inside(std::vector<AddressRange> ranges) {
  Append(kNeverRemote, &ranges);
  for (const AddressRange& range : ranges) {
    (range.family() == Family::kV4 ? v4_ : v6_).push_back(range);
  }
  for (const AddressRange& range : v4_) {
    const uint32_t last = range.last.v4() >> 16;
    for (uint32_t top = range.first.v4() >> 16; top <= last; ++top) {
      const AddressRange slice{Address::V4(top << 16), Address::V4(top << 16 | 0xffff)};
      top_[top] = std::max(top_[top], static_cast<uint8_t>(range.Contains(slice) ? kAll : kMixed));
    }
  }
}

absl::StatusOr<Inside> Inside::Make(const std::vector<std::string>& words) {
  std::vector<AddressRange> ranges;
  for (const std::string& word : words) {
    if (word == "default") {
      Append(kDefault, &ranges);
      continue;
    }
    AddressRange range;
    const Fault fault = ParseRange(word, &range);
    if (fault != Fault::kNone) {
      return absl::InvalidArgumentError(
          absl::StrCat("--internal ", word, ": ", FaultText(fault),
                       "; expected prefixes such as 192.0.2.0/24, or the word default"));
    }
    ranges.push_back(range);
  }
  return Inside(std::move(ranges));
}

bool Inside::Search4(uint32_t address) const {
  return std::any_of(v4_.begin(), v4_.end(), [address](const AddressRange& range) {
    return range.Contains(Address::V4(address));
  });
}

bool Inside::Has6(uint64_t high, uint64_t low) const {
  return std::any_of(v6_.begin(), v6_.end(), [high, low](const AddressRange& range) {
    return range.Contains(Address::V6(high, low));
  });
}

}  // namespace allowmatch
