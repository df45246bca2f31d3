#include "rules/diagnostic.h"

#include "absl/strings/str_cat.h"

namespace allowmatch {

std::string Diagnostic::ToString() const {
  std::string out = file;
  if (line > 0) absl::StrAppend(&out, ":", line);
  if (line > 0 && column > 0) absl::StrAppend(&out, ":", column);
  absl::StrAppend(&out, out.empty() ? "" : ": ", what);
  if (!hint.empty()) absl::StrAppend(&out, "; ", hint);
  return out;
}

}  // namespace allowmatch
