#include "loaders/page_emit.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

// The nearest value on the way from `context` to the root that is set.
template <typename Value, typename Get>
Value Nearest(const Page& page, size_t context, Get get) {
  for (size_t at = context;; at = page.contexts[at].parent) {
    const Value value = get(page.contexts[at]);
    if (value != Value() || at == 0) return value;
  }
}

Require ContextRequire(const Page& page, size_t context) {
  return Nearest<Require>(page, context, [](const PageContext& c) {
    return c.alternative ? Require::kUnstated : c.attributes.require;
  });
}

std::string ContextRegion(const Page& page, size_t context) {
  return Nearest<std::string>(page, context,
                              [](const PageContext& c) { return c.attributes.region; });
}

std::string ContextCondition(const Page& page, size_t context) {
  return Nearest<std::string>(page, context, [](const PageContext& c) {
    return c.alternative ? std::string() : c.attributes.condition;
  });
}

void AddCondition(const std::string& condition, Rule* rule) {
  if (condition.empty() || absl::StrContains(rule->condition, condition)) return;
  absl::StrAppend(&rule->condition, rule->condition.empty() ? "" : "; ", condition);
}

Require FirstStated(Require a, Require b) { return a != Require::kUnstated ? a : b; }

}  // namespace

std::optional<RuleDirection> PageEmitter::DirectionOf(const PageGroup& group) const {
  if (group.attributes.direction.has_value()) return group.attributes.direction;
  for (size_t at = group.context;; at = page_->contexts[at].parent) {
    if (page_->contexts[at].attributes.direction.has_value()) {
      return page_->contexts[at].attributes.direction;
    }
    if (at == 0) return std::nullopt;
  }
}

void PageEmitter::AddSources(const std::vector<size_t>& facts, Rule* rule) {
  for (const size_t fact : facts) {
    PageFact& word = page_->facts[fact];
    word.settled = true;
    word.ruled = true;
    word.counted = word.counted || word.token.kind == PageToken::Kind::kNumber;
    // A line that names the same destination over and over is one source.
    if (!rule->sources.empty() && rule->sources.back().line == word.line) continue;
    rule->sources.push_back({page_->options->source, word.line});
  }
}

void PageEmitter::SetRequire(Require a, Require b, Rule* rule) const {
  rule->require = WeakerRequire(a, b);
  if (rule->require != Require::kUnstated) return;
  rule->require = Require::kMandatory;
  rule->inferred.push_back("mandatory: no requirement word");
}

void PageEmitter::Add(const PageGroup& services, const PageService& service,
                      const PageGroup& destinations, const PageDestination& destination,
                      const std::string& inferred) {
  Rule rule;
  rule.protocol = service.protocol;
  rule.ports = service.ports;
  rule.source_ports = service.source_ports;
  rule.app = service.app;
  std::optional<RuleDirection> direction = DirectionOf(services);
  if (!direction.has_value()) direction = DirectionOf(destinations);
  rule.direction = direction.value_or(RuleDirection::kOut);
  if (rule.direction == RuleDirection::kIn) {
    rule.from.push_back(destination.destination);
    rule.to.emplace_back(std::in_place_type<SelfDestination>);
  } else {
    rule.to.push_back(destination.destination);
  }

  const Require service_require =
      FirstStated(service.require, FirstStated(services.attributes.require,
                                               ContextRequire(*page_, services.context)));
  const Require destination_require =
      FirstStated(destination.attributes.require,
                  FirstStated(destinations.attributes.require,
                              ContextRequire(*page_, destinations.context)));
  SetRequire(service_require, destination_require, &rule);

  rule.region = destination.attributes.region;
  for (const std::string& region :
       {destinations.attributes.region, ContextRegion(*page_, destinations.context),
        services.attributes.region, ContextRegion(*page_, services.context)}) {
    if (rule.region.empty()) rule.region = region;
  }
  AddCondition(destination.attributes.condition, &rule);
  AddCondition(destinations.attributes.condition, &rule);
  AddCondition(ContextCondition(*page_, destinations.context), &rule);
  AddCondition(services.attributes.condition, &rule);
  AddCondition(ContextCondition(*page_, services.context), &rule);

  rule.service = services.service_label.empty() ? destinations.service_label : services.service_label;
  for (const size_t context : {services.context, destinations.context}) {
    for (size_t at = context; rule.profile.empty(); at = page_->contexts[at].parent) {
      rule.profile = page_->contexts[at].profile;
      if (!rule.profile.empty()) rule.other["choice"] = absl::StrCat(page_->contexts[at].choice);
      if (at == 0) break;
    }
  }
  rule.inferred.insert(rule.inferred.end(), service.inferred.begin(), service.inferred.end());
  rule.inferred.insert(rule.inferred.end(), destination.inferred.begin(), destination.inferred.end());
  if (!inferred.empty()) rule.inferred.push_back(inferred);
  AddSources(destination.facts, &rule);
  if (rule.sources.empty() || &services == &destinations) {
    const int line = destination.facts.empty() ? destinations.line : destination.line;
    rule.sources.push_back({page_->options->source, line});
  }
  Rule service_marks;  // the tokens of the service are in a rule as well
  AddSources(service.facts, &service_marks);
  rules_by_destination_[DestinationToString(destination.destination)].push_back(
      policy_->rules.size());
  policy_->rules.push_back(std::move(rule));
}

