// A database image that the input has damaged, under a right checksum: the
// checks behind the checksum are what a fuzzer has to get at.

#ifndef ALLOWMATCH_TESTS_FUZZ_DAMAGED_IMAGE_H_
#define ALLOWMATCH_TESTS_FUZZ_DAMAGED_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "matcher/image.h"

namespace allowmatch {

// Makes size and checksum right where there is a header.
inline void SealImage(std::string* image) {
  if (image->size() < sizeof(ImageHeader)) return;
  const uint64_t size = image->size();
  std::memcpy(image->data() + offsetof(ImageHeader, image_size), &size, sizeof(size));
  const uint64_t checksum = ImageChecksum(*image);
  std::memcpy(image->data() + offsetof(ImageHeader, checksum), &checksum, sizeof(checksum));
}

// `edits` are six bytes each: which 32-bit word, and its new value.
inline std::string DamagedImage(std::string image, absl::string_view edits) {
  for (; edits.size() >= 6; edits.remove_prefix(6)) {
    uint16_t word;
    std::memcpy(&word, edits.data(), sizeof(word));
    std::memcpy(image.data() + word % (image.size() / 4) * 4, edits.data() + 2, 4);
  }
  SealImage(&image);
  return image;
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_FUZZ_DAMAGED_IMAGE_H_
