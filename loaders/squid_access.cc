#include "loaders/squid_access.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace allowmatch {
namespace {

// Ports of both; nullopt if there is none.
std::optional<PortSet> Common(const PortSet& a, const PortSet& b) {
  std::vector<PortRange> ranges;
  for (const PortRange& x : a.ranges()) {
    for (const PortRange& y : b.ranges()) {
      const PortRange both = {std::max(x.first, y.first), std::min(x.last, y.last)};
      if (both.first <= both.last) ranges.push_back(both);
    }
  }
  if (ranges.empty()) return std::nullopt;
  return PortSet(std::move(ranges));
}

}  // namespace

bool SquidAccess::IsNameType(absl::string_view type) {
  return type == "dstdomain" || type == "ssl::server_name";
}

bool SquidAccess::IsRegexType(absl::string_view type) {
  return type == "dstdom_regex" || type == "ssl::server_name_regex";
}

void SquidAccess::AddList(const Words& words) {
  const std::string name(words[1]);
  if (IsNameType(words[2]) || IsRegexType(words[2])) names_.insert(name);
  if (words[2] == "method") {
    methods_.insert(name);
  } else {
    methods_.erase(name);
  }
  if (words[2] != "port") return;
  for (size_t i = 3; i < words.size(); ++i) {
    PortRange range;
    const bool good = ParsePortRange(words[i], &range) == Fault::kNone;
    const auto [at, is_new] = ports_.try_emplace(name, PortSet());
    if (good && at->second.has_value()) {
      at->second->Add(range);
    } else {
      at->second.reset();
    }
  }
}

void SquidAccess::AddAccess(const Words& words) {
  const bool denies = words[1] == "deny";
  const bool is_http = words[0] == "http_access";
  has_access_ |= is_http && !denies;
  if (is_http && closed_) return;  // Squid takes the first line that fits
  closed_ |= is_http && denies && words.size() == 3 && words[2] == "all";
  for (size_t i = 2; i < words.size(); ++i) {
    absl::string_view word = words[i];
    const bool negated = absl::ConsumePrefix(&word, "!");
    const std::string list(word);
    if (denies != negated) {
      blocked_.insert(list);
    } else if (is_http && !denies) {
      Allow(list, ConditionOf(words, i));
    } else if (is_http && words.size() == 3 && ports_.count(list) != 0) {
      Limit(ports_[list]);  // deny !ports
    }
  }
}

void SquidAccess::Limit(const std::optional<PortSet>& ports) {
  limit_ = !limit_.has_value() ? ports : ports.has_value() ? Common(*limit_, *ports) : std::nullopt;
  no_port_ |= !limit_.has_value();
}

// A list of names that a line excepts is no condition: its names are denied.
SquidAccess::Condition SquidAccess::ConditionOf(const Words& words, size_t list) const {
  Condition condition;
  for (size_t i = 2; i < words.size(); ++i) {
    absl::string_view word = words[i];
    const bool negated = absl::ConsumePrefix(&word, "!");
    const std::string name(word);
    if (i == list || (negated ? names_.count(name) : name == "all" || methods_.count(name)) != 0) {
      continue;
    }
    const auto ports = ports_.find(name);
    if (negated || ports == ports_.end() || !ports->second.has_value()) {
      condition.unread = std::string(words[i]);
      continue;
    }
    condition.ports =
        condition.ports.has_value() ? Common(*condition.ports, *ports->second) : ports->second;
    if (!condition.ports.has_value()) condition.unread = std::string(words[i]);
  }
  return condition;
}

void SquidAccess::Allow(const std::string& list, const Condition& condition) {
  if (!condition.unread.empty()) {
    unread_.emplace(list, condition.unread);
  } else {
    allowed_[list].push_back(condition.ports);
  }
}

std::string SquidAccess::WhyNot(const std::string& list) const {
  if (!has_access_) return "";
  if (allowed_.count(list) != 0) {
    return ServicesOf(list).empty() ? "http_access denies its ports, or they could not be read"
                                    : "";
  }
  const auto unread = unread_.find(list);
  return unread == unread_.end()
             ? "no http_access allows its list"
             : absl::StrCat("http_access allows its list only together with ", unread->second);
}

std::vector<ListService> SquidAccess::ServicesOf(const std::string& list) const {
  const auto allowed = allowed_.find(list);
  if (allowed == allowed_.end()) return {ListService()};
  std::vector<ListService> services;
  if (no_port_) return services;
  for (const std::optional<PortSet>& ports : allowed->second) {
    if (!ports.has_value() && !limit_.has_value()) return {ListService()};
    const std::optional<PortSet> open = !ports.has_value()   ? limit_
                                        : limit_.has_value() ? Common(*ports, *limit_)
                                                             : ports;
    if (open.has_value()) services.push_back({Protocol::Tcp(), *open});
  }
  return services;
}

}  // namespace allowmatch
