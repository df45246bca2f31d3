// Groups -> rules: which service belongs to which destination.
//
// Services that stand beside a group of destinations belong to that group. A
// group that has only one of the two looks for the other in its own section,
// then in the section around it, up to the page: the innermost section that
// has both binds them. What is bound from afar is marked inferred.

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "loaders/page_emit.h"
#include "loaders/page_model.h"

namespace allowmatch {
namespace {

constexpr int kHeadingLevel = 7;

class Binder {
 public:
  Binder(Page* page, Policy* policy) : page_(page), emit_(page, policy) {}

  void Run() {
    RejectParts();
    AssignProfiles(page_);
    SortOutProse();
    BindOwn();
    BindReferences();
    BindFeeds();
    BindPairs();
    BindSections(0);
    BindDestinationsAlone();
    BindServicesAlone();
    CompareSamples();
    emit_.Finish();
  }

 private:
  std::vector<PageGroup>& groups() { return page_->groups; }

  void Settle(const std::vector<size_t>& facts, const std::string& reason) {
    for (const size_t fact : facts) {
      if (!page_->facts[fact].settled && !page_->facts[fact].ruled) page_->Ignore(fact, reason);
    }
  }

  void Settle(const PageGroup& group, const std::string& reason) {
    for (const PageService& service : group.services) Settle(service.facts, reason);
    for (const PageDestination& destination : group.destinations) Settle(destination.facts, reason);
  }

  bool Has(size_t context, bool PageContext::*flag) const {
    for (size_t at = context;; at = page_->contexts[at].parent) {
      if (page_->contexts[at].*flag) return true;
      if (at == 0) return false;
    }
  }

  // Parts that are negative or no part of the rules; destinations that were
  // quarantined meanwhile; ports without a protocol.
  void RejectParts() {
    for (PageGroup& group : groups()) {
      const bool negative = Has(group.context, &PageContext::negative);
      if (negative || Has(group.context, &PageContext::besides)) {
        Settle(group, negative ? "below negative text: no longer to be allowed"
                               : "in a part of the page that states no rules");
        group.services.clear();
        group.destinations.clear();
        continue;
      }
      auto& destinations = group.destinations;
      destinations.erase(std::remove_if(destinations.begin(), destinations.end(),
                                        [this](const PageDestination& d) {
                                          return std::any_of(
                                              d.facts.begin(), d.facts.end(),
                                              [this](size_t f) { return page_->facts[f].settled; });
                                        }),
                         destinations.end());
      NameProtocols(&group);
    }
  }

  // A port without a protocol: the web's ports are tcp, others are for a person.
  void NameProtocols(PageGroup* group) {
    static constexpr uint16_t kTcpPorts[] = {22, 25, 80, 389, 443, 587, 636, 993, 5061, 8080, 8443};
    for (PageService& service : group->services) {
      if (!service.no_protocol) continue;
      const bool known = std::all_of(
          service.ports.ranges().begin(), service.ports.ranges().end(), [](const PortRange& range) {
            return range.first == range.last &&
                   std::find(std::begin(kTcpPorts), std::end(kTcpPorts), range.first) !=
                       std::end(kTcpPorts);
          });
      if (!known) continue;
      service.no_protocol = false;
      service.protocol = Protocol::Tcp();
      service.inferred.push_back("tcp for a well-known port");
    }
    for (const PageService& service : group->services) {
      if (!service.no_protocol) continue;
      for (const size_t fact : service.facts) {
        if (group->prose) {
          if (!page_->facts[fact].settled) page_->Ignore(fact, "in running text");
        } else {
          page_->Quarantine(fact, "a port without a protocol", "write the rule with tcp or udp");
        }
      }
    }
    auto& services = group->services;
    services.erase(std::remove_if(services.begin(), services.end(),
                                  [](const PageService& s) { return s.no_protocol; }),
                   services.end());
  }

