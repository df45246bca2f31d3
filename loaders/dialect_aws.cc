// AWS Network Firewall: the targets of a domain list rule group, from the
// JSON of the command line, of an API or of a template; or one a line.
//
//   x    x alone
//   .x   x and all below it
//
// The firewall looks for the names in TLS and HTTP, so the rules are tcp. A
// DENYLIST or REJECTLIST blocks.

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "loaders/list_document.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

void ReadTarget(Position at, Role role, absl::string_view target, NameSink* sink) {
  absl::string_view name = target;
  const Pattern::Head head = absl::ConsumePrefix(&name, ".") ? Pattern::Head::kSelfAndBelow
                                                            : Pattern::Head::kNone;
  if (absl::StrContains(name, "*")) {
    return sink->Unread(at, role, target, "a target has no *",
                        "AWS writes .x for x and all below it");
  }
  sink->Name(at, role, target, head, name);
}

bool RoleOf(const ListNode& list, Role* role) {
  const ListNode* type = list.Find("GeneratedRulesType");
  *role = Role::kListed;
  if (type == nullptr || type->text == "ALLOWLIST") return true;
  *role = Role::kBlocked;
  return type->text == "DENYLIST" || type->text == "REJECTLIST";
}

void ReadList(const ListNode& list, NameSink* sink) {
  const ListNode* targets = list.Find("Targets");
  Role role;
  if (targets == nullptr || targets->kind != ListNode::Kind::kList) {
    return sink->Unread(list.at, Role::kUnknown, "RulesSourceList", "it has no list Targets");
  }
  if (!RoleOf(list, &role)) {
    return sink->Unread(list.at, Role::kListed, list.Find("GeneratedRulesType")->text,
                        "this kind of list neither allows nor denies");
  }
  for (const ListNode& target : targets->items) {
    if (target.kind == ListNode::Kind::kString) {
      ReadTarget(target.at, role, target.text, sink);
    } else {
      sink->Unread(target.at, Role::kUnknown, "", "a target is a string");
    }
  }
}

// The lists are at some depth, by who wrote the JSON.
void FindLists(const ListNode& node, NameSink* sink) {
  for (size_t i = 0; i < node.items.size(); ++i) {
    const bool list = i < node.keys.size() && node.keys[i].text == "RulesSourceList";
    list ? ReadList(node.items[i], sink) : FindLists(node.items[i], sink);
  }
}

void ReadJson(absl::string_view text, NameSink* sink) {
  ListNode root;
  DocumentError error;
  if (!ReadJsonDocument(text, &root, &error)) return sink->Refuse(error.at, error.what);
  root.Find("Targets") != nullptr ? ReadList(root, sink) : FindLists(root, sink);
}

}  // namespace

void ReadAwsNetworkFirewall(absl::string_view text, NameSink* sink) {
  sink->SetServices({{Protocol::Tcp(), {}}});
  if (absl::StartsWith(ListOpening(text).text, "{")) return ReadJson(text, sink);
  for (ListLines lines(text); lines.Next();) {
    const absl::string_view line = absl::StripAsciiWhitespace(lines.line());
    if (!line.empty() && line[0] != '#') ReadTarget(lines.At(line), Role::kListed, line, sink);
  }
}

bool IsAwsNetworkFirewall(const ListOpening& opening) {
  return absl::StartsWith(opening.text, "{") &&
         absl::StrContains(opening.text, "\"RulesSourceList\"");
}

}  // namespace allowmatch
