// Reads a vendor's page, as text, into rules.
//
//   Policy policy;
//   LoadReport report;
//   Diagnostics errors;
//   if (!LoadPage(bytes, {.source = "kudo.txt"}, &policy, &report, &errors)) ...
//
// There is no code for any vendor. The page goes through five steps, each in
// files of its own:
//
//   page_text     bytes -> clean lines (escapes, entities, links, dashes)
//   page_token    text -> typed tokens (addresses, patterns, URLs, ports ...)
//   page_layout   lines -> a tree of headings with tables, lists, paragraphs
//   page_table    any rendering of a table -> rows; rows -> groups
//   page_bind     groups -> rules: which service belongs to which destination
//
// The words that carry requirement, region, direction and so on are tables in
// page_words. What had to be inferred is marked on the rule; what cannot be
// trusted is quarantined in the report.

#ifndef ALLOWMATCH_LOADERS_PAGE_H_
#define ALLOWMATCH_LOADERS_PAGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "loaders/report.h"
#include "rules/policy.h"

namespace allowmatch {

struct PageOptions {
  std::string source;   // the name that rules carry in src=
  std::string vendor;   // empty: inferred from the page
  bool allow_special = false;  // accept special-use addresses
  PolicyOptions policy;
};

// Returns false, with diagnostics, if the page cannot be read at all (UTF-16,
// NUL, empty, nothing in it). Linear in the size of the page.
bool LoadPage(absl::string_view bytes, const PageOptions& options, Policy* policy,
              LoadReport* report, Diagnostics* errors);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_H_