void PageEmitter::AddSelf(const PageGroup& group) {
  for (const PageService& service : group.services) {
    Rule rule;
    rule.direction = RuleDirection::kIn;
    rule.protocol = service.protocol;
    rule.ports = service.ports;
    rule.source_ports = service.source_ports;
    rule.app = service.app;
    rule.to.emplace_back(std::in_place_type<SelfDestination>);
    SetRequire(FirstStated(service.require, FirstStated(group.attributes.require,
                                                        ContextRequire(*page_, group.context))),
               Require::kUnstated, &rule);
    rule.region = group.attributes.region;
    if (rule.region.empty()) rule.region = ContextRegion(*page_, group.context);
    AddCondition(group.attributes.condition, &rule);
    AddCondition(ContextCondition(*page_, group.context), &rule);
    rule.service = group.service_label;
    rule.inferred.insert(rule.inferred.end(), service.inferred.begin(), service.inferred.end());
    if (!group.to_self) rule.inferred.push_back("to self: the page is about the reader's own server");
    AddSources(service.facts, &rule);
    if (rule.sources.empty()) rule.sources.push_back({page_->options->source, group.line});
    policy_->rules.push_back(std::move(rule));
  }
}

bool PageEmitter::HasService(const PageService& service) const {
  return std::any_of(policy_->rules.begin(), policy_->rules.end(), [&service](const Rule& rule) {
    return rule.protocol.Covers(service.protocol) && rule.ports.Contains(service.ports);
  });
}

bool PageEmitter::Known(const Destination& destination) const {
  return rules_by_destination_.count(DestinationToString(destination)) != 0;
}

void PageEmitter::Repeat(const PageGroup& group, const PageDestination& destination) {
  (void)group;
  const auto it = rules_by_destination_.find(DestinationToString(destination.destination));
  if (it == rules_by_destination_.end()) return;
  for (const size_t index : it->second) AddSources(destination.facts, &policy_->rules[index]);
}

void PageEmitter::Finish() {
  static constexpr absl::string_view kUnstated = "mandatory: no requirement word";
  std::map<std::string, size_t> stated;
  const auto key_of = [](Rule rule) {
    rule.require = Require::kUnstated;
    rule.Normalize();
    return rule.CanonicalText();
  };
  const auto unstated = [](const Rule& rule) {
    return std::find(rule.inferred.begin(), rule.inferred.end(), kUnstated) != rule.inferred.end();
  };
  for (size_t i = 0; i < policy_->rules.size(); ++i) {
    if (!unstated(policy_->rules[i])) stated.emplace(key_of(policy_->rules[i]), i);
  }
  std::vector<Rule> kept;
  std::vector<std::pair<size_t, std::vector<Source>>> joined;
  std::set<size_t> dropped;
  for (size_t i = 0; i < policy_->rules.size(); ++i) {
    const Rule& rule = policy_->rules[i];
    if (!unstated(rule)) continue;
    const auto it = stated.find(key_of(rule));
    if (it == stated.end()) continue;
    joined.push_back({it->second, rule.sources});
    dropped.insert(i);
  }
  for (auto& [index, sources] : joined) {
    auto& target = policy_->rules[index].sources;
    target.insert(target.end(), sources.begin(), sources.end());
  }
  for (size_t i = 0; i < policy_->rules.size(); ++i) {
    if (dropped.count(i) == 0) kept.push_back(std::move(policy_->rules[i]));
  }
  policy_->rules = std::move(kept);
}

