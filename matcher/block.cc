#include "matcher/block.h"

namespace allowmatch {
namespace {

// Stands in for a column that no tuple has: its values are read and ignored.
constexpr uint64_t kZeros[2 * Block::kSize] = {};

template <typename T>
const T* ColumnAt(const T* column, size_t first) {
  return column != nullptr ? column + first : reinterpret_cast<const T*>(kZeros);
}

// By kind; the basis is that of a tuple with an address and without a name.
struct KindOutcome {
  Reason reason;
  Basis basis;
};
constexpr KindOutcome kByKind[] = {
    {Reason::kDenyRule, Basis::kIp},
    {Reason::kAllowRule, Basis::kIp},
    {Reason::kWrongService, Basis::kIp},
    {Reason::kNoRule, Basis::kNone},
};

}  // namespace

void Block::Classify(const TupleColumns& tuples, size_t first, size_t size, Verdict* verdicts) {
  size_ = size;
  parts_ = tuples.parts + first;
  all_.size = 0;
  inbound_.size = 0;
  named_.size = 0;
  for (size_t i = 0; i < size; ++i) {
    all_.AddIf(true, i);
    inbound_.AddIf((parts_[i] & kInbound) != 0, i);
    named_.AddIf((parts_[i] & (kHasName | kInvalidTuple)) != 0, i);
  }
  FindServices(tuples, first);
  FindAddresses({ColumnAt(tuples.remote4, first), ColumnAt(tuples.remote6, 2 * first), 0}, all_,
                address_);
  FindCells();
  if (inbound_.size > 0) FindInboundCells(tuples, first);
  if (d_.basis_both()) {
    named_ = all_;
  } else {
    Decide(verdicts);
    DecideUndecided(verdicts);
  }
  DecideNamed(tuples, first, verdicts);
}

void Block::FindServices(const TupleColumns& tuples, size_t first) {
  const uint8_t* protocols = ColumnAt(tuples.protocol, first);
  const uint16_t* ports = ColumnAt(tuples.port, first);
  const ServiceTable& services = d_.services();
  for (size_t i = 0; i < size_; ++i) {
    const uint32_t protocol = protocols[i];
    const uint32_t port = ports[i];
    service_[i] = services.Lookup((parts_[i] & kHasProtocol) ? protocol : ServiceTable::kNoProtocol,
                                  (parts_[i] & kHasPort) ? port : ServiceTable::kNoPort);
  }
}

void Block::FindAddresses(const End& end, const List& among, uint32_t* classes) {
  List v4;
  List v6;
  for (size_t n = 0; n < among.size; ++n) {
    const size_t i = among.at[n];
    const unsigned parts = parts_[i] >> end.shift;
    classes[i] = d_.meta().absent_class;
    v4.AddIf((parts & kRemoteV4) != 0, i);
    v6.AddIf((parts & (kRemoteV4 | kRemoteV6)) == kRemoteV6, i);
  }
  d_.ip4().Lookup4(end.v4, v4.at, v4.size, classes);
  if (v6.size == 0) return;
  d_.ip6().Lookup6(end.v6, v6.at, v6.size, classes);
  for (size_t n = 0; n < v6.size; ++n) {
    const size_t i = v6.at[n];
    if (IsMapped(end.v6[2 * i], end.v6[2 * i + 1])) {
      classes[i] = d_.ip4().Lookup4(static_cast<uint32_t>(end.v6[2 * i + 1]));
    }
  }
}

void Block::FindCells() {
  const VerdictTable& verdicts = d_.verdicts();
  for (size_t i = 0; i < size_; ++i) {
    // Of an inbound tuple this is a cell too, which is not used.
    cell_[i] = verdicts.Outbound(d_.address_class(address_[i]).out_row, service_[i]);
  }
}

void Block::FindInboundCells(const TupleColumns& tuples, size_t first) {
  FindAddresses({ColumnAt(tuples.local4, first), ColumnAt(tuples.local6, 2 * first), 2}, inbound_,
                local_);
  const VerdictTable& verdicts = d_.verdicts();
  for (size_t n = 0; n < inbound_.size; ++n) {
    const size_t i = inbound_.at[n];
    local_[i] = d_.address_class(local_[i]).local;
    cell_[i] = verdicts.Inbound(d_.address_class(address_[i]).in_row, local_[i], service_[i]);
  }
}

// As if no tuple had a name; those that have one are decided again.
void Block::Decide(Verdict* verdicts) {
  missed_.size = 0;
  const uint32_t last_rank = d_.meta().rank_count;
  for (size_t i = 0; i < size_; ++i) {
    const CellKind kind = lookup_.KindOf(cell_[i]);
    const uint32_t rule = d_.rank_rule(std::min(cell_[i] & ~kWrongService, last_rank));
    const bool has_address = (parts_[i] & (kRemoteV4 | kRemoteV6)) != 0;
    const Basis basis = has_address ? kByKind[kind].basis : Basis::kNone;
    verdicts[i] = Verdict(kByKind[kind].reason, basis, rule);
    missed_.AddIf(kind == kMiss, i);
  }
}

void Block::DecideUndecided(Verdict* verdicts) {
  for (size_t n = 0; n < missed_.size; ++n) {
    const size_t i = missed_.at[n];
    const bool inbound = (parts_[i] & kInbound) != 0;
    const bool could_tell = inbound ? lookup_.NameCouldTellInbound(local_[i], service_[i])
                                    : lookup_.NameCouldTellOutbound(service_[i]);
    verdicts[i] = Verdict(could_tell ? Reason::kNameNeeded : Reason::kNoRule, Basis::kNone,
                          kNoRuleId);
  }
}

void Block::DecideNamed(const TupleColumns& tuples, size_t first, Verdict* verdicts) {
  for (size_t n = 0; n < named_.size; ++n) {
    const size_t i = named_.at[n];
    const Classes c = ClassesOf(i);
    uint32_t name = kNoCell;
    bool valid = (parts_[i] & kInvalidTuple) == 0;
    if (valid && c.has_name) {
      const size_t at = first + i;
      valid =
          lookup_.NameCell({tuples.names + tuples.name_offset[at], tuples.name_size[at]}, c, &name);
    }
    verdicts[i] = valid ? lookup_.Decide(cell_[i], name, c) : kInvalidVerdict;
  }
}

Classes Block::ClassesOf(size_t at) const {
  Classes c;
  c.address = address_[at];
  c.service = service_[at];
  c.inbound = (parts_[at] & kInbound) != 0;
  c.local = c.inbound ? local_[at] : 0;
  c.has_address = (parts_[at] & (kRemoteV4 | kRemoteV6)) != 0;
  c.has_name = (parts_[at] & kHasName) != 0;
  return c;
}

}  // namespace allowmatch
