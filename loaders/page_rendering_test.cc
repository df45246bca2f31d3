// The same table, as different extractions of a web page or PDF leave it, must
// load to the same rules.

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "loaders/page.h"
#include "loaders/page_expectation.h"

namespace allowmatch {
namespace {

using Row = std::vector<std::string>;

struct TableCase {
  const char* name;
  Row header;
  std::vector<Row> rows;
  const char* key;  // what it must load to
  // Columns whose empty cells continue the cell above or below them.
  std::vector<size_t> spanned = {};
  std::vector<size_t> block_starts = {};  // rows that begin a block of spanned cells
};

// What every page has around its table.
constexpr char kTitle[] = "Parleo network requirements";
constexpr char kLead[] =
    "Allow the following traffic from your network through the firewall, so that Parleo works.";
constexpr char kTrailer[] =
    "If calls still drop after 30 seconds, restart the client and try again. Was this article "
    "helpful? 12 out of 15 found this helpful. Last updated 4 March 2024.";

std::string Joined(const Row& row, const char* separator) { return absl::StrJoin(row, separator); }

// The cells that are not empty.
Row Filled(const Row& row) {
  Row out;
  for (const std::string& cell : row) {
    if (!cell.empty()) out.push_back(cell);
  }
  return out;
}

std::vector<Row> AllRows(const TableCase& table) {
  std::vector<Row> rows = {table.header};
  rows.insert(rows.end(), table.rows.begin(), table.rows.end());
  return rows;
}

std::string Lines(const TableCase& table, const std::function<std::string(const Row&)>& line) {
  std::string out;
  for (const Row& row : AllRows(table)) absl::StrAppend(&out, line(row), "\n");
  return out;
}

std::string Page(const std::string& body) {
  return absl::StrCat(kTitle, "\n\n", kLead, "\n\n", body, "\n", kTrailer, "\n");
}

std::string Tabs(const TableCase& table) {
  return Page(Lines(table, [](const Row& row) { return Joined(row, "\t"); }));
}

std::string Pipes(const TableCase& table) {
  return Page(Lines(table, [](const Row& row) { return Joined(row, " | "); }));
}

std::string Markdown(const TableCase& table) {
  std::string out = absl::StrCat("# ", kTitle, "\n\n", kLead, "\n\n");
  bool first = true;
  for (const Row& row : AllRows(table)) {
    absl::StrAppend(&out, "| ", Joined(row, " | "), " |\n");
    if (!first) continue;
    for (size_t i = 0; i < row.size(); ++i) absl::StrAppend(&out, "|---");
    absl::StrAppend(&out, "|\n");
    first = false;
  }
  return absl::StrCat(out, "\n", kTrailer, "\n");
}

// A border of an RST grid above row `at`; spanned cells have none inside a block.
std::string GridBorder(const TableCase& table, const std::vector<size_t>& widths, size_t at) {
  const bool inside =
      !table.spanned.empty() && at > 0 && at < table.rows.size() &&
      std::find(table.block_starts.begin(), table.block_starts.end(), at) ==
          table.block_starts.end();
  std::string out;
  for (size_t i = 0; i < widths.size(); ++i) {
    const bool open = inside && std::find(table.spanned.begin(), table.spanned.end(), i) !=
                                    table.spanned.end();
    const bool joint = open && (i == 0 || out.back() == ' ');
    absl::StrAppend(&out, joint ? "|" : "+", std::string(widths[i] + 2, open ? ' ' : '-'));
  }
  return absl::StrCat(out, "+\n");
}

std::string Grid(const TableCase& table) {
  std::vector<size_t> widths(table.header.size(), 0);
  const std::vector<Row> rows = AllRows(table);
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out = GridBorder(table, widths, table.rows.size());
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t i = 0; i < widths.size(); ++i) {
      const std::string cell = i < rows[r].size() ? rows[r][i] : "";
      absl::StrAppend(&out, "| ", cell, std::string(widths[i] - cell.size() + 1, ' '));
    }
    absl::StrAppend(&out, "|\n", GridBorder(table, widths, r));
  }
  return Page(out);
}

std::string Spaces(const TableCase& table) {
  return Page(Lines(table, [](const Row& row) { return Joined(Filled(row), " "); }));
}

std::string CellALine(const TableCase& table) {
  return Page(Lines(table, [](const Row& row) { return Joined(Filled(row), "\n"); }));
}

std::string GluedRows(const TableCase& table) {
  return Page(Lines(table, [](const Row& row) { return Joined(row, ""); }));
}

std::string AllGlued(const TableCase& table) {
  std::string out;
  for (const Row& row : AllRows(table)) absl::StrAppend(&out, Joined(row, ""));
  return Page(absl::StrCat(out, "\n"));
}

