// Images that are kept: equal rules give these bytes as long as the version of
// the format is the same, and files of users go on being read.

#include "tests/golden.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/database.h"
#include "matcher/matcher.h"
#include "rules/stored_policy.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

constexpr char kFolder[] = "data/golden";

std::string Stored(const std::string& name) {
  std::stringstream bytes;
  bytes << std::ifstream(absl::StrCat(kFolder, "/", name), std::ios::binary).rdbuf();
  return bytes.str();
}

// The first byte that differs, with its section, for people.
std::string Difference(absl::string_view made, absl::string_view stored) {
  size_t at = 0;
  while (at < std::min(made.size(), stored.size()) && made[at] == stored[at]) ++at;
  return absl::StrCat("byte ", at, "; ", made.size(), " bytes made, ", stored.size(),
                      " stored. Is the format another? Then raise kImageFormat and run "
                      "tests/update_golden.");
}

TEST(Golden, CompilingGivesTheSameBytes) {
  for (const GoldenImage& golden : GoldenImages()) {
    const absl::StatusOr<Image> image = CompileGolden(golden, kFolder);
    ASSERT_TRUE(image.ok()) << image.status();
    const std::string stored = Stored(golden.image);
    EXPECT_TRUE(image->bytes() == stored)
        << golden.image << ": " << Difference(image->bytes(), stored);
  }
}

TEST(Golden, TheImagesAreOfBothForms) {
  std::set<bool> forms;
  for (const GoldenImage& golden : GoldenImages()) {
    const absl::StatusOr<Database> database = Database::Open(Stored(golden.image));
    ASSERT_TRUE(database.ok()) << database.status();
    forms.insert(database->verdicts().has_shapes());
  }
  EXPECT_EQ(forms.size(), 2u);
}

struct Question {
  const char* remote;  // an address or ""
  const char* name;
  const char* local;
  uint8_t protocol;
  int port;  // -1 is none
  Direction direction;
  Reason reason;
  const char* vendor;  // of the primary rule; "" if there is none
};

void Check(const std::string& image, const std::vector<Question>& questions) {
  const absl::StatusOr<Database> database = Database::Open(Stored(image));
  ASSERT_TRUE(database.ok()) << database.status();
  const absl::StatusOr<StoredPolicy> stored = ReadStoredPolicy(*database);
  ASSERT_TRUE(stored.ok()) << stored.status();
  for (const Question& q : questions) {
    Tuple tuple;
    if (*q.remote != '\0') tuple.remote = MakeAddress(q.remote);
    if (*q.local != '\0') tuple.local = MakeAddress(q.local);
    if (*q.name != '\0') tuple.name = q.name;
    if (q.port >= 0) tuple.port = static_cast<uint16_t>(q.port);
    tuple.protocol = q.protocol;
    tuple.direction = q.direction;
    const Verdict verdict = Matcher(&*database).Classify(tuple);
    EXPECT_EQ(verdict.reason(), q.reason) << image << ": " << ToString(tuple);
    const std::string vendor =
        verdict.rule() == kNoRuleId ? "" : stored->policy.rules[verdict.rule()].vendor;
    EXPECT_EQ(vendor, q.vendor) << image << ": " << ToString(tuple);
  }
}

TEST(Golden, TheStoredImagesAnswer) {
  constexpr Direction kOut = Direction::kOut;
  constexpr Direction kIn = Direction::kIn;
  const std::vector<Question> mixed = {
      {"198.51.100.0", "", "", 6, 443, kOut, Reason::kAllowRule, "one"},
      {"198.51.100.255", "", "", 6, 8443, kOut, Reason::kAllowRule, "one"},
      {"198.51.101.0", "", "", 6, 25, kOut, Reason::kNoRule, ""},
      {"198.51.100.1", "", "", 6, 80, kOut, Reason::kWrongService, "one"},
      {"198.51.100.66", "", "", 6, 443, kOut, Reason::kDenyRule, "local"},
      {"203.0.113.40", "", "", 6, 443, kOut, Reason::kAllowRule, "one"},
      {"203.0.113.41", "", "", 6, 443, kOut, Reason::kNameNeeded, ""},
      {"203.0.113.17", "", "", 47, -1, kIn, Reason::kDenyRule, "local"},
      {"2001:db8:1:ffff::1", "", "", 17, 3481, kOut, Reason::kAllowRule, "one"},
      {"2001:db8:2::7", "", "", 58, -1, kIn, Reason::kAllowRule, "three"},
      {"", "a.b.meet.example", "", 6, 443, kOut, Reason::kAllowRule, "two"},
      {"", "bad.meet.example", "", 6, 443, kOut, Reason::kDenyRule, "local"},
      {"", "turn-7.relay.example", "", 6, 443, kIn, Reason::kAllowRule, "two"},
      {"", "meet.example", "", 6, 443, kOut, Reason::kNoRule, ""},
      {"", "status.example", "", 17, 9, kOut, Reason::kAllowRule, "two"},
      {"192.0.2.99", "", "192.0.2.4", 6, 80, kIn, Reason::kAllowRule, "two"},
      {"192.0.2.99", "", "192.0.2.5", 6, 80, kIn, Reason::kNoRule, ""},
      {"203.0.113.200", "", "192.0.2.15", 17, 20000, kIn, Reason::kAllowRule, "three"},
  };
  Check("mixed_shapes.amdb", mixed);
  Check("mixed_lists.amdb", mixed);
  Check("selected.amdb",
        {
            {"192.0.2.200", "us.example", "", 6, 443, kOut, Reason::kNoRule, ""},
            {"2001:db8:e::1", "eu.example", "", 6, 8080, kOut, Reason::kAllowRule, "two"},
            {"2001:db8:e::1", "us.example", "", 6, 8080, kOut, Reason::kNoRule, ""},
            {"192.0.2.53", "", "", 17, 53, kOut, Reason::kNameNeeded, ""},
        });
}

}  // namespace
}  // namespace allowmatch