  // Running text repeats what tables and lists state; what is new in it counts
  // only where it asks for something to be allowed.
  void SortOutProse() {
    std::map<std::string, int> stated;
    std::vector<const PageService*> services;
    std::vector<const PageDestination*> destinations;
    for (const PageGroup& group : groups()) {
      if (group.prose) continue;
      for (const PageService& service : group.services) services.push_back(&service);
      for (const PageDestination& destination : group.destinations) {
        destinations.push_back(&destination);
        stated.emplace(DestinationToString(destination.destination), destination.line);
      }
    }
    for (PageGroup& group : groups()) {
      if (!group.prose) continue;
      const bool states = !group.services.empty() && !group.destinations.empty() && group.traffic;
      const bool asks = group.asks || states || Has(group.context, &PageContext::asks);
      // New services for destinations that are known already.
      const bool fresh = std::any_of(
          group.services.begin(), group.services.end(),
          [&](const PageService& service) { return Stated(service, services) == nullptr; });
      auto& mine = group.destinations;
      mine.erase(std::remove_if(mine.begin(), mine.end(),
                                [&](const PageDestination& d) {
                                  const auto it = stated.find(DestinationToString(d.destination));
                                  if (it != stated.end() && fresh && asks) return false;
                                  if (it != stated.end()) {
                                    Settle(d.facts, absl::StrCat("repeats line ", it->second));
                                    return true;
                                  }
                                  if (const PageDestination* wider = Wider(d, destinations)) {
                                    Settle(d.facts, absl::StrCat("lies under line ", wider->line));
                                    return true;
                                  }
                                  if (asks && !IsLink(d) && !(group.visit && group.services.empty())) return false;
                                  Settle(d.facts, IsLink(d) ? "a link" : "in running text");
                                  return true;
                                }),
                 mine.end());
      auto& own = group.services;
      own.erase(std::remove_if(own.begin(), own.end(),
                               [&](const PageService& s) {
                                 const PageService* before = Stated(s, services);
                                 if (asks && ServesParagraph(group)) return false;
                                 if (asks && !group.destinations.empty()) return false;
                                 if (before != nullptr) {
                                   Settle(s.facts, absl::StrCat("repeats line ", before->line));
                                   return true;
                                 }
                                 if (asks) return false;
                                 if (group.traffic && group.destinations.empty()) {
                                   group.weak = true;
                                   return false;
                                 }
                                 Settle(s.facts, "in running text");
                                 return true;
                               }),
                own.end());
    }
  }

  // Whether a group has only services, and another sentence of its paragraph
  // has only destinations.
  bool ServesParagraph(const PageGroup& group) const {
    return group.destinations.empty() &&
           std::any_of(page_->groups.begin(), page_->groups.end(), [&group](const PageGroup& other) {
             return other.line == group.line && other.services.empty() && !other.destinations.empty();
           });
  }

  // A URL with a path in running text leads to an article.
  bool IsLink(const PageDestination& destination) const {
    for (const size_t fact : destination.facts) {
      const PageToken& token = page_->facts[fact].token;
      if (token.has_path || !token.scheme.empty()) return true;
    }
    return false;
  }

  // A stated destination that covers `destination`.
  static const PageDestination* Wider(const PageDestination& destination,
                                      const std::vector<const PageDestination*>& stated) {
    for (const PageDestination* other : stated) {
      if (Covers(other->destination, destination.destination)) return other;
    }
    return nullptr;
  }

  static bool Covers(const Destination& wide, const Destination& narrow) {
    if (const auto* range = std::get_if<AddressRange>(&wide)) {
      const auto* inner = std::get_if<AddressRange>(&narrow);
      return inner != nullptr && range->Contains(*inner);
    }
    const auto* pattern = std::get_if<Pattern>(&wide);
    const auto* inner = std::get_if<Pattern>(&narrow);
    if (pattern == nullptr || inner == nullptr || !inner->IsExact()) return false;
    if (pattern->head() != Pattern::Head::kBelow && pattern->head() != Pattern::Head::kSelfAndBelow) {
      return false;
    }
    return absl::EndsWith(inner->body(), absl::StrCat(".", pattern->body())) &&
           !absl::StrContains(pattern->body(), "*");
  }

  static const PageService* Stated(const PageService& service,
                                   const std::vector<const PageService*>& stated) {
    for (const PageService* other : stated) {
      if (other->protocol == service.protocol && other->ports.Contains(service.ports)) return other;
    }
    return nullptr;
  }

  // ---- binding ---------------------------------------------------------------------------------

  void Bind(PageGroup* services, PageGroup* destinations, const std::string& inferred) {
    for (const PageDestination& destination : destinations->destinations) {
      for (const PageService& service : services->services) {
        emit_.Add(*services, service, *destinations, destination, inferred);
      }
    }
    destinations->bound = true;
    services->bound = true;
  }

  bool AnyService(const PageGroup& group) const {
    return group.any_service || (group.services.empty() && AllTrafficAround(group.context));
  }

