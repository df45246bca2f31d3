#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "flowlog/output_text.h"
#include "flowlog/summary.h"
#include "flowlog/summary_groups.h"

namespace allowmatch {
namespace {

constexpr size_t kTopDestinations = 10;
constexpr size_t kTopServices = 4;
constexpr size_t kRulesShown = 10;

// 1234567 -> "1,234,567".
std::string Thousands(uint64_t number) {
  std::string text = absl::StrCat(number);
  for (size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string Plural(uint64_t number, absl::string_view noun) {
  return absl::StrCat(Thousands(number), " ", noun, number == 1 ? "" : "s");
}

class Painter {
 public:
  explicit Painter(bool color) : color_(color) {}
  std::string Bold(absl::string_view text) const { return Paint("1", text); }
  std::string Outcome(allowmatch::Outcome outcome, absl::string_view text) const {
    static constexpr const char* kCodes[kOutcomeCount] = {"32", "31", "33", "35", "2"};
    return Paint(kCodes[static_cast<int>(outcome)], text);
  }

 private:
  std::string Paint(const char* code, absl::string_view text) const {
    return color_ ? absl::StrCat("\x1b[", code, "m", text, "\x1b[0m") : std::string(text);
  }
  const bool color_;
};

std::string ServiceText(const Summary::ServiceCount& service) {
  return absl::StrCat(service.inbound ? "in " : "", service.protocol,
                      service.port >= 0 ? absl::StrCat(" ", service.port) : "");
}

// The service as ports say it, and how often if there are several.
std::string ServicesText(const std::vector<Summary::ServiceCount>& services) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < std::min(services.size(), kTopServices); ++i) {
    std::string part = ServiceText(services[i]);
    if (services.size() > 1) absl::StrAppend(&part, " x", Thousands(services[i].records));
    parts.push_back(std::move(part));
  }
  if (services.size() > kTopServices) {
    parts.push_back(absl::StrCat("and ", services.size() - kTopServices, " more"));
  }
  return absl::StrJoin(parts, ", ");
}

std::string ReasonsText(const std::vector<Summary::ServiceCount>& services) {
  std::vector<absl::string_view> names;
  for (const Summary::ServiceCount& service : services) {
    const char* const name = ReasonName(service.reason);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return absl::StrJoin(names, ", ");
}

std::string FilesText(const Summary& summary) {
  const std::vector<FileReport>& files = summary.files();
  if (files.size() == 1) {
    return files[0].format.empty()
               ? PlainText(files[0].path)
               : absl::StrCat(PlainText(files[0].path), " (", files[0].format, ")");
  }
  return Plural(files.size(), "file");
}

std::string HeadText(const Summary& summary, const Painter& paint) {
  const PolicyFacts& facts = summary.facts();
  std::string out =
      absl::StrCat(paint.Bold("Log     "), FilesText(summary), "\n", paint.Bold("Policy  "),
                   facts.name, ", ", Plural(facts.rules.size(), "rule"));
  if (!facts.dates.empty()) absl::StrAppend(&out, "; as of ", absl::StrJoin(facts.dates, ", "));
  absl::StrAppend(&out, "\n");
  for (const FileReport& file : summary.files()) {
    if (file.error.empty()) continue;
    absl::StrAppend(&out, paint.Bold("Partial "), PlainText(file.path), ": ", file.error, "\n");
  }
  return out;
}

std::string ReasonsOf(const Summary& summary, Outcome outcome) {
  std::vector<std::string> parts;
  for (const auto& [reason, count] : summary.Reasons(outcome)) {
    parts.push_back(absl::StrCat(reason, " ", Thousands(count)));
  }
  return absl::StrJoin(parts, ", ");
}

std::string TotalsText(const Summary& summary, const Painter& paint) {
  const uint64_t records = summary.records();
  std::string out = absl::StrFormat("\n%s %12s\n", paint.Bold("Records    "), Thousands(records));
  for (int i = 0; i < kOutcomeCount; ++i) {
    const Outcome outcome = static_cast<Outcome>(i);
    const uint64_t count = summary.count(outcome);
    const double share =
        records == 0 ? 0 : 100.0 * static_cast<double>(count) / static_cast<double>(records);
    const std::string label =
        paint.Outcome(outcome, absl::StrFormat("  %-9s", OutcomeName(outcome)));
    std::string line = absl::StrFormat("%s %12s  %5.1f%%  %s", label, Thousands(count), share,
                                       ReasonsOf(summary, outcome));
    absl::StripTrailingAsciiWhitespace(&line);
    absl::StrAppend(&out, line, "\n");
  }
  return out;
}

std::string VendorsText(const Summary& summary, const Painter& paint) {
  std::string out = absl::StrFormat("\n%s %12s %12s %12s  %s\n",
                                    paint.Bold(absl::StrFormat("%-30s", "Vendor, service")),
                                    "allow", "deny-rule", "wrong-service", "rules hit");
  for (const VendorGroup& vendor : GroupByVendor(summary)) {
    absl::StrAppendFormat(&out, "%-30s %12s %12s %13s  %d of %d\n", PlainText(vendor.vendor),
                          Thousands(vendor.counts.allow), Thousands(vendor.counts.denied_by_rule),
                          Thousands(vendor.counts.wrong_service), vendor.hit_rules,
                          vendor.active_rules);
    for (const ServiceGroup& service : vendor.services) {
      absl::StrAppendFormat(&out, "  %-28s %12s %12s %13s\n", PlainText(service.service),
                            Thousands(service.counts.allow),
                            Thousands(service.counts.denied_by_rule),
                            Thousands(service.counts.wrong_service));
    }
  }
  return out;
}

std::string TopText(const Summary& summary, Outcome outcome, const char* title,
                    const Painter& paint) {
  const std::vector<Summary::Destination> top = summary.Top(outcome, kTopDestinations);
  if (top.empty()) return "";
  size_t width = 0;
  for (const Summary::Destination& destination : top) {
    width = std::max(width, PlainText(destination.name).size());
  }
  width = std::min<size_t>(width, 60);
  std::string out = absl::StrCat("\n", paint.Bold(title), "\n");
  for (const Summary::Destination& destination : top) {
    absl::StrAppendFormat(&out, "  %-*s %12s  %s  (%s)\n", static_cast<int>(width),
                          PlainText(destination.name), Thousands(destination.records),
                          ServicesText(destination.services), ReasonsText(destination.services));
  }
  return out;
}

std::string NeverHitText(const Summary& summary, const Painter& paint) {
  const std::vector<uint32_t> ids = RulesNeverHit(summary);
  if (ids.empty()) return "";
  std::string out =
      absl::StrCat("\n", paint.Bold("Rules never hit"), "  ", Thousands(ids.size()), "\n");
  for (size_t i = 0; i < std::min(ids.size(), kRulesShown); ++i) {
    const RuleFacts& rule = summary.facts().rules[ids[i]];
    absl::StrAppendFormat(&out, "  %5d  %s", ids[i], PlainText(rule.text));
    if (!rule.source.empty()) absl::StrAppend(&out, "  (", PlainText(rule.source), ")");
    out.push_back('\n');
  }
  if (ids.size() > kRulesShown) {
    absl::StrAppend(&out, "         and ", Thousands(ids.size() - kRulesShown),
                    " more; --output summary --json lists all\n");
  }
  return out;
}

std::string NotesText(const Summary& summary) {
  std::vector<std::string> notes = summary.facts().remarks;
  if (summary.guessed() > 0) {
    notes.push_back(absl::StrCat("direction guessed from the ports in ",
                                 Plural(summary.guessed(), "record"),
                                 "; --internal PREFIX or --remote src|dst settles it"));
  }
  if (summary.unnamed_any_service() > 0) {
    notes.push_back(absl::StrCat(Plural(summary.unnamed_any_service(), "record"),
                                 " denied by no-rule carry no name; ",
                                 Plural(summary.facts().any_service_names, "name rule"),
                                 " for any service could cover some of them"));
  }
  if (!summary.destinations().exact()) {
    notes.push_back(absl::StrCat("more than ", Thousands(summary.destinations().counts().size()),
                                 " different denied flows: their counts may be too high by up to ",
                                 Thousands(summary.destinations().max_error())));
  }
  std::string out = notes.empty() ? "" : "\n";
  for (const std::string& note : notes) absl::StrAppend(&out, "note: ", note, "\n");
  return out;
}

}  // namespace

std::string SummaryText(const Summary& summary, bool color) {
  const Painter paint(color);
  return absl::StrCat(HeadText(summary, paint), TotalsText(summary, paint),
                      VendorsText(summary, paint),
                      TopText(summary, Outcome::kDeny, "Top denied destinations", paint),
                      TopText(summary, Outcome::kUndecided,
                              "Top undecided destinations (a name would tell)", paint),
                      NeverHitText(summary, paint), NotesText(summary));
}

}  // namespace allowmatch
