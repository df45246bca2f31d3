// What is said of files that are no database, of another version, damaged; and
// files that are mapped.

#include "matcher/image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/database.h"
#include "matcher/matcher.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

Policy SmallPolicy() {
  return MakePolicy({
      MakeRule(Action::kAllow, RuleDirection::kOut, "tcp", "443", "198.51.100.0/24,2001:db8::/33"),
      MakeRule(Action::kDeny, RuleDirection::kOut, "any", "any", "198.51.100.7,*.a.example"),
      MakeRule(Action::kAllow, RuleDirection::kIn, "tcp", "80", "10.0.0.0/8", "203.0.113.0/24"),
  });
}

std::string Compiled(VerdictForm form = VerdictForm::kAuto) {
  CompileOptions options;
  options.form = form;
  options.basis_both = true;  // so that there is a selection
  const absl::StatusOr<Image> image = Compile(SmallPolicy(), options);
  EXPECT_TRUE(image.ok()) << image.status();
  return std::string(image->bytes());
}

void Seal(std::string* bytes) {
  const uint64_t checksum = ImageChecksum(*bytes);
  std::memcpy(bytes->data() + offsetof(ImageHeader, checksum), &checksum, sizeof(checksum));
}

std::string ErrorOf(absl::string_view bytes) {
  return std::string(Database::Open(bytes).status().message());
}

// The message for an image whose header was changed.
template <typename Edit>
std::string ErrorWithHeader(Edit edit) {
  std::string bytes = Compiled();
  ImageHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  edit(&header);
  std::memcpy(bytes.data(), &header, sizeof(header));
  Seal(&bytes);
  return ErrorOf(bytes);
}

std::vector<ImageSection> SectionsOf(const std::string& image) {
  ImageHeader header;
  std::memcpy(&header, image.data(), sizeof(header));
  std::vector<ImageSection> sections(header.section_count);
  std::memcpy(sections.data(), image.data() + sizeof(header),
              sections.size() * sizeof(ImageSection));
  return sections;
}

// The message for an image whose section table was changed.
template <typename Edit>
std::string ErrorWithSections(Edit edit) {
  std::string bytes = Compiled();
  std::vector<ImageSection> sections = SectionsOf(bytes);
  edit(&sections);
  std::memcpy(bytes.data() + sizeof(ImageHeader), sections.data(),
              sections.size() * sizeof(ImageSection));
  Seal(&bytes);
  return ErrorOf(bytes);
}

TEST(Image, OtherFilesAreNoDatabase) {
  EXPECT_EQ(ErrorOf(""), "not a database: it is empty");
  const std::string other =
      "not a database: it does not begin with ALLOWMDB; make one with allowmatch compile";
  EXPECT_EQ(ErrorOf("\x1f\x8b\x08"), other);
  EXPECT_EQ(ErrorOf(std::string(4096, '\0')), other);
  EXPECT_EQ(ErrorOf("allow out tcp 443 to 192.0.2.1\n"), other);
}

TEST(Image, NamesTheVersionItCannotRead) {
  EXPECT_EQ(ErrorWithHeader([](ImageHeader* h) { h->format_version = 99; }),
            absl::StrCat("this database has format 99, this program has format ", kImageFormat,
                         ": a newer program made it; use that one"));
  EXPECT_EQ(ErrorWithHeader([](ImageHeader* h) { h->format_version = 1; }),
            absl::StrCat("this database has format 1, this program has format ", kImageFormat,
                         ": an older program made it; compile the rules again"));
  EXPECT_EQ(ErrorWithHeader([](ImageHeader* h) { h->semantics_version = 7; }),
            "this database has semantics 7, this program has semantics 1: its rules would mean "
            "something else; compile them again");
}

TEST(Image, SaysThatTheByteOrderIsAnother) {
  const std::string expected =
      "the bytes of this database are in big-endian order; compile the rules again on a "
      "little-endian machine";
  EXPECT_EQ(ErrorWithHeader(
                [](ImageHeader* h) { h->format_version = __builtin_bswap32(h->format_version); }),
            expected);
  std::string words = Compiled();
  for (size_t at = 0; at + 8 <= words.size(); at += 8) {
    std::reverse(words.begin() + static_cast<long>(at), words.begin() + static_cast<long>(at + 8));
  }
  EXPECT_EQ(ErrorOf(words), expected);
}

TEST(Image, SaysWhatIsMissingAtTheEnd) {
  const std::string whole = Compiled();
  EXPECT_EQ(ErrorOf(whole.substr(0, 20)),
            "not a usable database: it is cut off in its header, after 20 bytes; compile the "
            "rules again");
  EXPECT_EQ(ErrorOf(whole.substr(0, 1000)),
            absl::StrCat("not a usable database: it is cut off: 1000 of ", whole.size(),
                         " bytes; compile the rules again"));
  EXPECT_EQ(ErrorOf(whole + "more"),
            "not a usable database: 4 bytes follow its end; compile the rules again");
}

