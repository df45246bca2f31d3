#include "rules/image_writer.h"

#include <cstring>

namespace allowmatch {
namespace {

size_t Aligned(size_t size) { return (size + kImageAlignment - 1) & ~(kImageAlignment - 1); }

}  // namespace

void ImageWriter::AddTable(SectionId id, uint32_t element_size, size_t size,
                           std::function<void(char*)> write, bool later) {
  if (size != 0) tables_.push_back({{id, element_size, 0, size}, std::move(write), later});
}

void ImageWriter::AddLater(SectionId id, size_t size, std::function<void(char*)> write) {
  AddTable(id, 1, size, std::move(write), true);
}

Image ImageWriter::Finish(uint64_t policy_digest) && {
  size_t size = Aligned(sizeof(ImageHeader) + tables_.size() * sizeof(ImageSection));
  for (Table& table : tables_) {
    table.section.offset = size;
    size += Aligned(table.section.size);
  }
  size += kImageTail;
  Image image(size);

  for (const bool later : {false, true}) {
    char* entry = image.data() + sizeof(ImageHeader);
    for (Table& table : tables_) {
      std::memcpy(entry, &table.section, sizeof(table.section));
      entry += sizeof(table.section);
      if (table.later != later) continue;
      table.write(image.data() + table.section.offset);
      table.write = nullptr;
    }
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
