#include "rules/field.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "matcher/name.h"
#include "rules/destination_hint.h"
#include "rules/quoting.h"

namespace allowmatch {
namespace {

constexpr absl::string_view kStructuralWords[] = {
    "action", "direction", "protocol", "ports", "destinations", "from", "to", "sources", "src"};

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return absl::ascii_isdigit(c);
  });
}

// "kudoway.com:443", but not "1:".
bool IsHostAndPort(absl::string_view text) {
  const size_t colon = text.find(':');
  return colon != absl::string_view::npos && absl::StrContains(text.substr(0, colon), ".") &&
         IsDigits(text.substr(colon + 1));
}

// Whether `text` is an address, a prefix or a range, or an attempt at one:
// then the reason why it is none is worth more than why it is no name.
bool LooksLikeAddress(absl::string_view text) {
  if (text.find_first_of("*?") != absl::string_view::npos) return false;
  if (absl::StrContains(text, "://")) return false;
  if (IsHostAndPort(text)) return LooksLikeAddress(text.substr(0, text.find(':')));
  if (text.find_first_of(":%") != absl::string_view::npos) return true;
  if (absl::StrContains(text, "/")) return absl::ascii_isdigit(text[0]) || text[0] == '/';
  if (absl::EndsWith(text, ".")) text.remove_suffix(1);
  return HasNumericEnd(text);
}

bool IsFeedChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("_.:/@+-", c);
}

bool IsFeedText(absl::string_view text) {
  const size_t colon = text.find(':');
  return colon != absl::string_view::npos && colon > 0 && colon + 1 < text.size() &&
         std::all_of(text.begin(), text.end(), IsFeedChar) &&
         text.find('@') != 0 && text.find('@') != colon + 1 && !absl::EndsWith(text, "@");
}

bool ReadFeed(absl::string_view text, Destination* destination, Problem* problem) {
  if (IsFeedText(text.substr(1))) {
    *destination = FeedReference{std::string(text.substr(1))};
    return true;
  }
  *problem = {"bad_feed", absl::StrCat(ShowText(text), " is not a reference to a feed"),
              "write @feed:SERVICE or @feed:SERVICE@region"};
  return false;
}

bool ReadAddressRange(absl::string_view text, const PolicyOptions& options,
                      Destination* destination, Problem* problem) {
  RangeOptions range_options;
  range_options.mask_host_bits = options.mask_host_bits;
  AddressRange range;
  if (const Fault fault = ParseRange(text, &range, range_options); fault != Fault::kNone) {
    *problem = FaultProblem(fault, text, DestinationHint(text, fault));
    return false;
  }
  *destination = range;
  return true;
}

bool ReadName(absl::string_view text, const PolicyOptions& options, Destination* destination,
              Problem* problem) {
  Pattern pattern;
  if (const Fault fault = ReadPattern(text, options, &pattern); fault != Fault::kNone) {
    *problem = FaultProblem(fault, text, DestinationHint(text, fault));
    return false;
  }
  *destination = std::move(pattern);
  return true;
}

int DaysIn(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

// The digits of `text` at `at`, or -1.
int NumberAt(absl::string_view text, size_t at, size_t size) {
  int number = 0;
  if (text.size() < at + size || !IsDigits(text.substr(at, size)) ||
      !absl::SimpleAtoi(text.substr(at, size), &number)) {
    return -1;
  }
  return number;
}

bool IsDate(absl::string_view text) {
  const int year = NumberAt(text, 0, 4);
  if (year < 1 || (text.size() != 4 && text.size() != 7 && text.size() != 10)) return false;
  if (text.size() == 4) return true;
  const int month = NumberAt(text, 5, 2);
  if (text[4] != '-' || month < 1 || month > 12) return false;
  if (text.size() == 7) return true;
  const int day = NumberAt(text, 8, 2);
  return text[7] == '-' && day >= 1 && day <= DaysIn(year, month);
}

bool IsKey(absl::string_view text) {
  return !text.empty() && absl::ascii_islower(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), IsLabelChar);
}

// The attributes that any text may be the value of.
std::string* TextAttribute(absl::string_view key, Rule* rule) {
  if (key == "vendor") return &rule->vendor;
  if (key == "service") return &rule->service;
  if (key == "region") return &rule->region;
  if (key == "profile") return &rule->profile;
  if (key == "condition") return &rule->condition;
  if (key == "app") return &rule->app;
  return nullptr;
}

bool CheckOtherKey(absl::string_view text, Problem* problem) {
  const auto end = std::end(kStructuralWords);
  if (std::find(std::begin(kStructuralWords), end, text) != end) {
    *problem = {"bad_key", absl::StrCat(ShowText(text), " cannot be the key of an attribute"),
                "it is a part of the rule itself"};
    return false;
  }
  if (!IsKey(text)) {
    *problem = {"bad_key", absl::StrCat(ShowText(text), " is not the key of an attribute"),
                "keys are lower case: a letter, then letters, digits, _ and -"};
    return false;
  }
  return true;
}

