#include "loaders/page_words.h"

#include <algorithm>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace allowmatch {
namespace {

bool IsLetterOrDigit(char c) {
  return absl::ascii_isalnum(c) || static_cast<unsigned char>(c) > 0x7f;
}

bool HasAny(absl::string_view text, std::initializer_list<absl::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [text](absl::string_view phrase) { return HasPhrase(text, phrase); });
}

template <typename Value>
struct Entry {
  absl::string_view phrase;
  Value value;
};

// The entry whose phrase comes first in the text; of equals, the longest.
template <typename Value, size_t n>
const Entry<Value>* FirstOf(const Entry<Value> (&table)[n], absl::string_view text,
                            PagePhrase* where) {
  const Entry<Value>* best = nullptr;
  PagePhrase best_at;
  for (const Entry<Value>& entry : table) {
    PagePhrase at;
    if (!HasPhrase(text, entry.phrase, &at)) continue;
    if (best == nullptr || at.begin < best_at.begin ||
        (at.begin == best_at.begin && at.end > best_at.end)) {
      best = &entry;
      best_at = at;
    }
  }
  if (best != nullptr && where != nullptr) *where = best_at;
  return best;
}

const Entry<Require> kRequireWords[] = {
    {"not required", Require::kOptional},
    {"not mandatory", Require::kOptional},
    {"optional", Require::kOptional},
    {"optionally", Require::kOptional},
    {"recommended", Require::kRecommended},
    {"recommend", Require::kRecommended},
    {"recommends", Require::kRecommended},
    {"preferred", Require::kRecommended},
    {"empfohlen", Require::kRecommended},
    {"conditional", Require::kConditional},
    {"required for region", Require::kConditional},
    {"required for", Require::kConditional},
    {"required if", Require::kConditional},
    {"required when", Require::kConditional},
    {"mandatory if", Require::kConditional},
    {"mandatory for", Require::kConditional},
    {"mandatory when", Require::kConditional},
    {"only if", Require::kConditional},
    {"only when", Require::kConditional},
    {"only for", Require::kConditional},
    {"only needed if", Require::kConditional},
    {"if needed", Require::kConditional},
    {"mandatory", Require::kMandatory},
    {"required", Require::kMandatory},
    {"must", Require::kMandatory},
    {"need to", Require::kMandatory},
    {"needs to", Require::kMandatory},
    {"necessary", Require::kMandatory},
    {"obligatory", Require::kMandatory},
    {"erforderlich", Require::kMandatory},
    {"pflicht", Require::kMandatory},
    {"obligatoire", Require::kMandatory},
    {"obligatorio", Require::kMandatory},
    {"obbligatorio", Require::kMandatory},
    {"facultatif", Require::kOptional},
    {"opcional", Require::kOptional},
    {"opzionale", Require::kOptional},
    {"nicht erforderlich", Require::kOptional},
    {"recommand\xc3\xa9", Require::kRecommended},
    {"recomendado", Require::kRecommended},
};

const Entry<RuleDirection> kDirectionWords[] = {
    {"bi-directional", RuleDirection::kBoth},
    {"bidirectional", RuleDirection::kBoth},
    {"two-way", RuleDirection::kBoth},
    {"both directions", RuleDirection::kBoth},
    {"inbound and outbound", RuleDirection::kBoth},
    {"outbound and inbound", RuleDirection::kBoth},
    {"inbound & outbound", RuleDirection::kBoth},
    {"outbound & inbound", RuleDirection::kBoth},
    {"inbound/outbound", RuleDirection::kBoth},
    {"outbound/inbound", RuleDirection::kBoth},
    {"incoming and outgoing", RuleDirection::kBoth},
    {"outgoing and incoming", RuleDirection::kBoth},
    {"in/out", RuleDirection::kBoth},
    {"in and out", RuleDirection::kBoth},
    {"duplex", RuleDirection::kBoth},
    {"outbound", RuleDirection::kOut},
    {"outgoing", RuleDirection::kOut},
    {"egress", RuleDirection::kOut},
    {"inbound", RuleDirection::kIn},
    {"incoming", RuleDirection::kIn},
    {"ingress", RuleDirection::kIn},
    {"ausgehend", RuleDirection::kOut},
    {"ausgehende", RuleDirection::kOut},
    {"eingehend", RuleDirection::kIn},
    {"eingehende", RuleDirection::kIn},
    {"sortant", RuleDirection::kOut},
    {"sortants", RuleDirection::kOut},
    {"entrant", RuleDirection::kIn},
    {"entrants", RuleDirection::kIn},
    {"saliente", RuleDirection::kOut},
    {"salientes", RuleDirection::kOut},
    {"entrante", RuleDirection::kIn},
    {"entrantes", RuleDirection::kIn},
    {"in uscita", RuleDirection::kOut},
    {"in entrata", RuleDirection::kIn},
};

