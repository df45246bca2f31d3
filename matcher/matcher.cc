#include "matcher/matcher.h"

#include <algorithm>

#include "matcher/name_table.h"

namespace allowmatch {
namespace {

// Tuples are classified in blocks, one stage after the other, so that the
// loads of many tuples are under way at the same time.
constexpr size_t kBlock = 128;

// What a cell says, in order of precedence; kNeedsName is a refinement of kMiss.
enum Kind : unsigned { kHitDeny, kHitAllow, kListed, kMiss, kNeedsName };

struct Outcome {
  Decision decision;
  Reason reason;
};
constexpr Outcome kOutcomes[] = {
    {Decision::kDeny, Reason::kDenyRule},       {Decision::kAllow, Reason::kAllowRule},
    {Decision::kDeny, Reason::kWrongService},   {Decision::kDeny, Reason::kNoRule},
    {Decision::kUndecided, Reason::kNameNeeded},
};

constexpr Verdict kInvalidVerdict = {kNoRuleId, Decision::kInvalid, Reason::kInvalid, Basis::kNone,
                                     0};

// The parts of a tuple once it has been classified.
struct Classes {
  uint32_t address = 0;
  uint32_t local = 0;
  uint32_t service = 0;
  bool inbound = false;
  bool has_address = false;
  bool has_name = false;
};

class Lookup {
 public:
  explicit Lookup(const Database& database)
      : d_(database), deny_count_(database.meta().deny_count) {}

  uint32_t Address6(uint64_t high, uint64_t low) const {
    // A mapped address is the IPv4 address, whoever filled in the columns.
    if (high == 0 && low >> 32 == 0xffff) return d_.ip4().Lookup4(static_cast<uint32_t>(low));
    return d_.ip6().Lookup6(high, low);
  }

  uint32_t AddressOf(const Address& address) const {
    return address.is_v4() ? d_.ip4().Lookup4(address.v4())
                           : Address6(address.high(), address.low());
  }

  uint32_t AddressCell(const Classes& c) const { return CellOf(d_.address_class(c.address), c); }

  // The cell of a name; false if it is not a name.
  bool NameCell(absl::string_view text, const Classes& c, uint32_t* cell) const {
    PaddedName name;
    if (CanonicalName(text, name.text, &name.size) != Fault::kNone) return false;
    uint32_t least = kNoCell;
    d_.names().Walk(name, [&](uint32_t id) {
      if (id != 0) least = std::min(least, CellOf(d_.name_class(id), c));
    });
    *cell = least;
    return true;
  }

  Verdict Decide(uint32_t address, uint32_t name, const Classes& c) const {
    if (d_.basis_both()) return DecideBoth(address, name, c);
    return Combined(address, name, c);
  }

  // The verdict of a tuple without a name under the usual basis.
  Verdict DecideAddress(uint32_t cell, const Classes& c) const {
    Kind kind = KindOf(cell);
    Basis basis = c.has_address ? Basis::kIp : Basis::kNone;
    if (kind == kMiss) {
      if (NameCouldTell(c)) kind = kNeedsName;
      basis = Basis::kNone;
    }
    return Make(kind, cell, basis);
  }

 private:
  Kind KindOf(uint32_t cell) const {
    return static_cast<Kind>((cell >= deny_count_) + (cell >= kWrongService) + (cell == kNoCell));
  }

  template <typename RowsOfClass>
  uint32_t CellOf(const RowsOfClass& rows, const Classes& c) const {
    return c.inbound ? d_.verdicts().Inbound(rows.in_row, c.local, c.service)
                     : d_.verdicts().Outbound(rows.out_row, c.service);
  }

  // Whether some name would be allowed for this service.
  bool NameCouldTell(const Classes& c) const {
    const DatabaseMeta& meta = d_.meta();
    return CellOf(NameClass{meta.undecided_out, meta.undecided_in}, c) < kWrongService;
  }

  Verdict Make(Kind kind, uint32_t cell, Basis basis) const {
    const uint32_t rule = kind < kMiss ? d_.rank_rule(cell & ~kWrongService) : kNoRuleId;
    return {rule, kOutcomes[kind].decision, kOutcomes[kind].reason, basis, 0};
  }

  // The parts whose own cell says the same as the whole. Without an address
  // only a rule for `any` can have made the address cell; it counts as the name.
  Basis BasisOf(Kind kind, uint32_t address, uint32_t name, const Classes& c) const {
    if (kind >= kMiss) return Basis::kNone;
    const bool by_address = KindOf(address) == kind;
    const bool by_name = KindOf(name) == kind;
    if (!c.has_address) return c.has_name ? Basis::kName : Basis::kNone;
    if (by_address) return by_name ? Basis::kBoth : Basis::kIp;
    return Basis::kName;
  }

  // Either part is enough.
  Verdict Combined(uint32_t address, uint32_t name, const Classes& c) const {
    const uint32_t cell = std::min(address, name);
    Kind kind = KindOf(cell);
    if (kind == kMiss && !c.has_name && NameCouldTell(c)) kind = kNeedsName;
    return Make(kind, cell, BasisOf(kind, address, name, c));
  }

