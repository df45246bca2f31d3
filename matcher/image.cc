#include "matcher/image.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tables are used in place");

constexpr uint32_t kMaxSections = 64;
constexpr size_t kChecksumEnd = offsetof(ImageHeader, checksum) + sizeof(uint64_t);

char* Allocate(size_t size) {
  return static_cast<char*>(::operator new(size, std::align_val_t(kImageAlignment)));
}

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: ", what));
}

absl::Status CheckHeader(const ImageHeader& header, size_t size) {
  if (std::memcmp(header.magic, kImageMagic, sizeof(kImageMagic)) != 0) {
    return absl::InvalidArgumentError("not a database: it does not begin with ALLOWMDB");
  }
  if (header.format_version != kImageFormat) {
    return absl::FailedPreconditionError(absl::StrCat("database of format ", header.format_version,
                                                      ", this program reads format ", kImageFormat,
                                                      "; compile the rules again"));
  }
  if (header.semantics_version != kImageSemantics) {
    return absl::FailedPreconditionError(absl::StrCat(
        "database of semantics ", header.semantics_version, ", this program has semantics ",
        kImageSemantics, "; compile the rules again"));
  }
  if (header.image_size != size) {
    return Damaged(absl::StrCat("it should have ", header.image_size, " bytes and has ", size));
  }
  if (header.section_count > kMaxSections ||
      (size - sizeof(header)) / sizeof(ImageSection) < header.section_count) {
    return Damaged("the section table does not fit");
  }
  return absl::OkStatus();
}

absl::Status CheckSection(const ImageSection& section, size_t size) {
  if (section.offset % kImageAlignment != 0 || section.offset > size ||
      size - section.offset < section.size) {
    return Damaged("a section lies outside");
  }
  if (section.element_size == 0 || section.size % section.element_size != 0) {
    return Damaged("a section has a broken element");
  }
  return absl::OkStatus();
}

}  // namespace

void Image::Free::operator()(char* data) const {
  ::operator delete(data, std::align_val_t(kImageAlignment));
}

Image::Image(size_t size) : data_(Allocate(size)), size_(size) {
  std::memset(data_.get(), 0, size);
}

Image::Image(absl::string_view bytes) : data_(Allocate(bytes.size())), size_(bytes.size()) {
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

absl::StatusOr<ImageReader> ImageReader::Open(absl::string_view image) {
  if (image.size() < sizeof(ImageHeader)) return Damaged("it is shorter than its header");
  ImageReader reader;
  reader.image_ = image;
  reader.header_ = reinterpret_cast<const ImageHeader*>(image.data());
  if (absl::Status s = CheckHeader(*reader.header_, image.size()); !s.ok()) return s;
  if (reader.header_->checksum != ImageChecksum(image)) return Damaged("the checksum is wrong");
  reader.sections_ = {reinterpret_cast<const ImageSection*>(image.data() + sizeof(ImageHeader)),
                      reader.header_->section_count};
  for (const ImageSection& section : reader.sections_) {
    if (absl::Status s = CheckSection(section, image.size()); !s.ok()) return s;
    if (reader.Find(section.id) != &section) return Damaged("a section is there twice");
  }
  return reader;
}

const ImageSection* ImageReader::Find(SectionId id) const {
  const auto at = std::find_if(sections_.begin(), sections_.end(),
                               [id](const ImageSection& section) { return section.id == id; });
  return at == sections_.end() ? nullptr : &*at;
}

}  // namespace allowmatch
