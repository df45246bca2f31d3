// Damaged databases: each must be refused or answer every lookup in bounds.
// The checksum is made right again after the damage, so that the checks behind
// it are what is tested. Under a sanitizer this finds any read outside.

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "matcher/database.h"
#include "matcher/matcher.h"
#include "rules/stored_policy.h"
#include "tests/agreement.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

Policy SmallPolicy() {
  Rule elsewhere = MakeRule(Action::kAllow, RuleDirection::kOut, "tcp", "25", "192.0.2.25");
  elsewhere.region = "eu";
  elsewhere.vendor = "a vendor";
  elsewhere.sources = {{"page.txt", 7}};
  return MakePolicy({
      elsewhere,
      MakeRule(Action::kAllow, RuleDirection::kOut, "tcp", "443", "198.51.100.0/24,2001:db8::/33"),
      MakeRule(Action::kDeny, RuleDirection::kOut, "any", "any", "198.51.100.7"),
      MakeRule(Action::kAllow, RuleDirection::kOut, "udp", "3478-3481", "*.a.example,b*.a.example"),
      MakeRule(Action::kAllow, RuleDirection::kBoth, "icmp", "any", "c.*.example,?.d"),
      MakeRule(Action::kAllow, RuleDirection::kIn, "tcp", "80", "10.0.0.0/8", "203.0.113.0/24"),
  });
}

std::string ImageOf(VerdictForm form) {
  CompileOptions options;
  options.form = form;
  options.ip4_form = form == VerdictForm::kShapes ? Ip4Form::kTree : Ip4Form::kTrie;
  options.selection.regions = {"global"};
  absl::StatusOr<Image> image = Compile(SmallPolicy(), options);
  EXPECT_TRUE(image.ok());
  return std::string(image->bytes());
}

void Seal(std::string* bytes) {
  const uint64_t checksum = ImageChecksum(*bytes);
  std::memcpy(bytes->data() + offsetof(ImageHeader, checksum), &checksum, sizeof(checksum));
}

const TupleBatch& Probes() {
  static const TupleBatch* batch = [] {
    auto* made = new TupleBatch;
    Random random(1);
    const Prober prober(SmallPolicy(), {});
    for (int i = 0; i < 40; ++i) prober.Probe(&random, made);
    return made;
  }();
  return *batch;
}

// The rules are either refused, or those of the tables.
void ReadRules(const Database& database) {
  size_t bytes = 0;
  for (uint32_t id = 0; id < database.rule_count(); ++id) {
    bytes += database.rule_text(id).size() + 1;
  }
  EXPECT_EQ(bytes, database.rules_text().size());
  const absl::StatusOr<StoredPolicy> stored = ReadStoredPolicy(database);
  if (!stored.ok()) {
    EXPECT_FALSE(stored.status().message().empty());
    return;
  }
  ASSERT_EQ(stored->policy.rules.size(), database.rule_count());
  EXPECT_EQ(std::count(stored->active.begin(), stored->active.end(), true),
            database.active_rule_count());
  for (uint32_t id = 0; id < database.rule_count(); ++id) {
    EXPECT_EQ(stored->policy.rules[id].ContentHash(), database.rule_hashes()[id]);
  }
}

// Opens a heap copy of exactly this size; returns whether it opened.
bool OpenAndProbe(const std::string& bytes) {
  const std::unique_ptr<char[]> exact(new char[bytes.size()]);
  std::memcpy(exact.get(), bytes.data(), bytes.size());
  const absl::StatusOr<Database> database =
      Database::Open(absl::string_view(exact.get(), bytes.size()));
  if (!database.ok()) {
    EXPECT_FALSE(database.status().message().empty());
    return false;
  }
  ReadRules(*database);
  std::vector<Verdict> verdicts(Probes().size());
  // The tables of other kernels are copies of what the scalar one goes by: in an
  // image with a forged checksum they may say something else, of rules that exist.
  Matcher(&*database).Classify(Probes().columns(), verdicts.data());
  for (const Verdict& verdict : verdicts) {
    EXPECT_TRUE(verdict.rule() == kNoRuleId || verdict.rule() < database->rule_count());
  }
  const Matcher matcher(&*database, Kernel::kScalar);
  matcher.Classify(Probes().columns(), verdicts.data());
  for (size_t i = 0; i < verdicts.size(); ++i) {
    EXPECT_TRUE(verdicts[i].rule() == kNoRuleId || verdicts[i].rule() < database->rule_count());
    EXPECT_EQ(matcher.Classify(Probes()[i]), verdicts[i]);
  }
  return true;
}

class Corruption : public testing::TestWithParam<VerdictForm> {};

TEST_P(Corruption, TheWholeImageOpens) { EXPECT_TRUE(OpenAndProbe(ImageOf(GetParam()))); }

TEST_P(Corruption, EachTruncationIsRefused) {
  const std::string whole = ImageOf(GetParam());
  for (size_t size = 0; size < whole.size(); ++size) {
    std::string cut = whole.substr(0, size);
    EXPECT_FALSE(OpenAndProbe(cut)) << size;
    if (size < sizeof(ImageHeader)) continue;
    // As if the writer had meant it.
    const uint64_t honest = size;
    std::memcpy(cut.data() + offsetof(ImageHeader, image_size), &honest, sizeof(honest));
    Seal(&cut);
    OpenAndProbe(cut);
  }
}

TEST_P(Corruption, EachFlippedBitIsRefusedByTheChecksum) {
  std::string image = ImageOf(GetParam());
  for (size_t bit = 0; bit < image.size() * 8; ++bit) {
    image[bit / 8] = static_cast<char>(image[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(Database::Open(image).ok()) << bit;
    image[bit / 8] = static_cast<char>(image[bit / 8] ^ 1 << bit % 8);
  }
}

TEST_P(Corruption, EachFlippedBitUnderARightChecksum) {
  const std::string whole = ImageOf(GetParam());
  size_t opened = 0;
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string image = whole;
    image[bit / 8] = static_cast<char>(image[bit / 8] ^ 1 << bit % 8);
    Seal(&image);
    opened += OpenAndProbe(image);
  }
  EXPECT_GT(opened, 0u);  // a flipped port of a page opens, and means something else
}

TEST_P(Corruption, RandomWords) {
  const std::string whole = ImageOf(GetParam());
  Random random(3);
  for (int n = 0; n < 100000; ++n) {
    std::string image = whole;
    for (uint64_t count = 1 + random.Below(4); count > 0; --count) {
      const uint32_t values[] = {0,
                                 1,
                                 0xffffffff,
                                 0x80000000,
                                 0x7fffffff,
                                 static_cast<uint32_t>(random.Bits()),
                                 static_cast<uint32_t>(random.Below(64))};
      const size_t at = random.Below(image.size() / 4) * 4;
      std::memcpy(image.data() + at, &values[random.Below(7)], 4);
    }
    Seal(&image);
    OpenAndProbe(image);
  }
}

INSTANTIATE_TEST_SUITE_P(Forms, Corruption,
                         testing::Values(VerdictForm::kShapes, VerdictForm::kLists),
                         [](const testing::TestParamInfo<VerdictForm>& info) {
                           return info.param == VerdictForm::kShapes ? "Shapes" : "Lists";
                         });

}  // namespace
}  // namespace allowmatch
