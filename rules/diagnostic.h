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
  // A stable word for the reason, such as "host_bits_set": for tests and
  // programs, which do not compare messages. Not part of ToString().
  std::string code = "";

  // "file:line:column: what; hint", without the parts that are not known.
  std::string ToString() const;
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_DIAGNOSTIC_H_
