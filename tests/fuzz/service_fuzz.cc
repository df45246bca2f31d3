// Protocols, ports, port ranges and port lists.

#include "matcher/service.h"
#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/require.h"

namespace allowmatch {
namespace {

void CheckProtocol(absl::string_view text) {
  Protocol protocol;
  if (ParseProtocol(text, &protocol) != Fault::kNone) return;
  const std::string written = protocol.ToString();
  Protocol again;
  Require(ParseProtocol(written, &again) == Fault::kNone, "a protocol parses again", written);
  Require(again == protocol, "a protocol stays the same", written);
}

void CheckPorts(absl::string_view text) {
  uint16_t port = 0;
  PortRange range;
  if (ParsePort(text, &port) == Fault::kNone) {
    Require(ParsePortRange(text, &range) == Fault::kNone, "a port is a range");
    Require(range == PortRange{port, port}, "a port is a range of its own");
  }
  if (ParsePortRange(text, &range) == Fault::kNone) {
    Require(range.first <= range.last, "a range ascends");
  }
  PortSet ports;
  if (ParsePorts(text, &ports) != Fault::kNone) return;
  const std::string written = ports.ToString();
  PortSet again;
  Require(ParsePorts(written, &again) == Fault::kNone, "ports parse again", written);
  Require(again == ports, "ports stay the same", written);
  Require(ports.Width() >= 1 && ports.Width() <= 65536, "1 to 65536 ports", written);
  for (const PortRange& part : ports.ranges()) {
    Require(ports.Contains(part.first) && ports.Contains(part.last), "ends belong", written);
  }
}

}  // namespace
}  // namespace allowmatch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const allowmatch::ExactCopy copy(data, size);
  allowmatch::CheckProtocol(copy.text());
  allowmatch::CheckPorts(copy.text());
  return 0;
}
