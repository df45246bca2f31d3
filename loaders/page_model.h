// What the steps of the page loader hand on to each other.

#ifndef ALLOWMATCH_LOADERS_PAGE_MODEL_H_
#define ALLOWMATCH_LOADERS_PAGE_MODEL_H_

#include <string>
#include <vector>

#include "loaders/page.h"
#include "loaders/page_text.h"
#include "loaders/page_token.h"
#include "loaders/page_words.h"
#include "loaders/report.h"

namespace allowmatch {

// A token where it stands in the page, and what became of it.
struct PageFact {
  PageToken token;
  int line = 0;
  int column = 0;
  std::string text;      // as written, cleaned
  bool counted = false;  // it looks like an address, a host or a port
  bool settled = false;  // it is in a rule or in the report
  bool ruled = false;    // it is in a rule
};

// Some bytes of one line.
struct PageSpan {
  size_t line = 0;  // index into Page::lines
  size_t begin = 0;
  size_t end = 0;
};

// One service that a page states.
struct PageService {
  Protocol protocol;
  bool no_protocol = false;  // ports without any protocol word
  std::string app;
  PortSet ports;
  PortSet source_ports;
  Require require = Require::kUnstated;
  std::vector<size_t> facts;
  int line = 0;
  std::vector<std::string> inferred;
};

// One destination that a page states.
struct PageDestination {
  Destination destination;
  PageAttributes attributes;
  std::vector<PageService> own;  // from the scheme or port of a URL
  bool own_port = false;         // the port is written beside the host
  std::vector<size_t> facts;
  int line = 0;
  std::vector<std::string> inferred;
};

// Facts that a row, an item or a sentence states together.
struct PageGroup {
  size_t context = 0;
  int line = 0;
  std::vector<PageService> services;
  std::vector<PageDestination> destinations;
  PageAttributes attributes;
  std::string service_label;
  bool any_service = false;   // "all traffic to"
  bool prose = false;         // running text: weaker than a table or a list
  bool weak = false;          // prose that only tells: binds what nothing else binds
  bool visit = false;         // prose that sends people to a page
  bool traffic = false;       // prose that speaks of connections
  bool asks = false;          // prose that asks for something to be allowed
  bool to_self = false;       // the target is the reader's own server
  bool needs_service = false; // a service is stated that could not be read: never "any"
  bool unbound = false;       // the row names a target that is no address
  std::string target;         // that target
  std::string only_for;       // "GCC High/DoD": holds for the parts named so alone
  int back_reference = 0;     // -1 above, 1 below
  bool follows = false;       // a feed reference: has the services of the group before it
  bool local = false;         // services that count below their own heading only
  bool bound = false;         // its facts are in rules
};

// A heading, label or lead sentence, and what it says about what follows.
struct PageContext {
  size_t parent = 0;   // the root is its own parent
  int level = 0;       // 0 root, 1-6 Markdown, 7 flat heading, 8 lead, 9 label
  int line = 0;
  std::string text;
  PageAttributes attributes;
  std::vector<PageService> protocols;  // of a label such as "TCP:"
  bool ports = false;        // speaks of ports, so that bare numbers below are ports
  bool negative = false;
  bool besides = false;      // holds no rules
  bool all_traffic = false;
  bool asks = false;
  bool alternative = false;
  std::string profile;       // set by the binder
  int choice = 0;
};

// The page while it is read.
struct Page {
  const PageOptions* options = nullptr;
  std::vector<PageLine> lines;
  std::vector<PageFact> facts;
  std::vector<PageContext> contexts;
  std::vector<PageGroup> groups;
  std::vector<PageService> samples;  // services of commands and code, which make no rules
  LoadReport* report = nullptr;

  // Adds an entry for a fact and settles it.
  void Quarantine(size_t fact, std::string reason, std::string suggestion = "");
  void Ignore(size_t fact, std::string reason);
  void Note(int line, std::string token, std::string reason);

  // Scans a span and stores its tokens as facts; returns their indices.
  std::vector<size_t> AddFacts(const PageSpan& span, bool glued);

  absl::string_view Text(const PageSpan& span) const {
    return absl::string_view(lines[span.line].text).substr(span.begin, span.end - span.begin);
  }
};

// Reads the lines of the page into contexts and groups (page_layout.cc).
void LayOutPage(Page* page);

// Reads a table that begins at line `first`, if there is one. Returns the index of
// the line after it, or `first` (page_table.cc).
size_t ReadPageTable(size_t first, size_t context, Page* page);

// Pairs the protocols and ports among `facts` into services (page_pair.cc).
// `around` are the protocols that the context gives to bare ports.
std::vector<PageService> PairServices(const std::vector<size_t>& facts,
                                      const std::vector<PageService>& around, Page* page);

// The destinations among `facts` (page_pair.cc). Damaged ones are quarantined.
std::vector<PageDestination> TakeDestinations(const std::vector<size_t>& facts, Page* page);

// Settles look-alike names: quarantines a name that looks like a sibling read
// wrongly (page_damage.cc).
void QuarantineLookAlikes(Page* page);

// Ties services to destinations and writes the rules (page_bind.cc).
void BindPage(Page* page, Policy* policy);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_MODEL_H_
