#include "loaders/page_about.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "loaders/page_words.h"

namespace allowmatch {
namespace {

// Words of titles and pages that are no vendor's name.
bool IsCommonWord(const std::string& word) {
  static const std::set<std::string>* const kWords = new std::set<std::string>{
      "a", "about", "account", "add", "address", "addresses", "admin", "administrator",
      "administrators", "after", "all", "allow", "allowed", "allowlist", "an", "and", "any",
      "application", "applications", "are", "article", "as", "at", "audio", "be", "before", "below",
      "browser", "but", "by", "call", "calls", "can", "client", "clients", "cloud", "common",
      "configuration", "configure", "configuring", "connect", "connection", "connections",
      "connectivity", "content", "data", "default", "direct", "direction", "dns", "do", "document",
      "does", "domain", "domains", "each", "enable", "error", "errors", "europe", "firewall",
      "firewalls", "following", "for", "from", "full", "general", "global", "guide", "guidelines",
      "have", "help", "host", "hosts", "how", "http", "https", "i", "if", "in", "inbound",
      "information", "internet", "ip", "ips", "ipv", "is", "issues", "it", "its", "last", "link",
      "list", "live", "main", "make", "mandatory", "may", "media", "meeting", "meetings", "modified",
      "more", "must", "name", "names", "need", "needed", "network", "networks", "new", "no", "not",
      "note", "of", "on", "only", "open", "optional", "or", "other", "our", "out", "outbound",
      "page", "platform", "please", "port", "ports", "problems", "protocol", "protocols", "proxy",
      "quick", "range", "ranges", "recommend", "recommended", "region", "regions", "related",
      "require", "required", "requirement", "requirements", "requires", "room", "rooms", "rtp",
      "rule", "rules", "sdk", "security", "see", "server", "servers", "service", "services",
      "settings", "setup", "should", "signaling", "sip", "site", "skip", "some", "source", "srtp",
      "ssl", "stun", "subnet", "support", "system", "table", "tcp", "test", "that", "the", "these",
      "they", "this", "time", "tls", "to", "topics", "traffic", "troubleshooting", "turn", "type",
      "udp", "updated", "url", "urls", "usa", "use", "used", "user", "users", "uses", "using",
      "version", "video", "voice", "web", "webrtc", "websocket", "websockets", "what", "when",
      "where", "which", "whitelist", "will", "with", "you", "your", "quality", "best", "practices",
      "advanced", "overview", "introduction", "plan", "planning", "ice", "nat", "vpn", "api"};
  return kWords->count(word) != 0;
}

std::vector<std::string> Words(absl::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (absl::ascii_isalnum(c)) {
      word.push_back(c);
    } else {
      if (!word.empty()) words.push_back(word);
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

const char* const kMonths[] = {"january", "february", "march",     "april",   "may",      "june",
                               "july",    "august",   "september", "october", "november", "december"};

int MonthOf(absl::string_view word) {
  const std::string lower = absl::AsciiStrToLower(word);
  for (int i = 0; i < 12; ++i) {
    if (lower == kMonths[i] || (lower.size() == 3 && absl::StartsWith(kMonths[i], lower))) return i + 1;
  }
  return 0;
}

int Number(absl::string_view word) {
  while (!word.empty() && absl::ascii_isalpha(word.back())) word.remove_suffix(1);  // 31st
  int value = 0;
  return absl::SimpleAtoi(word, &value) ? value : 0;
}

bool IsYear(int number) { return number >= 1990 && number <= 2100; }

// "October 31st 2022", "31 October 2022", "March 2022".
std::string WrittenDate(absl::string_view text) {
  const std::vector<std::string> words = Words(text);
  for (size_t i = 0; i < words.size(); ++i) {
    const int month = MonthOf(words[i]);
    if (month == 0) continue;
    const int after = i + 1 < words.size() ? Number(words[i + 1]) : 0;
    const int before = i > 0 ? Number(words[i - 1]) : 0;
    const int later = i + 2 < words.size() ? Number(words[i + 2]) : 0;
    if (after >= 1 && after <= 31 && IsYear(later)) {
      return absl::StrFormat("%04d-%02d-%02d", later, month, after);
    }
    if (IsYear(after) && before >= 1 && before <= 31) {
      return absl::StrFormat("%04d-%02d-%02d", after, month, before);
    }
    if (IsYear(after)) return absl::StrFormat("%04d-%02d", after, month);
  }
  return "";
}

// Whether the line gives a time in a summer-time zone, so that its month is
// March to November.
bool InSummerTime(absl::string_view text) {
  for (const absl::string_view zone : {"idt", "edt", "cdt", "mdt", "pdt", "bst", "cest", "eest", "west"}) {
    if (HasPhrase(text, zone)) return true;
  }
  return false;
}

// Where day and month can be swapped: the summer-time reading, if only one is
// in summer; else the year alone.
std::string AmbiguousDate(absl::string_view text, int a, int b, int year) {
  const auto summer = [](int month) { return month >= 3 && month <= 11; };
  if (a == b) return absl::StrFormat("%04d-%02d-%02d", year, a, b);
  if (InSummerTime(text) && summer(a) != summer(b)) {
    return summer(a) ? absl::StrFormat("%04d-%02d-%02d", year, a, b)
                     : absl::StrFormat("%04d-%02d-%02d", year, b, a);
  }
  return absl::StrFormat("%04d", year);
}

// 2022-10-31, 31.10.2022, 10/31/2022.
std::string NumericDate(absl::string_view text) {
  for (const absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" ,;()"), absl::SkipEmpty())) {
    const std::vector<absl::string_view> parts = absl::StrSplit(word, absl::ByAnyChar("-/."));
    if (parts.size() != 3) continue;
    const int a = Number(parts[0]);
    const int b = Number(parts[1]);
    const int c = Number(parts[2]);
    if (IsYear(a) && b >= 1 && b <= 12 && c >= 1 && c <= 31) {
      return absl::StrFormat("%04d-%02d-%02d", a, b, c);
    }
    if (!IsYear(c) || a < 1 || b < 1 || a > 31 || b > 31) continue;
    if (absl::StrContains(word, ".") && b <= 12) return absl::StrFormat("%04d-%02d-%02d", c, b, a);
    if (a > 12 && b <= 12) return absl::StrFormat("%04d-%02d-%02d", c, b, a);
    if (b > 12 && a <= 12) return absl::StrFormat("%04d-%02d-%02d", c, a, b);
    return AmbiguousDate(text, a, b, c);
  }
  return "";
}

bool SpeaksOfDate(absl::string_view text) {
  for (const absl::string_view phrase : {"last modified", "last updated", "updated", "modified", "as of",
                                         "effective", "last revised", "revised", "valid from", "date"}) {
    if (HasPhrase(text, phrase)) return true;
  }
  return false;
}

}  // namespace

std::string PageDate(const std::vector<PageLine>& lines) {
  for (const PageLine& line : lines) {
    if (line.text.size() > 2000 || !SpeaksOfDate(line.text)) continue;
    std::string date = WrittenDate(line.text);
    if (date.empty()) date = NumericDate(line.text);
    if (!date.empty()) return date;
  }
  return "";
}

std::string InferVendor(const std::vector<PageLine>& lines) {
  std::map<std::string, int> counts;
  std::vector<std::string> title;  // words of the first lines, in order
  int text_lines = 0;
  size_t read = 0;
  for (const PageLine& line : lines) {
    if (line.text.empty() || line.code) continue;
    if ((read += line.text.size()) > 200000) break;
    ++text_lines;
    const bool short_line = CountWords(line.text) <= 12;
    for (const std::string& word : Words(line.text)) {
      const std::string lower = absl::AsciiStrToLower(word);
      if (lower.size() < 3 || IsCommonWord(lower) || absl::ascii_isdigit(lower[0])) continue;
      const bool name = absl::ascii_isupper(word[0]) ||
                        std::any_of(word.begin(), word.end(), [](char c) { return absl::ascii_isupper(c); });
      if (!name) continue;
      ++counts[lower];
      if (text_lines <= 3 && short_line) title.push_back(lower);
    }
  }
  for (const std::string& word : title) {
    if (counts[word] >= 2) return word;
  }
  if (!title.empty() && counts.size() < 30) return title.front();
  std::string best;
  for (const auto& [word, count] : counts) {
    if (count >= 3 && (best.empty() || count > counts[best])) best = word;
  }
  return best.empty() && !title.empty() ? title.front() : best;
}

}  // namespace allowmatch
