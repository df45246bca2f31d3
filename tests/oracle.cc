#include "tests/oracle.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace allowmatch {
namespace {

// Lower case and split; false if the text is not a name.
bool SplitName(absl::string_view text, std::vector<std::string>* labels) {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  *labels = absl::StrSplit(absl::AsciiStrToLower(text), '.');
  return text.size() <= 253 && std::all_of(labels->begin(), labels->end(), [](const auto& label) {
           return !label.empty() && label.size() <= 63 &&
                  label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == label.npos;
         });
}

bool TextHolds(const char* glob, const char* text) {
  if (*glob == '\0') return *text == '\0';
  if (*glob == '*') return TextHolds(glob + 1, text) || (*text && TextHolds(glob, text + 1));
  return *glob == *text && TextHolds(glob + 1, text + 1);
}

bool IsWild(const std::string& label) { return label.find('*') != std::string::npos; }

bool LabelHolds(const std::string& pattern, const std::string& label) {
  if (pattern == "*") return true;
  if (IsWild(pattern) && label.compare(0, 4, "xn--") == 0) return false;
  return TextHolds(pattern.c_str(), label.c_str());
}

// `pattern` begins with "*" (below), "" (itself and below), "?" (one below),
// or is a name of as many labels.
bool NameHolds(const std::vector<std::string>& pattern, const std::vector<std::string>& name) {
  const bool head = pattern[0] == "*" || pattern[0].empty() || pattern[0] == "?";
  const size_t body = pattern.size() - head;
  if (name.size() < body) return false;
  const size_t more = name.size() - body;
  if (!head ? more != 0 : pattern[0] == "*" ? more == 0 : pattern[0] == "?" && more != 1) {
    return false;
  }
  for (size_t i = 0; i < body; ++i) {
    if (!LabelHolds(pattern[head + i], name[more + i])) return false;
  }
  return true;
}

bool ServiceHolds(const Rule& rule, const Tuple& t) {
  const Protocol p = rule.protocol;
  if (p != Protocol::Any()) {
    if (!t.protocol) return false;
    const bool icmp = p == Protocol::Icmp() && (*t.protocol == 1 || *t.protocol == 58);
    if (!icmp && p != Protocol::Number(*t.protocol)) return false;
  }
  if (rule.ports == PortSet()) return true;
  bool in = false;
  for (const PortRange& r : rule.ports.ranges()) in |= t.port >= r.first && t.port <= r.last;
  return in;
}

}  // namespace

Oracle::Bytes Oracle::BytesOf(const Address& address) {
  Bytes bytes = {};
  bytes[0] = address.is_v4() ? 4 : 6;
  for (int i = 0; i < 16; ++i) bytes[16 - i] = static_cast<uint8_t>(address.bits() >> (8 * i));
  return bytes;
}

Oracle::Oracle(const Policy& policy, const std::vector<bool>& active, const CompileOptions& options)
    : self_(options.self), basis_both_(options.basis_both) {
  for (uint32_t id = 0; id < policy.rules.size(); ++id) {
    const Rule& rule = policy.rules[id];
    if (!active[id]) continue;
    for (const Destination& to : rule.to) {
      if (rule.direction != RuleDirection::kIn) Add(rule, id, false, to);
      if (rule.direction == RuleDirection::kBoth) Add(rule, id, true, to);
    }
    for (const Destination& from : rule.from) Add(rule, id, true, from);
    const bool from_any = rule.direction == RuleDirection::kIn && rule.from.empty();
    if (from_any) Add(rule, id, true, AnyDestination());
  }
}

void Oracle::Add(const Rule& rule, uint32_t id, bool inbound, const Destination& destination) {
  Destined d = {&rule, id, inbound, Destined::kAny, {}, {}, {}, {}};
  if (std::holds_alternative<FeedReference>(destination)) return;
  if (std::holds_alternative<SelfDestination>(destination)) {
    for (const AddressRange& own : self_) Add(rule, id, inbound, own);
    return;
  }
  if (const auto* range = std::get_if<AddressRange>(&destination)) {
    d.kind = Destined::kAddress;
    d.first = BytesOf(range->first);
    d.last = BytesOf(range->last);
  } else if (const auto* pattern = std::get_if<Pattern>(&destination)) {
    d.kind = Destined::kName;
    d.labels = absl::StrSplit(pattern->ToString(), '.');
  }
  d.order = OrderOf(d);
  destined_.push_back(d);
}

