#include "rules/stored_policy.h"

#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/agreement.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

Database Opened(const Policy& policy, const CompileOptions& options) {
  absl::StatusOr<Image> image = Compile(policy, options);
  EXPECT_TRUE(image.ok()) << image.status();
  absl::StatusOr<Database> database = Database::Open(*std::move(image));
  EXPECT_TRUE(database.ok()) << database.status();
  return *std::move(database);
}

Policy Attributed() {
  const char* const text =
      "allow out tcp 443 to 192.0.2.0/24,*.a.example vendor=\"one, two\" service=\"a \\\"b\\\"\" "
      "region=us require=mandatory profile=\"p q\" condition=\"line\\nline\" app=tls "
      "sport=1024-65535 "
      "note=n dated=2022-10-31 inferred=\"service of line 5\" src=one.txt:1 src=one.txt:2\n"
      "allow in tcp 80 to self vendor=three region=eu\n"
      "deny out any any to any\n"
      "allow out udp 3478 to @feed:SERVICE@here vendor=three\n";
  Policy policy;
  Diagnostics errors;
  EXPECT_TRUE(ParseRules(text, "t.rules", {}, &policy, &errors)) << errors.front().ToString();
  policy.Canonicalize();
  return policy;
}

TEST(StoredPolicy, GivesBackWhatWasCompiled) {
  CompileOptions options;
  options.allow_broad = true;
  options.basis_both = true;
  options.selection.vendors = {"one, two", "three"};
  options.selection.regions = {"us", "global"};
  options.selection.requires_ = {"mandatory", "optional"};
  options.selection.profiles = {{"one, two", "p q"}};
  options.self = {AddressRange{MakeAddress("203.0.113.9"), MakeAddress("203.0.113.12")},
                  AddressRange{MakeAddress("2001:db8::1"), MakeAddress("2001:db8::1")}};
  const Policy policy = Attributed();
  const Database database = Opened(policy, options);
  EXPECT_EQ(database.selection(),
            "vendor=\"one, two\",three region=global,us require=mandatory,optional "
            "profile=\"one, two=p q\" self=203.0.113.9-203.0.113.12,2001:db8::1 basis=both");
  const absl::StatusOr<StoredPolicy> stored = ReadStoredPolicy(database);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(FormatRules(stored->policy), FormatRules(policy));
  EXPECT_EQ(stored->active, *ActiveRules(policy, options.selection));
  EXPECT_EQ(stored->options.selection.vendors, options.selection.vendors);
  EXPECT_EQ(stored->options.selection.regions, options.selection.regions);
  EXPECT_EQ(stored->options.selection.requires_, options.selection.requires_);
  EXPECT_EQ(stored->options.selection.profiles, options.selection.profiles);
  EXPECT_EQ(stored->options.self, options.self);
  EXPECT_TRUE(stored->options.basis_both);
  EXPECT_EQ(Compile(stored->policy, stored->options)->bytes(), database.bytes());
}

// Random rules that can be written: not those with ports of a protocol that
// has none, or labels that are no IDNA.
Policy WritablePolicy(size_t rules, Random* random) {
  Policy policy;
  for (Rule& rule : RandomPolicy(rules, random).rules) {
    Policy read;
    Diagnostics errors;
    if (ParseRules(FormatRule(rule), "", {.mask_host_bits = false, .allow_broad = true}, &read,
                   &errors)) {
      policy.rules.push_back(std::move(rule));
    }
  }
  return policy;
}

TEST(StoredPolicy, RandomPoliciesCompileAgainToTheSameBytes) {
  Random random(77);
  for (int round = 0; round < 30; ++round) {
    const Policy policy = WritablePolicy(20 + static_cast<size_t>(round) * 5, &random);
    EXPECT_GT(policy.rules.size(), 5u);
    CompileOptions options;
    options.self = RandomSelf(&random);
    options.allow_broad = true;
    const Database database = Opened(policy, options);
    const absl::StatusOr<StoredPolicy> stored = ReadStoredPolicy(database);
    ASSERT_TRUE(stored.ok()) << stored.status();
    EXPECT_EQ(Compile(stored->policy, stored->options)->bytes(), database.bytes()) << round;
  }
}

TEST(StoredPolicy, AnEmptyPolicy) {
  const Database database = Opened(Policy(), {});
  const absl::StatusOr<StoredPolicy> stored = ReadStoredPolicy(database);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_TRUE(stored->policy.rules.empty());
  EXPECT_EQ(database.rules_text(), "");
}

// Replaces a part of an image by another of the same size, under the checksum
// and the digest that belong to it.
absl::StatusOr<Database> Edited(const Database& database, absl::string_view from,
                                absl::string_view to) {
  std::string bytes(database.bytes());
  const size_t at = bytes.find(from.data(), 0, from.size());
  EXPECT_NE(at, std::string::npos) << from;
  EXPECT_EQ(from.size(), to.size());
  bytes.replace(at, to.size(), to.data(), to.size());
  std::string selection(database.selection());
  if (absl::StrContains(selection, from)) selection = absl::StrReplaceAll(selection, {{from, to}});
  const uint64_t active[] = {database.is_active(0) ? uint64_t{1} : 0};
  const uint64_t digest = PolicyDigest(database.rule_hashes(), active, selection);
  std::memcpy(bytes.data() + offsetof(ImageHeader, policy_digest), &digest, sizeof(digest));
  const uint64_t checksum = ImageChecksum(bytes);
  std::memcpy(bytes.data() + offsetof(ImageHeader, checksum), &checksum, sizeof(checksum));
  return Database::Open(bytes);
}

std::string ErrorAfter(const Database& database, absl::string_view from, absl::string_view to) {
  const absl::StatusOr<Database> edited = Edited(database, from, to);
  EXPECT_TRUE(edited.ok()) << edited.status();
  if (!edited.ok()) return "";
  return std::string(ReadStoredPolicy(*edited).status().message());
}

TEST(StoredPolicy, RefusesWhatWasNotCompiled) {
  CompileOptions options;
  options.self = {AddressRange{MakeAddress("203.0.113.9"), MakeAddress("203.0.113.9")}};
  options.basis_both = true;
  Rule rule = MakeRule(Action::kAllow, RuleDirection::kOut, "tcp", "443", "192.0.2.1");
  rule.sources = {{"page.txt", 5}};
  const Database database = Opened(MakePolicy({rule}), options);
  EXPECT_EQ(ErrorAfter(database, "192.0.2.1", "192.0.2.1"), "");
  EXPECT_EQ(ErrorAfter(database, "page.txt:5", "edit.txt:7"), "") << "not a part of its hash";
  EXPECT_EQ(ErrorAfter(database, "192.0.2.1", "192.0.2.3"),
            "not a usable database: the text of rule 0 is not the rule that was compiled; compile "
            "the rules again");
  EXPECT_EQ(ErrorAfter(database, "allow", "#####"),
            "not a usable database: the text of the rules cannot be read: there is no rule in it; "
            "compile the rules again");
  EXPECT_TRUE(absl::StrContains(ErrorAfter(database, "allow", "alloy"),
                                "the text of rule 0 cannot be read: "));
  EXPECT_TRUE(absl::StrContains(ErrorAfter(database, "self=203.0.113.9", "self=203.0.113.x"),
                                "its selection cannot be read: self=203.0.113.x basis=both"));
  EXPECT_TRUE(absl::StrContains(ErrorAfter(database, "basis=both", "basis=none"), "its selection"));
  EXPECT_TRUE(
      absl::StrContains(ErrorAfter(database, " basis=both", "           "), "another basis"));
}

}  // namespace
}  // namespace allowmatch