namespace {

bool HasGroups(const Page& page, size_t context, int before_line) {
  return std::any_of(page.groups.begin(), page.groups.end(), [&](const PageGroup& group) {
    if (group.line >= before_line || (group.services.empty() && group.destinations.empty())) return false;
    for (size_t at = group.context;; at = page.contexts[at].parent) {
      if (at == context) return true;
      if (at == 0) return false;
    }
  });
}

bool HasWildcards(const Page& page, size_t context, int before_line) {
  return std::any_of(page.groups.begin(), page.groups.end(), [&](const PageGroup& group) {
    bool below = false;
    for (size_t at = group.context; !below; at = page.contexts[at].parent) {
      below = at == context;
      if (at == 0) break;
    }
    return below && group.line < before_line &&
           std::any_of(group.destinations.begin(), group.destinations.end(),
                       [](const PageDestination& d) {
                         const Pattern* pattern = std::get_if<Pattern>(&d.destination);
                         return pattern != nullptr && !pattern->IsExact();
                       });
  });
}

// A short name for an alternative, from the words of its heading.
std::string ProfileName(const std::string& text, bool wildcards) {
  std::string option;
  if (IsNumberedOption(text, &option)) return option;
  struct Word {
    absl::string_view phrase;
    absl::string_view name;
  };
  static constexpr Word kWords[] = {{"sub-domains", "sub-domains"}, {"subdomains", "sub-domains"},
                                    {"limited", "limited"},         {"specific", "specific"},
                                    {"restricted", "restricted"},   {"general", "general"},
                                    {"wildcard", "wildcard"},       {"open", "open"},
                                    {"alternative", "alternative"}};
  if (wildcards) return "wildcard";
  for (const Word& word : kWords) {
    if (HasPhrase(text, word.phrase)) return std::string(word.name);
  }
  std::string name;
  for (const char c : absl::AsciiStrToLower(text.substr(0, 30))) {
    if (absl::ascii_isalnum(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "first" : name;
}

// The sibling heading before `context` that holds facts; 0 if there is none.
size_t SiblingBefore(const Page& page, size_t context) {
  size_t best = 0;
  for (size_t i = 1; i < context; ++i) {
    if (page.contexts[i].parent == page.contexts[context].parent &&
        page.contexts[i].level == page.contexts[context].level &&
        HasGroups(page, i, page.contexts[context].line)) {
      best = i;
    }
  }
  return best;
}

// Facts of one heading before a lead sentence in it move into a context of
// their own, so that they can be an alternative.
size_t SplitBefore(size_t lead, Page* page) {
  const size_t parent = page->contexts[lead].parent;
  const int line = page->contexts[lead].line;
  if (!HasGroups(*page, parent, line)) return 0;
  PageContext first = page->contexts[parent];
  first.parent = parent;
  first.level = page->contexts[lead].level;
  first.attributes = {};
  page->contexts.push_back(first);
  const size_t added = page->contexts.size() - 1;
  for (PageContext& context : page->contexts) {
    if (&context != &page->contexts[added] && context.parent == parent && context.line < line &&
        context.line > page->contexts[parent].line) {
      context.parent = added;
    }
  }
  for (PageGroup& group : page->groups) {
    if (group.context == parent && group.line < line) group.context = added;
  }
  return added;
}

}  // namespace

void AssignProfiles(Page* page) {
  const size_t count = page->contexts.size();
  for (size_t i = 1; i < count; ++i) {
    std::string option;
    const bool numbered = IsNumberedOption(page->contexts[i].text, &option);
    if (!page->contexts[i].alternative && !numbered) continue;
    size_t before = SiblingBefore(*page, i);
    if (before == 0 && page->contexts[i].level > 7) before = SplitBefore(i, page);
    if (before == 0) {
      if (!numbered) continue;
      page->contexts[i].profile = option;
      page->contexts[i].choice = 1;
      continue;
    }
    if (page->contexts[before].profile.empty()) {
      const bool wildcards = HasPhrase(page->contexts[i].text, "wildcard") ||
                             HasPhrase(page->contexts[i].text, "wildcards");
      page->contexts[before].profile = ProfileName(
          page->contexts[before].text,
          wildcards && HasWildcards(*page, before, page->contexts[i].line));
      page->contexts[before].choice = 1;
    }
    page->contexts[i].profile = ProfileName(page->contexts[i].text, false);
    page->contexts[i].choice = page->contexts[before].choice + 1;
    for (size_t k = 1; k < i; ++k) {  // the page may name the same choice again
      if (page->contexts[k].profile == page->contexts[i].profile) {
        page->contexts[i].choice = page->contexts[k].choice;
        break;
      }
    }
  }
}

}  // namespace allowmatch
