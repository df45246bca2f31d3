#include "matcher/register_tables.h"

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the register tables: ", what));
}

}  // namespace

absl::Status CheckRegisterTables(const RegisterTables& tables, uint32_t rule_count) {
  if (tables.lane_count == 0 || tables.lane_count > RegisterTables::kMaxLanes) {
    return Broken("a count is wrong");
  }
  for (const uint8_t byte : tables.unused) {
    if (byte != 0) return Broken("a reserved field is not zero");
  }
  for (int i = 0; i < 256; ++i) {
    if (tables.lane_of[i] >= RegisterTables::kMaxLanes) return Broken("a protocol has no lane");
    const uint32_t rule = tables.word[0][i] | tables.word[1][i] << 8 | tables.word[2][i] << 16;
    const uint32_t reason = tables.word[3][i] & 15;
    const uint32_t basis = tables.word[3][i] >> 4;
    if ((rule >= rule_count && rule != kNoRuleId) ||
        reason > static_cast<uint32_t>(Reason::kNoRule) ||
        basis > static_cast<uint32_t>(Basis::kBoth)) {
      return Broken("a verdict has no rule");
    }
    const uint32_t listing =
        tables.listing[0][i] | tables.listing[1][i] << 8 | tables.listing[2][i] << 16;
    if (listing >= rule_count && listing != kNoRuleId) return Broken("an address has no rule");
  }
  return absl::OkStatus();
}

}  // namespace allowmatch
