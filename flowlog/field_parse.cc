#include "flowlog/field_parse.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "matcher/name.h"
#include "matcher/service.h"

namespace allowmatch {
namespace {

struct NamedProtocol {
  const char* name;
  int number;  // -1: known to say nothing
};

constexpr NamedProtocol kProtocols[] = {
    {"tcp", 6},     {"udp", 17},
    {"icmp", 1},    {"icmp6", 58},
    {"icmpv6", 58}, {"ipv6-icmp", 58},
    {"igmp", 2},    {"sctp", 132},
    {"dccp", 33},   {"udplite", 136},
    {"gre", 47},    {"esp", 50},
    {"ah", 51},     {"ipip", 4},
    {"ipv6", 41},   {"ospf", 89},
    {"pim", 103},   {"vrrp", 112},
    {"tcp/ip", 6},  {"udp/ip", 17},
    {"http", 6},    {"https", 6},
    {"tls", 6},     {"ssl", 6},
    {"quic", 17},   {"unknown_transport", -1},
};

void SetFault(Fault fault, size_t i, RecordBatch* batch) {
  if (batch->note[i] == Note::kNone) batch->note[i] = FieldNote(fault);
}

bool ReadAddress(absl::string_view text, size_t i, RecordBatch* batch, Address* address) {
  if (IsMissing(text)) return false;
  const Fault fault = ParseLogAddress(text, address);
  if (fault == Fault::kNone) return true;
  SetFault(fault, i, batch);
  return false;
}

bool ReadPort(absl::string_view text, size_t i, RecordBatch* batch, uint16_t* port) {
  uint32_t number = 0;
  if (ReadNumber(text.data(), text.data() + text.size(), 65535, &number)) {
    *port = static_cast<uint16_t>(number);
    return true;
  }
  if (IsMissing(text)) return false;
  const Fault fault = ParsePort(text, port);
  if (fault == Fault::kNone) return true;
  SetFault(fault, i, batch);
  return false;
}

// Splits HOST:PORT, [HOST]:PORT and [HOST]; an IPv6 address without brackets
// stays whole.
void SplitPort(absl::string_view text, absl::string_view* host, absl::string_view* port) {
  *host = text;
  *port = absl::string_view();
  if (absl::StartsWith(text, "[")) {
    const size_t close = text.find(']');
    if (close == absl::string_view::npos) return;
    if (close + 1 == text.size()) {
      *host = text.substr(1, close - 1);
    } else if (text[close + 1] == ':') {
      *host = text.substr(1, close - 1);
      *port = text.substr(close + 2);
    }
    return;
  }
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || colon != text.rfind(':')) return;
  *host = text.substr(0, colon);
  *port = text.substr(colon + 1);
}

// The HOST[:PORT] of a URL with or without scheme; empty if there is none.
absl::string_view UrlAuthority(absl::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme != absl::string_view::npos) text = text.substr(scheme + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  // Some programs take a backslash for a slash. What two programs read
  // differently is no host.
  if (text.find('\\') != absl::string_view::npos) return text;
  const size_t at = text.rfind('@');
  return at == absl::string_view::npos ? text : text.substr(at + 1);
}

uint16_t SchemePort(absl::string_view text) {
  if (absl::StartsWithIgnoreCase(text, "https://")) return 443;
  if (absl::StartsWithIgnoreCase(text, "http://")) return 80;
  return 0;
}

}  // namespace

bool IsMissing(absl::string_view text) {
  if (text.empty() || text == "-") return true;
  switch (text.front()) {
    case '(':
      return text == "(empty)";
    case 'n':
      return text == "null";
    case 'N':
      return text == "None" || text == "N/A" || text == "NULL";
    case 'u':
      return text == "unknown";
    case '<':
      return text == "<NOSRV>";
    default:
      return false;
  }
}

Fault ParseLogAddress(absl::string_view text, Address* address) {
  const size_t zone = text.find('%');
  if (zone == absl::string_view::npos) return ParseAddress(text, address);
  const absl::string_view name = text.substr(zone + 1);
  const bool good_zone = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
  });
  // Only IPv6 has zones.
  if (!good_zone || text.find(':') > zone) return Fault::kZone;
  return ParseAddress(text.substr(0, zone), address);
}

