#include "loaders/page_expectation.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace allowmatch {
namespace {

std::map<std::string, std::string> AttributesOf(const Rule& rule) {
  std::map<std::string, std::string> out = rule.other;
  out["vendor"] = rule.vendor;
  out["service"] = rule.service;
  out["region"] = rule.region;
  out["profile"] = rule.profile;
  out["condition"] = rule.condition;
  out["app"] = rule.app;
  out["dated"] = rule.dated;
  out["require"] = RequireName(rule.require);
  out["sport"] = rule.source_ports.ToString();
  return out;
}

// One fact for each destination; of an `in` rule, for each remote.
void AddFacts(const Rule& rule, std::vector<PageFactLine>* out) {
  const std::map<std::string, std::string> attributes = AttributesOf(rule);
  const std::string service = absl::StrCat(ActionName(rule.action), " ",
                                           RuleDirectionName(rule.direction), " ",
                                           rule.protocol.ToString());
  std::vector<std::string> remotes;
  for (const Destination& from : rule.from) {
    remotes.push_back(absl::StrCat("from ", DestinationToString(from), " "));
  }
  if (remotes.empty()) remotes.push_back("");
  for (const Destination& to : rule.to) {
    for (const std::string& remote : remotes) {
      out->push_back({service, rule.ports,
                      absl::StrCat(remote, "to ", DestinationToString(to)), attributes, true});
    }
  }
}

bool ReadFactLine(absl::string_view line, bool must, PageExpectation* expectation,
                  std::string* error) {
  Policy policy;
  Diagnostics errors;
  if (!ParseRules(absl::StrCat(line, "\n"), "key", {}, &policy, &errors)) {
    *error = absl::StrCat(line, ": ", errors.empty() ? "?" : errors[0].ToString());
    return false;
  }
  std::vector<PageFactLine> facts = PolicyFacts(policy);
  for (PageFactLine& fact : facts) {
    // Only what the line states counts.
    for (auto at = fact.attributes.begin(); at != fact.attributes.end();) {
      at = at->second.empty() ? fact.attributes.erase(at) : std::next(at);
    }
    // `sport` of a rule that has none is "any".
    if (!absl::StrContains(line, "sport=")) fact.attributes.erase("sport");
    fact.must = must;
    expectation->facts.push_back(std::move(fact));
  }
  return true;
}

bool ReadReportLine(absl::string_view kind, absl::string_view rest, PageExpectation* expectation) {
  ReportLine line;
  line.kind = std::string(kind);
  const size_t at = rest.rfind(" @");
  if (at != absl::string_view::npos && absl::SimpleAtoi(rest.substr(at + 2), &line.line)) {
    rest = rest.substr(0, at);
  }
  line.token = std::string(absl::StripAsciiWhitespace(rest));
  expectation->report.push_back(std::move(line));
  return true;
}

bool AttributeMatches(const std::string& key, const std::string& wanted, const std::string& have) {
  if (wanted == "-") return have.empty() || have == "any";
  if (key == "condition" || key == "service") {
    return absl::StrContains(absl::AsciiStrToLower(have), absl::AsciiStrToLower(wanted));
  }
  return wanted == have;
}

bool Matches(const PageFactLine& wanted, const PageFactLine& have) {
  if (wanted.service != have.service || wanted.ends != have.ends) return false;
  if (wanted.ports.is_any() != have.ports.is_any()) return false;
  for (const auto& [key, value] : wanted.attributes) {
    const auto at = have.attributes.find(key);
    if (!AttributeMatches(key, value, at == have.attributes.end() ? "" : at->second)) return false;
  }
  return true;
}

std::string WithAttributes(const PageFactLine& line) {
  std::string out = absl::StrCat(line.service, " ", line.ports.ToString(), " ", line.ends);
  for (const auto& [key, value] : line.attributes) {
    if (value.empty() || key == "dated") continue;
    if (key == "sport" && value == "any") continue;
    absl::StrAppend(&out, " ", key, "=", value);
  }
  return out;
}

// Whether the facts that match cover all ports of `line` together.
template <typename Match>
bool Covered(const PageFactLine& line, const std::vector<PageFactLine>& facts, Match match) {
  std::vector<PortRange> ranges;
  for (const PageFactLine& fact : facts) {
    if (!match(fact)) continue;
    if (line.ports.is_any()) return true;
    ranges.insert(ranges.end(), fact.ports.ranges().begin(), fact.ports.ranges().end());
  }
  return !ranges.empty() && PortSet(ranges).Contains(line.ports);
}

const char* KindWord(ReportEntry::Kind kind) {
  return kind == ReportEntry::Kind::kQuarantined ? "quarantined"
         : kind == ReportEntry::Kind::kIgnored   ? "ignored"
                                                 : "note";
}

bool Matches(const ReportLine& wanted, const ReportEntry& entry) {
  const std::string kind = KindWord(entry.kind);
  const bool kind_fits = wanted.kind == kind || (wanted.kind == "reported" && kind != "note");
  if (!kind_fits || (wanted.line != 0 && wanted.line != entry.line)) return false;
  return absl::StrContains(entry.token, wanted.token) ||
         (kind == "note" && absl::StrContains(entry.reason, wanted.token));
}

}  // namespace

