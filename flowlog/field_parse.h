// Fields of records: text straight into the columns of a batch.
//
// Each function reads the whole of `text` as one field of record `i`. A text
// that means "missing" leaves the part absent; a text that cannot be read
// makes the record invalid. What is an address or a port is decided by
// matcher/: the fast paths here accept nothing else (tested).

#ifndef ALLOWMATCH_FLOWLOG_FIELD_PARSE_H_
#define ALLOWMATCH_FLOWLOG_FIELD_PARSE_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "flowlog/record_batch.h"

namespace allowmatch {

// Whether `text` says that there is no value: "", "-", "(empty)", "null",
// "None", "N/A", "unknown", "<NOSRV>".
bool IsMissing(absl::string_view text);

// An address as logs write it: ParseAddress after dropping an IPv6 zone
// (fe80::1%eth0: link-local, so never a vendor's).
Fault ParseLogAddress(absl::string_view text, Address* address);

void ReadSrc(absl::string_view text, size_t i, RecordBatch* batch);
void ReadDst(absl::string_view text, size_t i, RecordBatch* batch);
void ReadSrcPort(absl::string_view text, size_t i, RecordBatch* batch);
void ReadDstPort(absl::string_view text, size_t i, RecordBatch* batch);

// A number, or a name: tcp, UDP, icmp6, https (which is tcp), quic (udp) ...
void ReadProtocol(absl::string_view text, size_t i, RecordBatch* batch);

// A host name and nothing else. An address is no name: it becomes the
// destination where the record has none.
void ReadHost(absl::string_view text, size_t i, RecordBatch* batch);

// A host name that may carry a port, as the Host header of a request does.
void ReadHostPort(absl::string_view text, size_t i, RecordBatch* batch);

// A host with or without a port, or a URL. A path alone, or a request line,
// holds no name. The port becomes the destination port where the record has none.
void ReadEndpoint(absl::string_view text, size_t i, RecordBatch* batch);

// A source or destination that may carry its port: 192.0.2.1:443, [2001:db8::1]:443.
void ReadSrcEndpoint(absl::string_view text, size_t i, RecordBatch* batch);
void ReadDstEndpoint(absl::string_view text, size_t i, RecordBatch* batch);

// Drops ports that are none: ICMP types, and those of protocols without ports.
void FinishPorts(size_t i, RecordBatch* batch);

// Reads a decimal number without leading zeros of at most `largest` (below
// 100000) in [p, end). False if it is anything else.
inline bool ReadNumber(const char* p, const char* end, uint32_t largest, uint32_t* number) {
  const size_t size = static_cast<size_t>(end - p);
  if (size == 0 || size > 5 || (size > 1 && *p == '0')) return false;
  uint32_t value = 0;
  for (; p != end; ++p) {
    const uint32_t digit = static_cast<uint8_t>(*p - '0');
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  *number = value;
  return value <= largest;
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_FIELD_PARSE_H_