  // Both parts are needed. A rule for `any` covers both, there or not.
  Verdict DecideBoth(uint32_t address, uint32_t name, const Classes& c) const {
    const bool address_covered = KindOf(address) == kHitAllow;
    const bool name_covered = KindOf(name) == kHitAllow;
    if (KindOf(std::min(address, name)) != kHitAllow) return Combined(address, name, c);
    Classes absent = c;
    absent.address = d_.meta().absent_class;
    if (address_covered && (name_covered || KindOf(AddressCell(absent)) == kHitAllow)) {
      return Combined(address, name, c);
    }
    if (address_covered && !c.has_name) return Make(kNeedsName, kNoCell, Basis::kNone);
    if (name_covered && !c.has_address) return Make(kNeedsName, kNoCell, Basis::kNone);
    // One part is there and not covered: it decides.
    const uint32_t missing = address_covered ? name : address;
    const Kind kind = KindOf(missing);
    const Basis basis = address_covered ? Basis::kName : Basis::kIp;
    return Make(kind, missing, kind == kMiss ? Basis::kNone : basis);
  }

  const Database& d_;
  const uint32_t deny_count_;
};

// Tuples first .. first + size - 1 of the columns.
class BlockOf {
 public:
  BlockOf(const Database& database, const TupleColumns& columns, size_t first, size_t size)
      : d_(database), lookup_(database), t_(columns), first_(first), size_(size) {}

  void Classify(Verdict* verdicts) {
    uint16_t seen = 0;
    for (size_t i = 0; i < size_; ++i) seen |= t_.parts[first_ + i];
    Services();
    Remotes();
    if ((seen & kInbound) != 0) Locals();
    Cells();
    const bool plain = (seen & (kHasName | kInvalidTuple)) == 0 && !d_.basis_both();
    for (size_t i = 0; i < size_; ++i) {
      verdicts[i] = plain ? lookup_.DecideAddress(cells_[i], classes_[i]) : Verdicts(i);
    }
  }

 private:
  uint16_t Parts(size_t i) const { return t_.parts[first_ + i]; }

  void Services() {
    for (size_t i = 0; i < size_; ++i) {
      const uint16_t parts = Parts(i);
      const uint32_t protocol =
          (parts & kHasProtocol) != 0 ? t_.protocol[first_ + i] : ServiceTable::kNoProtocol;
      const uint32_t port = (parts & kHasPort) != 0 ? t_.port[first_ + i] : ServiceTable::kNoPort;
      Classes& c = classes_[i];
      c.service = d_.services().Lookup(protocol, port);
      c.local = 0;
      c.inbound = (parts & kInbound) != 0;
      c.has_address = (parts & (kRemoteV4 | kRemoteV6)) != 0;
      c.has_name = (parts & kHasName) != 0;
    }
  }

  void Remotes() {
    for (size_t i = 0; i < size_; ++i) {
      const size_t at = first_ + i;
      if ((Parts(i) & kRemoteV4) != 0) {
        classes_[i].address = d_.ip4().Lookup4(t_.remote4[at]);
      } else if ((Parts(i) & kRemoteV6) != 0) {
        classes_[i].address = lookup_.Address6(t_.remote6[2 * at], t_.remote6[2 * at + 1]);
      } else {
        classes_[i].address = d_.meta().absent_class;
      }
    }
  }

  void Locals() {
    for (size_t i = 0; i < size_; ++i) {
      if (!classes_[i].inbound) continue;
      const size_t at = first_ + i;
      uint32_t id = d_.meta().absent_class;
      if ((Parts(i) & kLocalV4) != 0) {
        id = d_.ip4().Lookup4(t_.local4[at]);
      } else if ((Parts(i) & kLocalV6) != 0) {
        id = lookup_.Address6(t_.local6[2 * at], t_.local6[2 * at + 1]);
      }
      classes_[i].local = d_.address_class(id).local;
    }
  }

  void Cells() {
    for (size_t i = 0; i < size_; ++i) cells_[i] = lookup_.AddressCell(classes_[i]);
  }

  Verdict Verdicts(size_t i) const {
    const size_t at = first_ + i;
    if ((Parts(i) & kInvalidTuple) != 0) return kInvalidVerdict;
    uint32_t name = kNoCell;
    if (classes_[i].has_name &&
        !lookup_.NameCell({t_.names + t_.name_offset[at], t_.name_size[at]}, classes_[i], &name)) {
      return kInvalidVerdict;
    }
    return lookup_.Decide(cells_[i], name, classes_[i]);
  }

  const Database& d_;
  const Lookup lookup_;
  const TupleColumns& t_;
  const size_t first_;
  const size_t size_;
  Classes classes_[kBlock];
  uint32_t cells_[kBlock];
};

}  // namespace

void Matcher::Classify(const TupleColumns& tuples, Verdict* verdicts) const {
  for (size_t at = 0; at < tuples.size; at += kBlock) {
    BlockOf(*database_, tuples, at, std::min(kBlock, tuples.size - at)).Classify(verdicts + at);
  }
}

Verdict Matcher::Classify(const Tuple& tuple) const {
  if (tuple.invalid) return kInvalidVerdict;
  const Database& d = *database_;
  const Lookup lookup(d);
  Classes c;
  c.inbound = tuple.direction == Direction::kIn;
  c.has_address = tuple.remote.has_value();
  c.has_name = tuple.name.has_value();
  c.service = d.services().Lookup(tuple.protocol.has_value() ? *tuple.protocol : ServiceTable::kNoProtocol,
                                  tuple.port.has_value() ? *tuple.port : ServiceTable::kNoPort);
  c.address = c.has_address ? lookup.AddressOf(*tuple.remote) : d.meta().absent_class;
  if (c.inbound && tuple.local.has_value()) {
    c.local = d.address_class(lookup.AddressOf(*tuple.local)).local;
  }
  uint32_t name = kNoCell;
  if (c.has_name && !lookup.NameCell(*tuple.name, c, &name)) return kInvalidVerdict;
  return lookup.Decide(lookup.AddressCell(c), name, c);
}

}  // namespace allowmatch
