#include "loaders/page_token.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "loaders/page_scan.h"

namespace allowmatch {
namespace {

using Kind = PageToken::Kind;

struct ProtocolWord {
  absl::string_view word;
  Protocol protocol;
  absl::string_view app;
};

// Longer words first, so that TCP/TLS is not read as TCP.
const ProtocolWord kProtocolWords[] = {
    {"tcp/tls", Protocol::Tcp(), "tls"},  {"tls/tcp", Protocol::Tcp(), "tls"},
    {"tcp/ssl", Protocol::Tcp(), "tls"},  {"sip/tls", Protocol::Tcp(), "tls"},
    {"udp/srtp", Protocol::Udp(), ""},    {"udp/rtp", Protocol::Udp(), ""},
    {"srtp/udp", Protocol::Udp(), ""},    {"rtp/udp", Protocol::Udp(), ""},
    {"udp/dtls", Protocol::Udp(), ""},    {"tcp/ip", Protocol::Tcp(), ""},
    {"udp/ip", Protocol::Udp(), ""},      {"icmpv6", Protocol::Icmp(), ""},
    {"icmp", Protocol::Icmp(), ""},       {"tcp", Protocol::Tcp(), ""},
    {"udp", Protocol::Udp(), ""},         {"sctp", Protocol::Number(132), ""},
};

struct WebWord {
  absl::string_view word;
  uint16_t port;
};
const WebWord kWebWords[] = {{"https", 443}, {"http", 80}};

struct Scheme {
  absl::string_view name;
  uint16_t port;
  bool udp;
};
const Scheme kSchemes[] = {{"https", 443, false}, {"http", 80, false},  {"wss", 443, false},
                           {"ws", 80, false},     {"rtmp", 1935, false}, {"rtmps", 443, false},
                           {"sips", 5061, false}, {"turns", 5349, false}, {"ftp", 21, false},
                           {"ldaps", 636, false}, {"ldap", 389, false}};

class Scanner {
 public:
  Scanner(absl::string_view text, const TokenOptions& options) : text_(text), options_(options) {}

  std::vector<PageToken> Run() {
    while (at_ < text_.size()) {
      if (!AtStart() || !Take()) ++at_;
    }
    return std::move(tokens_);
  }