  // "allow all traffic to the following" speaks for its own list.
  bool AllTrafficAround(size_t context) const {
    for (size_t at = context; at != 0; at = page_->contexts[at].parent) {
      if (page_->contexts[at].all_traffic) return true;
      if (page_->contexts[at].level <= kHeadingLevel) return false;
    }
    return false;
  }

  void BindOwn() {
    for (PageGroup& group : groups()) {
      if (group.destinations.empty()) continue;
      if (!group.services.empty()) {
        Bind(&group, &group, "");
      } else if (AnyService(group)) {
        BindAny(&group, "");
      }
    }
  }

  void BindAny(PageGroup* group, const std::string& inferred) {
    PageService any;
    any.line = group->line;
    for (const PageDestination& destination : group->destinations) {
      emit_.Add(*group, any, *group, destination, inferred);
    }
    group->bound = true;
  }

  size_t HeadingOf(size_t context) const {
    while (context != 0 && page_->contexts[context].level > kHeadingLevel) {
      context = page_->contexts[context].parent;
    }
    return context;
  }

  static bool HasNetworks(const PageGroup& group) {
    return std::any_of(group.destinations.begin(), group.destinations.end(),
                       [](const PageDestination& d) {
                         return std::holds_alternative<AddressRange>(d.destination);
                       });
  }

  // "IP ranges listed below".
  void BindReferences() {
    for (PageGroup& group : groups()) {
      if (group.back_reference == 0 || group.services.empty()) continue;
      bool found = false;
      for (const bool same_part : {true, false}) {
        for (PageGroup& list : groups()) {
          if (found && !same_part) break;
          const bool placed = group.back_reference > 0 ? list.line > group.line : list.line < group.line;
          if (!placed || !list.services.empty() || list.destinations.empty() || !HasNetworks(list) ||
              list.prose) {
            continue;
          }
          if (same_part && HeadingOf(list.context) != HeadingOf(group.context)) continue;
          Bind(&group, &list, absl::StrCat("destinations by the reference in line ", group.line));
          list.bound = false;  // services without a destination may speak of it as well
          found = true;
        }
        if (found) break;
      }
      if (!found) {
        page_->Note(group.line, "", "a reference to a list that is not on this page");
      }
      group.bound = true;
    }
  }

  // Services and destinations that alternate in one section belong together
  // in turn: a service, its list, the next service, its list.
  void BindPairs() {
    std::map<size_t, std::vector<size_t>> sections;
    for (size_t i = 0; i < groups().size(); ++i) {
      const PageGroup& group = groups()[i];
      const bool open = !group.prose && !group.bound && !group.to_self && !group.unbound &&
                        !group.local && group.services.empty() != group.destinations.empty();
      if (open) sections[group.context].push_back(i);
    }
    for (const auto& [context, members] : sections) {
      std::vector<std::vector<size_t>> runs;
      for (const size_t i : members) {
        const bool service = !groups()[i].services.empty();
        if (runs.empty() || groups()[runs.back().front()].services.empty() == service) runs.push_back({});
        runs.back().push_back(i);
      }
      if (runs.size() < 4 || runs.size() % 2 != 0) continue;
      for (size_t i = 0; i < runs.size(); i += 2) BindRuns(runs[i], runs[i + 1]);
    }
  }

  void BindRuns(const std::vector<size_t>& a, const std::vector<size_t>& b) {
    for (const size_t i : a) {
      for (const size_t k : b) {
        const bool first = !groups()[i].services.empty();
        PageGroup& services = groups()[first ? i : k];
        Bind(&services, &groups()[first ? k : i], absl::StrCat("service of line ", services.line));
      }
    }
  }

  // A feed reference has the services of the group before it in its section.
  void BindFeeds() {
    for (size_t i = 0; i < groups().size(); ++i) {
      if (!groups()[i].follows || groups()[i].destinations.empty()) continue;
      for (size_t k = i; k-- > 0;) {
        PageGroup& before = groups()[k];
        if (before.services.empty() || HeadingOf(before.context) != HeadingOf(groups()[i].context)) {
          continue;
        }
        Bind(&before, &groups()[i], absl::StrCat("service of line ", before.line));
        break;
      }
      groups()[i].bound = true;
    }
  }

  bool IsBelow(size_t context, size_t ancestor) const {
    for (size_t at = context;; at = page_->contexts[at].parent) {
      if (at == ancestor) return true;
      if (at == 0) return false;
    }
  }

