// A rule: who may be reached, over what, and where that is written.

#ifndef ALLOWMATCH_RULES_RULE_H_
#define ALLOWMATCH_RULES_RULE_H_

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "matcher/pattern.h"
#include "matcher/range.h"
#include "matcher/service.h"

namespace allowmatch {

enum class Action : uint8_t { kAllow, kDeny };
enum class RuleDirection : uint8_t { kOut, kIn, kBoth };
enum class Require : uint8_t { kUnstated, kMandatory, kRecommended, kOptional, kConditional };

// Every address and every name.
struct AnyDestination {
  friend bool operator==(const AnyDestination&, const AnyDestination&) { return true; }
  friend bool operator<(const AnyDestination&, const AnyDestination&) { return false; }
};

// The user's own server; its addresses are given when the policy is compiled.
struct SelfDestination {
  friend bool operator==(const SelfDestination&, const SelfDestination&) { return true; }
  friend bool operator<(const SelfDestination&, const SelfDestination&) { return false; }
};

// A service of a vendor's machine-readable feed: @aws:CHIME_MEETINGS@us-east-1.
// It matches nothing until the feed is loaded.
struct FeedReference {
  std::string text;  // without the leading @: "aws:CHIME_MEETINGS@us-east-1"
  friend bool operator==(const FeedReference& a, const FeedReference& b) {
    return a.text == b.text;
  }
  friend bool operator<(const FeedReference& a, const FeedReference& b) { return a.text < b.text; }
};

// In canonical order.
using Destination =
    std::variant<AnyDestination, SelfDestination, AddressRange, Pattern, FeedReference>;

std::string DestinationToString(const Destination& destination);

// Whether `text` means something else than a name where a destination is expected; such
// a name of one label is written with its final dot.
bool IsGrammarWord(absl::string_view text);

struct Source {
  std::string file;
  int line = 0;  // 0 if the file alone is known

  std::string ToString() const;  // "kudo.txt:5"
  friend bool operator==(const Source& a, const Source& b) {
    return a.line == b.line && a.file == b.file;
  }
  friend bool operator<(const Source& a, const Source& b) {
    return a.file != b.file ? a.file < b.file : a.line < b.line;
  }
};

// A regular value. Attributes that were not given are empty.
struct Rule {
  Action action = Action::kAllow;
  RuleDirection direction = RuleDirection::kOut;
  Protocol protocol;
  PortSet ports;                  // destination ports
  std::vector<Destination> to;    // sorted, unique, never empty
  std::vector<Destination> from;  // the remote of an `in` rule; empty is any

  Require require = Require::kUnstated;
  PortSet source_ports;  // sport=; kept and exported, no part of the verdict
  std::string vendor;
  std::string service;
  std::string region;  // canonical: us, eu, ca, cn, za, ..., global, or a feed's own
  std::string profile;
  std::string condition;
  std::string app;  // tls, websocket
  std::map<std::string, std::string> other;  // any other key=value; the loader's own are
                                             // choice= (1 is the page's first profile)

  std::vector<std::string> inferred;  // what a loader had to infer, in its words
  std::vector<Source> sources;        // sorted, unique
  std::string dated;                  // the date that the source gives itself, as 2022-10-31

  // Sorts and dedups the lists; an `any` swallows the other destinations.
  void Normalize();

  // `same` says the same thing: its sources are added, and what only one of them had to
  // infer is not inferred. Both are normalized, and this one may have to be again.
  void UniteWith(Rule same);

  // Everything but `sources`, `inferred` and `dated`, as one line of .rules text: two
  // rules say the same thing if and only if these are equal. Expects a
  // normalized rule.
  std::string CanonicalText() const;

  // A stable 64-bit hash (FNV-1a) of CanonicalText().
  uint64_t ContentHash() const;
  // The hash of a text, or of one that goes on after a part whose hash is `begun`.
  static uint64_t HashOfText(absl::string_view canonical, uint64_t begun = 0xcbf29ce484222325u);

  // The list that holds the vendor's end: `to` of an out rule, `from` of an in
  // rule. A `both` rule has its remote in `to` for either direction.
  bool AppliesTo(bool inbound) const {
    return direction == RuleDirection::kBoth || (direction == RuleDirection::kIn) == inbound;
  }
};

const char* ActionName(Action action);                  // "allow", "deny"
const char* RuleDirectionName(RuleDirection direction); // "out", "in", "both"
const char* RequireName(Require require);               // "mandatory", ...; "" if unstated

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_RULE_H_
