// The words of a rule: actions, directions, requirements, protocols, ports.

#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rules/field.h"
#include "rules/nearest_word.h"
#include "rules/quoting.h"

namespace allowmatch {
namespace {

// A word of the grammar, or one that other firewalls use for it.
template <typename Value>
struct Word {
  const char* text;
  Value value;
};

constexpr Word<Action> kActions[] = {{"allow", Action::kAllow}, {"deny", Action::kDeny}};

constexpr Word<const char*> kActionSynonyms[] = {
    {"permit", "allow"}, {"accept", "allow"}, {"pass", "allow"},  {"permitted", "allow"},
    {"block", "deny"},   {"drop", "deny"},    {"reject", "deny"}, {"forbid", "deny"},
};

constexpr Word<RuleDirection> kDirections[] = {
    {"out", RuleDirection::kOut}, {"in", RuleDirection::kIn}, {"both", RuleDirection::kBoth}};

constexpr Word<const char*> kDirectionSynonyms[] = {
    {"outbound", "out"}, {"outgoing", "out"}, {"egress", "out"},         {"output", "out"},
    {"inbound", "in"},   {"incoming", "in"},  {"ingress", "in"},         {"input", "in"},
    {"any", "both"},     {"inout", "both"},   {"bidirectional", "both"}, {"bi-directional", "both"},
};

constexpr Word<Require> kRequires[] = {{"mandatory", Require::kMandatory},
                                       {"recommended", Require::kRecommended},
                                       {"optional", Require::kOptional},
                                       {"conditional", Require::kConditional}};

constexpr Word<const char*> kRequireSynonyms[] = {
    {"required", "mandatory"}, {"yes", "mandatory"}, {"must", "mandatory"}, {"no", "optional"}};

constexpr absl::string_view kProtocolWords[] = {"tcp", "udp", "icmp", "any", "tls", "websocket"};

constexpr Word<const char*> kProtocolSynonyms[] = {
    {"tcp/udp", "one rule for tcp and one for udp"},
    {"tcp,udp", "one rule for tcp and one for udp"},
    {"udp/tcp", "one rule for tcp and one for udp"},
    {"http", "tcp 80"},
    {"https", "tcp 443"},
    {"quic", "udp 443"},
    {"wss", "websocket 443"},
    {"ssl", "tls"},
    {"tcp4", "tcp"},
    {"tcp6", "tcp"},
    {"udp4", "udp"},
    {"udp6", "udp"},
    {"icmpv6", "icmp, which is both 1 and 58, or 58"},
    {"ip", "any"},
    {"all", "any"},
    {"*", "any"},
    {"gre", "47"},
    {"esp", "50"},
    {"ah", "51"},
    {"sctp", "132"},
};

template <typename Value, size_t N>
const Value* FindWord(absl::string_view text, const Word<Value> (&words)[N]) {
  for (const Word<Value>& word : words) {
    if (absl::EqualsIgnoreCase(text, word.text)) return &word.value;
  }
  return nullptr;
}

std::string WriteHint(absl::string_view word) {
  return word.empty() ? "" : absl::StrCat("write ", word);
}

std::string DidYouMean(absl::string_view text, const std::vector<absl::string_view>& words) {
  const absl::string_view nearest = NearestWord(text, words);
  return nearest.empty() ? "" : absl::StrCat("did you mean ", nearest, "?");
}

// A word from a closed list.
template <typename Value, size_t N, size_t M>
bool ReadWord(absl::string_view text, const Word<Value> (&words)[N],
              const Word<const char*> (&synonyms)[M], const char* code, const char* what,
              Value* value, Problem* problem) {
  if (const Value* found = FindWord(text, words)) {
    *value = *found;
    return true;
  }
  std::vector<absl::string_view> known;
  for (const Word<Value>& word : words) known.push_back(word.text);
  const char* const* synonym = FindWord(text, synonyms);
  *problem = {code, absl::StrCat(ShowText(text), " is not ", what),
              synonym != nullptr ? WriteHint(*synonym) : DidYouMean(text, known)};
  return false;
}

std::string ProtocolHint(absl::string_view text) {
  if (const char* const* synonym = FindWord(text, kProtocolSynonyms)) return WriteHint(*synonym);
  return DidYouMean(text, {std::begin(kProtocolWords), std::end(kProtocolWords)});
}

std::string PortHint(absl::string_view text, Fault fault) {
  if (fault == Fault::kPortReversed) {
    const size_t dash = text.find('-');
    return absl::StrCat("write ", text.substr(dash + 1), "-", text.substr(0, dash));
  }
  if (text == "*" || absl::EqualsIgnoreCase(text, "all")) return "write any";
  if (absl::EqualsIgnoreCase(text, "https")) return "write 443";
  if (absl::EqualsIgnoreCase(text, "http")) return "write 80";
  if (absl::StrContains(text, ":")) return "a range is written with a dash: 8801-8810";
  return "";
}

}  // namespace

bool ReadAction(absl::string_view text, Action* action, Problem* problem) {
  return ReadWord(text, kActions, kActionSynonyms, "bad_action", "allow or deny", action, problem);
}

bool ReadDirection(absl::string_view text, RuleDirection* direction, Problem* problem) {
  return ReadWord(text, kDirections, kDirectionSynonyms, "bad_direction", "out, in or both",
                  direction, problem);
}

bool ReadRequire(absl::string_view text, Require* require, Problem* problem) {
  return ReadWord(text, kRequires, kRequireSynonyms, "bad_require",
                  "mandatory, recommended, optional or conditional", require, problem);
}

bool ReadProtocol(absl::string_view text, Protocol* protocol, std::string* app, Problem* problem) {
  for (const absl::string_view layer : {"tls", "websocket"}) {
    if (!absl::EqualsIgnoreCase(text, layer)) continue;
    *protocol = Protocol::Tcp();
    *app = std::string(layer);
    return true;
  }
  const Fault fault = ParseProtocol(text, protocol);
  if (fault == Fault::kNone) return true;
  *problem = FaultProblem(fault, text, ProtocolHint(text));
  return false;
}

bool ReadPortRange(absl::string_view text, PortRange* range, Problem* problem) {
  const Fault fault = ParsePortRange(text, range);
  if (fault == Fault::kNone) return true;
  *problem = FaultProblem(fault, text, PortHint(text, fault));
  return false;
}

}  // namespace allowmatch
