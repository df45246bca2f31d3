// Sizes and shapes in a database image, for compile and inspect to print.

#ifndef ALLOWMATCH_CLI_IMAGE_FACTS_H_
#define ALLOWMATCH_CLI_IMAGE_FACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "matcher/address.h"
#include "matcher/database.h"

namespace allowmatch {

struct SectionFacts {
  SectionId id;
  uint64_t elements;
  uint64_t bytes;
};

struct ImageFacts {
  std::vector<SectionFacts> sections;  // in the order of the image
  uint64_t lookup_bytes = 0;           // what lookups read
  uint64_t metadata_bytes = 0;         // the rules themselves
  uint64_t frame_bytes = 0;            // header, section table and padding

  // 0 for a section that is not there.
  uint64_t Elements(SectionId id) const;
};

ImageFacts FactsOf(const Database& database);

// How the addresses of a family are looked up, in a few words.
std::string AddressShape(const ImageFacts& facts, Family family);

// "dense" or "lists".
const char* VerdictShape(const Database& database);

// 1234567 -> "1,234,567".
std::string Thousands(uint64_t number);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_IMAGE_FACTS_H_
