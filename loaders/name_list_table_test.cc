// NAME_LISTS.md: each row of its table is what the readers do.

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "loaders/name_list.h"
#include "rules/rule_match.h"

namespace allowmatch {
namespace {

const char* const kNames[] = {"example.com", "a.example.com", "b.a.example.com", "aexample.com"};

// What stands around an entry in the dialects that are more than lines.
std::string Framed(const std::string& dialect, const std::string& entry) {
  if (dialect == "sing-box") return absl::StrCat("{\"version\": 3, \"rules\": [{", entry, "}]}");
  if (dialect == "cilium") return absl::StrCat("egress: [{toFQDNs: [{", entry, "}]}]");
  return entry;
}

struct Row {
  std::string dialect;
  std::string written;
  std::string reads_as;  // without its code marks
  std::vector<std::string> covers;
};

std::string Plain(absl::string_view cell) {
  cell = absl::StripAsciiWhitespace(cell);
  return absl::StrReplaceAll(cell, {{"`", ""}, {"\x01", "|"}});
}

std::vector<Row> Table() {
  std::ifstream file("loaders/NAME_LISTS.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<Row> rows;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::string marked = absl::StrReplaceAll(line, {{"\\|", "\x01"}});
    const std::vector<std::string> cells = absl::StrSplit(marked, '|');
    if (cells.size() != 10 || FindNameDialect(Plain(cells[1])) == nullptr) continue;
    Row row{Plain(cells[1]), Plain(cells[2]), Plain(cells[3]), {}};
    for (size_t i = 4; i < 8; ++i) row.covers.push_back(Plain(cells[i]));
    rows.push_back(row);
  }
  return rows;
}

// "PATTERN", "block PATTERN", "—" for an entry that is quarantined, "refused".
// `*pattern` is set for the first two.
std::string Read(const Row& row, Pattern* pattern) {
  Policy policy;
  LoadReport report;
  Diagnostics errors;
  NameListOptions options;
  options.source = "list";
  const std::string text = Framed(row.dialect, row.written);
  if (LoadNameList(text, *FindNameDialect(row.dialect), options, &policy, &report, &errors)) {
    if (policy.rules.size() != 1 || policy.rules[0].to.size() != 1) return "not one name";
    *pattern = std::get<Pattern>(policy.rules[0].to[0]);
    return absl::StrCat(policy.rules[0].action == Action::kDeny ? "block " : "",
                        pattern->ToString());
  }
  if (report.Count(ReportEntry::Kind::kQuarantined) == 1) return "—";
  return absl::StrContains(errors.back().what, "more would be allowed") ? "refused"
                                                                       : errors.back().ToString();
}

TEST(NameListTable, EachRowIsWhatIsRead) {
  const std::vector<Row> rows = Table();
  EXPECT_GT(rows.size(), 60u);
  for (const Row& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.dialect, ": ", row.written));
    Pattern pattern;
    const std::string read = Read(row, &pattern);
    EXPECT_EQ(read, row.reads_as);
    const bool is_read = read != "—" && read != "refused";
    for (size_t i = 0; i < row.covers.size(); ++i) {
      const char* covers = !is_read ? "" : PatternMatches(pattern, kNames[i]) ? "yes" : "no";
      EXPECT_EQ(covers, row.covers[i]) << kNames[i];
    }
  }
}

TEST(NameListTable, EachDialectHasRows) {
  std::map<std::string, int> rows;
  for (const Row& row : Table()) ++rows[row.dialect];
  for (const NameDialect& dialect : NameDialects()) EXPECT_GE(rows[dialect.name], 3) << dialect.name;
}

}  // namespace
}  // namespace allowmatch
