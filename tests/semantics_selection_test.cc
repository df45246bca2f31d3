// Which rules take part, and which are too broad.
// One test for each sentence of rules/SEMANTICS.md.

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/ask.h"

namespace allowmatch {
namespace {

TEST(BreadthSemantics, BroadRulesAreRefused) {
  for (const char* destination : {"any", "0.0.0.0/0", "12.0.0.0/7", "::/0", "2000::/15",
                                  "::ffff:0:0/96", "1.0.0.0-3.0.0.0"}) {
    const std::string rule = absl::StrCat("allow out tcp 443 to ", destination);
    EXPECT_NE(CompileError(rule), "") << destination;
  }
}

TEST(BreadthSemantics, AtTheLimit) {
  EXPECT_EQ(CompileError("allow out tcp 443 to 12.0.0.0/8"), "");
  EXPECT_EQ(CompileError("allow out tcp 443 to 2600::/16"), "");
}

TEST(BreadthSemantics, TheRuleIsNamed) {
  EXPECT_NE(CompileError("allow out tcp 443 to any vendor=kudo").find("to any vendor=kudo"),
            std::string::npos);
}

TEST(BreadthSemantics, AllowBroadAccepts) {
  CompileOptions options;
  options.allow_broad = true;
  EXPECT_EQ(CompileError("allow out tcp 443 to any", options), "");
}

TEST(BreadthSemantics, AQuarterOfIPv4) {
  std::string rules;
  for (int i = 1; i <= 64; ++i) {
    absl::StrAppend(&rules, "allow out tcp 443 to ", i, ".0.0.0/8 vendor=kudo\n");
  }
  EXPECT_EQ(CompileError(rules), "");
  absl::StrAppend(&rules, "allow out tcp 443 to 70.0.0.1 vendor=kudo\n");
  EXPECT_NE(CompileError(rules), "");
}

TEST(BreadthSemantics, DenyRulesMayBeBroad) {
  EXPECT_EQ(CompileError("allow out tcp 443 to 192.0.2.1\ndeny out any any to any"), "");
}

TEST(BreadthSemantics, InboundIsBroadAtBothEnds) {
  EXPECT_EQ(CompileError("allow in tcp 443 to self", OwnServer("10.0.0.1")), "");
  EXPECT_EQ(CompileError("allow in tcp 443 from 192.0.2.1 to any"), "");
  EXPECT_NE(CompileError("allow in tcp 443 from any to any"), "");
}

TEST(BreadthSemantics, InactiveRulesDoNotCount) {
  const char* rules =
      "allow out tcp 443 to any vendor=v profile=open choice=1\n"
      "allow out tcp 443 to 192.0.2.1 vendor=v profile=limited choice=2\n";
  EXPECT_EQ(CompileError(rules), "");
  CompileOptions open;
  open.selection.profiles["v"] = "open";
  EXPECT_NE(CompileError(rules, open), "");
}

constexpr char kProfiles[] =
    "allow out tcp 443 to 192.0.2.1 vendor=v profile=second choice=2\n"
    "allow out tcp 443 to 192.0.2.2 vendor=v profile=first choice=1\n"
    "allow out tcp 443 to 192.0.2.3 vendor=v\n"
    "allow out tcp 443 to 192.0.2.4 vendor=w profile=only\n";

TEST(SelectionSemantics, DefaultProfileIsThePagesFirst) {
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.2"}), "allow");
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.1"}), "deny");
}

TEST(SelectionSemantics, DefaultProfileIsNotTheOpenOne) {
  const char* rules =
      "allow out tcp 443 to any vendor=v profile=open choice=1\n"
      "allow out tcp 443 to 192.0.2.1 vendor=v profile=limited choice=2\n";
  EXPECT_EQ(Decide(rules, {"192.0.2.1"}), "allow");
  EXPECT_EQ(Decide(rules, {"192.0.2.9"}), "deny");
}

TEST(SelectionSemantics, AProfileCanBeChosen) {
  CompileOptions options;
  options.selection.profiles["v"] = "second";
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.1"}, options), "allow");
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.2"}, options), "deny");
}

TEST(SelectionSemantics, RulesWithoutProfileAreInAll) {
  CompileOptions options;
  options.selection.profiles["v"] = "second";
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.3"}, options), "allow");
  EXPECT_EQ(Decide(kProfiles, {"192.0.2.4"}, options), "allow");
}

constexpr char kRegions[] =
    "allow out tcp 443 to 192.0.2.1 vendor=v region=us require=mandatory\n"
    "allow out tcp 443 to 192.0.2.2 vendor=v region=eu require=optional\n"
    "allow out tcp 443 to 192.0.2.3 vendor=v region=global\n"
    "allow out tcp 443 to 192.0.2.4 vendor=w\n";

TEST(SelectionSemantics, EverythingByDefault) {
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"}) {
    EXPECT_EQ(Decide(kRegions, {address}), "allow") << address;
  }
}

TEST(SelectionSemantics, RegionKeepsGlobalAndUnlabelled) {
  CompileOptions options;
  options.selection.regions = {"us"};
  EXPECT_EQ(Decide(kRegions, {"192.0.2.1"}, options), "allow");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.2"}, options), "deny");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.3"}, options), "allow");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.4"}, options), "allow");
}

TEST(SelectionSemantics, RequireKeepsUnstated) {
  CompileOptions options;
  options.selection.requires_ = {"mandatory"};
  EXPECT_EQ(Decide(kRegions, {"192.0.2.1"}, options), "allow");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.2"}, options), "deny");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.4"}, options), "allow");
}

TEST(SelectionSemantics, Vendor) {
  CompileOptions options;
  options.selection.vendors = {"w"};
  EXPECT_EQ(Decide(kRegions, {"192.0.2.4"}, options), "allow");
  EXPECT_EQ(Decide(kRegions, {"192.0.2.1"}, options), "deny");
}

TEST(SelectionSemantics, UnknownWordsAreErrors) {
  CompileOptions vendor, region, profile;
  vendor.selection.vendors = {"nobody"};
  region.selection.regions = {"moon"};
  profile.selection.profiles["v"] = "third";
  EXPECT_NE(CompileError(kRegions, vendor), "");
  EXPECT_NE(CompileError(kRegions, region), "");
  EXPECT_NE(CompileError(kProfiles, profile), "");
}

TEST(SelectionSemantics, IdsAreThoseOfAllRules) {
  const Policy policy = ReadRules(kRegions);
  CompileOptions all, selected;
  selected.selection.vendors = {"w"};
  EXPECT_EQ(Ask(policy, {"192.0.2.4"}, all), Ask(policy, {"192.0.2.4"}, selected));
}

}  // namespace
}  // namespace allowmatch
