// Suricata's EVE log, and AWS Network Firewall's, which has it inside `event`.
//
// Flows are the event types flow, netflow, tls, quic, http and dns; tls, quic
// and http carry a name. A dns record is a flow to the resolver: the name that was
// asked for takes no part. Other types (alert, fileinfo, anomaly, stats ...) name
// the ends of a packet or none, and are skipped.

#ifndef ALLOWMATCH_FLOWLOG_EVE_H_
#define ALLOWMATCH_FLOWLOG_EVE_H_

#include <memory>

#include "flowlog/reader.h"

namespace allowmatch {

int EveScore(const Sample& sample);

std::unique_ptr<Reader> NewEveReader(const ReaderOptions& options);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_EVE_H_