  // Children before parents, so that the innermost section binds first.
  void BindSections(size_t root) {
    std::vector<size_t> order;
    for (size_t i = 0; i < page_->contexts.size(); ++i) order.push_back(i);
    // A context comes after its parent in the list, so the reverse order will do.
    std::vector<std::vector<size_t>> services(page_->contexts.size());
    std::vector<std::vector<size_t>> destinations(page_->contexts.size());
    for (size_t i = 0; i < groups().size(); ++i) {
      const PageGroup& group = groups()[i];
      if (group.bound || group.to_self || group.unbound) continue;
      if (!group.services.empty() && group.destinations.empty()) {
        services[group.weak ? HeadingOf(group.context) : group.context].push_back(i);
      }
      if (group.services.empty() && !group.destinations.empty()) {
        destinations[group.context].push_back(i);
      }
    }
    for (size_t at = order.size(); at-- > root;) {
      BindAt(at, &services[at], &destinations[at]);
      if (at == 0) break;
      const size_t parent = page_->contexts[at].parent;
      const auto hand_up = [](std::vector<size_t>* from, std::vector<size_t>* to) {
        to->insert(to->end(), from->begin(), from->end());
        std::sort(to->begin(), to->end());
      };
      hand_up(&services[at], &services[parent]);
      hand_up(&destinations[at], &destinations[parent]);
    }
  }

  // A flat heading has its neighbours' facts only through the page, so labels
  // and leads below one heading are one section.
  void BindAt(size_t at, std::vector<size_t>* services, std::vector<size_t>* destinations) {
    if (services->empty() || destinations->empty()) return;
    std::vector<size_t> left;
    std::set<size_t> used;
    for (const size_t d : *destinations) {
      PageGroup& group = groups()[d];
      const bool near = at != 0 && IsBelow(at, HeadingOf(group.context));
      PageGroup own = group;
      own.destinations.erase(std::remove_if(own.destinations.begin(), own.destinations.end(),
                                            [](const PageDestination& d) { return d.own_port; }),
                             own.destinations.end());
      const size_t given = own.destinations.size();
      if (!near) KeepWithoutService(&own);
      if (given > 0 && own.destinations.empty()) {  // the page states all of it again
        for (const size_t s : *services) {
          const std::vector<PageService>& list = groups()[s].services;
          if (std::all_of(list.begin(), list.end(),
                          [this](const PageService& service) { return emit_.HasService(service); })) {
            used.insert(s);
          }
        }
      }
      bool bound = false;
      const bool strong = std::any_of(services->begin(), services->end(),
                                      [this](size_t s) { return !groups()[s].weak; });
      for (const size_t s : *services) {
        if (groups()[s].weak && (strong || !near)) continue;
        if (groups()[s].local && !IsBelow(group.context, groups()[s].context)) continue;
        if (own.destinations.empty()) break;
        if (!HoldsFor(groups()[s], group)) continue;
        Bind(&groups()[s], &own, absl::StrCat("service of line ", groups()[s].line));
        used.insert(s);
        bound = true;
      }
      group.bound = bound;
      if (!near || own.destinations.size() != group.destinations.size()) BindRest(near, &group);

      if (!group.bound) left.push_back(d);
    }
    *destinations = left;
    std::vector<size_t> unused;
    for (const size_t s : *services) {
      if (used.count(s) == 0) unused.push_back(s);
    }
    *services = unused;
  }

  // A service "only for GCC High/DoD" belongs to the parts with these words.
  bool HoldsFor(const PageGroup& services, const PageGroup& destinations) const {
    if (services.only_for.empty()) return true;
    for (const absl::string_view part : absl::StrSplit(services.only_for, absl::ByAnyChar("/,"))) {
      const std::vector<absl::string_view> words = absl::StrSplit(part, ' ', absl::SkipEmpty());
      if (words.empty()) continue;
      std::string ending(words.back());
      if (words.size() > 1) ending = absl::StrCat(words[words.size() - 2], " ", ending);
      for (size_t at = destinations.context; at != 0; at = page_->contexts[at].parent) {
        if (HasPhrase(page_->contexts[at].text, ending)) return true;
      }
    }
    return false;
  }

  // Page-wide services are for destinations that have none of their own.
  void KeepWithoutService(PageGroup* group) const {
    auto& list = group->destinations;
    list.erase(std::remove_if(list.begin(), list.end(),
                              [this](const PageDestination& d) {
                                return !d.own.empty() || emit_.Known(d.destination);
                              }),
               list.end());
  }