TEST(Image, SaysThatTheHeaderIsDamaged) {
  std::string bytes = Compiled();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  EXPECT_EQ(ErrorOf(bytes),
            "not a usable database: the checksum is wrong; compile the rules again");
  EXPECT_EQ(ErrorWithHeader([](ImageHeader* h) { h->reserved = 1; }),
            "not a usable database: a reserved field is not zero; compile the rules again");
  EXPECT_EQ(ErrorWithHeader([](ImageHeader* h) { h->section_count = kMaxSections + 1; }),
            "not a usable database: the section table does not fit; compile the rules again");
  EXPECT_EQ(ErrorWithHeader([](ImageHeader* h) { h->policy_digest ^= 1; }),
            "not a usable database: the rules and the selection do not have its digest; compile "
            "the rules again");
}

TEST(Image, NamesTheSectionThatIsDamaged) {
  using Sections = std::vector<ImageSection>;
  const auto is = [](absl::string_view what) {
    return absl::StrCat("not a usable database: section ", what, "; compile the rules again");
  };
  const std::string second = SectionName(SectionsOf(Compiled())[1].id);
  EXPECT_EQ(ErrorWithSections([](Sections* s) { (*s)[1].offset = 1 << 30; }),
            is(second + " lies outside"));
  EXPECT_EQ(ErrorWithSections([](Sections* s) { (*s)[1].size = ~uint64_t{0}; }),
            is(second + " lies outside"));
  EXPECT_EQ(ErrorWithSections([](Sections* s) { (*s)[1].offset = (*s)[0].offset; }),
            is(second + " overlaps what is before it"));
  EXPECT_EQ(ErrorWithSections([](Sections* s) { (*s)[0].offset = 0; }),
            is("meta overlaps what is before it"));
  EXPECT_EQ(ErrorWithSections([](Sections* s) { (*s)[1].offset += 4; }),
            is(second + " is not aligned"));
  EXPECT_EQ(ErrorWithSections([](Sections* s) { (*s)[1].element_size = 0; }),
            is(second + " has a broken element"));
  EXPECT_EQ(ErrorWithSections([](Sections* s) { (*s)[1].size -= 1; }),
            is(second + " has a broken element"));
  EXPECT_EQ(ErrorWithSections([](Sections* s) { (*s)[1].id = SectionId::kMeta; }),
            is("meta is there twice"));
  EXPECT_EQ(ErrorWithSections([](Sections* s) { (*s)[0].element_size = 44; }),
            is("meta is missing"));
}

TEST(Image, RefusesAnIpv6WindowThatIsLargerThanItsWords) {
  std::string bytes = Compiled();
  const ImageSection meta = SectionsOf(bytes).front();
  ASSERT_EQ(meta.id, SectionId::kMeta);
  bytes[meta.offset + offsetof(DatabaseMeta, ip6_window_size) + 3] = 1;
  Seal(&bytes);
  EXPECT_TRUE(absl::StrContains(ErrorOf(bytes), "the IPv6 table: a size is wrong")) << ErrorOf(bytes);
}

TEST(Image, EndsWithRoomForVectors) {
  const std::string whole = Compiled();
  std::string bytes = whole.substr(0, whole.size() - kImageTail);
  ImageHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  header.image_size = bytes.size();
  std::memcpy(bytes.data(), &header, sizeof(header));
  Seal(&bytes);
  EXPECT_TRUE(absl::StrContains(ErrorOf(bytes), "the end is cut")) << ErrorOf(bytes);
}

// A section more than the format has, of one byte.
TEST(Image, RefusesASectionThatItDoesNotKnow) {
  std::string bytes = Compiled();
  const std::vector<ImageSection> sections = SectionsOf(bytes);
  const size_t table_end = sizeof(ImageHeader) + (sections.size() + 1) * sizeof(ImageSection);
  ASSERT_LE(table_end, sections.front().offset) << "there is room in the padding of the table";
  const ImageSection more = {static_cast<SectionId>(1234), 1, bytes.size(), 1};
  std::memcpy(bytes.data() + table_end - sizeof(more), &more, sizeof(more));
  bytes.append(kImageAlignment + kImageTail, '\0');
  ImageHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  header.image_size = bytes.size();
  ++header.section_count;
  std::memcpy(bytes.data(), &header, sizeof(header));
  Seal(&bytes);
  EXPECT_EQ(ErrorOf(bytes),
            "not a usable database: section 1234 with elements of 1 bytes does not belong there; "
            "compile the rules again");
}

