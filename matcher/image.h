// The bytes of a compiled policy: one flat, little-endian, position-independent
// image, and what is common to everything in it.
//
//   ImageHeader                      magic, versions, size, checksum
//   ImageSection[section_count]      where each table is
//   tables                           each at a multiple of 64 bytes
//
// The tables themselves are described where they are read: ip4_table.h,
// ip6_table.h,
// name_table.h, service_table.h, verdict_table.h. An Image owns bytes that
// nobody has looked at yet; Database::Open validates them.

#ifndef ALLOWMATCH_MATCHER_IMAGE_H_
#define ALLOWMATCH_MATCHER_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace allowmatch {

constexpr size_t kImageAlignment = 64;  // a cache line

// Owns bytes at an address that is a multiple of kImageAlignment. Movable;
// moving keeps the bytes where they are.
class Image {
 public:
  Image() = default;
  explicit Image(absl::string_view bytes);  // copies
  explicit Image(size_t size);              // zeros

  absl::string_view bytes() const { return {data_.get(), size_}; }
  char* data() { return data_.get(); }
  size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(char* data) const;
  };
  std::unique_ptr<char[], Free> data_;
  size_t size_ = 0;
};

struct ImageHeader {
  char magic[8];               // kImageMagic
  uint32_t format_version;     // kImageFormat
  uint32_t semantics_version;  // kImageSemantics
  uint64_t image_size;         // of the whole image, in bytes
  uint64_t checksum;           // of everything after this field
  uint64_t policy_digest;      // of the rules and options that it was made from
  uint32_t section_count;
  uint32_t reserved;  // zero
};
static_assert(sizeof(ImageHeader) == 48);

constexpr char kImageMagic[8] = {'A', 'L', 'L', 'O', 'W', 'M', 'D', 'B'};
constexpr uint32_t kImageFormat = 2;     // changes with the layout
constexpr uint32_t kImageSemantics = 1;  // changes when equal rules mean something else

enum class SectionId : uint32_t {
  kMeta = 1,
  kRankRules = 2,
  kRuleHashes = 3,
  kSelection = 4,
  kEntries4 = 10,
  kLeaves4 = 11,
  kSlots6 = 12,
  kLasts6 = 13,
  kLeaves6 = 14,
  kAddressClasses = 15,
  kClassRows = 16,
  kRegisterTables = 17,
  kNameNodes = 20,
  kNameLabels = 21,
  kNameSlots = 22,
  kNameClasses = 23,
  kProtocolLanes = 30,
  kLanePages = 31,
  kServicePages = 32,
  kRows = 40,
  kPlaces = 41,
  kCells = 42,
  kVerdicts = 43,
  kPairRows = 44,
  kRowBegin = 50,
  kRowRanks = 51,
  kRankService = 52,
  kRankGuard = 53,
  kRunBegin = 54,
  kRuns = 55,
  kGuardBegin = 56,
  kGuards = 57,
};

struct ImageSection {
  SectionId id;
  uint32_t element_size;  // bytes
  uint64_t offset;        // from the start of the image, a multiple of kImageAlignment
  uint64_t size;          // bytes, a multiple of element_size
};
static_assert(sizeof(ImageSection) == 24);

// The checksum that belongs into the header of `image`, which has at least the
// size of a header. It finds damage; it does not authenticate.
uint64_t ImageChecksum(absl::string_view image);

// The sections of an image whose header and section table are sound.
class ImageReader {
 public:
  // Checks the header, the checksum and the section table. `image` is aligned
  // to kImageAlignment and outlives the reader.
  static absl::StatusOr<ImageReader> Open(absl::string_view image);

  const ImageHeader& header() const { return *header_; }

  // The elements of a section; empty if it is not there or its elements have
  // another size.
  template <typename T>
  absl::Span<const T> Section(SectionId id) const {
    static_assert(std::is_trivially_copyable_v<T>);
    const ImageSection* section = Find(id);
    if (section == nullptr || section->element_size != sizeof(T)) return {};
    return {reinterpret_cast<const T*>(image_.data() + section->offset),
            static_cast<size_t>(section->size / sizeof(T))};
  }

 private:
  const ImageSection* Find(SectionId id) const;

  absl::string_view image_;
  const ImageHeader* header_ = nullptr;
  absl::Span<const ImageSection> sections_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IMAGE_H_
