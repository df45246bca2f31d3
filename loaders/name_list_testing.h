// Loads a name list in one call, for tests.

#ifndef ALLOWMATCH_LOADERS_NAME_LIST_TESTING_H_
#define ALLOWMATCH_LOADERS_NAME_LIST_TESTING_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "loaders/name_list.h"

namespace allowmatch {

struct LoadedList {
  bool good = false;
  std::string rules;   // as .rules text
  std::string report;  // its entries as lines, without the totals
  std::string errors;  // as lines
  LoadReport facts;
};

inline LoadedList LoadList(const std::string& dialect, absl::string_view text,
                           NameListOptions options = {}) {
  LoadedList loaded;
  Policy policy;
  Diagnostics errors;
  if (options.source.empty()) options.source = "list";
  loaded.good = LoadNameList(text, *FindNameDialect(dialect), options, &policy, &loaded.facts,
                             &errors);
  loaded.rules = FormatRules(policy);
  loaded.report = loaded.facts.ToText();
  loaded.report.resize(loaded.report.rfind('\n', loaded.report.size() - 2) + 1);
  for (const Diagnostic& error : errors) absl::StrAppend(&loaded.errors, error.ToString(), "\n");
  return loaded;
}

inline NameListOptions WithAction(Action action, size_t quarantine = 0) {
  NameListOptions options;
  options.action = action;
  options.quarantine = quarantine;
  return options;
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_NAME_LIST_TESTING_H_
