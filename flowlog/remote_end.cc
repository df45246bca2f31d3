#include "flowlog/remote_end.h"

#include <algorithm>

namespace allowmatch {
namespace {

constexpr uint16_t kWellKnownEnd = 1024;
constexpr uint16_t kEphemeralStart = 32768;

bool Covers(const std::vector<AddressRange>& ranges, const Address& address) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const AddressRange& range) { return range.Contains(address); });
}

// Copies the source (or destination) of record `i` to one end of its tuple.
uint16_t PutSrc(const RecordBatch& records, size_t i, uint32_t* v4, uint64_t* v6, uint16_t bit4,
                uint16_t bit6) {
  if (records.parts[i] & kSrcV4) {
    v4[i] = records.src4[i];
    return bit4;
  }
  if (!(records.parts[i] & kSrcV6)) return 0;
  v6[2 * i] = records.src6[2 * i];
  v6[2 * i + 1] = records.src6[2 * i + 1];
  return bit6;
}

uint16_t PutDst(const RecordBatch& records, size_t i, uint32_t* v4, uint64_t* v6, uint16_t bit4,
                uint16_t bit6) {
  if (records.parts[i] & kDstV4) {
    v4[i] = records.dst4[i];
    return bit4;
  }
  if (!(records.parts[i] & kDstV6)) return 0;
  v6[2 * i] = records.dst6[2 * i];
  v6[2 * i + 1] = records.dst6[2 * i + 1];
  return bit6;
}

}  // namespace

TupleColumns TupleBatch::Columns(const RecordBatch& records) const {
  TupleColumns columns;
  columns.size = records.size;
  columns.parts = parts;
  columns.remote4 = remote4;
  columns.remote6 = remote6;
  columns.local4 = local4;
  columns.local6 = local6;
  columns.protocol = records.protocol;
  columns.port = port;
  columns.names = records.names.data();
  columns.name_offset = records.name_offset;
  columns.name_size = records.name_size;
  return columns;
}

bool RemoteEnd::IsInside(const RecordBatch& records, size_t i, End end) const {
  const uint16_t parts = records.parts[i];
  if (end == End::kSrc) {
    if (parts & kSrcInside) return true;
    if (parts & kSrcV4) return inside_.Has4(records.src4[i]);
    // A client without an address is one of ours.
    return !(parts & kSrcV6) || inside_.Has6(records.src6[2 * i], records.src6[2 * i + 1]);
  }
  if (parts & kDstInside) return true;
  if (parts & kDstV4) return inside_.Has4(records.dst4[i]);
  // A destination with a name only is where it went.
  return (parts & kDstV6) && inside_.Has6(records.dst6[2 * i], records.dst6[2 * i + 1]);
}

bool RemoteEnd::IsListed(uint8_t protocol, uint16_t port, bool remote) const {
  const uint8_t bits = facts_->ports.bits[port];
  if (protocol == 6) return bits & (remote ? ListedPorts::kTcpOut : ListedPorts::kTcpIn);
  if (protocol == 17) return bits & (remote ? ListedPorts::kUdpOut : ListedPorts::kUdpIn);
  return false;
}

// Sets `server` where `remote` is known.
void RemoteEnd::ChooseServer(const RecordBatch& records, size_t i, Choice* choice) const {
  const uint16_t parts = records.parts[i];
  const End remote = choice->remote;
  const End local = remote == End::kDst ? End::kSrc : End::kDst;
  if ((parts & kSrcBegan) || ((parts & kDstPort) && !(parts & kSrcPort))) {
    choice->server = End::kDst;
    return;
  }
  choice->server = remote;
  if (!(parts & kSrcPort) || !(parts & kDstPort)) {
    choice->guessed |= remote == End::kSrc;
    return;
  }
  const bool dst_remote = remote == End::kDst;
  const uint16_t remote_port = dst_remote ? records.dst_port[i] : records.src_port[i];
  const uint16_t local_port = dst_remote ? records.src_port[i] : records.dst_port[i];
  const uint8_t protocol = (parts & kProtocolPart) ? records.protocol[i] : 0;
  if (LocalServes(protocol, remote_port, local_port, &choice->guessed)) choice->server = local;
}

bool RemoteEnd::LocalServes(uint8_t protocol, uint16_t remote_port, uint16_t local_port,
                            bool* guessed) const {
  if ((remote_port < kWellKnownEnd) != (local_port < kWellKnownEnd)) {
    return local_port < kWellKnownEnd;
  }
  const bool local_listed = IsListed(protocol, local_port, /*remote=*/false);
  if (IsListed(protocol, remote_port, /*remote=*/true)) {
    *guessed |= local_listed && local_port < kEphemeralStart;
    return false;
  }
  *guessed |= !local_listed;
  return remote_port >= kEphemeralStart && local_port < kEphemeralStart;
}

