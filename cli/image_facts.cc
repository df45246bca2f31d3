#include "cli/image_facts.h"

#include "absl/strings/str_cat.h"

namespace allowmatch {

uint64_t ImageFacts::Elements(SectionId id) const {
  for (const SectionFacts& section : sections) {
    if (section.id == id) return section.elements;
  }
  return 0;
}

ImageFacts FactsOf(const Database& database) {
  ImageFacts facts;
  const absl::StatusOr<ImageReader> reader = ImageReader::Open(database.bytes());
  if (!reader.ok()) return facts;  // cannot be: the database was opened
  for (const ImageSection& section : reader->sections()) {
    facts.sections.push_back({section.id, section.size / section.element_size, section.size});
    (IsRuleMetadata(section.id) ? facts.metadata_bytes : facts.lookup_bytes) += section.size;
  }
  facts.frame_bytes = database.bytes().size() - facts.metadata_bytes - facts.lookup_bytes;
  return facts;
}

std::string AddressShape(const ImageFacts& facts, Family family) {
  if (family == Family::kV6) {
    return absl::StrCat("branches of ", Thousands(facts.Elements(SectionId::kWords6)), " words, ",
                        Thousands(facts.Elements(SectionId::kLines6)), " lines");
  }
  const uint64_t entries = facts.Elements(SectionId::kEntries4);
  const uint64_t lines = facts.Elements(SectionId::kLines4) / Ip4Tree::kKeys;
  return absl::StrCat(
      facts.Elements(SectionId::kRegisterTables) > 0 ? "register tables, and a " : "",
      entries > 0 ? absl::StrCat("trie of ", Thousands(entries), " entries, ")
                  : absl::StrCat("search tree of ", Thousands(lines), " lines, "),
      Thousands(facts.Elements(SectionId::kLeaves4)), " leaves");
}

const char* VerdictShape(const Database& database) {
  return database.verdicts().has_shapes() ? "shapes" : "lists";
}

std::string Thousands(uint64_t number) {
  std::string text = absl::StrCat(number);
  for (size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

}  // namespace allowmatch
