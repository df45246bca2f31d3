// Values of records as the outputs write them.

#ifndef ALLOWMATCH_FLOWLOG_OUTPUT_TEXT_H_
#define ALLOWMATCH_FLOWLOG_OUTPUT_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace allowmatch {

// "tcp", "udp", "icmp" (1), "icmp6" (58), else the number.
std::string ProtocolText(uint8_t protocol);

// `text` as a JSON string with its quotes. Always valid JSON: bytes that are
// no UTF-8 are written as \\xNN, a backslash and three characters.
std::string JsonString(absl::string_view text);

// `text` for one TSV cell or a terminal: control characters, backslashes and bytes that
// are no UTF-8 are written as \xNN.
std::string PlainText(absl::string_view text);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_OUTPUT_TEXT_H_
