// A rule as one line of .rules text. The reader of such lines is rules_text.cc.

#ifndef ALLOWMATCH_RULES_RULE_LINE_H_
#define ALLOWMATCH_RULES_RULE_LINE_H_

#include <string>

#include "rules/rule.h"

namespace allowmatch {

// The line of a normalized rule, without a newline: the fact itself.
std::string RuleLine(const Rule& rule);

// Its parts: "allow out tcp 443 to ", the destinations, and " vendor=kudo".
std::string RuleLineBefore(const Rule& rule);
std::string RuleLineDestinations(const Rule& rule);
std::string RuleLineAfter(const Rule& rule);

// Adds where it is from: dated=, inferred= and src=.
void AppendProvenance(const Rule& rule, std::string* line);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_RULE_LINE_H_