// Only words that name a place without doubt; codes such as "us" are read in
// upper case alone, see FindRegion.
const Entry<absl::string_view> kRegionWords[] = {
    {"people's republic of china", "cn"}, {"mainland china", "cn"}, {"china", "cn"},
    {"chinese", "cn"},
    {"united states", "us"}, {"usa", "us"}, {"u.s.", "us"}, {"american", "us"},
    {"europe", "eu"}, {"european", "eu"}, {"european union", "eu"},
    {"canada", "ca"}, {"canadian", "ca"},
    {"southern africa", "za"}, {"south africa", "za"}, {"south african", "za"},
    {"australia", "au"}, {"australian", "au"},
    {"united kingdom", "gb"}, {"great britain", "gb"},
    {"germany", "de"}, {"german", "de"}, {"france", "fr"}, {"french", "fr"},
    {"netherlands", "nl"}, {"ireland", "ie"}, {"italy", "it"}, {"spain", "es"},
    {"sweden", "se"}, {"norway", "no"}, {"switzerland", "ch"},
    {"india", "in"}, {"indian", "in"}, {"japan", "jp"}, {"japanese", "jp"},
    {"singapore", "sg"}, {"hong kong", "hk"}, {"south korea", "kr"}, {"korea", "kr"},
    {"brazil", "br"}, {"brazilian", "br"}, {"mexico", "mx"}, {"russia", "ru"},
    {"saudi arabia", "sa"}, {"united arab emirates", "ae"}, {"uae", "ae"}, {"israel", "il"},
    {"turkey", "tr"}, {"new zealand", "nz"}, {"indonesia", "id"}, {"taiwan", "tw"},
    {"apac", "apac"}, {"asia pacific", "apac"}, {"asia-pacific", "apac"}, {"asia", "asia"},
    {"emea", "emea"}, {"latam", "latam"}, {"latin america", "latam"},
    {"south america", "latam"}, {"north america", "na"}, {"middle east", "me"},
    {"africa", "africa"}, {"americas", "americas"},
    {"global", "global"}, {"worldwide", "global"}, {"all regions", "global"},
    {"international", "global"},
};
const Entry<absl::string_view> kRegionCodes[] = {
    {"US", "us"}, {"EU", "eu"}, {"UK", "gb"}, {"CA", "ca"}, {"CN", "cn"}, {"AU", "au"},
    {"ZA", "za"}, {"JP", "jp"}, {"SG", "sg"}, {"BR", "br"}, {"DE", "de"}, {"FR", "fr"},
};

bool InCode(absl::string_view text, absl::string_view code, PagePhrase* where) {
  size_t at = 0;
  while ((at = text.find(code, at)) != absl::string_view::npos) {
    const bool left = at == 0 || !IsLetterOrDigit(text[at - 1]);
    const size_t end = at + code.size();
    if (left && (end == text.size() || !IsLetterOrDigit(text[end]))) {
      if (where != nullptr) *where = {at, end};
      return true;
    }
    ++at;
  }
  return false;
}

// "When installing behind a firewall" is why anybody reads the page, and no
// condition on its rules.
bool IsPlainSituation(absl::string_view clause) {
  return HasAny(clause, {"firewall", "firewalls", "vpn", "proxy", "installing", "possible",
                         "necessary", "your network", "your organization", "your company"});
}

}  // namespace

bool HasPhrase(absl::string_view text, absl::string_view phrase, PagePhrase* where) {
  if (phrase.empty() || text.size() < phrase.size()) return false;
  const char first = absl::ascii_tolower(static_cast<unsigned char>(phrase[0]));
  for (size_t at = 0; at + phrase.size() <= text.size(); ++at) {
    if (absl::ascii_tolower(static_cast<unsigned char>(text[at])) != first) continue;
    if (at > 0 && IsLetterOrDigit(text[at - 1])) continue;
    const size_t end = at + phrase.size();
    if (end < text.size() && IsLetterOrDigit(text[end]) && IsLetterOrDigit(phrase.back())) continue;
    if (!absl::EqualsIgnoreCase(text.substr(at, phrase.size()), phrase)) continue;
    if (where != nullptr) *where = {at, end};
    return true;
  }
  return false;
}

