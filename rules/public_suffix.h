// Public suffixes: the names under which anybody can have a name, such as com and co.uk.
//
// They are those of the ICANN section of the Public Suffix List (publicsuffix.org/list),
// which is built in from Debian's package.

#ifndef ALLOWMATCH_RULES_PUBLIC_SUFFIX_H_
#define ALLOWMATCH_RULES_PUBLIC_SUFFIX_H_

#include "absl/strings/string_view.h"

namespace allowmatch {

// Whether `name`, which is canonical, is one as a whole. A top-level domain that is not on
// the list is none. Takes two reads of a hash table; thread-safe.
bool IsPublicSuffix(absl::string_view name);

// The rules of the section, one a line: `com`, `*.ck`, `!www.ck`, in UTF-8.
extern const char kPublicSuffixRules[];

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_PUBLIC_SUFFIX_H_
