#include "tests/agreement.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace allowmatch {
namespace {

[[noreturn]] void Die(absl::string_view what, absl::string_view of) {
  std::fprintf(stderr, "%s: %s\n", std::string(what).c_str(), std::string(of).c_str());
  std::abort();
}

Database MustOpen(const Policy& policy, const CompileOptions& options) {
  absl::StatusOr<Image> image = Compile(policy, options);
  if (!image.ok()) Die("does not compile", image.status().ToString());
  absl::StatusOr<Database> database = Database::Open(*std::move(image));
  if (!database.ok()) Die("does not open", database.status().ToString());
  return *std::move(database);
}

std::vector<bool> MustSelect(const Policy& policy, const CompileOptions& options) {
  absl::StatusOr<std::vector<bool>> active = ActiveRules(policy, options.selection);
  if (!active.ok()) Die("no selection", active.status().ToString());
  return *std::move(active);
}

std::string PolicyText(const Policy& policy) {
  std::string text;
  for (size_t id = 0; id < policy.rules.size() && id < 40; ++id) {
    absl::StrAppend(&text, "  ", id, ": ", policy.rules[id].CanonicalText(), "\n");
  }
  return text;
}

}  // namespace

void TupleBatch::Add(const Tuple& t) {
  uint16_t parts = 0;
  uint64_t high[2] = {};
  uint64_t low[2] = {};
  uint32_t v4[2] = {};
  const std::optional<Address>* ends[] = {&t.remote, &t.local};
  for (int end = 0; end < 2; ++end) {
    if (!ends[end]->has_value()) continue;
    const Address& address = **ends[end];
    parts = static_cast<uint16_t>(parts | (address.is_v4() ? kRemoteV4 : kRemoteV6) << (2 * end));
    v4[end] = address.v4();
    high[end] = address.high();
    low[end] = address.low();
  }
  if (t.name) parts |= kHasName;
  if (t.protocol) parts |= kHasProtocol;
  if (t.port) parts |= kHasPort;
  if (t.direction == Direction::kIn) parts |= kInbound;
  if (t.invalid) parts |= kInvalidTuple;
  parts_.push_back(parts);
  remote4_.push_back(v4[0]);
  local4_.push_back(v4[1]);
  remote6_.insert(remote6_.end(), {high[0], low[0]});
  local6_.insert(local6_.end(), {high[1], low[1]});
  protocol_.push_back(t.protocol.value_or(0));
  port_.push_back(t.port.value_or(0));
  name_offset_.push_back(static_cast<uint32_t>(names_.size()));
  name_size_.push_back(static_cast<uint16_t>(t.name ? t.name->size() : 0));
  if (t.name) names_.append(t.name->data(), t.name->size());
}

void TupleBatch::Clear() { *this = TupleBatch(); }

TupleColumns TupleBatch::columns() const {
  return {parts_.size(),  parts_.data(),       remote4_.data(),  remote6_.data(),
          local4_.data(), local6_.data(),      protocol_.data(), port_.data(),
          names_.data(),  name_offset_.data(), name_size_.data()};
}

Tuple TupleBatch::operator[](size_t at) const {
  const uint16_t parts = parts_[at];
  Tuple t;
  if (parts & kRemoteV4) t.remote = Address::V4(remote4_[at]);
  if (parts & kRemoteV6) t.remote = Address::V6(remote6_[2 * at], remote6_[2 * at + 1]);
  if (parts & kLocalV4) t.local = Address::V4(local4_[at]);
  if (parts & kLocalV6) t.local = Address::V6(local6_[2 * at], local6_[2 * at + 1]);
  if (parts & kHasName) t.name = absl::string_view(names_).substr(name_offset_[at], name_size_[at]);
  if (parts & kHasProtocol) t.protocol = protocol_[at];
  if (parts & kHasPort) t.port = port_[at];
  if (parts & kInbound) t.direction = Direction::kIn;
  t.invalid = (parts & kInvalidTuple) != 0;
  return t;
}