// Exact first, then more fixed bits or labels, fewer ports, addresses, rule id.
std::array<int, 5> Oracle::OrderOf(const Destined& d) {
  int fixed = 0;
  bool exact = d.kind == Destined::kAddress && d.first == d.last;
  if (d.kind == Destined::kAddress) {
    const auto bit = [](const Bytes& b, int i) { return b[1 + i / 8] >> (7 - i % 8) & 1; };
    for (int i = d.first[0] == 4 ? 96 : 0; i < 128 && bit(d.first, i) == bit(d.last, i); ++i) {
      ++fixed;
    }
  } else if (d.kind == Destined::kName) {
    for (const std::string& l : d.labels) fixed += !IsWild(l) && !l.empty() && l != "?";
    exact = fixed == static_cast<int>(d.labels.size());
  }
  const PortSet& ports = d.rule->ports;
  int width = ports == PortSet() ? 65536 : 0;
  for (const PortRange& r : ports.ranges()) width += r.last - r.first + 1;
  return {!exact, -fixed, width, d.kind == Destined::kName, static_cast<int>(d.id)};
}

bool Oracle::LocalHolds(const Rule& rule, const Tuple& tuple) const {
  if (rule.direction != RuleDirection::kIn) return true;
  for (const Destination& to : rule.to) {
    if (std::holds_alternative<AnyDestination>(to)) return true;
    std::vector<AddressRange> ranges;
    if (std::holds_alternative<SelfDestination>(to)) ranges = self_;
    if (const auto* range = std::get_if<AddressRange>(&to)) ranges = {*range};
    for (const AddressRange& r : ranges) {
      const Bytes local = tuple.local ? BytesOf(*tuple.local) : Bytes{};
      if (local >= BytesOf(r.first) && local <= BytesOf(r.last)) return true;
    }
  }
  return false;
}

Verdict Oracle::Classify(const Tuple& t) const {
  std::vector<std::string> name;
  if (t.invalid || (t.name && !SplitName(*t.name, &name))) {
    return Verdict(Reason::kInvalid, Basis::kNone, kNoRuleId);
  }
  const Bytes remote = t.remote ? BytesOf(*t.remote) : Bytes{};
  // The best that each part (address, name, neither) met: deny, allow, listed.
  const Destined* best[3][3] = {};
  const int any_part = t.remote ? 0 : t.name ? 1 : 2;
  bool any_allows = false, name_could_tell = false;
  for (const Destined& d : destined_) {
    if (d.inbound != (t.direction == Direction::kIn)) continue;
    const Rule& rule = *d.rule;
    const bool allow = rule.action == Action::kAllow;
    const bool ask_name = d.kind == Destined::kName && !t.name;
    const bool holds =
        d.kind == Destined::kAny || ask_name ||
        (d.kind == Destined::kAddress && t.remote && d.first <= remote && remote <= d.last) ||
        (d.kind == Destined::kName && t.name && NameHolds(d.labels, name));
    if (!holds || !LocalHolds(rule, t)) continue;
    const bool service = ServiceHolds(rule, t);
    const bool any_service = rule.protocol == Protocol::Any() && rule.ports == PortSet();
    name_could_tell |= ask_name && allow && service && !any_service;
    if (ask_name) continue;
    any_allows |= service && allow && d.kind == Destined::kAny;
    if (!service && !allow) continue;
    const int part = d.kind == Destined::kAny ? any_part : d.kind == Destined::kName ? 1 : 0;
    const Destined*& place = best[part][!allow ? 0 : service ? 1 : 2];
    if (place == nullptr || d.order < place->order) place = &d;
  }

  const Verdict undecided(Reason::kNameNeeded, Basis::kNone, kNoRuleId);
  const Verdict no_rule(Reason::kNoRule, Basis::kNone, kNoRuleId);
  constexpr Reason kReasons[] = {Reason::kDenyRule, Reason::kAllowRule, Reason::kWrongService};
  const auto first_of = [&](int kind, std::initializer_list<int> parts) {
    const Destined* primary = nullptr;
    unsigned basis = 0;
    for (const int part : parts) {
      const Destined* d = best[part][kind];
      if (d != nullptr && part < 2) basis |= 1u << part;
      if (d != nullptr && (primary == nullptr || d->order < primary->order)) primary = d;
    }
    if (primary == nullptr) return no_rule;
    return Verdict(kReasons[kind], static_cast<Basis>(basis), primary->id);
  };
  for (const int kind : {0, 1, 2}) {
    if (kind == 1 && basis_both_ && !any_allows && !best[0][1] != !best[1][1]) {
      const int uncovered = best[0][1] == nullptr ? 0 : 1;
      const bool there = uncovered == 0 ? t.remote.has_value() : t.name.has_value();
      return there ? first_of(2, {uncovered}) : undecided;
    }
    if (const Verdict v = first_of(kind, {0, 1, 2}); v.reason() != Reason::kNoRule) return v;
  }
  return name_could_tell ? undecided : no_rule;
}

}  // namespace allowmatch
