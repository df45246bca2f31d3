// What is wrong with an input, and where: `file:line:column: what; hint`.

#ifndef ALLOWMATCH_RULES_DIAGNOSTIC_H_
#define ALLOWMATCH_RULES_DIAGNOSTIC_H_

#include <string>
#include <vector>

namespace allowmatch {

struct Diagnostic {
  std::string file;
  int line = 0;    // 1-based; 0 if it is about the whole file
  int column = 0;  // 1-based, in bytes; 0 if it is about the whole line
  std::string what;
  std::string hint;  // what to do about it; may be empty

  // "file:line:column: what; hint", without the parts that are not known.
  std::string ToString() const;
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_DIAGNOSTIC_H_
