// The bytes of a compiled policy: one flat, little-endian, position-independent
// image, and what is common to everything in it.
//
//   ImageHeader                      magic, versions, size, checksum
//   ImageSection[section_count]      where each table is
//   tables                           each at a multiple of 64 bytes
//
// FORMAT.md says each byte. The tables themselves are described where they are
// read: ip4_table.h, ip6_table.h, register_tables.h, name_table.h, name_branches.h, name_classes.h,
// service_table.h, verdict_table.h. An Image owns bytes that nobody has looked at yet; Database::Open
// validates them.

#ifndef ALLOWMATCH_MATCHER_IMAGE_H_
#define ALLOWMATCH_MATCHER_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace allowmatch {

constexpr size_t kImageAlignment = 64;  // a cache line

// Bytes behind the last section: a vector may read beyond an element's end.
constexpr size_t kImageTail = 64;

// Owns bytes at an address that is a multiple of kImageAlignment. Movable;
// moving keeps the bytes where they are.
class Image {
 public:
  Image() = default;
  explicit Image(absl::string_view bytes);  // copies
  explicit Image(size_t size);              // zeros

  // Maps a regular file, read-only and private, so that processes share its
  // pages. The file must not be changed in place as long as the image lives: a
  // page that is gone ends the process (SIGBUS). To replace it by renaming
  // another file over it, as `allowmatch compile` does, is safe. The error
  // begins with the path.
  static absl::StatusOr<Image> Map(const std::string& path);

  // Maps the file behind `descriptor`, which had `size` bytes a moment ago and
  // may be closed afterwards. An error if it is shorter by now.
  static absl::StatusOr<Image> MapDescriptor(int descriptor, size_t size);

  absl::string_view bytes() const { return {data_.get(), size_}; }
  char* data() { return data_.get(); }  // not to be written to if it is mapped
  size_t size() const { return size_; }

 private:
  struct Free {
    Free() : mapped(0) {}
    explicit Free(size_t size) : mapped(size) {}
    void operator()(char* data) const;
    size_t mapped;  // bytes to unmap; 0: it was allocated
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
constexpr uint32_t kImageFormat = 4;     // changes with the layout
constexpr uint32_t kImageSemantics = 1;  // changes when equal rules mean something else

enum class SectionId : uint32_t {
  kMeta = 1,
  kRankRules = 2,
  kRuleHashes = 3,
  kSelection = 4,
  kActiveRules = 5,
  kRuleText = 6,
  kRuleBegin = 7,
  kLines4 = 9,
  kEntries4 = 10,
  kLeaves4 = 11,
  kAddressClasses = 16,
  kClassRows = 17,
  kListingRules = 18,
  kRegisterTables = 19,
  kNameClasses = 23,
  kWords6 = 24,
  kLines6 = 25,
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
  kNameBranches = 62,
  kNameAffixes = 63,
  kNameGlobs = 64,
  kGlobTexts = 65,
  kGlobSlots = 66,
  kNameListing = 67,
  kNameRuns = 68,
  kNameRunServices = 69,
  kNameTops = 70,
  kNameLines = 71,
  kNameRecords = 72,
};

// "rank_rules" for kRankRules, as FORMAT.md calls it; null for other numbers.
const char* SectionName(SectionId id);

// Whether a section says what the rules are. Lookups do not read these.
constexpr bool IsRuleMetadata(SectionId id) {
  return id >= SectionId::kRuleHashes && id <= SectionId::kRuleBegin;
}

// Whether `bytes`, which may be the beginning of a file alone, are meant to be
// an image: of any version, and of either byte order.
bool LooksLikeImage(absl::string_view bytes);

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

constexpr uint32_t kMaxSections = 64;

// The sections of an image whose header and section table are sound.
class ImageReader {
 public:
  // Checks the header, the checksum and the section table. `image` is aligned
  // to kImageAlignment and outlives the reader.
  static absl::StatusOr<ImageReader> Open(absl::string_view image);

  const ImageHeader& header() const { return *header_; }
  absl::Span<const ImageSection> sections() const { return sections_; }

  // The elements of a section; empty if it is not there or its elements have
  // another size, which Unread then tells.
  template <typename T>
  absl::Span<const T> Section(SectionId id) const {
    static_assert(std::is_trivially_copyable_v<T>);
    const ImageSection* section = Read(id, sizeof(T));
    if (section == nullptr) return {};
    return {reinterpret_cast<const T*>(image_.data() + section->offset),
            static_cast<size_t>(section->size / sizeof(T))};
  }

  // OK if each section was read, with elements of its size. An error names the
  // first one that was not.
  absl::Status Unread() const;

 private:
  const ImageSection* Find(SectionId id) const;
  const ImageSection* Read(SectionId id, size_t element_size) const;

  absl::string_view image_;
  const ImageHeader* header_ = nullptr;
  absl::Span<const ImageSection> sections_;
  mutable uint64_t read_ = 0;  // a bit for each of sections_; what Unread knows
};
static_assert(kMaxSections == 64, "one bit each");

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IMAGE_H_
