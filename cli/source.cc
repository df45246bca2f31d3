#include "cli/source.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace allowmatch {

std::string BaseName(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// The first line that says something begins with an action: .rules text. An
// array of objects with an action is its JSON form. All else is a page.
std::string DetectFormat(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xef\xbb\xbf");
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(bytes);
  if (absl::StartsWith(text, "[") && absl::StrContains(text.substr(0, 4096), "\"action\""))
    return "json";
  for (const absl::string_view line : absl::StrSplit(text.substr(0, 65536), '\n')) {
    const absl::string_view rule = absl::StripAsciiWhitespace(line);
    if (rule.empty() || rule[0] == '#') continue;
    for (const absl::string_view direction : {"out ", "in ", "both "}) {
      if (absl::StartsWith(rule, absl::StrCat("allow ", direction)) ||
          absl::StartsWith(rule, absl::StrCat("deny ", direction))) {
        return "rules";
      }
    }
    break;
  }
  return "page";
}

bool ReadSource(absl::string_view bytes, const std::string& format, const PageOptions& page,
                Policy* policy, LoadReport* report, Diagnostics* errors) {
  if (format == "page") return LoadPage(bytes, page, policy, report, errors);
  const bool read = format == "json"
                        ? ParseRulesJson(bytes, page.source, page.policy, policy, errors)
                        : ParseRules(bytes, page.source, page.policy, policy, errors);
  if (read) policy->Canonicalize();
  return read;
}

}  // namespace allowmatch
