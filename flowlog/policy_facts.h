// What reading and summing up logs has to know of the policy, beside the
// verdicts: plain data, filled in by whoever loads it.

#ifndef ALLOWMATCH_FLOWLOG_POLICY_FACTS_H_
#define ALLOWMATCH_FLOWLOG_POLICY_FACTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "matcher/range.h"

namespace allowmatch {

struct RuleFacts {
  std::string vendor;
  std::string service;  // "tcp 443", and the vendor's word for it in brackets
  std::string text;     // the rule without its attributes: "allow out tcp 443 to *.example.com"
  std::string source;   // "kudo.txt:5"; several are joined by commas
  bool active = false;  // the selection kept it
};

// For each port, which active rules list it by number.
struct ListedPorts {
  enum Bit : uint8_t { kTcpOut = 1, kUdpOut = 2, kTcpIn = 4, kUdpIn = 8 };
  std::vector<uint8_t> bits = std::vector<uint8_t>(65536);  // by port; on the heap
};

struct PolicyFacts {
  std::string name;                  // "built-in", or the files
  std::vector<RuleFacts> rules;      // by rule id
  std::vector<std::string> dates;    // "kudo 2022-10-31"
  std::vector<std::string> remarks;  // what a person must know: self without --self ...
  ListedPorts ports;
  // Ranges of single-purpose inside addresses that rules name: as the remote of an
  // outbound rule, of an inbound one, and as the inside end of an inbound one.
  std::vector<AddressRange> named_out;
  std::vector<AddressRange> named_in;
  std::vector<AddressRange> named_local;
  uint32_t any_service_names = 0;  // active allow rules for a name and any service
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_POLICY_FACTS_H_
