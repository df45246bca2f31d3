// A rule as one line of .rules text. The reader of such lines is rules_text.cc.

#ifndef ALLOWMATCH_RULES_RULE_LINE_H_
#define ALLOWMATCH_RULES_RULE_LINE_H_

#include <string>

#include "rules/rule.h"

namespace allowmatch {

// What a line says beyond the fact itself.
enum class Provenance { kLeaveOut, kWrite };  // dated=, inferred= and src=

// The line of a normalized rule, without a newline.
std::string RuleLine(const Rule& rule, Provenance provenance);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_RULE_LINE_H_
