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

struct HeaderWord {
  absl::string_view phrase;
  PageColumn column;
  absl::string_view protocol;
};

const HeaderWord kHeaderWords[] = {
    {"protocol", PageColumn::kProtocol, ""},
    {"protocols", PageColumn::kProtocol, ""},
    {"protocol(s)", PageColumn::kProtocol, ""},
    {"transport protocol", PageColumn::kProtocol, ""},
    {"ip protocol", PageColumn::kProtocol, ""},
    {"transport", PageColumn::kProtocol, ""},
    {"type", PageColumn::kProtocol, ""},
    {"traffic", PageColumn::kProtocol, ""},
    {"traffic type", PageColumn::kProtocol, ""},
    {"tcp/udp", PageColumn::kProtocol, ""},
    {"protokoll", PageColumn::kProtocol, ""},
    {"protocole", PageColumn::kProtocol, ""},
    {"protocolo", PageColumn::kProtocol, ""},
    {"port", PageColumn::kPort, ""},
    {"ports", PageColumn::kPort, ""},
    {"port(s)", PageColumn::kPort, ""},
    {"port number", PageColumn::kPort, ""},
    {"port numbers", PageColumn::kPort, ""},
    {"port range", PageColumn::kPort, ""},
    {"port ranges", PageColumn::kPort, ""},
    {"destination port", PageColumn::kPort, ""},
    {"destination ports", PageColumn::kPort, ""},
    {"destination port(s)", PageColumn::kPort, ""},
    {"dest port", PageColumn::kPort, ""},
    {"dst port", PageColumn::kPort, ""},
    {"target port", PageColumn::kPort, ""},
    {"remote port", PageColumn::kPort, ""},
    {"server port", PageColumn::kPort, ""},
    {"protocol/port", PageColumn::kPort, ""},
    {"port/protocol", PageColumn::kPort, ""},
    {"ports/protocols", PageColumn::kPort, ""},
    {"protocols/ports", PageColumn::kPort, ""},
    {"protocol and port", PageColumn::kPort, ""},
    {"ports and protocols", PageColumn::kPort, ""},
    {"protocols and ports", PageColumn::kPort, ""},
    {"puerto", PageColumn::kPort, ""},
    {"puertos", PageColumn::kPort, ""},
    {"tcp port", PageColumn::kPort, "tcp"},
    {"tcp ports", PageColumn::kPort, "tcp"},
    {"tcp port(s)", PageColumn::kPort, "tcp"},
    {"udp port", PageColumn::kPort, "udp"},
    {"udp ports", PageColumn::kPort, "udp"},
    {"udp port(s)", PageColumn::kPort, "udp"},
    {"source port", PageColumn::kSourcePort, ""},
    {"source ports", PageColumn::kSourcePort, ""},
    {"source port(s)", PageColumn::kSourcePort, ""},
    {"src port", PageColumn::kSourcePort, ""},
    {"client port", PageColumn::kSourcePort, ""},
    {"local port", PageColumn::kSourcePort, ""},
    {"host", PageColumn::kHost, ""},
    {"hosts", PageColumn::kHost, ""},
    {"host(s)", PageColumn::kHost, ""},
    {"hostname", PageColumn::kHost, ""},
    {"hostnames", PageColumn::kHost, ""},
    {"host name", PageColumn::kHost, ""},
    {"url", PageColumn::kHost, ""},
    {"urls", PageColumn::kHost, ""},
    {"url(s)", PageColumn::kHost, ""},
    {"domain", PageColumn::kHost, ""},
    {"domains", PageColumn::kHost, ""},
    {"domain(s)", PageColumn::kHost, ""},
    {"domain name", PageColumn::kHost, ""},
    {"domain names", PageColumn::kHost, ""},
    {"dns name", PageColumn::kHost, ""},
    {"fqdn", PageColumn::kHost, ""},
    {"fqdns", PageColumn::kHost, ""},
    {"fqdn(s)", PageColumn::kHost, ""},
    {"server", PageColumn::kHost, ""},
    {"servers", PageColumn::kHost, ""},
    {"endpoint", PageColumn::kHost, ""},
    {"endpoints", PageColumn::kHost, ""},
    {"destination", PageColumn::kAddress, ""},
    {"destinations", PageColumn::kAddress, ""},
    {"destination(s)", PageColumn::kAddress, ""},
    {"destination ip", PageColumn::kAddress, ""},
    {"destination ips", PageColumn::kAddress, ""},
    {"destination address", PageColumn::kAddress, ""},
    {"destination addresses", PageColumn::kAddress, ""},
    {"destination host", PageColumn::kHost, ""},
    {"destination url", PageColumn::kHost, ""},
    {"destination domain", PageColumn::kHost, ""},
    {"target", PageColumn::kAddress, ""},
    {"targets", PageColumn::kAddress, ""},
    {"to", PageColumn::kAddress, ""},
    {"address", PageColumn::kAddress, ""},
    {"addresses", PageColumn::kAddress, ""},
    {"address(es)", PageColumn::kAddress, ""},
    {"ip", PageColumn::kAddress, ""},
    {"ips", PageColumn::kAddress, ""},
    {"ip address", PageColumn::kAddress, ""},
    {"ip addresses", PageColumn::kAddress, ""},
    {"ip address(es)", PageColumn::kAddress, ""},
    {"ip range", PageColumn::kAddress, ""},
    {"ip ranges", PageColumn::kAddress, ""},
    {"ip subnet", PageColumn::kAddress, ""},
    {"ipv4", PageColumn::kAddress, ""},
    {"ipv6", PageColumn::kAddress, ""},
    {"network", PageColumn::kAddress, ""},
    {"networks", PageColumn::kAddress, ""},
    {"subnet", PageColumn::kAddress, ""},
    {"subnets", PageColumn::kAddress, ""},
    {"cidr", PageColumn::kAddress, ""},
    {"cidr block", PageColumn::kAddress, ""},
    {"cidr range", PageColumn::kAddress, ""},
    {"ziel", PageColumn::kAddress, ""},
    {"destino", PageColumn::kAddress, ""},
    {"netmask", PageColumn::kNetmask, ""},
    {"mask", PageColumn::kNetmask, ""},
    {"subnet mask", PageColumn::kNetmask, ""},
    {"network mask", PageColumn::kNetmask, ""},
    {"source", PageColumn::kSource, ""},
    {"sources", PageColumn::kSource, ""},
    {"source ip", PageColumn::kSource, ""},
    {"source address", PageColumn::kSource, ""},
    {"source addresses", PageColumn::kSource, ""},
    {"from", PageColumn::kSource, ""},
    {"client", PageColumn::kSource, ""},
    {"initiator", PageColumn::kSource, ""},
    {"quelle", PageColumn::kSource, ""},
    {"required", PageColumn::kRequire, ""},
    {"required?", PageColumn::kRequire, ""},
    {"erforderlich", PageColumn::kRequire, ""},
    {"pflicht", PageColumn::kRequire, ""},
    {"obligatoire", PageColumn::kRequire, ""},
    {"requis", PageColumn::kRequire, ""},
    {"obligatorio", PageColumn::kRequire, ""},
    {"requirement", PageColumn::kRequire, ""},
    {"mandatory", PageColumn::kRequire, ""},
    {"mandatory?", PageColumn::kRequire, ""},
    {"necessity", PageColumn::kRequire, ""},
    {"importance", PageColumn::kRequire, ""},
    {"status", PageColumn::kRequire, ""},
    {"required/optional", PageColumn::kRequire, ""},
    {"rule", PageColumn::kDirection, ""},
    {"direction", PageColumn::kDirection, ""},
    {"traffic direction", PageColumn::kDirection, ""},
    {"inbound/outbound", PageColumn::kDirection, ""},
    {"richtung", PageColumn::kDirection, ""},
    {"region", PageColumn::kRegion, ""},
    {"regions", PageColumn::kRegion, ""},
    {"location", PageColumn::kRegion, ""},
    {"locations", PageColumn::kRegion, ""},
    {"country", PageColumn::kRegion, ""},
    {"geography", PageColumn::kRegion, ""},
    {"data center", PageColumn::kRegion, ""},
    {"datacenter", PageColumn::kRegion, ""},
    {"environment", PageColumn::kRegion, ""},
    {"service", PageColumn::kService, ""},
    {"services", PageColumn::kService, ""},
    {"service name", PageColumn::kService, ""},
    {"application", PageColumn::kService, ""},
    {"component", PageColumn::kService, ""},
    {"feature", PageColumn::kService, ""},
    {"function", PageColumn::kService, ""},
    {"product", PageColumn::kService, ""},
    {"name", PageColumn::kService, ""},
    {"dienst", PageColumn::kService, ""},
    {"purpose", PageColumn::kDescription, ""},
    {"use", PageColumn::kDescription, ""},
    {"usage", PageColumn::kDescription, ""},
    {"used for", PageColumn::kDescription, ""},
    {"description", PageColumn::kDescription, ""},
    {"details", PageColumn::kDescription, ""},
    {"comment", PageColumn::kDescription, ""},
    {"comments", PageColumn::kDescription, ""},
    {"note", PageColumn::kDescription, ""},
    {"notes", PageColumn::kDescription, ""},
    {"remark", PageColumn::kDescription, ""},
    {"remarks", PageColumn::kDescription, ""},
    {"reason", PageColumn::kDescription, ""},
    {"information", PageColumn::kDescription, ""},
    {"beschreibung", PageColumn::kDescription, ""},
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

std::string HeaderText(absl::string_view cell) {
  std::string text = absl::AsciiStrToLower(absl::StripAsciiWhitespace(cell));
  while (!text.empty() && (text.back() == ':' || text.back() == '*' || text.back() == '?')) {
    text.pop_back();
  }
  while (!text.empty() && text.front() == '*') text.erase(0, 1);
  return std::string(absl::StripAsciiWhitespace(text));
}

bool IsDestinationColumn(PageColumn column) {
  return column == PageColumn::kAddress || column == PageColumn::kHost;
}

// How well a cut of a header line fits a table of services and destinations.
int HeaderScore(const std::vector<PageHeader>& columns) {
  int destinations = 0;
  int ports = 0;
  int protocols = 0;
  int repeated = 0;
  for (const PageHeader& header : columns) {
    destinations += IsDestinationColumn(header.column) ? 1 : 0;
    protocols += header.column == PageColumn::kProtocol ? 1 : 0;
    if (header.column == PageColumn::kPort) {
      repeated += ports > 0 && header.protocol.empty() ? 1 : 0;
      ++ports;
    }
  }
  return 4 * (std::min(destinations, 1) + std::min(ports, 1) + std::min(protocols, 1)) - 4 * repeated -
         static_cast<int>(columns.size());
}

// All ways to cut `line` from `at` on into header words; the best one by what
// is left over, then by its score.
struct HeaderCut {
  std::vector<PageHeader> columns;
  size_t end = 0;
};

// "Mandatory" behind "Required" is a cell, not a second column of the kind.
bool IsRepeated(const HeaderWord& word, const std::vector<PageHeader>& columns) {
  switch (word.column) {
    case PageColumn::kRequire:
    case PageColumn::kDirection:
    case PageColumn::kRegion:
    case PageColumn::kProtocol: break;
    default: return false;
  }
  return std::any_of(columns.begin(), columns.end(), [&word](const PageHeader& header) {
    return header.column == word.column;
  });
}

void CutHeader(absl::string_view line, size_t at, HeaderCut* current, HeaderCut* best) {
  while (at < line.size() && (line[at] == ' ' || line[at] == '/')) ++at;
  current->end = at;
  const bool longer = current->end > best->end;
  if (longer || (current->end == best->end &&
                 HeaderScore(current->columns) > HeaderScore(best->columns))) {
    *best = *current;
  }
  if (at >= line.size() || !absl::ascii_isupper(line[at]) || current->columns.size() >= 12) return;
  for (const HeaderWord& word : kHeaderWords) {
    if (!absl::StartsWithIgnoreCase(line.substr(at), word.phrase)) continue;
    const size_t next = at + word.phrase.size();
    const bool glued_name = next < line.size() && absl::ascii_islower(line[next]);
    if (glued_name &&
        (current->columns.size() < 2 ||
         !absl::StrContains(line.substr(next, line.find(' ', next) - next), "."))) {
      continue;
    }
    if (IsRepeated(word, current->columns)) continue;
    current->columns.push_back({word.column, std::string(word.protocol),
                                std::string(line.substr(at, word.phrase.size()))});
    if (glued_name) {
      if (next > best->end) {
        *best = *current;
        best->end = next;
      }
    } else {
      CutHeader(line, next, current, best);
    }
    current->columns.pop_back();
  }
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

PageHeader ReadHeaderCell(absl::string_view cell) {
  PageHeader header;
  header.text = std::string(absl::StripAsciiWhitespace(cell));
  const std::string text = HeaderText(cell);
  if (text.empty()) return header;
  for (const HeaderWord& word : kHeaderWords) {
    if (text != word.phrase) continue;
    header.column = word.column;
    header.protocol = std::string(word.protocol);
    return header;
  }
  if (CountWords(text) > 5) return header;
  if (HasAny(text, {"source port", "source ports"})) {
    header.column = PageColumn::kSourcePort;
  } else if (HasAny(text, {"port", "ports", "port(s)"})) {
    header.column = PageColumn::kPort;
    if (HasPhrase(text, "tcp") != HasPhrase(text, "udp")) {
      header.protocol = HasPhrase(text, "tcp") ? "tcp" : "udp";
    }
  } else if (HasAny(text, {"protocol", "protocols"})) {
    header.column = PageColumn::kProtocol;
  } else if (HasAny(text, {"source"})) {
    header.column = PageColumn::kSource;
  } else if (HasAny(text, {"domain", "domains", "url", "urls", "host", "hosts", "fqdn", "hostname"})) {
    header.column = PageColumn::kHost;
  } else if (HasAny(text, {"address", "addresses", "subnet", "subnets", "ip", "ips", "cidr",
                           "destination", "network"})) {
    header.column = PageColumn::kAddress;
  } else if (HasAny(text, {"direction"})) {
    header.column = PageColumn::kDirection;
  } else if (HasAny(text, {"region", "location"})) {
    header.column = PageColumn::kRegion;
  } else if (HasAny(text, {"required", "mandatory"})) {
    header.column = PageColumn::kRequire;
  } else if (HasAny(text, {"description", "purpose"})) {
    header.column = PageColumn::kDescription;
  }
  return header;
}

std::vector<PageHeader> SegmentHeader(absl::string_view line, absl::string_view* rest) {
  HeaderCut current;
  HeaderCut best;
  CutHeader(line, 0, &current, &best);
  std::vector<PageHeader> columns = std::move(best.columns);
  *rest = line.substr(std::min(best.end, line.size()));
  const bool typed = std::any_of(columns.begin(), columns.end(), [](const PageHeader& header) {
    return header.column == PageColumn::kProtocol || header.column == PageColumn::kPort ||
           header.column == PageColumn::kAddress || header.column == PageColumn::kHost;
  });
  if (columns.size() < 2 || !typed) columns.clear();
  return columns;
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
