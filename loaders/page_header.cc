// The header words of tables: which kind of column a cell of a header names,
// and how a line of header words without borders is cut.

#include <algorithm>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "loaders/page_words.h"

namespace allowmatch {
namespace {

bool HasAny(absl::string_view text, std::initializer_list<absl::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [text](absl::string_view phrase) { return HasPhrase(text, phrase); });
}

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

}  // namespace

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

}  // namespace allowmatch