// Both ends are inside.
RemoteEnd::Choice RemoteEnd::ChooseInside(const RecordBatch& records, size_t i) const {
  Choice choice;
  choice.internal = true;
  if (!records.HasSrc(i) || !records.HasDst(i)) return choice;
  ChooseServer(records, i, &choice);
  const Address server = choice.server == End::kDst ? records.Dst(i) : records.Src(i);
  const Address client = choice.server == End::kDst ? records.Src(i) : records.Dst(i);
  const End client_end = choice.server == End::kDst ? End::kSrc : End::kDst;
  const bool outbound = Covers(facts_->named_out, server);
  if (!outbound && !Covers(facts_->named_local, server) && !Covers(facts_->named_in, client)) {
    return choice;
  }
  choice.internal = false;
  choice.remote = outbound ? choice.server : client_end;
  return choice;
}

// Both ends are outside: whether the source serves.
bool RemoteEnd::SourceServes(const RecordBatch& records, size_t i) const {
  const uint16_t parts = records.parts[i];
  if ((parts & kSrcBegan) || !(parts & kSrcPort) || !(parts & kDstPort)) return false;
  const uint16_t src = records.src_port[i];
  const uint16_t dst = records.dst_port[i];
  if ((src < kWellKnownEnd) != (dst < kWellKnownEnd)) return src < kWellKnownEnd;
  const uint8_t protocol = (parts & kProtocolPart) ? records.protocol[i] : 0;
  const bool src_listed = IsListed(protocol, src, /*remote=*/true);
  const bool dst_listed = IsListed(protocol, dst, /*remote=*/true);
  if (src_listed != dst_listed) return src_listed;
  return src < kEphemeralStart && dst >= kEphemeralStart;
}

RemoteEnd::Choice RemoteEnd::Choose(const RecordBatch& records, size_t i) const {
  const uint16_t parts = records.parts[i];
  Choice choice;
  if (forced_ != ForcedEnd::kNone) {
    choice.remote = forced_ == ForcedEnd::kSrc ? End::kSrc : End::kDst;
    ChooseServer(records, i, &choice);
    return choice;
  }
  const bool src_inside = IsInside(records, i, End::kSrc);
  const bool dst_inside = IsInside(records, i, End::kDst);
  if (src_inside && dst_inside) return ChooseInside(records, i);
  if (src_inside != dst_inside) {
    choice.remote = src_inside ? End::kDst : End::kSrc;
  } else if (parts & (kEgress | kIngress)) {
    choice.remote = parts & kEgress ? End::kDst : End::kSrc;
  } else {
    choice.guessed = true;
    choice.remote = SourceServes(records, i) ? End::kSrc : End::kDst;
    choice.server = choice.remote;
    return choice;
  }
  ChooseServer(records, i, &choice);
  return choice;
}

void RemoteEnd::Orient(RecordBatch* records, TupleBatch* tuples) const {
  for (size_t i = 0; i < records->size; ++i) {
    tuples->guessed[i] = 0;
    tuples->parts[i] = kInvalidTuple;
    if (records->note[i] != Note::kNone) continue;
    const Choice choice = Choose(*records, i);
    if (choice.internal) {
      records->note[i] = Note::kInternal;
      continue;
    }
    const uint16_t parts = records->parts[i];
    const bool has_remote =
        choice.remote == End::kSrc ? records->HasSrc(i) : records->HasDst(i) || (parts & kName);
    if (!has_remote) {
      records->note[i] = Note::kNoData;
      continue;
    }
    const bool inbound = choice.server != choice.remote;
    const bool dst_serves = choice.server == End::kDst;
    uint16_t out = inbound ? kInbound : 0;
    if (choice.remote == End::kDst) {
      out |= PutDst(*records, i, tuples->remote4, tuples->remote6, kRemoteV4, kRemoteV6);
      out |= PutSrc(*records, i, tuples->local4, tuples->local6, kLocalV4, kLocalV6);
      if (parts & kName) out |= kHasName;
    } else {
      out |= PutSrc(*records, i, tuples->remote4, tuples->remote6, kRemoteV4, kRemoteV6);
      out |= PutDst(*records, i, tuples->local4, tuples->local6, kLocalV4, kLocalV6);
    }
    if (parts & kProtocolPart) out |= kHasProtocol;
    if (parts & (dst_serves ? kDstPort : kSrcPort)) {
      out |= kHasPort;
      tuples->port[i] = dst_serves ? records->dst_port[i] : records->src_port[i];
    }
    tuples->parts[i] = out;
    tuples->guessed[i] = choice.guessed;
  }
}

}  // namespace allowmatch
