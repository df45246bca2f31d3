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
      "advanced", "overview", "outgoing", "incoming", "established", "center", "centre", "search",
      "products", "sign", "content", "destination", "provisioning", "alternative", "let",
      "encrypt", "transport", "pbx", "sbc", "tftp", "ldap", "windows", "linux", "android", "monday", "english", "terms", "privacy",
      "established", "fqdn", "fqdns", "dod", "gcc", "datacenter", "azure", "office", "skype", "business", "keyboard", "dienst", "aide",
      "hilfe", "knowledge", "base", "udp", "nein", "oui", "service", "directory", "customer", "introduction", "plan", "planning", "ice", "nat", "vpn", "api"};
  return kWords->count(word) != 0;
}

bool SpeaksOfNetworks(absl::string_view text) {
  for (const absl::string_view word : {"firewall", "network", "ports", "port", "addresses", "allow",
                                       "allowlist", "whitelist", "ip ranges", "connectivity"}) {
    if (HasPhrase(text, word)) return true;
  }
  return false;
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

std::string InferVendor(const std::vector<PageLine>& lines, const std::vector<std::string>& domains) {
  struct Score {
    int points = 0;
    size_t first = 0;  // the earlier word of two equal ones
  };
  std::map<std::string, Score> scores;
  int text_lines = 0;
  size_t read = 0;
  size_t at = 0;
  for (const PageLine& line : lines) {
    if (line.text.empty() || line.code) continue;
    if ((read += line.text.size()) > 200000) break;
    ++text_lines;
    const bool title = CountWords(line.text) <= 12 && text_lines <= 8 &&
                       (SpeaksOfNetworks(line.text) || text_lines <= 2);
    for (const std::string& word : Words(line.text)) {
      ++at;
      const std::string lower = absl::AsciiStrToLower(word);
      if (lower.size() < 3 || IsCommonWord(lower) || !FindRegion(word).empty() || absl::ascii_isdigit(lower[0])) continue;
      if (!std::any_of(word.begin(), word.end(), [](char c) { return absl::ascii_isupper(c); })) continue;
      Score& score = scores[lower];
      if (score.points == 0) score.first = at;
      score.points += title ? 4 : 1;
    }
  }
  std::string best;
  for (auto& [word, score] : scores) {
    for (const std::string& domain : domains) {
      // kudo and kudoway, vendor and vendor-cdn
      if (absl::StartsWith(domain, word) || (domain.size() >= 4 && absl::StartsWith(word, domain))) {
        score.points += 12;
        break;
      }
    }
    const Score& top = scores[best.empty() ? word : best];
    if (best.empty() || score.points > top.points ||
        (score.points == top.points && score.first < top.first)) {
      best = word;
    }
  }
  return best;
}

}  // namespace allowmatch
