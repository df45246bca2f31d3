#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/compile.h"
#include "tests/agreement.h"

namespace allowmatch {
namespace {

Rule RuleOf(const std::string& vendor, const std::string& profile, const std::string& to,
            const std::string& choice = "") {
  Rule rule = MakeRule(Action::kAllow, RuleDirection::kOut, "tcp", "443", to);
  rule.vendor = vendor;
  rule.profile = profile;
  if (!choice.empty()) rule.other["choice"] = choice;
  return rule;
}

// The destinations of the active rules, in canonical order.
std::string ActiveOf(std::vector<Rule> rules, const Selection& selection = {}) {
  const Policy policy = MakePolicy(std::move(rules));
  const absl::StatusOr<std::vector<bool>> active = ActiveRules(policy, selection);
  if (!active.ok()) return std::string(active.status().message());
  std::string destinations;
  for (size_t id = 0; id < policy.rules.size(); ++id) {
    if ((*active)[id]) destinations += DestinationToString(policy.rules[id].to[0]) + " ";
  }
  return destinations;
}

TEST(Selection, ByDefaultEverythingButOtherProfiles) {
  EXPECT_EQ(ActiveOf({RuleOf("v", "", "a.example"), RuleOf("v", "one", "b.example", "1"),
                      RuleOf("v", "two", "c.example", "2")}),
            "a.example b.example ");
}

TEST(Selection, DefaultProfile) {
  // The first choice of the page, whatever the names.
  EXPECT_EQ(ActiveOf({RuleOf("v", "a", "a.example", "10"), RuleOf("v", "b", "b.example", "9")}),
            "b.example ");
  // By name where the page gives no order.
  EXPECT_EQ(ActiveOf({RuleOf("v", "b", "b.example"), RuleOf("v", "a", "a.example")}), "a.example ");
  // Not the one that is open to any destination, if another is limited.
  EXPECT_EQ(ActiveOf({RuleOf("v", "a", "any", "1"), RuleOf("v", "b", "b.example", "2")}),
            "b.example ");
  EXPECT_EQ(ActiveOf({RuleOf("v", "a", "any", "1")}), "any ");
  // Each vendor has its own.
  EXPECT_EQ(ActiveOf({RuleOf("v", "a", "a.example", "1"), RuleOf("w", "b", "b.example", "2")}),
            "a.example b.example ");
}

TEST(Selection, ChosenProfile) {
  const std::vector<Rule> rules = {RuleOf("v", "a", "a.example", "1"),
                                   RuleOf("v", "b", "b.example", "2"),
                                   RuleOf("v", "", "c.example")};
  Selection selection;
  selection.profiles["v"] = "b";
  EXPECT_EQ(ActiveOf(rules, selection), "b.example c.example ");
  selection.profiles["v"] = "z";
  EXPECT_EQ(ActiveOf(rules, selection), "unknown profile of v \"z\"; known are: a, b");
  selection.profiles = {{"w", "a"}};
  EXPECT_EQ(ActiveOf(rules, selection), "unknown vendor \"w\"; known are: v");
}

TEST(Selection, Vendors) {
  const std::vector<Rule> rules = {RuleOf("v", "", "a.example"), RuleOf("w", "", "b.example"),
                                   RuleOf("", "", "c.example")};
  Selection selection;
  selection.vendors = {"w"};
  EXPECT_EQ(ActiveOf(rules, selection), "b.example ");
  selection.vendors = {"x"};
  EXPECT_EQ(ActiveOf(rules, selection), "unknown vendor \"x\"; known are: v, w");
}

TEST(Selection, RegionsKeepGlobalAndUnlabelled) {
  std::vector<Rule> rules = {RuleOf("v", "", "a.example"), RuleOf("v", "", "b.example"),
                             RuleOf("v", "", "c.example"), RuleOf("v", "", "d.example")};
  rules[0].region = "us";
  rules[1].region = "eu";
  rules[2].region = "global";
  Selection selection;
  selection.regions = {"us"};
  EXPECT_EQ(ActiveOf(rules, selection), "a.example c.example d.example ");
  selection.regions = {"mars"};
  EXPECT_EQ(ActiveOf(rules, selection), "unknown region \"mars\"; known are: eu, global, us");
}

TEST(Selection, RequirementsKeepUnstated) {
  std::vector<Rule> rules = {RuleOf("v", "", "a.example"), RuleOf("v", "", "b.example"),
                             RuleOf("v", "", "c.example")};
  rules[0].require = Require::kMandatory;
  rules[1].require = Require::kOptional;
  Selection selection;
  selection.requires_ = {"mandatory"};
  EXPECT_EQ(ActiveOf(rules, selection), "a.example c.example ");
  selection.requires_ = {"nice"};
  EXPECT_EQ(ActiveOf(rules, selection),
            "unknown requirement \"nice\"; known are: conditional, mandatory, optional, "
            "recommended");
}

}  // namespace
}  // namespace allowmatch
