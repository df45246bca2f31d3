// Protocols and ports -> services; networks and names -> destinations.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "loaders/page_model.h"
#include "rules/special_use.h"

namespace allowmatch {
namespace {

using Kind = PageToken::Kind;

// A run of protocols or of ports, as they follow each other in the text.
struct Run {
  bool protocols = false;
  std::vector<size_t> facts;
};

// Whether two protocol words stand together: TCP/UDP, TCP and UDP.
bool Adjoin(const PageFact& a, const PageFact& b) {
  return a.line == b.line && b.column - a.column <= static_cast<int>(a.text.size()) + 5;
}

std::vector<Run> Runs(const std::vector<size_t>& facts, const Page& page) {
  std::vector<Run> runs;
  for (const size_t fact : facts) {
    const Kind kind = page.facts[fact].token.kind;
    if (kind != Kind::kProtocol && kind != Kind::kNumber) continue;
    const bool protocols = kind == Kind::kProtocol;
    const bool joined = !runs.empty() && runs.back().protocols == protocols &&
                        (!protocols || Adjoin(page.facts[runs.back().facts.back()], page.facts[fact]));
    if (!joined) runs.push_back({protocols, {}});
    runs.back().facts.push_back(fact);
  }
  return runs;
}

// Each protocol of `protocols` with all ports of `ports`.
void Pair(const Run& protocols, const Run& ports, Page* page, std::vector<PageService>* out) {
  PageService service;
  for (const size_t fact : ports.facts) {
    for (const PortRange& range : page->facts[fact].token.ports.ranges()) service.ports.Add(range);
    service.facts.push_back(fact);
  }
  for (const size_t fact : protocols.facts) {
    PageService one = service;
    one.protocol = page->facts[fact].token.protocol;
    one.app = page->facts[fact].token.app;
    one.facts.push_back(fact);
    one.line = page->facts[ports.facts.front()].line;
    out->push_back(std::move(one));
  }
}

// Ports that no protocol word stands beside.
void PairWithContext(const Run& ports, const std::vector<PageService>& around, Page* page,
                     std::vector<PageService>* out) {
  PageService service;
  service.line = page->facts[ports.facts.front()].line;
  for (const size_t fact : ports.facts) {
    for (const PortRange& range : page->facts[fact].token.ports.ranges()) service.ports.Add(range);
    service.facts.push_back(fact);
  }
  if (around.empty()) {
    service.no_protocol = true;
    out->push_back(std::move(service));
    return;
  }
  for (const PageService& context : around) {
    PageService one = service;
    one.protocol = context.protocol;
    one.app = context.app;
    out->push_back(std::move(one));
  }
}

// Whether the port of a URL is only what its scheme means.
bool PortOfScheme(const PageToken& token) {
  const PortSet web({{443, 443}});
  const PortSet plain({{80, 80}});
  return !token.scheme.empty() && (token.ports == web || token.ports == plain);
}

// HTTP and HTTPS stand for their ports where no number is beside them.
void AddWebWords(const std::vector<size_t>& facts, Page* page, std::vector<PageService>* out) {
  PageService web;
  web.protocol = Protocol::Tcp();
  for (const size_t fact : facts) {
    const PageFact& word = page->facts[fact];
    if (word.token.kind != Kind::kWebWord) continue;
    for (const PortRange& range : word.token.ports.ranges()) web.ports.Add(range);
    web.facts.push_back(fact);
    web.line = word.line;
  }
  if (web.facts.empty()) return;
  web.inferred.push_back("ports from HTTP/HTTPS");
  out->push_back(std::move(web));
}

}  // namespace

std::vector<PageService> PairServices(const std::vector<size_t>& facts,
                                      const std::vector<PageService>& around, Page* page) {
  std::vector<PageService> services;
  const std::vector<Run> runs = Runs(facts, *page);
  for (size_t i = 0; i < runs.size(); ++i) {
    if (i + 1 < runs.size() && runs[i].protocols != runs[i + 1].protocols) {
      const bool first = runs[i].protocols;
      Pair(first ? runs[i] : runs[i + 1], first ? runs[i + 1] : runs[i], page, &services);
      ++i;
    } else if (i + 2 < runs.size() && runs[i].protocols && runs[i + 1].protocols) {
      continue;  // a protocol without a port
    } else if (!runs[i].protocols) {
      PairWithContext(runs[i], around, page, &services);
    }
  }
  if (services.empty()) AddWebWords(facts, page, &services);
  // A number that stands in a service is a port, and is accounted for.
  for (const PageService& service : services) {
    for (const size_t fact : service.facts) {
      PageFact& word = page->facts[fact];
      word.counted = word.counted || word.token.kind == Kind::kNumber;
    }
  }
  return services;
}

std::vector<PageDestination> TakeDestinations(const std::vector<size_t>& facts, Page* page) {
  std::vector<PageDestination> destinations;
  for (const size_t fact : facts) {
    const PageToken& token = page->facts[fact].token;
    if (token.kind == Kind::kDamaged) {
      page->Quarantine(fact, token.reason, token.suggestion);
      continue;
    }
    if (!token.IsDestination()) continue;
    PageDestination destination;
    if (token.kind == Kind::kNetwork) {
      const char* special = SpecialUse(token.range);
      if (special != nullptr && !page->options->allow_special) {
        page->Quarantine(fact, absl::StrCat("a special-use address (", special, ")"),
                         "--allow-special accepts it");
        continue;
      }
      destination.destination = token.range;
    } else {
      destination.destination = token.pattern;
    }
    destination.facts.push_back(fact);
    destination.line = page->facts[fact].line;
    if (!token.ports.is_any()) {
      PageService own;
      own.protocol = token.protocol.is_any() ? Protocol::Tcp() : token.protocol;
      own.app = token.app;
      own.ports = token.ports;
      own.line = destination.line;
      own.inferred.push_back(token.scheme.empty() ? "tcp for a port beside a host"
                                                  : absl::StrCat("port from ", token.scheme));
      destination.own.push_back(std::move(own));
      destination.own_port = !PortOfScheme(token);
    }
    destinations.push_back(std::move(destination));
  }
  return destinations;
}

}  // namespace allowmatch
