#include "cli/explain.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/near_miss.h"
#include "cli/policy_source.h"
#include "matcher/matcher.h"
#include "matcher/name.h"
#include "rules/rule_match.h"

namespace allowmatch {
namespace {

struct ExplainOptions {
  PolicyFlags policy;
  std::string destination;
  std::string protocol;
  std::string port;
  std::string name;
  std::string local;
  bool inbound = false;
};

// What was asked, with the storage that the tuple's name points to.
struct Question {
  Tuple tuple;
  std::string name;
  std::string text;  // "3.7.161.50 tcp 443, outbound"
};

bool Fail(const std::string& what) {
  std::fprintf(stderr, "allowmatch explain: %s\n", what.c_str());
  return false;
}

bool ReadName(const std::string& text, Question* question) {
  const Fault fault = CanonicalName(text, &question->name);
  if (fault != Fault::kNone) {
    return Fail(absl::StrCat("destination ", text, ": no address and no name; ", FaultText(fault)));
  }
  if (HasNumericEnd(question->name)) {
    return Fail(absl::StrCat("destination ", text, ": no address and no name; ",
                             FaultText(Fault::kNumericName)));
  }
  question->tuple.name = question->name;
  return true;
}

bool ReadService(const ExplainOptions& options, Question* question) {
  Protocol protocol;
  const Fault fault = ParseProtocol(options.protocol, &protocol);
  if (fault != Fault::kNone || protocol.is_any()) {
    return Fail(absl::StrCat("protocol ", options.protocol, ": ",
                             fault == Fault::kNone ? "a flow has one protocol" : FaultText(fault)));
  }
  for (int number = 0; number < 256; ++number) {
    if (!protocol.Covers(static_cast<uint8_t>(number))) continue;
    question->tuple.protocol = static_cast<uint8_t>(number);
    break;
  }
  if (options.port.empty()) return true;
  uint16_t port = 0;
  if (const Fault bad = ParsePort(options.port, &port); bad != Fault::kNone) {
    return Fail(absl::StrCat("port ", options.port, ": ", FaultText(bad)));
  }
  question->tuple.port = port;
  return true;
}

bool ReadQuestion(const ExplainOptions& options, Question* question) {
  Address address;
  if (ParseAddress(options.destination, &address) == Fault::kNone) {
    question->tuple.remote = address;
  } else if (!ReadName(options.destination, question)) {
    return false;
  }
  if (!options.name.empty() && !ReadName(options.name, question)) return false;
  if (!options.local.empty()) {
    if (const Fault fault = ParseAddress(options.local, &address); fault != Fault::kNone) {
      return Fail(absl::StrCat("--local ", options.local, ": ", FaultText(fault)));
    }
    question->tuple.local = address;
  }
  if (!ReadService(options, question)) return false;
  question->tuple.direction = options.inbound ? Direction::kIn : Direction::kOut;
  question->text = absl::StrCat(
      question->tuple.remote.has_value() ? question->tuple.remote->ToString() : question->name,
      question->tuple.remote.has_value() && question->tuple.name.has_value()
          ? absl::StrCat(" (", question->name, ")") : "",
      " ", absl::AsciiStrToLower(options.protocol), options.port.empty() ? "" : " ", options.port,
      options.inbound ? ", inbound" : ", outbound");
  return true;
}

std::string SourcesOf(const Rule& rule) {
  return absl::StrJoin(rule.sources, ", ", [](std::string* out, const Source& source) {
    absl::StrAppend(out, source.ToString());
  });
}

// "kudo, mandatory, region us".
std::string AboutRule(const Rule& rule) {
  std::vector<std::string> parts;
  if (!rule.vendor.empty()) parts.push_back(rule.vendor);
  if (!rule.service.empty()) parts.push_back(rule.service);
  if (rule.require != Require::kUnstated) parts.push_back(RequireName(rule.require));
  if (!rule.region.empty()) parts.push_back(absl::StrCat("region ", rule.region));
  if (!rule.profile.empty()) parts.push_back(absl::StrCat("profile ", rule.profile));
  if (!rule.condition.empty()) parts.push_back(absl::StrCat("if ", rule.condition));
  if (!rule.app.empty()) parts.push_back(rule.app);
  return absl::StrJoin(parts, ", ");
}

void PrintRule(size_t id, const Rule& rule) {
  std::printf("  rule %zu  %s", id, RuleHead(rule).c_str());
  const std::string about = AboutRule(rule);
  if (!about.empty()) std::printf("  (%s)", about.c_str());
  const std::string sources = SourcesOf(rule);
  if (!sources.empty()) std::printf("  %s", sources.c_str());
  std::printf("\n");
}

const char* ReasonText(Reason reason) {
  switch (reason) {
    case Reason::kInvalid: return "it cannot be read";
    case Reason::kDenyRule: return "a deny rule matches, and deny overrides allow";
    case Reason::kAllowRule: return "an allow rule matches and no deny rule does";
    case Reason::kWrongService: return "the destination is listed, this protocol or port is not";
    case Reason::kNameNeeded:
      return "no address rule lists it, and only a name could tell whether a name rule does";
    case Reason::kNoRule: return "no rule lists the destination";
  }
  return "";
}

// Ids of the active rules that match, the primary one first.
std::vector<size_t> MatchingRules(const LoadedPolicy& loaded, const Tuple& tuple) {
  struct Found {
    size_t id;
    Destination by;
  };
  const std::vector<Rule>& rules = loaded.policy.rules;
  std::vector<Found> found;
  for (size_t id = 0; id < rules.size(); ++id) {
    if (!loaded.active[id]) continue;
    const RuleMatch match = MatchRule(rules[id], tuple, loaded.options.self);
    if (match.All()) found.push_back({id, *match.by});
  }
  std::stable_sort(found.begin(), found.end(), [&](const Found& a, const Found& b) {
    const bool a_denies = rules[a.id].action == Action::kDeny;
    const bool b_denies = rules[b.id].action == Action::kDeny;
    if (a_denies != b_denies) return a_denies;
    return IsMoreSpecific(rules[a.id], a.by, rules[b.id], b.by);
  });
  std::vector<size_t> ids;
  for (const Found& one : found) ids.push_back(one.id);
  return ids;
}

void Print(const Question& question, const Verdict& verdict, const LoadedPolicy& loaded) {
  std::printf("%s\n", question.text.c_str());
  std::printf("%s: %s", DecisionName(verdict.decision()), ReasonText(verdict.reason()));
  if (verdict.basis() != Basis::kNone) std::printf(" (basis: %s)", BasisName(verdict.basis()));
  std::printf("\n");
  const std::vector<Rule>& rules = loaded.policy.rules;
  const std::vector<size_t> matching = MatchingRules(loaded, question.tuple);
  const bool ruled = verdict.reason() == Reason::kAllowRule || verdict.reason() == Reason::kDenyRule;
  if (ruled && verdict.rule() < rules.size()) {
    std::printf("\nprimary rule\n");
    PrintRule(verdict.rule(), rules[verdict.rule()]);
  }
  if (matching.size() > 1) {
    std::printf("\nall matching rules, the most specific first\n");
    for (const size_t id : matching) PrintRule(id, rules[id]);
  }
  const std::vector<std::string> misses = NearMisses(question.tuple, verdict, loaded);
  if (!misses.empty()) {
    std::printf("\n%s\n", ruled ? "see also" : "near misses");
    for (const std::string& miss : misses) std::printf("  %s\n", miss.c_str());
  }
}

int Explain(const ExplainOptions& options) {
  Question question;
  if (!ReadQuestion(options, &question)) return 2;
  absl::StatusOr<LoadedPolicy> loaded = LoadPolicy(options.policy);
  if (!loaded.ok()) {
    std::fprintf(stderr, "%s\n", std::string(loaded.status().message()).c_str());
    return 2;
  }
  const Verdict verdict = Matcher(&loaded->database).Classify(question.tuple);
  Print(question, verdict, *loaded);
  return verdict.decision() == Decision::kAllow ? 0 : 1;
}

}  // namespace

void AddExplain(CLI::App* app, int* exit_code) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* explain = app->add_subcommand(
      "explain",
      "Why does a flow get its verdict?\n\n"
      "  allowmatch explain 3.7.161.50 tcp 443\n"
      "  allowmatch explain x-turn.newrow.com udp 80\n"
      "  allowmatch explain 3.7.161.50 tcp 443 --name live.kudoway.com\n"
      "  allowmatch explain 185.62.213.65 udp 3478 --in --local 198.51.100.4\n\n"
      "Exit: 0 allow, 1 deny or undecided, 2 error.\n");
  explain->add_option("destination", options->destination, "address or name of the remote end")
      ->required();
  explain->add_option("protocol", options->protocol, "tcp, udp, icmp or a number")->required();
  explain->add_option("port", options->port, "destination port");
  explain->add_option("--name", options->name, "the name of the remote end, beside its address");
  explain->add_option("--local", options->local, "the inside address of an inbound flow");
  explain->add_flag("--in", options->inbound, "the flow comes in");
  options->policy.AddTo(explain);
  explain->callback([options, exit_code] { *exit_code = Explain(*options); });
}

}  // namespace allowmatch