// The table and the text behind it on one line.
std::string OneLine(const TableCase& table) {
  std::string out = absl::StrCat(kTitle, "\n\n", kLead, "\n\n");
  for (const Row& row : AllRows(table)) absl::StrAppend(&out, Joined(Filled(row), " "), " ");
  return absl::StrCat(out, kTrailer, "\n");
}

const TableCase kTables[] = {
    {"ProtocolPortsDestination",
     {"Protocol", "Ports", "Destination"},
     {{"TCP", "443, 8801-8810", "185.41.8.0/22"}, {"UDP", "3478", "media.parleo.com"}},
     "allow out tcp 443,8801-8810 to 185.41.8.0/22 require=mandatory\n"
     "allow out udp 3478 to media.parleo.com require=mandatory\n"},
    {"Required",
     {"Required", "Protocol", "Port", "Host", "Description"},
     {{"Mandatory", "TCP", "443", "app.parleo.com", "Sign-in and signalling"},
      {"Recommended", "UDP", "10000", "media.parleo.com", "Media with less delay"},
      {"Optional", "TCP", "5061", "sip.parleo.com", "Calls from room systems"}},
     "allow out tcp 443 to app.parleo.com require=mandatory\n"
     "allow out udp 10000 to media.parleo.com require=recommended\n"
     "allow out tcp 5061 to sip.parleo.com require=optional\n"},
    {"Direction",
     {"Direction", "Protocol", "Port", "Destination IP", "Purpose"},
     {{"Outbound", "TCP", "443", "91.220.37.0/24", "Web"},
      {"Bidirectional", "UDP", "20000-29999", "91.220.38.0/25", "Voice"},
      {"Outgoing", "UDP", "123", "91.220.37.9", "Time"}},
     "allow out tcp 443 to 91.220.37.0/24\n"
     "allow both udp 20000-29999 to 91.220.38.0/25\n"
     "allow out udp 123 to 91.220.37.9\n"},
    {"ServiceRegion",
     {"Service", "Region", "Protocol", "Ports", "IP ranges"},
     {{"Media", "Europe", "UDP", "3478", "185.41.8.0/24"},
      {"Media", "United States", "UDP", "3478", "23.90.160.0/24"},
      {"Signalling", "Global", "TCP", "443", "23.90.164.0/23"},
      {"Media", "China", "UDP", "3478", "47.96.12.16/28"}},
     "allow out udp 3478 to 185.41.8.0/24 region=eu service=Media\n"
     "allow out udp 3478 to 23.90.160.0/24 region=us service=Media\n"
     "allow out tcp 443 to 23.90.164.0/23 region=global service=Signalling\n"
     "allow out udp 3478 to 47.96.12.16/28 region=cn service=Media\n"},
    {"Netmask",
     {"Region", "Network", "Netmask", "Protocol", "Ports"},
     {{"Europe", "176.121.40.0", "255.255.248.0 (/21)", "UDP", "10000 - 65535"},
      {"Global", "91.240.112.0", "255.255.252.0", "TCP", "443"},
      {"China", "112.65.213.228", "255.255.255.252", "TCP", "443"}},
     "allow out udp 10000-65535 to 176.121.40.0/21 region=eu\n"
     "allow out tcp 443 to 91.240.112.0/22 region=global\n"
     "allow out tcp 443 to 112.65.213.228/30 region=cn\n"},
    {"MergedTopAligned",
     {"Protocol", "Ports", "Addresses"},
     {{"TCP", "443", "5.180.76.0/24"},
      {"", "", "5.180.77.0/24"},
      {"", "", "5.180.78.64/26"},
      {"UDP", "3478", "5.180.80.0/23"},
      {"", "", "5.180.84.0/23"}},
     "allow out tcp 443 to 5.180.76.0/24,5.180.77.0/24,5.180.78.64/26\n"
     "allow out udp 3478 to 5.180.80.0/23,5.180.84.0/23\n",
     {0, 1},
     {0, 3}},
    {"MergedCentred",
     {"Protocol", "Ports", "Addresses"},
     {{"", "", "5.180.76.0/24"},
      {"TCP", "443", "5.180.77.0/24"},
      {"UDP", "3478", "5.180.78.64/26"},
      {"", "", "5.180.79.0/24"},
      {"", "", "23.177.8.0/24"},
      {"TCP", "8443", "23.177.9.0/24"},
      {"", "", "23.177.10.0/24"}},
     "allow out tcp 443 to 5.180.76.0/24,5.180.77.0/24,5.180.78.64/26,5.180.79.0/24\n"
     "allow out udp 3478 to 5.180.76.0/24,5.180.77.0/24,5.180.78.64/26,5.180.79.0/24\n"
     "allow out tcp 8443 to 23.177.8.0/24,23.177.9.0/24,23.177.10.0/24\n",
     {0, 1},
     {0, 4}},
    {"NamesAndPrefixes",
     {"Destination", "Protocol", "Port"},
     {{"*.parleo.com, 185.41.8.0/22", "TCP", "443"},
      {"turn.parleo.net, 185.41.12.0/24, 185.41.13.7", "UDP", "3478"}},
     "allow out tcp 443 to *.parleo.com,185.41.8.0/22\n"
     "allow out udp 3478 to turn.parleo.net,185.41.12.0/24,185.41.13.7\n"},
    {"PortListsAndRanges",
     {"Protocol", "Port range", "FQDN"},
     {{"TCP", "80/443", "www.parleo.com"},
      {"TCP", "5060 or 5061", "sip.parleo.com"},
      {"UDP", "49152 – 53247, 3478", "relay.parleo.com"},
      {"UDP", "30000 ~ 31000", "share.parleo.com"}},
     "allow out tcp 80,443 to www.parleo.com\n"
     "allow out tcp 5060-5061 to sip.parleo.com\n"
     "allow out udp 3478,49152-53247 to relay.parleo.com\n"
     "allow out udp 30000-31000 to share.parleo.com\n"},
    {"SourceTarget",
     {"Source", "Target", "Protocol", "Destination port"},
     {{"Your clients", "signal.parleo.com", "TCP", "443"},
      {"Your clients", "185.41.9.0/24", "UDP", "3478"},
      {"185.41.10.16/28", "Your PBX", "TCP", "5061"}},
     "allow out tcp 443 to signal.parleo.com\n"
     "allow out udp 3478 to 185.41.9.0/24\n"
     "allow in tcp 5061 from 185.41.10.16/28 to self\n"},
    {"PortColumns",
     {"Host", "TCP ports", "UDP ports"},
     {{"gw.parleo.com", "443", "3478"},
      {"sip.parleo.com", "5060-5061", "5060"},
      {"rtp.parleo.com", "8443", "20000-29999"}},
     "allow out tcp 443 to gw.parleo.com\n"
     "allow out udp 3478 to gw.parleo.com\n"
     "allow out tcp 5060-5061 to sip.parleo.com\n"
     "allow out udp 5060 to sip.parleo.com\n"
     "allow out tcp 8443 to rtp.parleo.com\n"
     "allow out udp 20000-29999 to rtp.parleo.com\n"},
    {"CombinedColumn",
     {"Domain", "IP address", "Ports"},
     {{"api.parleo.com", "91.220.37.14", "TCP 443"},
      {"*.rtc.parleo.com", "91.220.40.0/22", "TCP 443, UDP 3478"}},
     "allow out tcp 443 to api.parleo.com,91.220.37.14\n"
     "allow out tcp 443 to *.rtc.parleo.com,91.220.40.0/22\n"
     "allow out udp 3478 to *.rtc.parleo.com,91.220.40.0/22\n"},
    {"YesNo",
     {"Host", "Port", "Type", "Required", "Description"},
     {{"login.parleo.com", "443", "TCP", "Yes", "Signing in"},
      {"stun.parleo.com", "3478", "UDP", "No", "Better media"},
      {"logs.parleo.com", "8443", "TCP", "No", "Reports of faults"}},
     "allow out tcp 443 to login.parleo.com require=mandatory\n"
     "allow out udp 3478 to stun.parleo.com require=optional\n"
     "allow out tcp 8443 to logs.parleo.com require=optional\n"},
    {"Synonyms",
     {"Requirement", "Application", "Hostnames", "Transport", "Dest port", "Rule"},
     {{"Mandatory", "Meetings", "meet.parleo.com", "TCP", "443", "Outgoing, established"},
      {"Recommended", "Time", "ntp.parleo.com", "UDP", "123", "Outgoing, established"},
      {"Mandatory", "Phone book", "91.220.41.7", "TCP", "80 / 389 / 443",
       "Outgoing, established"}},
     "allow out tcp 443 to meet.parleo.com require=mandatory service=Meetings\n"
     "allow out udp 123 to ntp.parleo.com require=recommended service=Time\n"
     "allow out tcp 80,389,443 to 91.220.41.7 require=mandatory service=\"Phone book\"\n"},
    {"SwappedOrder",
     {"Purpose", "Destination", "Ports", "Protocol"},
     {{"Signalling", "185.41.8.0/24", "443", "TCP"},
      {"Media", "185.41.9.0/24", "3478, 20000-20999", "UDP"},
      {"Screen share", "185.41.10.0/24", "443", "TCP and UDP"}},
     "allow out tcp 443 to 185.41.8.0/24\n"
     "allow out udp 3478,20000-20999 to 185.41.9.0/24\n"
     "allow out tcp 443 to 185.41.10.0/24\n"
     "allow out udp 443 to 185.41.10.0/24\n"},
};

