// Text of a page -> typed tokens.
//
// The tokens are what a firewall rule is made of: networks, names, numbers
// that may be ports, protocols. A token only says what the text is; whether it
// is a destination or a port of the policy is decided from where it stands.

#ifndef ALLOWMATCH_LOADERS_PAGE_TOKEN_H_
#define ALLOWMATCH_LOADERS_PAGE_TOKEN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/pattern.h"
#include "matcher/range.h"
#include "matcher/service.h"
#include "rules/policy.h"

namespace allowmatch {

struct PageToken {
  enum class Kind {
    kNetwork,   // an address, prefix, netmask or range: `range`
    kName,      // a name or pattern, bare or from a URL: `pattern`
    kNumber,    // a number or range of numbers up to 65535: `ports`
    kProtocol,  // tcp, udp, icmp ...: `protocol`, and `app` for TCP/TLS
    kWebWord,   // HTTP, HTTPS, WSS ... without a number: `ports`
    kDamaged,   // looks like a destination but cannot be read: `reason`
    kBesides,   // a version, a mail address, a template ...: `reason`
  };

  Kind kind = Kind::kBesides;
  size_t begin = 0;  // where it stands in the text, [begin, end)
  size_t end = 0;

  AddressRange range;
  Pattern pattern;
  PortSet ports;  // of kNumber and kWebWord; of a kName or kNetwork with :PORT
  Protocol protocol;
  std::string app;       // tls, websocket
  std::string scheme;    // of a URL
  bool ambiguous = false;  // glued: where it begins or ends cannot be told
  bool has_path = false; // a URL or name with more behind the host
  std::string reason;    // why it is damaged or besides the point
  std::string suggestion;
  std::string note;      // what had to be assumed to read it

  bool IsDestination() const { return kind == Kind::kNetwork || kind == Kind::kName; }
};

struct TokenOptions {
  PolicyOptions policy;
  // Cells are glued together: `443TCPYesThe` is 443, TCP, "YesThe".
  bool glued = false;
};

// All tokens of `text`, in order, not overlapping.
std::vector<PageToken> ScanPageTokens(absl::string_view text, const TokenOptions& options);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_TOKEN_H_