 private:
  char At(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  // Whether a token may begin here.
  bool AtStart() const {
    const char c = text_[at_];
    if (absl::ascii_isspace(c)) return false;
    if (at_ == 0) return true;
    const char before = text_[at_ - 1];
    if (!IsWordByte(before)) return true;
    if (!tokens_.empty() && tokens_.back().end == at_ && tokens_.back().kind != Kind::kName) {
      // 443TCP, TCP443, 203.0.113.0/24UDP: where the kind of text changes.
      return absl::ascii_isalpha(c) != absl::ascii_isalpha(before) || options_.glued;
    }
    if (!options_.glued) return false;
    return (absl::ascii_isupper(c) && !absl::ascii_isupper(before)) ||
           (absl::ascii_isdigit(c) && absl::ascii_isalpha(before));
  }

  bool Take() {
    if (TakeMail() || TakeUrl()) return true;
    if (options_.glued && TakeNetwork()) return true;  // with its netmask glued on
    return TakeVersion() || TakeNetwork() || TakeNumber() || TakeProtocol() || TakeName() ||
           TakeWebWord();
  }

  PageToken& Push(Kind kind, size_t size) {
    PageToken token;
    token.kind = kind;
    token.begin = at_;
    token.end = at_ + size;
    tokens_.push_back(std::move(token));
    at_ += size;
    return tokens_.back();
  }

  // Everything up to the next blank or bracket.
  size_t WordSize() const {
    size_t end = at_;
    while (end < text_.size() && IsWordByte(text_[end])) ++end;
    return end - at_;
  }

  bool TakeMail() {
    size_t end = at_;
    bool seen = false;
    while (end < text_.size() && (IsNameByte(text_[end]) || text_[end] == '@' || text_[end] == '+')) {
      seen = seen || text_[end] == '@';
      ++end;
    }
    if (!seen) return false;
    PageToken& token = Push(Kind::kBesides, end - at_);
    token.reason = "a mail address";
    return true;
  }

  bool TakeUrl() {
    const size_t colon = text_.find("://", at_);
    if (colon == absl::string_view::npos || colon == at_ || colon - at_ > 12) return false;
    const std::string scheme = absl::AsciiStrToLower(text_.substr(at_, colon - at_));
    if (scheme != "*" &&
        !std::all_of(scheme.begin(), scheme.end(), [](char c) { return absl::ascii_isalpha(c); })) {
      return false;
    }
    size_t end = colon + 3;
    while (end < text_.size() && !absl::ascii_isspace(text_[end]) &&
           absl::string_view("\"'<>()[],;|").find(text_[end]) == absl::string_view::npos) {
      ++end;
    }
    if (At(end) == '<' || At(end) == '[') {  // a template or a literal: to its end
      while (end < text_.size() && !absl::ascii_isspace(text_[end])) ++end;
    }
    while (end > colon + 3 && absl::string_view(".:!?").find(text_[end - 1]) != absl::string_view::npos) {
      --end;
    }
    const absl::string_view rest = text_.substr(colon + 3, end - colon - 3);
    const absl::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    PageToken& token = Push(Kind::kBesides, end - at_);
    token.scheme = scheme;
    token.has_path = authority.size() + 1 < rest.size();
    ReadHostPort(authority, &token);
    if (token.IsDestination() && token.ports.is_any()) SetSchemePort(&token);
    return true;
  }

  void SetSchemePort(PageToken* token) const {
    for (const Scheme& scheme : kSchemes) {
      if (scheme.name != token->scheme) continue;
      token->ports = PortSet({{scheme.port, scheme.port}});
      token->protocol = scheme.udp ? Protocol::Udp() : Protocol::Tcp();
      if (absl::StartsWith(token->scheme, "ws")) token->app = "websocket";
      return;
    }
  }

  // HOST, HOST:PORT, [V6], [V6]:PORT.
  void ReadHostPort(absl::string_view authority, PageToken* token) const {
    const size_t user = authority.rfind('@');
    if (user != absl::string_view::npos) authority.remove_prefix(user + 1);
    absl::string_view host = authority;
    absl::string_view port;
    if (absl::StartsWith(authority, "[")) {
      const size_t close = std::min(authority.find(']'), authority.size());
      host = authority.substr(1, close - 1);
      if (close + 1 < authority.size()) port = authority.substr(close + 2);
    } else if (const size_t colon = authority.rfind(':');
               colon != absl::string_view::npos && authority.find(':') == colon) {
      host = authority.substr(0, colon);
      port = authority.substr(colon + 1);
    }
    uint16_t number = 0;
    if (!port.empty() && port != "*" && ParsePort(port, &number) != Fault::kNone) {
      return Damage(token, absl::StrCat("the port of ", authority, " cannot be read"));
    }
    Address address;
    if (ParseAddress(host, &address) == Fault::kNone) {
      token->kind = Kind::kNetwork;
      token->range = AddressRange::Of(address);
    } else {
      ReadName(host, token);
    }
    if (number != 0) token->ports = PortSet({{number, number}});
  }

  static void Damage(PageToken* token, std::string reason, std::string suggestion = "") {
    token->kind = Kind::kDamaged;
    token->reason = std::move(reason);
    token->suggestion = std::move(suggestion);
  }

  void ReadName(absl::string_view host, PageToken* token) const {
    if (IsTemplate(host)) {
      token->kind = Kind::kBesides;
      token->reason = "a template";
      token->suggestion = "write the rule with the values that hold for you";
      return;
    }
    const NameReading reading = ReadPageName(host, options_.policy);
    switch (reading.kind) {
      case NameReading::Kind::kName:
        token->kind = Kind::kName;
        token->pattern = reading.pattern;
        token->note = reading.note;
        return;
      case NameReading::Kind::kDamaged:
        return Damage(token, reading.reason, reading.suggestion);
      case NameReading::Kind::kNoName:
        token->kind = Kind::kBesides;
        token->reason = reading.reason;
        return;
    }
  }

  // v4.6.2.0, "version 4.6.2", 1.3.6.1.4.1
  bool TakeVersion() {
    if (!absl::ascii_isdigit(At(at_)) && !(absl::ascii_tolower(At(at_)) == 'v' &&
                                           absl::ascii_isdigit(At(at_ + 1)))) {
      return false;
    }
    const size_t size = VersionSize(text_, at_);
    if (size == 0) return false;
    PageToken& token = Push(Kind::kBesides, size);
    token.reason = "a version or other dotted number";
    return true;
  }

  bool TakeNetwork() {
    const NetworkReading reading = ReadPageNetwork(text_, at_, options_.glued);
    if (reading.size == 0) return false;
    PageToken& token = Push(Kind::kNetwork, reading.size);
    if (reading.fault != Fault::kNone) {
      Damage(&token, FaultText(reading.fault), reading.suggestion);
      return true;
    }
    token.range = reading.range;
    token.note = reading.note;
    if (reading.port != 0) token.ports = PortSet({{reading.port, reading.port}});
    return true;
  }

  bool TakeNumber() {
    const NumberReading reading = ReadPageNumber(text_, at_, options_.glued);
    if (reading.size == 0) return false;
    PageToken& token = Push(Kind::kNumber, reading.size);
    if (!reading.reason.empty()) {
      token.kind = reading.damaged ? Kind::kDamaged : Kind::kBesides;
      token.ambiguous = reading.ambiguous;
      token.reason = reading.reason;
    }
    token.ports = PortSet({reading.range});
    return true;
  }

  bool TakeProtocol() {
    for (const ProtocolWord& entry : kProtocolWords) {
      if (!absl::StartsWithIgnoreCase(text_.substr(at_), entry.word)) continue;
      const char next = At(at_ + entry.word.size());
      // TCP443 and TCPYes end a word here, "tcpdump" and "udp.example" do not.
      const bool ends = !IsNameByte(next) || absl::ascii_isdigit(next) ||
                        (absl::ascii_isupper(At(at_)) && absl::ascii_isupper(next)) ||
                        (next == '.' && !absl::ascii_isalnum(At(at_ + entry.word.size() + 1))) ||
                        (next == '-' && !absl::ascii_isalpha(At(at_ + entry.word.size() + 1)));
      if (!ends) return false;
      PageToken& token = Push(Kind::kProtocol, entry.word.size());
      token.protocol = entry.protocol;
      token.app = std::string(entry.app);
      return true;
    }
    return false;
  }

  bool TakeName() {
    const size_t size = NameSize(text_, at_, options_.glued);
    if (size == 0) return false;
    size_t end = at_ + size;
    // HOST:PORT belongs together; HOST/PATH keeps the host.
    size_t port_end = end;
    if (At(end) == ':' && absl::ascii_isdigit(At(end + 1))) {
      port_end = end + 1;
      while (absl::ascii_isdigit(At(port_end))) ++port_end;
      if (IsNameByte(At(port_end)) || At(port_end) == ':') port_end = end;
    }
    size_t path_end = port_end;
    if (At(port_end) == '/' && !absl::ascii_isspace(At(port_end + 1))) {
      while (path_end < text_.size() && !absl::ascii_isspace(text_[path_end]) &&
             absl::string_view("()[],;|\"'").find(text_[path_end]) == absl::string_view::npos) {
        ++path_end;
      }
    }
    // A file or folder path such as /etc/app/x.properties is no name.
    if (at_ > 0 && (text_[at_ - 1] == '/' || text_[at_ - 1] == '\\' || text_[at_ - 1] == '#')) {
      at_ = path_end;
      return true;
    }
    const absl::string_view authority = text_.substr(at_, port_end - at_);
    PageToken& token = Push(Kind::kBesides, path_end - at_);
    token.has_path = path_end > port_end + 1;
    ReadHostPort(authority, &token);
    if (token.kind == Kind::kBesides && token.reason.empty()) {
      const size_t begin = token.begin;
      tokens_.pop_back();  // an ordinary word with a dot in it
      if (options_.glued) {  // the letters are a cell of text; another may follow
        at_ = begin;
        while (at_ < text_.size() && absl::ascii_isalpha(text_[at_])) ++at_;
        if (at_ == begin) ++at_;
      }
    }
    return true;
  }

  bool TakeWebWord() {
    const size_t size = WordSize();
    for (const WebWord& entry : kWebWords) {
      if (!absl::StartsWithIgnoreCase(text_.substr(at_), entry.word)) continue;
      const char next = At(at_ + entry.word.size());
      if (absl::ascii_isalnum(next) && !absl::ascii_isupper(next)) continue;
      if (next == ':' && At(at_ + entry.word.size() + 1) == '/') return false;
      PageToken& token = Push(Kind::kWebWord, entry.word.size());
      token.protocol = Protocol::Tcp();
      token.ports = PortSet({{entry.port, entry.port}});
      return true;
    }
    if (size > 0 && !options_.glued) {  // skip the rest of an ordinary word
      at_ += size;
      return true;
    }
    return false;
  }

  absl::string_view text_;
  const TokenOptions& options_;
  size_t at_ = 0;
  std::vector<PageToken> tokens_;
};

}  // namespace

std::vector<PageToken> ScanPageTokens(absl::string_view text, const TokenOptions& options) {
  return Scanner(text, options).Run();
}

}  // namespace allowmatch