struct Rendering {
  const char* name;
  std::string (*render)(const TableCase&);
  bool glued;   // cells run together: a cell border may be lost for good
  bool spans;   // shows where a merged cell stands
};

const Rendering kRenderings[] = {
    {"Tabs", Tabs, false, true},         {"Pipes", Pipes, false, true},
    {"Markdown", Markdown, false, true}, {"Grid", Grid, false, true},
    {"Spaces", Spaces, false, false},    {"CellALine", CellALine, false, false},
    {"OneLine", OneLine, false, false},  {"GluedRows", GluedRows, true, false},
    {"AllGlued", AllGlued, true, false},
};

struct Loaded {
  Policy policy;
  LoadReport report;
};

Loaded LoadText(const std::string& text) {
  Loaded out;
  Diagnostics errors;
  PageOptions options;
  options.source = "page.txt";
  LoadPage(text, options, &out.policy, &out.report, &errors);
  out.policy.Canonicalize();
  return out;
}

// The rules without where they come from. Glued, a label may be lost.
std::set<std::string> RuleTexts(const Policy& policy, bool labels) {
  std::set<std::string> texts;
  for (Rule rule : policy.rules) {
    if (!labels) rule.service.clear();
    texts.insert(rule.CanonicalText());
  }
  return texts;
}