std::string ToString(const Tuple& t) {
  return absl::StrCat(t.direction == Direction::kIn ? "in" : "out", " protocol ",
                      t.protocol ? absl::StrCat(*t.protocol) : "-", " port ",
                      t.port ? absl::StrCat(*t.port) : "-", " remote ",
                      t.remote ? t.remote->ToString() : "-", " local ",
                      t.local ? t.local->ToString() : "-", " name ", t.name ? *t.name : "-",
                      t.invalid ? " invalid" : "");
}

std::string ToString(const Verdict& v) {
  return absl::StrCat(DecisionName(v.decision()), " ", ReasonName(v.reason()), " rule ",
                      v.rule() == kNoRuleId ? "-" : absl::StrCat(v.rule()), " basis ",
                      BasisName(v.basis()));
}

Agreement::Agreement(const Policy& policy, const CompileOptions& options)
    : policy_(policy),
      databases_(InEachShape(policy_, options)),
      oracle_(policy_, MustSelect(policy_, options), options) {}

std::vector<Database> InEachShape(const Policy& policy, CompileOptions options) {
  std::vector<Database> databases;
  databases.push_back(MustOpen(policy, options));
  options.ip4_form = databases.front().ip4().is_tree() ? Ip4Form::kTrie : Ip4Form::kTree;
  databases.push_back(MustOpen(policy, options));
  return databases;
}

std::string Agreement::Check(const TupleBatch& batch, bool singly) const {
  std::vector<Verdict> expected;
  for (size_t i = 0; i < batch.size(); ++i) expected.push_back(oracle_.Classify(batch[i]));
  for (const Database& database : databases_) {
    for (const Kernel kernel : AvailableKernels()) {
      std::string difference = CheckKernel(database, kernel, batch, expected, singly);
      if (!difference.empty()) return difference;
    }
  }
  return "";
}

std::string Agreement::CheckKernel(const Database& database, Kernel kernel, const TupleBatch& batch,
                                   const std::vector<Verdict>& expected, bool singly) const {
  const Matcher matcher(&database, kernel);
  std::vector<Verdict> verdicts(batch.size());
  matcher.Classify(batch.columns(), verdicts.data());
  for (size_t i = 0; i < batch.size(); ++i) {
    const Verdict single = singly ? matcher.Classify(batch[i]) : expected[i];
    if (verdicts[i] == expected[i] && single == expected[i]) continue;
    return absl::StrCat(
        KernelName(kernel), database.ip4().is_tree() ? ", tree: " : ", trie: ", ToString(batch[i]),
        "\n  oracle: ", ToString(expected[i]), "\n  batch:  ", ToString(verdicts[i]),
        "\n  single: ", ToString(single), "\n", PolicyText(policy_));
  }
  return "";
}

Destination MakeDestination(absl::string_view text) {
  if (text == "any") return AnyDestination();
  if (text == "self") return SelfDestination();
  if (!text.empty() && text[0] == '@') return FeedReference{std::string(text.substr(1))};
  AddressRange range;
  if (ParseRange(text, &range) == Fault::kNone) return range;
  Pattern pattern;
  if (ParsePattern(text, &pattern) != Fault::kNone) Die("not a destination", text);
  return pattern;
}

Address MakeAddress(absl::string_view text) {
  Address address;
  if (ParseAddress(text, &address) != Fault::kNone) Die("not an address", text);
  return address;
}

Rule MakeRule(Action action, RuleDirection direction, absl::string_view protocol,
              absl::string_view ports, absl::string_view to, absl::string_view from) {
  Rule rule;
  rule.action = action;
  rule.direction = direction;
  if (ParseProtocol(protocol, &rule.protocol) != Fault::kNone) Die("not a protocol", protocol);
  if (ParsePorts(ports, &rule.ports) != Fault::kNone) Die("not ports", ports);
  for (const absl::string_view part : absl::StrSplit(to, ',')) {
    rule.to.push_back(MakeDestination(part));
  }
  for (const absl::string_view part : absl::StrSplit(from, ',', absl::SkipEmpty())) {
    rule.from.push_back(MakeDestination(part));
  }
  return rule;
}

Policy MakePolicy(std::vector<Rule> rules) {
  Policy policy;
  policy.rules = std::move(rules);
  policy.Canonicalize();
  return policy;
}

}  // namespace allowmatch
