// What reading logs has to know of a loaded policy.

#ifndef ALLOWMATCH_CLI_LOG_FACTS_H_
#define ALLOWMATCH_CLI_LOG_FACTS_H_

#include "cli/policy_source.h"
#include "flowlog/inside.h"
#include "flowlog/policy_facts.h"

namespace allowmatch {

PolicyFacts LogFacts(const LoadedPolicy& loaded, const Inside& inside);

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_LOG_FACTS_H_
