#include "matcher/image.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tables are used in place");

constexpr size_t kChecksumEnd = offsetof(ImageHeader, checksum) + sizeof(uint64_t);

// From this size on, lookups at random places need more translations of addresses
// than a CPU keeps for pages of 4 KiB: 300 instead of 680 million reads a second from
// 8 MiB, measured on Zen 4.
constexpr size_t kHugePage = size_t{2} << 20;

// Zeroed memory that begins with a huge page, if the system has such; null if there
// is no memory.
char* MapHuge(size_t size) {
  void* const all = mmap(nullptr, size + kHugePage, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) return nullptr;
  char* const begin = static_cast<char*>(all);
  const size_t before = -reinterpret_cast<uintptr_t>(begin) % kHugePage;
  if (before > 0) munmap(begin, before);
  munmap(begin + before + size, kHugePage - before);
  // A wish: where it is refused, the pages are small.
  madvise(begin + before, size, MADV_HUGEPAGE);
  return begin + before;
}

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("not a usable database: ", what, "; compile the rules again"));
}

absl::Status OtherVersion(absl::string_view what) { return absl::FailedPreconditionError(what); }

absl::Status ByteSwapped() {
  return OtherVersion(
      "the bytes of this database are in big-endian order; compile the rules again "
      "on a little-endian machine");
}

bool IsReversedMagic(absl::string_view bytes) {
  return bytes.size() >= sizeof(kImageMagic) &&
         std::equal(std::rbegin(kImageMagic), std::rend(kImageMagic), bytes.begin());
}

bool BeginsWithMagic(absl::string_view bytes) {
  return absl::StartsWith(bytes, absl::string_view(kImageMagic, sizeof(kImageMagic)));
}

absl::Status CheckMagic(absl::string_view image) {
  if (image.empty()) return absl::InvalidArgumentError("not a database: it is empty");
  if (IsReversedMagic(image)) return ByteSwapped();
  if (!BeginsWithMagic(image)) {
    return absl::InvalidArgumentError(
        "not a database: it does not begin with ALLOWMDB; make one with allowmatch compile");
  }
  if (image.size() >= sizeof(ImageHeader)) return absl::OkStatus();
  return Damaged(absl::StrCat("it is cut off in its header, after ", image.size(), " bytes"));
}

// Looks at the first 16 bytes alone, which are the same in every format.
absl::Status CheckVersions(const ImageHeader& header) {
  if (header.format_version == __builtin_bswap32(kImageFormat)) return ByteSwapped();
  const auto versions = [](const char* what, uint32_t theirs, uint32_t ours) {
    return absl::StrCat("this database has ", what, " ", theirs, ", this program has ", what, " ",
                        ours);
  };
  if (header.format_version > kImageFormat) {
    return OtherVersion(absl::StrCat(versions("format", header.format_version, kImageFormat),
                                     ": a newer program made it; use that one"));
  }
  if (header.format_version < kImageFormat) {
    return OtherVersion(absl::StrCat(versions("format", header.format_version, kImageFormat),
                                     ": an older program made it; compile the rules again"));
  }
  if (header.semantics_version != kImageSemantics) {
    return OtherVersion(
        absl::StrCat(versions("semantics", header.semantics_version, kImageSemantics),
                     ": its rules would mean something else; compile them again"));
  }
  return absl::OkStatus();
}

absl::Status CheckSize(const ImageHeader& header, size_t size) {
  if (header.image_size > size) {
    return Damaged(absl::StrCat("it is cut off: ", size, " of ", header.image_size, " bytes"));
  }
  if (header.image_size < size) {
    return Damaged(absl::StrCat(size - header.image_size, " bytes follow its end"));
  }
  if (header.reserved != 0) return Damaged("a reserved field is not zero");
  if (header.section_count > kMaxSections ||
      (size - sizeof(header)) / sizeof(ImageSection) < header.section_count) {
    return Damaged("the section table does not fit");
  }
  return absl::OkStatus();
}

std::string NameOf(SectionId id) {
  const char* const name = SectionName(id);
  return name != nullptr ? absl::StrCat("section ", name)
                         : absl::StrCat("section ", static_cast<uint32_t>(id));
}

