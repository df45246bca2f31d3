// Lists of names, and which of them covers a name, found in another way than by the
// matcher: a map of whole names that is asked for each suffix. For tests.

#ifndef ALLOWMATCH_TESTS_NAME_LISTS_H_
#define ALLOWMATCH_TESTS_NAME_LISTS_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/database.h"
#include "matcher/kernel.h"
#include "rules/policy.h"

namespace allowmatch {

// Whether the folder that ALLOWMATCH_SHARED names has a list of names.
bool HasSharedNames();

// Every `step`th of the names in the folder of ALLOWMATCH_SHARED; none if it is missing.
std::vector<std::string> SharedNames(size_t step);

// A rule for any service for each name: in turn `x`, `*.x` and `.x`, or `.x` alone. And one
// for each of `others`, patterns that cover nothing that is asked.
class NameList {
 public:
  NameList(const std::vector<std::string>& names, bool all_forms,
           const std::vector<std::string>& others = {});

  const Database& database() const { return database_; }

  // What ListingRulesOfNames must say of `name`, which may be no name.
  uint32_t Expected(const std::string& name) const;

  // Asks each kernel, in batches and singly for every 16th. Empty, or what differs first.
  std::string Check(const std::vector<std::string>& names) const;

 private:
  enum Form { kExact, kBelow, kBoth };
  struct Listed {
    Form form;
    uint32_t rule;
  };

  std::string CheckKernel(Kernel kernel, const std::vector<std::string>& names,
                          const std::vector<uint32_t>& expected) const;

  std::unordered_map<std::string, Listed> listed_;
  Database database_;
};

// One label more, one less, one character off, other case, a final dot, a byte that may
// not be there.
std::vector<std::string> Mutations(const std::string& name);

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_NAME_LISTS_H_
