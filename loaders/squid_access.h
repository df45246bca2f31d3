// What the access lines of a Squid configuration do with its lists.
//
//   acl ours dstdomain .vendor.example
//   acl web port 80 443
//   http_access allow CONNECT ours web     ours, tcp 80,443
//
// A flow tells its port and not its method: ports become services, a method is no
// condition. A line that asks for anything else beside a list of names (a time, a
// client) does not allow that list.

#ifndef ALLOWMATCH_LOADERS_SQUID_ACCESS_H_
#define ALLOWMATCH_LOADERS_SQUID_ACCESS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "loaders/name_sink.h"
#include "matcher/service.h"

namespace allowmatch {

class SquidAccess {
 public:
  using Words = std::vector<absl::string_view>;

  // A line `acl name type value ...`; lines of one name add up.
  void AddList(const Words& words);

  // A line `http_access allow list ...` or of another access, after all lists; in the
  // order of the lines, since the first one that fits counts.
  void AddAccess(const Words& words);

  // Whether a line denies the list, or allows all but it.
  bool Blocks(const std::string& list) const { return blocked_.count(list) != 0; }

  // Why no http_access allows the list, though one allows something; empty if one does.
  std::string WhyNot(const std::string& list) const;

  // For what a list is allowed; any service if no line says so.
  std::vector<ListService> ServicesOf(const std::string& list) const;

  static bool IsNameType(absl::string_view type);
  static bool IsRegexType(absl::string_view type);

 private:
  // What a line that allows asks for beside one of its lists.
  struct Condition {
    std::string unread;            // a word that is neither of ports nor of methods
    std::optional<PortSet> ports;  // what all its lists of ports have
  };

  Condition ConditionOf(const Words& words, size_t list) const;
  void Limit(const std::optional<PortSet>& ports);
  void Allow(const std::string& list, const Condition& condition);

  bool has_access_ = false;  // http_access allows something
  bool closed_ = false;      // and denies all the rest
  bool no_port_ = false;     // it denies all ports, or those it leaves could not be read
  std::set<std::string> names_;
  std::set<std::string> methods_ = {"CONNECT"};
  std::map<std::string, std::optional<PortSet>> ports_;  // nullopt: they could not be read
  std::optional<PortSet> limit_;                         // http_access denies all other ports
  std::set<std::string> blocked_;
  std::map<std::string, std::vector<std::optional<PortSet>>> allowed_;
  std::map<std::string, std::string> unread_;  // of a list: what else must hold
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_SQUID_ACCESS_H_
