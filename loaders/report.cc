#include "loaders/report.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace allowmatch {
namespace {

const char* KindName(ReportEntry::Kind kind) {
  switch (kind) {
    case ReportEntry::Kind::kQuarantined: return "quarantined";
    case ReportEntry::Kind::kIgnored: return "ignored";
    case ReportEntry::Kind::kNote: return "note";
  }
  return "note";
}

// Valid JSON whatever the bytes: controls and bytes above 0x7f are escaped as
// the code points of Latin-1 unless they are well-formed UTF-8, which stays.
std::string Quoted(absl::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    const size_t size = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 0;
    bool whole = size > 0 && i + size <= text.size();
    for (size_t k = 1; whole && k < size; ++k) {
      whole = (static_cast<unsigned char>(text[i + k]) & 0xc0) == 0x80;
    }
    if (c == '"' || c == '\\') {
      absl::StrAppend(&out, "\\", text.substr(i, 1));
    } else if (c < 0x20 || c == 0x7f || !whole) {
      absl::StrAppendFormat(&out, "\\u%04x", c);
    } else {
      absl::StrAppend(&out, text.substr(i, size));
      i += size - 1;
    }
    ++i;
  }
  out += '"';
  return out;
}

}  // namespace

size_t LoadReport::Count(ReportEntry::Kind kind) const {
  return static_cast<size_t>(std::count_if(entries.begin(), entries.end(),
                                           [kind](const ReportEntry& e) { return e.kind == kind; }));
}

double LoadReport::QuarantineShare() const {
  return tokens == 0 ? 0 : static_cast<double>(Count(ReportEntry::Kind::kQuarantined)) /
                               static_cast<double>(tokens);
}

std::string LoadReport::ToText() const {
  std::string out;
  for (const ReportEntry& entry : entries) {
    absl::StrAppend(&out, entry.file.empty() ? source : entry.file, ":", entry.line);
    if (entry.column > 0) absl::StrAppend(&out, ":", entry.column);
    absl::StrAppend(&out, ": ", KindName(entry.kind), ": ");
    if (!entry.token.empty()) absl::StrAppend(&out, entry.token, ": ");
    absl::StrAppend(&out, entry.reason);
    if (!entry.suggestion.empty()) absl::StrAppend(&out, "; ", entry.suggestion);
    out += '\n';
  }
  absl::StrAppendFormat(&out,
                        "%s: %d rules; %d tokens: %d in rules, %d quarantined (%.1f %%), %d ignored\n",
                        source, rules, tokens, ruled, Count(ReportEntry::Kind::kQuarantined),
                        100 * QuarantineShare(), tokens - ruled - std::min(tokens - ruled, Count(ReportEntry::Kind::kQuarantined)));
  return out;
}

std::string LoadReport::ToJson() const {
  std::string out = absl::StrFormat(
      "{\"source\":%s,\"rules\":%d,\"tokens\":%d,\"ruled\":%d,\"quarantined\":%d,"
      "\"quarantine_share\":%.4f,\"entries\":[",
      Quoted(source), rules, tokens, ruled, Count(ReportEntry::Kind::kQuarantined),
      QuarantineShare());
  for (size_t i = 0; i < entries.size(); ++i) {
    const ReportEntry& entry = entries[i];
    absl::StrAppendFormat(&out, "%s\n{\"kind\":\"%s\",\"line\":%d,\"column\":%d,\"token\":%s,\"reason\":%s",
                          i == 0 ? "" : ",", KindName(entry.kind), entry.line, entry.column,
                          Quoted(entry.token), Quoted(entry.reason));
    if (!entry.suggestion.empty()) absl::StrAppend(&out, ",\"suggestion\":", Quoted(entry.suggestion));
    if (!entry.file.empty()) absl::StrAppend(&out, ",\"file\":", Quoted(entry.file));
    out += '}';
  }
  absl::StrAppend(&out, "]}\n");
  return out;
}

}  // namespace allowmatch