void ReadSrc(absl::string_view text, size_t i, RecordBatch* batch) {
  Address address;
  if (ReadAddress(text, i, batch, &address)) batch->SetSrc(i, address);
}

void ReadDst(absl::string_view text, size_t i, RecordBatch* batch) {
  Address address;
  if (ReadAddress(text, i, batch, &address)) batch->SetDst(i, address);
}

void ReadSrcPort(absl::string_view text, size_t i, RecordBatch* batch) {
  if (ReadPort(text, i, batch, &batch->src_port[i])) batch->parts[i] |= kSrcPort;
}

void ReadDstPort(absl::string_view text, size_t i, RecordBatch* batch) {
  if (ReadPort(text, i, batch, &batch->dst_port[i])) batch->parts[i] |= kDstPort;
}

void ReadProtocol(absl::string_view text, size_t i, RecordBatch* batch) {
  uint32_t number = 0;
  if (ReadNumber(text.data(), text.data() + text.size(), 255, &number)) {
    batch->protocol[i] = static_cast<uint8_t>(number);
    batch->parts[i] |= kProtocolPart;
    return;
  }
  if (IsMissing(text)) return;
  for (const NamedProtocol& known : kProtocols) {
    if (!absl::EqualsIgnoreCase(text, known.name)) continue;
    if (known.number < 0) return;
    batch->protocol[i] = static_cast<uint8_t>(known.number);
    batch->parts[i] |= kProtocolPart;
    return;
  }
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  SetFault(digits ? Fault::kProtocolRange : Fault::kProtocolName, i, batch);
}

void ReadHost(absl::string_view text, size_t i, RecordBatch* batch) {
  if (IsMissing(text) || text == "*") return;
  Address address;
  if (ParseAddress(text, &address) == Fault::kNone) {
    if (!batch->HasDst(i)) batch->SetDst(i, address);
    return;
  }
  // A name that is no name stays for the verdict `invalid` and its output.
  batch->SetName(i, text);
  std::string canonical;
  Fault fault = CanonicalName(text, &canonical);
  if (fault == Fault::kNone && HasNumericEnd(canonical)) fault = Fault::kNumericName;
  if (fault != Fault::kNone) SetFault(fault, i, batch);
}

void ReadHostPort(absl::string_view text, size_t i, RecordBatch* batch) {
  absl::string_view host, port;
  SplitPort(text, &host, &port);
  ReadHost(host, i, batch);
  if (!(batch->parts[i] & kDstPort)) ReadDstPort(port, i, batch);
}

void ReadEndpoint(absl::string_view text, size_t i, RecordBatch* batch) {
  if (IsMissing(text) || absl::StartsWith(text, "/") || text.find(' ') != absl::string_view::npos) {
    return;
  }
  absl::string_view host, port;
  SplitPort(UrlAuthority(text), &host, &port);
  ReadHost(host, i, batch);
  if (batch->parts[i] & kDstPort) return;
  if (!port.empty()) {
    ReadDstPort(port, i, batch);
  } else if (const uint16_t known = SchemePort(text); known != 0) {
    batch->dst_port[i] = known;
    batch->parts[i] |= kDstPort;
  }
}

void ReadSrcEndpoint(absl::string_view text, size_t i, RecordBatch* batch) {
  absl::string_view host, port;
  SplitPort(text, &host, &port);
  ReadSrc(host, i, batch);
  if (!(batch->parts[i] & kSrcPort)) ReadSrcPort(port, i, batch);
}

void ReadDstEndpoint(absl::string_view text, size_t i, RecordBatch* batch) {
  absl::string_view host, port;
  SplitPort(text, &host, &port);
  ReadDst(host, i, batch);
  if (!(batch->parts[i] & kDstPort)) ReadDstPort(port, i, batch);
}

void FinishPorts(size_t i, RecordBatch* batch) {
  const uint16_t parts = batch->parts[i];
  if ((parts & kProtocolPart) && !Protocol::Number(batch->protocol[i]).HasPorts()) {
    batch->parts[i] = static_cast<uint16_t>(parts & ~(kSrcPort | kDstPort));
  }
}

}  // namespace allowmatch
