// data/policies/*.rules, as they were when the program was built.

#ifndef ALLOWMATCH_CLI_BUILT_IN_POLICY_H_
#define ALLOWMATCH_CLI_BUILT_IN_POLICY_H_

namespace allowmatch {

struct BuiltInFile {
  const char* name;  // "kudo.rules"; null ends the list
  const char* text;
};

extern const BuiltInFile kBuiltInPolicy[];

}  // namespace allowmatch

#endif  // ALLOWMATCH_CLI_BUILT_IN_POLICY_H_
