// dnsmasq: the options that take domains between slashes. A domain is itself
// and all below it.
//
//   address=/x/y/192.0.2.7   what is answered for x and y; nothing, `#` or
//                            0.0.0.0 there blocks them
//   server=/x/192.0.2.53     who is asked; nobody blocks, `#` takes x out of
//   local=/x/                another such line
//   ipset=/x/set             sets of addresses
//   nftset=/x/4#t#set

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "loaders/answer.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

enum class Option { kAddress, kServer, kSet, kOther };

Option OptionOf(absl::string_view key) {
  if (key == "address") return Option::kAddress;
  if (key == "server" || key == "local") return Option::kServer;
  if (key == "ipset" || key == "nftset") return Option::kSet;
  return Option::kOther;
}

Role RoleOf(Option option, absl::string_view target) {
  if (option == Option::kSet) return Role::kListed;
  if (option == Option::kServer) {
    return target.empty() ? Role::kBlocked : target == "#" ? Role::kUnknown : Role::kListed;
  }
  if (target.empty() || target == "#") return Role::kBlocked;
  switch (AnswerOf(target)) {
    case Answer::kNoAddress: return Role::kUnknown;
    case Answer::kNowhere: return Role::kBlocked;
    case Answer::kAddress: return Role::kListed;
  }
  return Role::kUnknown;
}

void ReadDomain(Position at, Role role, absl::string_view domain, NameSink* sink) {
  if (domain.empty()) {
    return sink->Unread(at, role, "//", "it stands for all names without a dot");
  }
  if (domain == "#") return sink->Unread(at, role, domain, "it stands for every name");
  if (domain[0] == '*') {
    return sink->Unread(at, role, domain, "dnsmasq's * is any characters, also across dots",
                        "write the domain without *, which has all names below it");
  }
  const size_t dots = std::min(domain.find_first_not_of('.'), domain.size());
  sink->Name(at, role, domain, Pattern::Head::kSelfAndBelow, domain.substr(dots));
}

// `value` begins with a slash.
void ReadDomains(const ListLines& lines, Option option, absl::string_view value, NameSink* sink) {
  const size_t last = value.rfind('/');
  const absl::string_view target = value.substr(last + 1);
  if (last == 0) {
    return sink->Unread(lines.At(value), Role::kUnknown, value, "the second slash is missing");
  }
  const Role role = RoleOf(option, target);
  for (const absl::string_view domain : absl::StrSplit(value.substr(1, last - 1), '/')) {
    if (role != Role::kUnknown) {
      ReadDomain(lines.At(domain), role, domain, sink);
    } else if (target == "#") {
      sink->Unread(lines.At(domain), role, domain, "# takes the domain out of another line",
                   "write a rule for what it is excepted from");
    } else {
      sink->Unread(lines.At(domain), role, domain, "what is answered for it is no address");
    }
  }
}

void ReadLine(const ListLines& lines, NameSink* sink) {
  const absl::string_view line = absl::StripAsciiWhitespace(WithoutComment(lines.line(), '#'));
  if (line.empty()) return;
  const size_t equals = line.find('=');
  const Option option = OptionOf(absl::StripAsciiWhitespace(line.substr(0, equals)));
  const absl::string_view value =
      equals == absl::string_view::npos
          ? line.substr(line.size())
          : absl::StripLeadingAsciiWhitespace(line.substr(equals + 1));
  if (option == Option::kOther || value.empty() || value[0] != '/') {
    return sink->Ignored(lines.At(line), line, "not an option with domains between slashes");
  }
  ReadDomains(lines, option, value, sink);
}

}  // namespace

void ReadDnsmasq(absl::string_view text, NameSink* sink) {
  for (ListLines lines(text); lines.Next();) ReadLine(lines, sink);
}

bool IsDnsmasq(const ListOpening& opening) {
  const size_t equals = opening.first.find("=/");
  return equals != absl::string_view::npos &&
         OptionOf(opening.first.substr(0, equals)) != Option::kOther;
}

}  // namespace allowmatch
