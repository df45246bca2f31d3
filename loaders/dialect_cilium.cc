// Cilium: toFQDNs of CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy.
//
//   matchName: x            x alone
//   matchPattern: *.x       one label below x: * crosses no dot
//   matchPattern: **.x      all below x
//   matchPattern: a*.x      * is zero or more characters of that label
//   matchPattern: *         every name: not read
//
// toPorts beside them are the services. A rule that has more conditions than
// names and ports is not read. Which pods the policy is for is not looked at.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "loaders/list_document.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

// Ports by protocol, as they are collected.
using Ports = std::map<Protocol, std::vector<PortRange>>;

// Protocols of a port: ANY, or none, is all three.
bool ProtocolsOf(const ListNode* node, std::vector<Protocol>* protocols) {
  constexpr Protocol kSctp = Protocol::Number(132);
  const std::string name = node == nullptr ? "ANY" : absl::AsciiStrToUpper(node->text);
  if (name == "TCP" || name == "ANY") protocols->push_back(Protocol::Tcp());
  if (name == "UDP" || name == "ANY") protocols->push_back(Protocol::Udp());
  if (name == "SCTP" || name == "ANY") protocols->push_back(kSctp);
  return !protocols->empty();
}

bool HasOnly(const ListNode& map, std::vector<absl::string_view> known) {
  if (map.kind != ListNode::Kind::kMap) return false;
  for (const ListNode::Key& key : map.keys) {
    if (std::find(known.begin(), known.end(), key.text) == known.end()) return false;
  }
  return true;
}

bool ReadPort(const ListNode& node, Ports* ports) {
  const ListNode* port = node.Find("port");
  const ListNode* end = node.Find("endPort");
  PortRange range;
  if (!HasOnly(node, {"port", "endPort", "protocol"}) || port == nullptr ||
      ParsePort(port->text, &range.first) != Fault::kNone || range.first == 0) {
    return false;
  }
  range.last = range.first;
  if (end != nullptr && end->text != "0" &&
      (ParsePort(end->text, &range.last) != Fault::kNone || range.last < range.first)) {
    return false;
  }
  std::vector<Protocol> protocols;
  if (!ProtocolsOf(node.Find("protocol"), &protocols)) return false;
  for (const Protocol& protocol : protocols) (*ports)[protocol].push_back(range);
  return true;
}

bool CollectPorts(const ListNode& to_ports, Ports* ports) {
  if (to_ports.kind != ListNode::Kind::kList) return false;
  for (const ListNode& group : to_ports.items) {
    const ListNode* list = group.Find("ports");
    if (!HasOnly(group, {"ports"}) || list == nullptr || list->kind != ListNode::Kind::kList) {
      return false;
    }
    for (const ListNode& port : list->items) {
      if (!ReadPort(port, ports)) return false;
    }
  }
  return !ports->empty();
}

// The services of toPorts; false if it says more than ports as numbers.
bool ReadServices(const ListNode* to_ports, std::vector<ListService>* services) {
  services->clear();
  Ports ports;
  if (to_ports == nullptr) {
    services->emplace_back();
    return true;
  }
  if (!CollectPorts(*to_ports, &ports)) return false;
  for (auto& [protocol, ranges] : ports) {
    services->push_back({protocol, PortSet(std::move(ranges))});
  }
  return true;
}

void ReadPattern(const ListNode& node, NameSink* sink) {
  absl::string_view rest = node.text;
  if (node.text == "*" || node.text == "**") {
    return sink->Unread(node.at, Role::kListed, node.text, "it stands for every name");
  }
  if (absl::ConsumePrefix(&rest, "**.")) {
    return sink->Name(node.at, Role::kListed, node.text, Pattern::Head::kBelow, rest);
  }
  if (rest.find_first_of("?") != absl::string_view::npos || absl::StartsWith(rest, ".")) {
    return sink->Unread(node.at, Role::kListed, node.text, "this is no pattern of Cilium");
  }
  const bool one_below = absl::ConsumePrefix(&rest, "*.");
  sink->Form(node.at, Role::kListed, node.text, absl::StrCat(one_below ? "?." : "", rest));
}