bool ReadPageExpectation(absl::string_view text, PageExpectation* expectation,
                         std::string* error) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    const absl::string_view word = parts.first;
    if (word == "refused") {
      expectation->refused = true;
    } else if (word == "never") {
      expectation->never.emplace_back(absl::StripAsciiWhitespace(parts.second));
    } else if (word == "allow" || word == "deny" || word == "maybe") {
      const bool must = word != "maybe";
      if (!ReadFactLine(must ? line : parts.second, must, expectation, error)) return false;
    } else if (word == "quarantined" || word == "ignored" || word == "reported" ||
               word == "note") {
      ReadReportLine(word, parts.second, expectation);
    } else {
      *error = std::string(line);
      return false;
    }
  }
  return true;
}

std::vector<PageFactLine> PolicyFacts(const Policy& policy) {
  std::vector<PageFactLine> facts;
  for (const Rule& rule : policy.rules) AddFacts(rule, &facts);
  return facts;
}

std::string PageScore::ToString() const {
  std::string out;
  for (const std::string& line : wrong) absl::StrAppend(&out, "  wrong:  ", line, "\n");
  for (const std::string& line : missed) absl::StrAppend(&out, "  missed: ", line, "\n");
  for (const std::string& line : reported) absl::StrAppend(&out, "  report: ", line, "\n");
  return out;
}

PageScore ScorePage(const PageExpectation& expectation, const Policy& policy,
                    const LoadReport& report) {
  PageScore score;
  const std::vector<PageFactLine> have = PolicyFacts(policy);
  for (const PageFactLine& wanted : expectation.facts) {
    const bool found = Covered(
        wanted, have, [&wanted](const PageFactLine& fact) { return Matches(wanted, fact); });
    if (found) {
      ++score.found;
    } else if (wanted.must) {
      score.missed.push_back(WithAttributes(wanted));
    }
  }
  for (const PageFactLine& fact : have) {
    const bool asked =
        Covered(fact, expectation.facts,
                [&fact](const PageFactLine& wanted) { return Matches(wanted, fact); });
    if (!asked) score.wrong.push_back(WithAttributes(fact));
  }
  for (const ReportLine& wanted : expectation.report) {
    const bool found = std::any_of(report.entries.begin(), report.entries.end(),
                                   [&wanted](const ReportEntry& e) { return Matches(wanted, e); });
    if (found) {
      ++score.found;
    } else {
      score.reported.push_back(absl::StrCat(
          wanted.kind, " ", wanted.token,
          wanted.line == 0 ? "" : absl::StrCat(" @", wanted.line)));
    }
  }
  return score;
}

std::vector<std::string> FilesIn(const std::string& folder, absl::string_view suffix) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    const std::string path = entry.path().string();
    if (absl::EndsWith(path, suffix)) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool ReadBytes(const std::string& path, std::string* bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  bytes->assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  return true;
}

}  // namespace allowmatch
