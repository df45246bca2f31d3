#include "matcher/block.h"

namespace allowmatch {
namespace {

// Stands in for a column that no tuple has: its values are read and ignored.
constexpr uint64_t kZeros[2 * Block::kSize] = {};

template <typename T>
const T* ColumnAt(const T* column, size_t first) {
  return column != nullptr ? column + first : reinterpret_cast<const T*>(kZeros);
}

}  // namespace

void Block::Classify(const TupleColumns& tuples, size_t first, size_t size, bool plain_done,
                     Verdict* verdicts) {
  FindParts(tuples, first, size, plain_done);
  if (all_.size == 0) return;
  FindServices(tuples, first);
  FindAddresses({ColumnAt(tuples.remote4, first), ColumnAt(tuples.remote6, 2 * first), 0}, all_,
                address_);
  if (inbound_.size > 0) FindLocals(tuples, first);
  if (lookup_.AddressDecides()) {
    TakeVerdicts(verdicts);
  } else {
    FindCells();
    if (!d_.basis_both()) Decide(verdicts);
  }
  if (d_.basis_both()) named_ = all_;
  DecideNamed(tuples, first, verdicts);
}

void Block::FindParts(const TupleColumns& tuples, size_t first, size_t size, bool plain_done) {
  all_.size = 0;
  inbound_.size = 0;
  named_.size = 0;
  for (size_t i = 0; i < size; ++i) {
    parts_[i] = tuples.parts != nullptr ? tuples.parts[first + i] : tuples.all_parts;
    const bool here = !plain_done || !IsPlain(parts_[i]);
    all_.AddIf(here, i);
    inbound_.AddIf(here && (parts_[i] & kInbound) != 0, i);
    named_.AddIf(here && (parts_[i] & (kHasName | kInvalidTuple)) != 0, i);
  }
}

void Block::FindServices(const TupleColumns& tuples, size_t first) {
  const uint8_t* protocols = ColumnAt(tuples.protocol, first);
  const uint16_t* ports = ColumnAt(tuples.port, first);
  const ServiceTable& services = d_.services();
  for (size_t n = 0; n < all_.size; ++n) {
    const size_t i = all_.at[n];
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
  for (size_t n = 0; n < v6.size; ++n) {
    const size_t i = v6.at[n];
    classes[i] = lookup_.Address6(end.v6[2 * i], end.v6[2 * i + 1]);
  }
  if (v4.size == 0) return;
  uint32_t addresses[kSize];
  uint32_t found[kSize];
  for (size_t n = 0; n < v4.size; ++n) addresses[n] = end.v4[v4.at[n]];
  d_.ip4().Lookup(kernel_, addresses, v4.size, found);
  for (size_t n = 0; n < v4.size; ++n) classes[v4.at[n]] = found[n];
}

void Block::FindLocals(const TupleColumns& tuples, size_t first) {
  FindAddresses({ColumnAt(tuples.local4, first), ColumnAt(tuples.local6, 2 * first), 2}, inbound_,
                local_);
  for (size_t n = 0; n < inbound_.size; ++n) {
    const size_t i = inbound_.at[n];
    local_[i] = d_.address_class(local_[i]).local;
  }
}

// As if no tuple had a name; those that have one are decided again, from cells.
void Block::TakeVerdicts(Verdict* verdicts) {
  const VerdictTable& table = d_.verdicts();
  for (size_t n = 0; n < all_.size; ++n) {
    const size_t i = all_.at[n];
    row_[i] = d_.address_class(address_[i]).out_row;
  }
  for (size_t n = 0; n < inbound_.size; ++n) {
    const size_t i = inbound_.at[n];
    row_[i] = table.InboundRow(d_.address_class(address_[i]).in_row, local_[i]);
  }
  for (size_t n = 0; n < all_.size; ++n) {
    const size_t i = all_.at[n];
    const bool has_address = (parts_[i] & (kRemoteV4 | kRemoteV6)) != 0;
    verdicts[i] =
        Lookup::WithBasis(table.AddressVerdict(table.row(row_[i]), service_[i]), has_address);
  }
}

void Block::FindCells() {
  for (size_t n = 0; n < all_.size; ++n) {
    const size_t i = all_.at[n];
    cell_[i] = lookup_.AddressCell(ClassesOf(i));
  }
}

void Block::Decide(Verdict* verdicts) {
  for (size_t n = 0; n < all_.size; ++n) {
    const size_t i = all_.at[n];
    Classes c = ClassesOf(i);
    c.has_name = false;  // those that have one are decided again
    verdicts[i] = lookup_.Decide(cell_[i], kNoCell, c);
  }
}

void Block::DecideNamed(const TupleColumns& tuples, size_t first, Verdict* verdicts) {
  FindNames(tuples, first);
  for (size_t n = 0; n < named_.size; ++n) {
    const size_t i = named_.at[n];
    const Classes c = ClassesOf(i);
    const uint32_t id = name_[n];
    if (id == NameTable::kInvalid) {
      verdicts[i] = kInvalidVerdict;
      continue;
    }
    uint32_t name = kNoCell;
    if (id != NameTable::kSeveral) {
      name = lookup_.CellOfClass(id, c);
    } else {
      const size_t at = first + i;
      lookup_.NameCell({tuples.names + tuples.name_offset[at], tuples.name_size[at]}, c, &name);
    }
    verdicts[i] = lookup_.Decide(lookup_.AddressCell(c), name, c);
  }
}

void Block::FindNames(const TupleColumns& tuples, size_t first) {
  List among;  // of named_
  uint32_t offset[kSize];
  uint16_t size[kSize];
  for (size_t n = 0; n < named_.size; ++n) {
    const size_t i = named_.at[n];
    const bool valid = (parts_[i] & kInvalidTuple) == 0;
    name_[n] = valid ? 0 : NameTable::kInvalid;
    if (!valid || (parts_[i] & kHasName) == 0) continue;
    offset[among.size] = tuples.name_offset[first + i];
    size[among.size] = tuples.name_size[first + i];
    among.AddIf(true, n);
  }
  uint32_t classes[kSize];
  d_.names().Classes(kernel_, {tuples.names, offset, size}, among.size, classes);
  for (size_t n = 0; n < among.size; ++n) name_[among.at[n]] = classes[n];
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
