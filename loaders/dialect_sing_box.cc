// sing-box: the source form of a rule-set.
//
//   domain: x         x alone
//   domain_suffix: x  x and all below it (as of sing-box 1.9; before that, any
//                     name that ends like this)
//   domain_suffix: .x all below x
//   domain_keyword, domain_regex: not read
//
// The names and addresses of a rule are alternatives; whatever else it has
// restricts them, so that such a rule is not read.

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "loaders/list_document.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

bool IsAlternative(absl::string_view key) {
  return key == "domain" || key == "domain_suffix" || key == "domain_keyword" ||
         key == "domain_regex" || key == "ip_cidr";
}

// A key that leaves the rule as it is: "type": "default", "invert": false.
bool IsNeutral(absl::string_view key, const ListNode& value) {
  return (key == "type" && (value.text == "default" || value.text.empty()) &&
          value.kind == ListNode::Kind::kString) ||
         (key == "invert" && value.text == "false");
}

void ReadValue(absl::string_view key, const ListNode& value, NameSink* sink) {
  if (value.kind != ListNode::Kind::kString) {
    return sink->Unread(value.at, Role::kUnknown, key, "its value is no string");
  }
  absl::string_view name = value.text;
  if (key == "domain") {
    sink->Name(value.at, Role::kListed, value.text, Pattern::Head::kNone, name);
  } else if (key == "domain_suffix") {
    const Pattern::Head head = absl::ConsumePrefix(&name, ".") ? Pattern::Head::kBelow
                                                              : Pattern::Head::kSelfAndBelow;
    sink->Name(value.at, Role::kListed, value.text, head, name);
  } else if (key == "domain_keyword") {
    sink->Unread(value.at, Role::kListed, value.text, "it matches anywhere in a name",
                 "write rules for the names that are meant");
  } else if (key == "domain_regex") {
    sink->Unread(value.at, Role::kListed, value.text, "it is a regular expression",
                 "write rules for the names that are meant");
  } else {
    sink->Unread(value.at, Role::kListed, value.text, "it is no name", "write a rule for it");
  }
}

void ReadRule(const ListNode& rule, NameSink* sink) {
  if (rule.kind != ListNode::Kind::kMap) {
    return sink->Unread(rule.at, Role::kUnknown, "", "a rule is an object");
  }
  for (size_t i = 0; i < rule.keys.size(); ++i) {
    const ListNode::Key& key = rule.keys[i];
    if (IsAlternative(key.text) || IsNeutral(key.text, rule.items[i])) continue;
    return sink->Unread(key.at, Role::kListed, key.text,
                        "it restricts or turns the whole rule, which was not read",
                        "write rules for it");
  }
  for (size_t i = 0; i < rule.keys.size(); ++i) {
    if (!IsAlternative(rule.keys[i].text)) continue;
    for (const ListNode* value : rule.items[i].AsList()) ReadValue(rule.keys[i].text, *value, sink);
  }
}

}  // namespace

void ReadSingBox(absl::string_view text, NameSink* sink) {
  ListNode root;
  DocumentError error;
  if (!ReadJsonDocument(text, &root, &error)) return sink->Refuse(error.at, error.what);
  const ListNode* version = root.Find("version");
  const ListNode* rules = root.Find("rules");
  if (version == nullptr || rules == nullptr) {
    return sink->Refuse(root.at, "a rule-set has version and rules");
  }
  if (version->text != "1" && version->text != "2" && version->text != "3" &&
      version->text != "4") {
    return sink->Refuse(version->at, "the version is not one of 1 to 4");
  }
  for (const ListNode* rule : rules->AsList()) ReadRule(*rule, sink);
}

bool IsSingBox(const ListOpening& opening) {
  return absl::StartsWith(opening.text, "{") && absl::StrContains(opening.text, "\"version\"") &&
         absl::StrContains(opening.text, "\"rules\"") &&
         absl::StrContains(opening.text, "\"domain");
}

}  // namespace allowmatch
