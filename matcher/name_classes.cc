#include "matcher/name_classes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: a name class ", what));
}

}  // namespace

absl::Status NameClasses::Bind(const NameClassArrays& arrays, uint32_t row_count,
                               uint32_t inbound_count) {
  a_ = arrays;
  if (a_.general.empty()) return Broken("is missing");
  for (const NameClass& c : a_.general) {
    if (c.out_row >= row_count || c.in_row >= inbound_count) return Broken("leads outside");
  }
  if (a_.listing.size() != a_.general.size() ||
      !std::all_of(a_.listing.begin(), a_.listing.end(),
                   [this](uint32_t rank) { return rank <= a_.rank_count; })) {
    return Broken("has an unknown rule");
  }
  if (!a_.runs.empty() && a_.runs[0] != 0) return Broken("is in no run");
  if (!std::is_sorted(a_.runs.begin(), a_.runs.end())) return Broken("is in two runs");
  if (a_.services.size() != uint64_t{a_.runs.size()} * a_.service_class_count) {
    return Broken("has unknown services");
  }
  return absl::OkStatus();
}

}  // namespace allowmatch