Require FindRequire(absl::string_view text, bool column, PagePhrase* where) {
  if (const auto* entry = FirstOf(kRequireWords, text, where)) return entry->value;
  if (!column) return Require::kUnstated;
  for (const absl::string_view yes : {"yes", "ja", "oui", "s\xc3\xad", "s\xc3\xac", "sim"}) {
    if (HasPhrase(text, yes, where)) return Require::kMandatory;
  }
  for (const absl::string_view no : {"no", "nein", "non", "n\xc3\xa3o"}) {
    if (HasPhrase(text, no, where)) return Require::kOptional;
  }
  return Require::kUnstated;
}

Require WeakerRequire(Require a, Require b) {
  if (a == Require::kUnstated) return b;
  if (b == Require::kUnstated) return a;
  const auto strength = [](Require r) {
    switch (r) {
      case Require::kMandatory: return 3;
      case Require::kConditional: return 2;
      case Require::kRecommended: return 1;
      default: return 0;
    }
  };
  return strength(a) < strength(b) ? a : b;
}

std::optional<RuleDirection> FindDirection(absl::string_view text, PagePhrase* where) {
  const auto* entry = FirstOf(kDirectionWords, text, where);
  if (entry == nullptr) return std::nullopt;
  if (entry->value == RuleDirection::kBoth) return entry->value;
  // "outbound ... and inbound": both words, however far apart.
  const bool out = HasAny(text, {"outbound", "outgoing", "egress"});
  const bool in = HasAny(text, {"inbound", "incoming", "ingress"});
  return out && in ? RuleDirection::kBoth : entry->value;
}

std::string FindRegion(absl::string_view text, PagePhrase* where) {
  if (const auto* entry = FirstOf(kRegionWords, text, where)) return std::string(entry->value);
  for (const auto& entry : kRegionCodes) {
    if (InCode(text, entry.phrase, where)) return std::string(entry.value);
  }
  return "";
}

size_t RegionPrefix(absl::string_view text) {
  size_t longest = 0;
  for (const auto& entry : kRegionWords) {
    if (absl::StartsWithIgnoreCase(text, entry.phrase)) longest = std::max(longest, entry.phrase.size());
  }
  for (const auto& entry : kRegionCodes) {
    if (absl::StartsWith(text, entry.phrase)) longest = std::max(longest, entry.phrase.size());
  }
  return longest;
}

std::string FindCondition(absl::string_view text) {
  static constexpr absl::string_view kOpenings[] = {"if ", "when ", "only if ", "only when ",
                                                    "only for ", "unless ", "in case "};
  // In brackets, or as the beginning of the text.
  std::vector<absl::string_view> places = {absl::StripAsciiWhitespace(text)};
  for (size_t open = text.find('('); open != absl::string_view::npos && places.size() < 8;
       open = text.find('(', open + 1)) {
    places.push_back(text.substr(open + 1, std::min(text.find(')', open), text.size()) - open - 1));
  }
  for (const absl::string_view place : places) {
    PagePhrase at;
    for (const absl::string_view opening : kOpenings) {
      const bool leads = absl::StartsWithIgnoreCase(place, opening);
      const bool after_require =
          HasPhrase(place, absl::StrCat("mandatory ", absl::StripTrailingAsciiWhitespace(opening)), &at) ||
          HasPhrase(place, absl::StrCat("required ", absl::StripTrailingAsciiWhitespace(opening)), &at) ||
          HasPhrase(place, absl::StrCat("needed ", absl::StripTrailingAsciiWhitespace(opening)), &at);
      if (!leads && !after_require) continue;
      absl::string_view clause = place.substr(leads ? opening.size() : at.end);
      clause = clause.substr(0, clause.find_first_of(leads ? ",:(;" : ":(;)"));
      if (IsPlainSituation(clause)) continue;
      if (absl::StartsWith(opening, "only for") && leads) return absl::StrCat("for ", clause);
      return std::string(absl::StripAsciiWhitespace(clause));
    }
  }
  return "";
}