// Only an in rule has a remote of its own, and that is never the own server.
bool CheckFrom(const Rule& rule, Problem* problem) {
  if (rule.from.empty()) return true;
  if (rule.direction != RuleDirection::kIn) {
    *problem = {"from_without_in", "only an in rule has from",
                rule.direction == RuleDirection::kBoth
                    ? "both to X stands for out to X and in from X; write two rules for more"
                    : "write in for flows that come from there"};
    return false;
  }
  const bool self = std::any_of(rule.from.begin(), rule.from.end(), [](const Destination& from) {
    return std::holds_alternative<SelfDestination>(from);
  });
  if (!self) return true;
  *problem = {"from_self", "self is the own server, which is never the remote end",
              "write to self, or an out rule"};
  return false;
}

}  // namespace

Problem FaultProblem(Fault fault, absl::string_view text, std::string hint) {
  return {FaultName(fault), absl::StrCat(ShowText(text), ": ", FaultText(fault)),
          std::move(hint)};
}

bool ReadDestination(absl::string_view text, const PolicyOptions& options,
                     Destination* destination, Problem* problem) {
  if (text.empty()) {
    *problem = {FaultName(Fault::kEmptyPart), "a destination of the list is empty",
                "leave out the comma"};
    return false;
  }
  if (absl::EqualsIgnoreCase(text, "any")) {
    *destination = AnyDestination();
    return true;
  }
  if (absl::EqualsIgnoreCase(text, "self")) {
    *destination = SelfDestination();
    return true;
  }
  if (text[0] == '@') return ReadFeed(text, destination, problem);
  return LooksLikeAddress(text) ? ReadAddressRange(text, options, destination, problem)
                                : ReadName(text, options, destination, problem);
}

bool ReadSource(absl::string_view text, Source* source, Problem* problem) {
  Source result{std::string(text), 0};
  const size_t colon = text.rfind(':');
  if (colon != absl::string_view::npos && IsDigits(text.substr(colon + 1))) {
    const absl::string_view digits = text.substr(colon + 1);
    if (!absl::SimpleAtoi(digits, &result.line) || (digits.size() > 1 && digits[0] == '0')) {
      *problem = {"bad_source", absl::StrCat(ShowText(text), ": this is no line number"), ""};
      return false;
    }
    result.file = std::string(text.substr(0, colon));
  }
  if (result.file.empty()) {
    *problem = {"bad_source", "a source has no file", "write FILE:LINE"};
    return false;
  }
  *source = std::move(result);
  return true;
}

bool ReadDate(absl::string_view text, std::string* date, Problem* problem) {
  if (!IsDate(text)) {
    *problem = {"bad_date", absl::StrCat(ShowText(text), " is not a date"),
                "write it as 2022-10-31, 2022-10 or 2022"};
    return false;
  }
  *date = std::string(text);
  return true;
}

bool ReadAttribute(absl::string_view key, absl::string_view value, Rule* rule, Problem* problem) {
  std::string* text = TextAttribute(key, rule);
  const bool known = text != nullptr || key == "require" || key == "dated";
  if (known && value.empty()) {
    *problem = {"empty_value", absl::StrCat(key, " has no value"), "leave the attribute out"};
    return false;
  }
  if (key == "require") return ReadRequire(value, &rule->require, problem);
  if (key == "dated") return ReadDate(value, &rule->dated, problem);
  if (text == nullptr) {
    if (!CheckOtherKey(key, problem)) return false;
    text = &rule->other[std::string(key)];
  }
  *text = std::string(value);
  return true;
}

bool CompleteRule(const std::string& app, Rule* rule, const char** field, Problem* problem) {
  if (!rule->protocol.HasPorts() && !(rule->ports.is_any() && rule->source_ports.is_any())) {
    *field = rule->ports.is_any() ? "sport" : "ports";
    *problem = {FaultName(Fault::kPortWithoutPorts),
                absl::StrCat(rule->protocol.ToString(), ": ", FaultText(Fault::kPortWithoutPorts)),
                rule->ports.is_any() ? "leave out sport" : "write any for its ports"};
    return false;
  }
  if (!CheckFrom(*rule, problem)) {
    *field = "from";
    return false;
  }
  if (!app.empty() && !rule->app.empty() && rule->app != app) {
    *field = "app";
    *problem = {"app_mismatch", absl::StrCat("the protocol is ", app, ", app is ", rule->app),
                "write tcp for the protocol, or leave out app"};
    return false;
  }
  if (!app.empty()) rule->app = app;
  rule->Normalize();
  return true;
}

}  // namespace allowmatch