  // Destinations of a group that bring their service with them, or have it
  // from another line.
  void BindRest(bool near, PageGroup* group) {
    bool all = true;
    for (const PageDestination& destination : group->destinations) {
      if (near && !destination.own_port) continue;
      if (!destination.own.empty()) {
        for (const PageService& service : destination.own) {
          emit_.Add(*group, service, *group, destination, "");
        }
      } else if (emit_.Known(destination.destination)) {
        emit_.Repeat(*group, destination);
      } else if (!group->bound) {
        all = false;
      }
    }
    group->bound = group->bound || all;
  }

  // ---- what has no counterpart --------------------------------------------------------------------

  bool PageAsks() const {
    return std::any_of(page_->lines.begin(), page_->lines.end(), [](const PageLine& line) {
      return line.text.size() < 4096 &&
             (AsksToAllow(line.text) || HasPhrase(line.text, "firewall") ||
              HasPhrase(line.text, "domains") || HasPhrase(line.text, "ip ranges") ||
              HasPhrase(line.text, "ip addresses"));
    });
  }

  // A destination is for any service only where the page knows no services.
  bool PageStatesServices() const {
    return std::any_of(page_->facts.begin(), page_->facts.end(), [](const PageFact& fact) {
      return (fact.token.kind == PageToken::Kind::kNumber && fact.counted) ||
             fact.token.kind == PageToken::Kind::kProtocol;
    });
  }

  void BindDestinationsAlone() {
    for (PageGroup& group : groups()) {
      if (group.bound || group.destinations.empty() || !group.services.empty()) continue;
      PageGroup rest = group;
      rest.destinations.clear();
      for (PageDestination& destination : group.destinations) {
        if (!destination.own.empty() && !group.prose) {
          for (const PageService& service : destination.own) {
            emit_.Add(group, service, group, destination, "");
          }
        } else if (emit_.Known(destination.destination)) {
          emit_.Repeat(group, destination);
        } else {
          rest.destinations.push_back(destination);
        }
      }
      group.bound = true;
      if (rest.destinations.empty() || group.needs_service) continue;
      if (PageAsks() && !PageStatesServices()) {
        BindAny(&rest, "any service: the page states none for it");
      }
    }
  }

  // A port that only a sample command opens is a difference to look at.
  void CompareSamples() {
    for (const PageService& sample : page_->samples) {
      const bool ruled = emit_.HasService(sample);
      for (const size_t fact : sample.facts) {
        PageFact& word = page_->facts[fact];
        word.counted = word.counted || word.token.kind == PageToken::Kind::kNumber;
      }
      Settle(sample.facts, ruled ? "in a sample of code or a command"
                                 : "only in a sample command: the page's rules do not name it");
    }
  }

  bool OwnServerPage() const {
    return std::any_of(page_->lines.begin(), page_->lines.end(), [](const PageLine& line) {
      return line.text.size() < 4096 && SpeaksOfOwnServer(line.text);
    });
  }

  void BindServicesAlone() {
    const bool destinations = emit_.HasDestinations();
    const bool own_server = OwnServerPage();
    for (PageGroup& group : groups()) {
      if (group.bound || group.services.empty() || !group.destinations.empty()) continue;
      const std::optional<RuleDirection> direction = emit_.DirectionOf(group);
      if (group.local) continue;  // HTTP in a label that names no host
      if (group.unbound) {
        for (const PageService& service : group.services) {
          Settle(service.facts, absl::StrCat("its target is for the reader to choose: ", group.target));
        }
        continue;
      }
      if (group.weak) {
        Settle(group, "in running text");
        continue;
      }
      const bool inbound = direction == RuleDirection::kIn;
      const bool self = group.to_self || (!destinations && own_server && !group.prose &&
                                          direction != RuleDirection::kOut) ||
                        (inbound && own_server && !group.prose);
      if (self) {
        emit_.AddSelf(group);
      } else if (group.prose) {
        Settle(group, "in running text");
      } else {
        for (const PageService& service : group.services) {
          for (const size_t fact : service.facts) {
            if (page_->facts[fact].token.kind != PageToken::Kind::kNumber) continue;
            page_->Quarantine(fact, "the page names no destination for this service",
                              "write the rule by hand if it is needed");
          }
        }
      }
    }
  }

  Page* page_;
  PageEmitter emit_;
};

}  // namespace

void BindPage(Page* page, Policy* policy) { Binder(page, policy).Run(); }

}  // namespace allowmatch