PageAttributes FindAttributes(absl::string_view text) {
  PageAttributes attributes;
  attributes.require = FindRequire(text, false);
  attributes.direction = FindDirection(text);
  attributes.region = FindRegion(text);
  attributes.condition = FindCondition(text);
  if (!attributes.condition.empty() && attributes.require != Require::kOptional &&
      attributes.require != Require::kRecommended) {
    attributes.require = Require::kConditional;
  }
  return attributes;
}

bool IsNegativeRemark(absl::string_view text) {
  return HasAny(text, {"no longer", "deprecated", "retired", "decommissioned", "obsolete",
                       "discontinued", "removed", "please remove", "will be removed", "must not",
                       "do not allow", "do not open", "must be closed", "should be closed",
                       "can be closed", "closed", "not used", "unused", "out of service",
                       "do not use", "end of life", "to be removed", "nicht mehr", "veraltet",
                       "entfernt", "ne sont plus", "n'est plus", "plus utilis\xc3\xa9", "obsol\xc3\xa8te",
                       "ya no se", "obsoleto", "non pi\xc3\xb9", "n\xc3\xa3o s\xc3\xa3o mais",
                       "must never", "not be reachable", "never be open"});
}

absl::string_view WithoutSituation(absl::string_view sentence) {
  const absl::string_view text = absl::StripAsciiWhitespace(sentence);
  for (const absl::string_view opening : {"if ", "when ", "in case ", "where "}) {
    if (!absl::StartsWithIgnoreCase(text, opening)) continue;
    const size_t comma = text.find(", ");
    if (comma != absl::string_view::npos) return text.substr(comma + 2);
  }
  return text;
}

bool SpeaksOfAll(absl::string_view sentence) {
  return HasAny(sentence, {"everything", "all traffic", "all connections", "all communication",
                           "all regions", "same ports", "all hosts", "all servers", "all services"});
}

bool LeadsToPage(absl::string_view sentence) {
  return HasAny(sentence, {"browser", "visit", "go to", "download", "read", "see", "ticket",
                           "log in to", "sign in to", "for more information", "learn more",
                           "click", "article"});
}

bool SpeaksOfFallback(absl::string_view sentence) {
  return HasAny(sentence, {"fall back", "falls back", "fallback", "falling back", "otherwise",
                           "as a backup", "instead"});
}

bool SpeaksOfTraffic(absl::string_view sentence) {
  return HasAny(sentence, {"connect", "connects", "connection", "connections", "traffic", "uses", "use",
                           "used", "requests", "communicates", "communication", "sent", "sends",
                           "reach", "runs over", "via", "delivered", "over"});
}

bool IsNegative(absl::string_view sentence) {
  if (HasAny(sentence, {"not be blocked", "not blocked", "never be blocked", "do not block",
                        "not block", "not be closed", "isn't blocked", "aren't blocked",
                        "don't block", "unblock"})) {
    return false;
  }
  return IsNegativeRemark(sentence) ||
         HasAny(sentence, {"criminals", "phishing", "scam", "never", "any more", "anymore", "remove", "delete", "block", "blocked", "blocklist", "denylist", "deny",
                           "close", "should not", "don't", "do not", "formerly",
                           "previously used", "older ip", "old ip", "old ranges", "prevent",
                           "forbidden", "prohibited", "disallow", "not supported"});
}

bool IsBesidesHeading(absl::string_view text) {
  return HasAny(text, {"troubleshoot", "troubleshooting", "testing", "test your", "test the",
                       "common errors", "error codes", "known issues", "example", "examples",
                       "comments", "related articles", "related links", "see also", "references",
                       "further reading", "contact us", "feedback", "changelog", "change log",
                       "release notes", "revision history", "was this helpful", "table of contents",
                       "error", "errors", "frequently asked questions", "faq", "known problems"});
}

bool IsAlternative(absl::string_view text) {
  return OpensAlternative(text) || HasAny(text, {"alternative", "alternatively"});
}

bool OpensAlternative(absl::string_view sentence) {
  const absl::string_view text = sentence;
  return absl::StartsWithIgnoreCase(absl::StripAsciiWhitespace(text), "alternatively") ||
         HasAny(text, {"as an alternative", "instead, you can", "cannot use wildcards",
                       "cannot use names", "if wildcards are not", "if wildcard", "doesn't allow wildcard",
                       "does not allow wildcard", "don't allow wildcard", "not support wildcard",
                       "doesn't support wildcard", "cannot use wildcards", "can't use wildcards",
                       "wildcards are not", "wildcards cannot", "wildcard entries are not",
                       "narrow it down", "narrow down"});
}

