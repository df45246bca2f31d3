// Puts tables together into an image; the reader is matcher/image.h.

#ifndef ALLOWMATCH_RULES_IMAGE_WRITER_H_
#define ALLOWMATCH_RULES_IMAGE_WRITER_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "matcher/image.h"

namespace allowmatch {

class ImageWriter {
 public:
  // Adds a section; each id once. An empty table is left out.
  template <typename T>
  void Add(SectionId id, std::vector<T> table) {
    static_assert(std::is_trivially_copyable_v<T>);
    const size_t size = table.size() * sizeof(T);
    AddTable(id, sizeof(T), size,
             [table = std::move(table), size](char* out) { std::memcpy(out, table.data(), size); });
  }
  void AddText(SectionId id, std::string text) {
    const size_t size = text.size();
    AddTable(id, 1, size,
             [text = std::move(text)](char* out) { std::copy(text.begin(), text.end(), out); });
  }

  // Adds a text that is written when all other tables are in the image and given back:
  // one that is worth not to have in memory twice.
  void AddLater(SectionId id, size_t size, std::function<void(char*)> write);

  // The whole image, with its header and checksum. Gives each table back that has been
  // put into it.
  Image Finish(uint64_t policy_digest) &&;

 private:
  struct Table {
    ImageSection section;
    std::function<void(char*)> write;
    bool later;
  };

  void AddTable(SectionId id, uint32_t element_size, size_t size, std::function<void(char*)> write,
                bool later = false);

  std::vector<Table> tables_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_IMAGE_WRITER_H_
