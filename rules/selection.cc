#include <algorithm>
#include <climits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/compile.h"

namespace allowmatch {
namespace {

using Frame = PackedPolicy::Frame;

// A profile of a vendor, as far as the choice of the default goes.
struct Profile {
  int choice = INT_MAX;  // its place on the page
  bool open = false;     // to any destination
};
using Profiles = std::map<std::string, std::map<std::string, Profile>>;  // vendor -> name

bool IsOpen(const Frame& frame) {
  if (frame.rule.action != Action::kAllow) return false;
  if (frame.rule.direction != RuleDirection::kIn) return frame.to_any;
  return std::any_of(frame.rule.from.begin(), frame.rule.from.end(), [](const Destination& from) {
    return std::holds_alternative<AnyDestination>(from);
  });
}

Profiles ProfilesOf(const PackedPolicy& policy) {
  Profiles profiles;
  for (const Frame& frame : policy.frames()) {
    const Rule& rule = frame.rule;
    if (rule.profile.empty()) continue;
    Profile& profile = profiles[rule.vendor][rule.profile];
    profile.open |= IsOpen(frame);
    const auto choice = rule.other.find("choice");
    int number = 0;
    if (choice != rule.other.end() && absl::SimpleAtoi(choice->second, &number)) {
      profile.choice = std::min(profile.choice, number);
    }
  }
  return profiles;
}

const std::string& DefaultProfile(const std::map<std::string, Profile>& profiles) {
  return std::min_element(profiles.begin(), profiles.end(),
                          [](const auto& a, const auto& b) {
                            const Profile& p = a.second;
                            const Profile& q = b.second;
                            if (p.open != q.open) return q.open;
                            return p.choice < q.choice;  // else by name: the first stays
                          })
      ->first;
}

template <typename Known>
absl::Status CheckKnown(absl::string_view what, const std::set<std::string>& asked,
                        const Known& known) {
  for (const std::string& word : asked) {
    if (known.count(word) != 0) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("unknown ", what, " \"", word, "\"; known are: ", absl::StrJoin(known, ", ")));
  }
  return absl::OkStatus();
}

absl::Status CheckProfiles(const Selection& selection, const Profiles& profiles,
                           const std::set<std::string>& vendors) {
  for (const auto& [vendor, name] : selection.profiles) {
    if (absl::Status s = CheckKnown("vendor", {vendor}, vendors); !s.ok()) return s;
    std::set<std::string> names;
    const auto of_vendor = profiles.find(vendor);
    if (of_vendor != profiles.end()) {
      for (const auto& profile : of_vendor->second) names.insert(profile.first);
    }
    const std::string what = absl::StrCat("profile of ", vendor);
    if (absl::Status s = CheckKnown(what, {name}, names); !s.ok()) return s;
  }
  return absl::OkStatus();
}

absl::Status CheckWords(const PackedPolicy& policy, const Selection& selection,
                        const Profiles& profiles) {
  std::set<std::string> vendors;
  std::set<std::string> regions = {"global"};
  for (const Frame& frame : policy.frames()) {
    if (!frame.rule.vendor.empty()) vendors.insert(frame.rule.vendor);
    if (!frame.rule.region.empty()) regions.insert(frame.rule.region);
  }
  const std::set<std::string> requires_ = {"mandatory", "recommended", "optional", "conditional"};
  if (absl::Status s = CheckKnown("vendor", selection.vendors, vendors); !s.ok()) return s;
  if (absl::Status s = CheckKnown("region", selection.regions, regions); !s.ok()) return s;
  if (absl::Status s = CheckKnown("requirement", selection.requires_, requires_); !s.ok()) {
    return s;
  }
  return CheckProfiles(selection, profiles, vendors);
}

// Whether `words` selects `word`, or the rule does not state it.
bool Selects(const std::set<std::string>& words, const std::string& word) {
  return words.empty() || word.empty() || words.count(word) != 0;
}

bool IsActive(const Rule& rule, const Selection& selection,
              const std::map<std::string, std::string>& profiles) {
  if (!selection.vendors.empty() && selection.vendors.count(rule.vendor) == 0) return false;
  if (rule.region != "global" && !Selects(selection.regions, rule.region)) return false;
  if (!Selects(selection.requires_, RequireName(rule.require))) return false;
  return rule.profile.empty() || profiles.at(rule.vendor) == rule.profile;
}

}  // namespace

absl::StatusOr<std::vector<bool>> ActiveRules(const Policy& policy, const Selection& selection) {
  return ActiveRules(PackedPolicy(policy), selection);
}

absl::StatusOr<std::vector<bool>> ActiveRules(const PackedPolicy& policy,
                                              const Selection& selection) {
  const Profiles profiles = ProfilesOf(policy);
  if (absl::Status s = CheckWords(policy, selection, profiles); !s.ok()) return s;
  std::map<std::string, std::string> chosen = selection.profiles;
  for (const auto& [vendor, names] : profiles) chosen.emplace(vendor, DefaultProfile(names));
  std::vector<bool> frames;
  for (const Frame& frame : policy.frames()) {
    frames.push_back(IsActive(frame.rule, selection, chosen));
  }
  std::vector<bool> active(policy.size());
  for (size_t id = 0; id < active.size(); ++id) active[id] = frames[policy.frame_of(id)];
  return active;
}

}  // namespace allowmatch
