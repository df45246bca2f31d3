// What a database keeps of the rules themselves, beside the tables: enough to
// print them again and to compile them again to the same bytes.

#ifndef ALLOWMATCH_RULES_RULE_RECORDS_H_
#define ALLOWMATCH_RULES_RULE_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "rules/compile.h"
#include "rules/image_writer.h"

namespace allowmatch {

// `vendor=kudo,tute region=us basis=both`: what was chosen, in the order of the
// options, with the quoting of .rules text; empty where nothing was. The reader
// is in stored_policy.h.
std::string SelectionText(const CompileOptions& options);

class RuleRecords {
 public:
  // `policy` is canonical, `active` by rule id.
  RuleRecords(const PackedPolicy& policy, const std::vector<bool>& active,
              const CompileOptions& options);

  uint32_t active_count() const { return active_count_; }
  // Adds the sections and returns the digest of the policy. The text of the rules is
  // taken from `policy` when the image is put together, and its memory given back.
  uint64_t Write(PackedPolicy* policy, ImageWriter* writer);

 private:
  std::vector<uint64_t> active_;  // a bit for each rule
  std::string selection_;
  uint32_t active_count_ = 0;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_RULE_RECORDS_H_