// Whether the report owns up to a place where the cells could not be told apart.
bool NamesAmbiguity(const LoadReport& report) {
  return std::any_of(report.entries.begin(), report.entries.end(), [](const ReportEntry& entry) {
    return entry.kind == ReportEntry::Kind::kQuarantined &&
           (absl::StrContains(entry.reason, "ambiguous") ||
            absl::StrContains(entry.reason, "glued") ||
            absl::StrContains(entry.reason, "two ways") ||
            absl::StrContains(entry.reason, "split"));
  });
}

class PageRendering : public testing::TestWithParam<std::tuple<size_t, size_t>> {
 protected:
  const TableCase& table() const { return kTables[std::get<0>(GetParam())]; }
  const Rendering& rendering() const { return kRenderings[std::get<1>(GetParam())]; }
};

std::string ReportText(const Loaded& loaded, const std::string& text) {
  return absl::StrCat(FormatRules(loaded.policy), loaded.report.ToText(), "--- page\n", text);
}

// Centred cells lose their place where only the filled cells are printed: a
// load may then refuse, but not bind wrongly.
bool LosesBorders(const TableCase& table, const Rendering& rendering) {
  return rendering.glued || (!rendering.spans && absl::StrContains(table.name, "Centred"));
}

TEST_P(PageRendering, LoadsToTheSameRules) {
  const std::string text = rendering().render(table());
  const Loaded loaded = LoadText(text);
  PageExpectation key;
  std::string error;
  ASSERT_TRUE(ReadPageExpectation(table().key, &key, &error)) << error;
  PageScore score = ScorePage(key, loaded.policy, loaded.report);
  if (LosesBorders(table(), rendering()) && NamesAmbiguity(loaded.report)) score.missed.clear();
  EXPECT_TRUE(score.Perfect()) << score.ToString() << ReportText(loaded, text);
}

TEST_P(PageRendering, EqualsTheMarkdownTable) {
  const std::string text = rendering().render(table());
  const Loaded loaded = LoadText(text);
  const Loaded markdown = LoadText(Markdown(table()));
  const bool labels = !LosesBorders(table(), rendering());
  const std::set<std::string> have = RuleTexts(loaded.policy, labels);
  const std::set<std::string> want = RuleTexts(markdown.policy, labels);
  if (have == want) return;
  const bool fewer = std::includes(want.begin(), want.end(), have.begin(), have.end());
  if (!labels && fewer && NamesAmbiguity(loaded.report)) return;
  ADD_FAILURE() << "have\n  " << absl::StrJoin(have, "\n  ") << "\nwant\n  "
                << absl::StrJoin(want, "\n  ") << "\n"
                << loaded.report.ToText() << "--- page\n" << text;
}

INSTANTIATE_TEST_SUITE_P(
    Tables, PageRendering,
    testing::Combine(testing::Range(size_t{0}, std::size(kTables)),
                     testing::Range(size_t{0}, std::size(kRenderings))),
    [](const testing::TestParamInfo<std::tuple<size_t, size_t>>& info) {
      return absl::StrCat(kTables[std::get<0>(info.param)].name, "_",
                          kRenderings[std::get<1>(info.param)].name);
    });

}  // namespace
}  // namespace allowmatch