void ReadSelector(const ListNode& selector, NameSink* sink) {
  if (!HasOnly(selector, {"matchName", "matchPattern"}) || selector.keys.size() != 1 ||
      selector.items[0].kind != ListNode::Kind::kString) {
    return sink->Unread(selector.at, Role::kUnknown, "toFQDNs",
                        "an entry has matchName or matchPattern, once");
  }
  const ListNode& value = selector.items[0];
  if (selector.keys[0].text == "matchPattern") return ReadPattern(value, sink);
  sink->Name(value.at, Role::kListed, value.text, Pattern::Head::kNone, value.text);
}

void ReadEgress(const ListNode& rule, NameSink* sink) {
  const ListNode* names = rule.Find("toFQDNs");
  if (names == nullptr) return;
  std::vector<ListService> services;
  if (!HasOnly(rule, {"toFQDNs", "toPorts"}) || !ReadServices(rule.Find("toPorts"), &services)) {
    return sink->Unread(rule.at, Role::kListed, "toFQDNs",
                        "there are more conditions beside it than ports as numbers",
                        "write rules for it");
  }
  sink->SetServices(std::move(services));
  for (const ListNode* selector : names->AsList()) ReadSelector(*selector, sink);
}

void ReadSpec(const ListNode& spec, NameSink* sink) {
  if (const ListNode* egress = spec.Find("egress"); egress != nullptr) {
    for (const ListNode* rule : egress->AsList()) ReadEgress(*rule, sink);
  }
  if (const ListNode* denied = spec.Find("egressDeny"); denied != nullptr) {
    for (const ListNode* rule : denied->AsList()) {
      if (rule->Find("toFQDNs") == nullptr) continue;
      sink->Unread(rule->at, Role::kBlocked, "egressDeny", "Cilium has no toFQDNs there");
    }
  }
}

void ReadObject(const ListNode& object, NameSink* sink) {
  if (const ListNode* items = object.Find("items"); items != nullptr) {
    for (const ListNode* item : items->AsList()) ReadObject(*item, sink);
    return;
  }
  const ListNode* kind = object.Find("kind");
  if (kind != nullptr && kind->text != "CiliumNetworkPolicy" &&
      kind->text != "CiliumClusterwideNetworkPolicy") {
    return sink->Ignored(kind->at, kind->text, "no policy of Cilium");
  }
  if (kind == nullptr) return ReadSpec(object, sink);
  if (const ListNode* spec = object.Find("spec"); spec != nullptr) ReadSpec(*spec, sink);
  if (const ListNode* specs = object.Find("specs"); specs != nullptr) {
    for (const ListNode* spec : specs->AsList()) ReadSpec(*spec, sink);
  }
}

}  // namespace

void ReadCilium(absl::string_view text, NameSink* sink) {
  std::vector<ListNode> roots;
  DocumentError error;
  if (!ReadYamlDocuments(text, &roots, &error)) return sink->Refuse(error.at, error.what);
  for (const ListNode& root : roots) ReadObject(root, sink);
}

bool IsCilium(const ListOpening& opening) {
  for (ListLines lines(opening.text); lines.Next();) {
    const std::vector<absl::string_view> words = Words(lines.line());
    if (words.size() < 2 || (words[0] != "kind:" && words[0] != "\"kind\":")) continue;
    absl::string_view kind = words[1];
    absl::ConsumeSuffix(&kind, ",");
    absl::ConsumePrefix(&kind, "\"");
    absl::ConsumeSuffix(&kind, "\"");
    if (kind == "CiliumNetworkPolicy" || kind == "CiliumClusterwideNetworkPolicy") return true;
  }
  return false;
}

}  // namespace allowmatch
