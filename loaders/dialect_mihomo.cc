// mihomo (Clash): rule providers of the behaviours domain and classical, as
// text or as YAML with `payload:`.
//
//   x          x alone
//   *.x        one label below x; each * is one whole label, also elsewhere
//   .x         all below x
//   +.x        x and all below it
//   DOMAIN,x   DOMAIN-SUFFIX,x: x alone, x and all below it
//
// A policy behind a classical rule, such as REJECT, says that it blocks.

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "loaders/list_document.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

// Whether each * in `text` is a whole label.
bool HasWholeStars(absl::string_view text) {
  for (const absl::string_view label : absl::StrSplit(text, '.')) {
    if (label != "*" && absl::StrContains(label, "*")) return false;
  }
  return true;
}

void ReadWildcard(Position at, absl::string_view text, NameSink* sink) {
  absl::string_view rest = text;
  if (text == "*" || text == "+" || !HasWholeStars(text) || absl::EndsWith(text, "*") ||
      absl::StrContains(text.substr(1), "+")) {
    return sink->Unread(at, Role::kListed, text, "no pattern has its wildcard",
                        "write rules for the names that are meant");
  }
  if (absl::ConsumePrefix(&rest, "*.")) {
    return sink->Form(at, Role::kListed, text, absl::StrCat("?.", rest));
  }
  sink->Form(at, Role::kListed, text, std::string(text));
}

void ReadDomain(Position at, absl::string_view text, NameSink* sink) {
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "+.")) {
    return sink->Name(at, Role::kListed, text, Pattern::Head::kSelfAndBelow, rest);
  }
  if (absl::ConsumePrefix(&rest, ".")) {
    return sink->Name(at, Role::kListed, text, Pattern::Head::kBelow, rest);
  }
  if (text.find_first_of("*+") != absl::string_view::npos) return ReadWildcard(at, text, sink);
  sink->Name(at, Role::kListed, text, Pattern::Head::kNone, text);
}

void ReadClassical(Position at, absl::string_view text, NameSink* sink) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits(',', 3));
  const absl::string_view type = absl::StripAsciiWhitespace(parts[0]);
  const absl::string_view name = absl::StripAsciiWhitespace(parts[1]);
  const bool rejects = parts.size() > 2 && absl::StartsWithIgnoreCase(
                                               absl::StripLeadingAsciiWhitespace(parts[2]),
                                               "REJECT");
  const Role role = rejects ? Role::kBlocked : Role::kListed;
  if (type == "DOMAIN") return sink->Name(at, role, text, Pattern::Head::kNone, name);
  if (type == "DOMAIN-SUFFIX") {
    return sink->Name(at, role, text, Pattern::Head::kSelfAndBelow, name);
  }
  if (absl::StartsWith(type, "DOMAIN-")) {
    return sink->Unread(at, role, text, "it matches parts of names",
                        "write rules for the names that are meant");
  }
  sink->Unread(at, rejects ? Role::kBlocked : Role::kListed, text, "it is not about a name alone",
               "write a rule for it");
}

void ReadEntry(Position at, absl::string_view text, NameSink* sink) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return;
  absl::StrContains(text, ",") ? ReadClassical(at, text, sink) : ReadDomain(at, text, sink);
}

void ReadPayload(const ListNode& root, NameSink* sink) {
  const ListNode* payload = root.Find("payload");
  if (payload == nullptr || payload->kind != ListNode::Kind::kList) {
    return sink->Refuse(root.at, "there is no list payload: in it");
  }
  for (const ListNode& item : payload->items) {
    if (item.kind == ListNode::Kind::kString) {
      ReadEntry(item.at, item.text, sink);
    } else {
      sink->Unread(item.at, Role::kUnknown, "", "an entry of payload is a string");
    }
  }
}

void ReadYaml(absl::string_view text, NameSink* sink) {
  std::vector<ListNode> roots;
  DocumentError error;
  if (!ReadYamlDocuments(text, &roots, &error)) return sink->Refuse(error.at, error.what);
  for (const ListNode& root : roots) ReadPayload(root, sink);
}

bool IsYaml(const ListOpening& opening) {
  return absl::StartsWith(opening.first, "payload:") || opening.first == "---";
}

bool IsComment(absl::string_view line) {
  return absl::StartsWith(line, "#") || absl::StartsWith(line, "//");
}

}  // namespace

void ReadMihomo(absl::string_view text, NameSink* sink) {
  if (IsYaml(ListOpening(text))) return ReadYaml(text, sink);
  for (ListLines lines(text); lines.Next();) {
    const absl::string_view line = absl::StripAsciiWhitespace(lines.line());
    if (!IsComment(line)) ReadEntry(lines.At(line), line, sink);
  }
}

bool IsMihomo(const ListOpening& opening) {
  const absl::string_view first = opening.first;
  return first == "payload:" || absl::StartsWith(first, "+.") ||
         absl::StartsWith(first, "DOMAIN,") || absl::StartsWith(first, "DOMAIN-SUFFIX,") ||
         absl::StartsWith(first, "DOMAIN-KEYWORD,");
}

}  // namespace allowmatch