bool IsNumberedOption(absl::string_view text, std::string* name) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(absl::StripAsciiWhitespace(text), absl::ByAnyChar(" :.-)("), absl::SkipEmpty());
  if (words.size() < 2) return false;
  if (!absl::EqualsIgnoreCase(words[0], "option") && !absl::EqualsIgnoreCase(words[0], "method") &&
      !absl::EqualsIgnoreCase(words[0], "choice") && !absl::EqualsIgnoreCase(words[0], "variant")) {
    return false;
  }
  if (words[1].size() > 2 || !absl::ascii_isalnum(words[1][0])) return false;
  *name = absl::AsciiStrToLower(absl::StrCat(words[0], "-", words[1]));
  return true;
}

bool AsksToAllow(absl::string_view text) {
  return HasAny(text, {"allow", "allows", "allowed", "allowing", "whitelist", "whitelisted",
                       "whitelisting", "white-listed", "allowlist", "allowlisted", "allow-list",
                       "permit", "permitted", "open", "opened", "unblock", "not blocked",
                       "reachable", "access to", "add these", "need access", "unrestricted",
                       "accessible", "resolves to all", "let through", "enable", "accept",
                       "freigeben", "freigegeben", "erlauben", "zulassen", "autoriser", "autorisez",
                       "ouvrir", "permettre", "permitir", "abrir", "consentire", "aprire"});
}

bool SaysAddressesChange(absl::string_view sentence) {
  return HasAny(sentence, {"fixed ip addresses", "fixed ip", "static ip addresses", "dynamic ip",
                           "addresses dynamically", "guarantee the exact", "subject to change"});
}

bool SaysAllTraffic(absl::string_view text) {
  return HasAny(text, {"all traffic", "any traffic", "all ports", "any port", "all services"}) &&
         !HasAny(text, {"to all traffic"});
}

bool SpeaksOfOwnServer(absl::string_view text) {
  return HasAny(text, {"your server", "your own server", "your instance", "self-hosted",
                       "self-hosting", "self hosted", "installing", "installation", "install",
                       "on the server", "on your server", "on-premises", "on-premise", "ufw",
                       "forward ports", "port forwarding", "listen on", "the server", "deploy",
                       "deployment", "docker", "instance", "incoming"});
}

bool NamesReadersSide(absl::string_view text) {
  return HasAny(text, {"your", "client", "clients", "user", "users", "internal", "local", "lan",
                       "customer", "browser", "browsers", "device", "devices", "sbc", "on-premises",
                       "endpoint", "endpoints", "workstation", "desktop", "pc", "phones", "phone",
                       "instance", "instances", "self", "appliance", "gateway"});
}

int FindBackReference(absl::string_view text, PagePhrase* where) {
  for (const absl::string_view noun : {"ranges", "range", "addresses", "networks", "subnets", "hosts",
                                       "domains", "urls", "list", "ips", "prefixes", "servers"}) {
    for (const absl::string_view place : {"listed below", "below", "listed above", "stated above",
                                          "above", "mentioned above", "mentioned below"}) {
      PagePhrase at;
      if (!HasPhrase(text, absl::StrCat(noun, " ", place), &at)) continue;
      // "IP ranges listed below": the noun's adjective belongs to it.
      while (at.begin > 3 && absl::EqualsIgnoreCase(text.substr(at.begin - 3, 3), "ip ")) at.begin -= 3;
      if (where != nullptr) *where = at;
      return absl::StrContains(place, "below") ? 1 : -1;
    }
  }
  return 0;
}

bool IsAnyWord(absl::string_view cell) {
  const std::string text = absl::AsciiStrToLower(absl::StripAsciiWhitespace(cell));
  return text == "any" || text == "all" || text == "*" || text == "anywhere" || text == "everything" ||
         text == "any host" || text == "internet" || text == "any ip" || text == "alle" ||
         text == "0.0.0.0/0";
}

bool FindAnyWord(absl::string_view text, PagePhrase* where) {
  // In a line of cells the word must be capitalised, as a cell of its own is.
  return InCode(text, "Any", where) || InCode(text, "ANY", where) || InCode(text, "Anywhere", where);
}

int CountWords(absl::string_view text) {
  int words = 0;
  bool inside = false;
  for (const char c : text) {
    const bool letter = IsLetterOrDigit(c) || c == '\'';
    if (letter && !inside) ++words;
    inside = letter;
  }
  return words;
}

}  // namespace allowmatch
