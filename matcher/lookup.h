// One tuple: from its classes to its verdict. Not for clients: use Matcher.

#ifndef ALLOWMATCH_MATCHER_LOOKUP_H_
#define ALLOWMATCH_MATCHER_LOOKUP_H_

#include <algorithm>

#include "absl/strings/string_view.h"
#include "matcher/address.h"
#include "matcher/database.h"
#include "matcher/name_table.h"
#include "matcher/verdict.h"

namespace allowmatch {

// What a cell says, in order of precedence; kNeedsName is a refinement of kMiss.
enum CellKind : unsigned { kHitDeny, kHitAllow, kListed, kMiss, kNeedsName };

constexpr Reason kReasonOfKind[] = {Reason::kDenyRule, Reason::kAllowRule, Reason::kWrongService,
                                    Reason::kNoRule, Reason::kNameNeeded};

constexpr Verdict kInvalidVerdict(Reason::kInvalid, Basis::kNone, kNoRuleId);

// The parts of a tuple once it has been classified.
struct Classes {
  uint32_t address = 0;
  uint32_t local = 0;
  uint32_t service = 0;
  bool inbound = false;
  bool has_address = false;
  bool has_name = false;
};

// A mapped address is the IPv4 address, whoever filled in the columns.
inline bool IsMapped(uint64_t high, uint64_t low) { return high == 0 && low >> 32 == 0xffff; }

class Lookup {
 public:
  explicit Lookup(const Database& database)
      : d_(database), deny_count_(database.meta().deny_count) {}

  uint32_t Address6(uint64_t high, uint64_t low) const {
    if (IsMapped(high, low)) return d_.ip4().Lookup(static_cast<uint32_t>(low));
    return d_.ip6().Lookup(high, low);
  }

  uint32_t AddressOf(const Address& address) const {
    return address.is_v4() ? d_.ip4().Lookup(address.v4())
                           : Address6(address.high(), address.low());
  }

  CellKind KindOf(uint32_t cell) const {
    return static_cast<CellKind>((cell >= deny_count_) + (cell >= kWrongService) +
                                 (cell == kNoCell));
  }

  // Whether some name would be allowed for this service.
  bool NameCouldTellOutbound(uint32_t service) const {
    return d_.verdicts().Outbound(d_.meta().undecided_out, service) < kWrongService;
  }
  bool NameCouldTellInbound(uint32_t local, uint32_t service) const {
    return d_.verdicts().Inbound(d_.meta().undecided_in, local, service) < kWrongService;
  }
  bool NameCouldTell(const Classes& c) const {
    return c.inbound ? NameCouldTellInbound(c.local, c.service) : NameCouldTellOutbound(c.service);
  }

  // Of the shapes form, without a name: what the table says at once.
  Verdict AddressVerdict(const Classes& c) const {
    const VerdictTable& verdicts = d_.verdicts();
    const VerdictRow row =
        c.inbound ? verdicts.row(verdicts.InboundRow(d_.address_class(c.address).in_row, c.local))
                  : d_.class_row(c.address);
    return WithBasis(verdicts.AddressVerdict(row, c.service), c.has_address);
  }

  // A rule for `any` says something of a tuple without an address, too.
  static Verdict WithBasis(Verdict verdict, bool has_address) {
    return has_address ? verdict : Verdict(verdict.reason(), Basis::kNone, verdict.rule());
  }

  // Whether AddressVerdict decides what has no name.
  bool AddressDecides() const { return d_.verdicts().has_shapes() && !d_.basis_both(); }

  uint32_t AddressCell(const Classes& c) const { return CellOf(d_.address_class(c.address), c); }

  // The cell of a name; false if it is not a name.
  bool NameCell(absl::string_view text, const Classes& c, uint32_t* cell) const {
    CanonicalText name;
    if (CanonicalName(text, name.text, &name.size) != Fault::kNone) return false;
    uint32_t least = kNoCell;
    d_.names().Walk(name, [&](uint32_t id) { least = std::min(least, CellOfClass(id, c)); });
    *cell = least;
    return true;
  }

  // The cell of one class of names.
  uint32_t CellOfClass(uint32_t id, const Classes& c) const {
    if (id == 0) return kNoCell;
    const NameClasses& classes = d_.name_classes();
    if (classes.IsGeneral(id)) return CellOf(classes[id], c);
    return c.inbound ? kNoCell : classes.Outbound(id, c.service);
  }

  Verdict Decide(uint32_t address, uint32_t name, const Classes& c) const {
    if (d_.basis_both()) return DecideBoth(address, name, c);
    return Combined(address, name, c);
  }

 private:
  template <typename RowsOfClass>
  uint32_t CellOf(const RowsOfClass& rows, const Classes& c) const {
    return c.inbound ? d_.verdicts().Inbound(rows.in_row, c.local, c.service)
                     : d_.verdicts().Outbound(rows.out_row, c.service);
  }

  Verdict Make(CellKind kind, uint32_t cell, Basis basis) const {
    const uint32_t rule = kind < kMiss ? d_.rank_rule(cell & ~kWrongService) : kNoRuleId;
    return Verdict(kReasonOfKind[kind], basis, rule);
  }

  // The parts whose own cell says the same as the whole. Without an address
  // only a rule for `any` can have made the address cell; it counts as the name.
  Basis BasisOf(CellKind kind, uint32_t address, uint32_t name, const Classes& c) const {
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
    CellKind kind = KindOf(cell);
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
    const CellKind kind = KindOf(missing);
    const Basis basis = address_covered ? Basis::kName : Basis::kIp;
    return Make(kind, missing, kind == kMiss ? Basis::kNone : basis);
  }

  const Database& d_;
  const uint32_t deny_count_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_LOOKUP_H_