// `end` is where the section before ends.
absl::Status CheckSection(const ImageSection& section, uint64_t end, size_t size) {
  const std::string name = NameOf(section.id);
  if (section.offset > size || size - section.offset < section.size) {
    return Damaged(absl::StrCat(name, " lies outside"));
  }
  if (section.offset < end) return Damaged(absl::StrCat(name, " overlaps what is before it"));
  if (section.offset % kImageAlignment != 0) {
    return Damaged(absl::StrCat(name, " is not aligned"));
  }
  if (section.element_size == 0 || section.size % section.element_size != 0) {
    return Damaged(absl::StrCat(name, " has a broken element"));
  }
  return absl::OkStatus();
}

}  // namespace

void Image::Free::operator()(char* data) const {
  if (mapped > 0) {
    munmap(data, mapped);
  } else {
    ::operator delete(data, std::align_val_t(kImageAlignment));
  }
}

Image::Image(size_t size) : size_(size) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t pages = (size + page - 1) / page * page;
  if (size >= kHugePage) {
    char* const data = MapHuge(pages);
    if (data == nullptr) throw std::bad_alloc();
    data_ = std::unique_ptr<char[], Free>(data, Free{pages});
  } else {
    data_.reset(static_cast<char*>(::operator new(size, std::align_val_t(kImageAlignment))));
    std::memset(data_.get(), 0, size);
  }
}

Image::Image(absl::string_view bytes) : Image(bytes.size()) {
  if (!bytes.empty()) std::memcpy(data_.get(), bytes.data(), bytes.size());
}

uint64_t ImageChecksum(absl::string_view image) {
  // FNV-1a, over words instead of bytes and in four lanes, to be quick. Each
  // step is a bijection, so any single changed bit changes the result.
  constexpr uint64_t kPrime = 0x100000001b3u;
  const auto step = [](uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * kPrime;
    return hash ^ hash >> 29;
  };
  uint64_t lanes[4] = {0xcbf29ce484222325u, 1, 2, 3};
  size_t at = kChecksumEnd;
  for (; image.size() - at >= sizeof(lanes); at += sizeof(lanes)) {
    uint64_t words[4];
    std::memcpy(words, image.data() + at, sizeof(words));
    for (int i = 0; i < 4; ++i) lanes[i] = step(lanes[i], words[i]);
  }
  for (; at < image.size(); ++at) lanes[0] = step(lanes[0], static_cast<uint8_t>(image[at]));
  return step(step(step(lanes[0], lanes[1]), lanes[2]), lanes[3]);
}

bool LooksLikeImage(absl::string_view bytes) {
  return BeginsWithMagic(bytes) || IsReversedMagic(bytes);
}

absl::StatusOr<ImageReader> ImageReader::Open(absl::string_view image) {
  if (absl::Status s = CheckMagic(image); !s.ok()) return s;
  ImageReader reader;
  reader.image_ = image;
  reader.header_ = reinterpret_cast<const ImageHeader*>(image.data());
  if (absl::Status s = CheckVersions(*reader.header_); !s.ok()) return s;
  if (absl::Status s = CheckSize(*reader.header_, image.size()); !s.ok()) return s;
  if (reader.header_->checksum != ImageChecksum(image)) return Damaged("the checksum is wrong");
  reader.sections_ = {reinterpret_cast<const ImageSection*>(image.data() + sizeof(ImageHeader)),
                      reader.header_->section_count};
  uint64_t end = sizeof(ImageHeader) + reader.sections_.size() * sizeof(ImageSection);
  for (const ImageSection& section : reader.sections_) {
    if (reader.Find(section.id) != &section) {
      return Damaged(absl::StrCat(NameOf(section.id), " is there twice"));
    }
    if (absl::Status s = CheckSection(section, end, image.size()); !s.ok()) return s;
    end = section.offset + section.size;
  }
  if (image.size() - end < kImageTail) return Damaged("the end is cut");
  return reader;
}

const ImageSection* ImageReader::Find(SectionId id) const {
  const auto at = std::find_if(sections_.begin(), sections_.end(),
                               [id](const ImageSection& section) { return section.id == id; });
  return at == sections_.end() ? nullptr : &*at;
}

const ImageSection* ImageReader::Read(SectionId id, size_t element_size) const {
  const ImageSection* const section = Find(id);
  if (section == nullptr || section->element_size != element_size) return nullptr;
  read_ |= uint64_t{1} << (section - sections_.data());
  return section;
}

absl::Status ImageReader::Unread() const {
  for (size_t i = 0; i < sections_.size(); ++i) {
    if ((read_ >> i & 1) != 0) continue;
    return Damaged(absl::StrCat(NameOf(sections_[i].id), " with elements of ",
                                sections_[i].element_size, " bytes does not belong there"));
  }
  return absl::OkStatus();
}

}  // namespace allowmatch
