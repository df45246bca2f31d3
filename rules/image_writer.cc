#include "rules/image_writer.h"

#include <cstring>

namespace allowmatch {
namespace {

size_t Aligned(size_t size) { return (size + kImageAlignment - 1) & ~(kImageAlignment - 1); }

}  // namespace

void ImageWriter::AddBytes(SectionId id, uint32_t element_size, absl::string_view bytes) {
  if (!bytes.empty()) tables_.push_back({id, element_size, std::string(bytes)});
}

Image ImageWriter::Finish(uint64_t policy_digest) const {
  const size_t start = Aligned(sizeof(ImageHeader) + tables_.size() * sizeof(ImageSection));
  size_t size = start;
  for (const Table& table : tables_) size += Aligned(table.bytes.size());
  size += kImageTail;
  Image image(size);

  size_t offset = start;
  char* entry = image.data() + sizeof(ImageHeader);
  for (const Table& table : tables_) {
    const ImageSection section = {table.id, table.element_size, offset, table.bytes.size()};
    std::memcpy(entry, &section, sizeof(section));
    std::memcpy(image.data() + offset, table.bytes.data(), table.bytes.size());
    entry += sizeof(section);
    offset += Aligned(table.bytes.size());
  }

  ImageHeader header = {};
  std::memcpy(header.magic, kImageMagic, sizeof(kImageMagic));
  header.format_version = kImageFormat;
  header.semantics_version = kImageSemantics;
  header.image_size = size;
  header.policy_digest = policy_digest;
  header.section_count = static_cast<uint32_t>(tables_.size());
  std::memcpy(image.data(), &header, sizeof(header));
  header.checksum = ImageChecksum(image.bytes());
  std::memcpy(image.data(), &header, sizeof(header));
  return image;
}

}  // namespace allowmatch
