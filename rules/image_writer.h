// Puts tables together into an image; the reader is matcher/image.h.

#ifndef ALLOWMATCH_RULES_IMAGE_WRITER_H_
#define ALLOWMATCH_RULES_IMAGE_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/image.h"

namespace allowmatch {

class ImageWriter {
 public:
  // Adds a section; each id once. An empty table is left out.
  template <typename T>
  void Add(SectionId id, const std::vector<T>& table) {
    static_assert(std::is_trivially_copyable_v<T>);
    AddBytes(id, sizeof(T),
             {reinterpret_cast<const char*>(table.data()), table.size() * sizeof(T)});
  }
  void AddText(SectionId id, absl::string_view text) { AddBytes(id, 1, text); }

  // The whole image, with its header and checksum.
  Image Finish(uint64_t policy_digest) const;

 private:
  struct Table {
    SectionId id;
    uint32_t element_size;
    std::string bytes;
  };

  void AddBytes(SectionId id, uint32_t element_size, absl::string_view bytes);

  std::vector<Table> tables_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_IMAGE_WRITER_H_
