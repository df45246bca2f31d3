// One service and one destination -> one rule, with the attributes that the
// row, the item and the headings around them give.

#ifndef ALLOWMATCH_LOADERS_PAGE_EMIT_H_
#define ALLOWMATCH_LOADERS_PAGE_EMIT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loaders/page_model.h"

namespace allowmatch {

class PageEmitter {
 public:
  PageEmitter(Page* page, Policy* policy) : page_(page), policy_(policy) {}

  // The rule for `service` of `services` and `destination` of `destinations`.
  void Add(const PageGroup& services, const PageService& service, const PageGroup& destinations,
           const PageDestination& destination, const std::string& inferred);

  // Rules into the reader's own server.
  void AddSelf(const PageGroup& group);

  // Another line that names a destination which has rules already: its line
  // is added to their sources.
  void Repeat(const PageGroup& group, const PageDestination& destination);

  // Whether a destination has rules.
  bool Known(const Destination& destination) const;
  bool HasDestinations() const { return !rules_by_destination_.empty(); }

  // What the group or the headings above it say of the direction.
  std::optional<RuleDirection> DirectionOf(const PageGroup& group) const;

  // Unites rules that differ only in a requirement that was not stated.
  void Finish();

 private:
  void AddSources(const std::vector<size_t>& facts, Rule* rule);
  void SetRequire(Require a, Require b, Rule* rule) const;

  Page* page_;
  Policy* policy_;
  std::map<std::string, std::vector<size_t>> rules_by_destination_;
};

// Names the exclusive alternatives of the page: sets profile and choice on
// their contexts.
void AssignProfiles(Page* page);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_EMIT_H_