// Each section is needed, and with its own size of elements.
TEST(Image, RefusesAnImageWithoutOneOfItsSections) {
  for (const VerdictForm form : {VerdictForm::kShapes, VerdictForm::kLists}) {
    const std::string whole = Compiled(form);
    for (size_t i = 0; i < SectionsOf(whole).size(); ++i) {
      std::string bytes = whole;
      std::vector<ImageSection> sections = SectionsOf(bytes);
      const std::string name = SectionName(sections[i].id);
      sections[i].element_size = static_cast<uint32_t>(sections[i].size);
      sections[i].size *= sections[i].element_size == SectionsOf(whole)[i].element_size ? 0 : 1;
      std::memcpy(bytes.data() + sizeof(ImageHeader), sections.data(),
                  sections.size() * sizeof(ImageSection));
      Seal(&bytes);
      EXPECT_FALSE(Database::Open(bytes).ok()) << name << " as one element";
      sections.erase(sections.begin() + static_cast<long>(i));
      sections.push_back({});
      std::memcpy(bytes.data() + sizeof(ImageHeader), sections.data(),
                  sections.size() * sizeof(ImageSection));
      bytes[offsetof(ImageHeader, section_count)] = static_cast<char>(sections.size() - 1);
      Seal(&bytes);
      // What repeats other tables, only quicker, need not be there.
      const bool repeats = name == "register_tables";
      EXPECT_EQ(Database::Open(bytes).ok(), repeats) << "without " << name;
    }
  }
}

TEST(Image, LooksLikeImage) {
  EXPECT_TRUE(LooksLikeImage(Compiled()));
  EXPECT_TRUE(LooksLikeImage("ALLOWMDB"));
  EXPECT_TRUE(LooksLikeImage("BDMWOLLA"));
  EXPECT_FALSE(LooksLikeImage("ALLOWMD"));
  EXPECT_FALSE(LooksLikeImage(""));
  EXPECT_FALSE(LooksLikeImage("allow out tcp 443 to any"));
}

std::string File(const std::string& name, absl::string_view bytes) {
  const std::string path = absl::StrCat(testing::TempDir(), "/", name);
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

TEST(MappedImage, AnswersLikeACopy) {
  const std::string bytes = Compiled();
  const std::string path = File("good.amdb", bytes);
  const absl::StatusOr<Database> mapped = Database::Map(path);
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  EXPECT_EQ(mapped->bytes(), bytes);
  Tuple tuple;
  tuple.remote = MakeAddress("198.51.100.8");
  tuple.protocol = 6;
  tuple.port = 443;
  tuple.name = "x.b.example";
  const absl::StatusOr<Database> copied = Database::Open(bytes);
  EXPECT_EQ(Matcher(&*mapped).Classify(tuple), Matcher(&*copied).Classify(tuple));
}

TEST(MappedImage, OutlivesItsName) {
  const std::string path = File("replaced.amdb", Compiled());
  const absl::StatusOr<Database> mapped = Database::Map(path);
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  const std::string other = File("other", "something else");
  ASSERT_EQ(rename(other.c_str(), path.c_str()), 0);
  EXPECT_EQ(mapped->bytes(), Compiled());
}

TEST(MappedImage, ErrorsBeginWithThePath) {
  const auto error = [](const std::string& path) {
    return std::string(Database::Map(path).status().message());
  };
  EXPECT_EQ(error("/nowhere.amdb"), "/nowhere.amdb: No such file or directory");
  EXPECT_EQ(error(testing::TempDir()), testing::TempDir() + ": Is a directory");
  EXPECT_EQ(error("/dev/null"), "/dev/null: only a regular file can be mapped");
  const std::string pipe = testing::TempDir() + "/pipe.amdb";
  unlink(pipe.c_str());
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(error(pipe), pipe + ": only a regular file can be mapped");
  const std::string empty = File("empty.amdb", "");
  EXPECT_EQ(error(empty), empty + ": not a database: it is empty");
  const std::string cut = File("cut.amdb", Compiled().substr(0, 999));
  EXPECT_TRUE(absl::StrContains(error(cut), "cut.amdb: not a usable database: it is cut off: 999"));
}

// What Map would do with a file that is shortened between its two looks at it.
TEST(MappedImage, AFileThatIsCutMeanwhileIsAnError) {
  const std::string path = File("shrunk.amdb", Compiled());
  const int descriptor = open(path.c_str(), O_RDONLY);
  ASSERT_GE(descriptor, 0);
  const size_t size = Compiled().size();
  EXPECT_TRUE(Image::MapDescriptor(descriptor, size).ok());
  EXPECT_TRUE(Database::Open(*Image::MapDescriptor(descriptor, size)).ok());
  for (const size_t before : {size + 1, size + 4096, size + 1000000}) {
    const absl::Status status = Image::MapDescriptor(descriptor, before).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_TRUE(absl::StrContains(status.message(), "it was cut while it was opened")) << status;
  }
  close(descriptor);
}

}  // namespace
}  // namespace allowmatch
