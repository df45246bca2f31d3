// (row, service class) -> cell, and what a cell says.
//
// A *row* is the set of (rule, destination) pairs that match one class of
// addresses or names. All pairs have one order, their *rank*: deny before
// allow, then the more specific destination. A cell is
//
//   the least rank of the pairs that match the service, else
//   kWrongService | the least rank of the allow pairs in the row, else kNoCell
//
// so that joining several rows (an address and a name, or several patterns) is
// the minimum of their cells. An inbound row also has conditions on the local
// address: a *guard* is the set of local ranges of a rule, guard 0 is any, and a
// *local* is a class of local addresses, local 0 being an unknown one.
//
// Two forms, chosen by the compiler:
//   shapes: rows whose pairs ask for the same services, in the same order, have
//           one *shape*: for each service class the place of the first pair that
//           matches, and behind the pairs the place of what is said when none
//           does. A row is a shape and where its own cells begin:
//
//             place = places[row.shape * class_count + class]
//             cell  = cells[row.first + place]
//
//           So the matrix grows with the ways to combine services, not with the
//           rules. (inbound row, local) -> row in a second matrix.
//   lists:  each row is the list of its ranks; a service is a list of runs of
//           service classes, and a local is the list of the guards that it
//           passes. Its size is linear in the rules whatever they are.
//
// Beside each cell of the shapes form stands the verdict of a tuple that has an
// address and no name, so that the usual tuple needs no more than that.
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_VERDICT_TABLE_H_
#define ALLOWMATCH_MATCHER_VERDICT_TABLE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/verdict.h"

namespace allowmatch {

constexpr uint32_t kWrongService = 0x80000000;
constexpr uint32_t kNoCell = 0xffffffff;

// Consecutive service classes, both ends included.
struct ClassRun {
  uint32_t first;
  uint32_t last;
};

struct VerdictRow {
  uint32_t shape;
  uint32_t first;  // cell

  friend bool operator==(VerdictRow a, VerdictRow b) {
    return a.shape == b.shape && a.first == b.first;
  }
};

// The arrays of a verdict table; those of the other form are empty.
struct VerdictArrays {
  uint32_t row_count = 0;
  uint32_t inbound_count = 0;  // shapes: rows of pair_rows; lists: as row_count
  uint32_t local_count = 0;    // at least 1
  uint32_t class_count = 0;    // at least 1
  uint32_t rank_count = 0;
  uint32_t deny_count = 0;  // ranks below are deny pairs

  // rank_count + 1, kNoRuleId for the last; or none, if the rule of a rank is its number.
  absl::Span<const uint32_t> rank_rules;

  absl::Span<const VerdictRow> rows;
  absl::Span<const uint8_t> places;      // shape * class_count + class
  absl::Span<const uint32_t> cells;
  absl::Span<const Verdict> verdicts;    // as many as cells
  absl::Span<const uint32_t> pair_rows;  // inbound row * local_count + local

  absl::Span<const uint32_t> row_begin;     // lists: row_count + 1, into row_ranks
  absl::Span<const uint32_t> row_ranks;     // the best first within a row
  absl::Span<const uint32_t> rank_service;  // rank_count
  absl::Span<const uint32_t> rank_guard;    // rank_count
  absl::Span<const uint32_t> run_begin;     // service count + 1, into runs
  absl::Span<const ClassRun> runs;          // ascending within a service
  absl::Span<const uint32_t> guard_begin;   // local_count + 1, into guards
  absl::Span<const uint32_t> guards;        // ascending within a local; guard 0 is implied
};

class VerdictTable {
 public:
  VerdictTable() = default;

  // Takes over the arrays after checking that no lookup can leave them.
  absl::Status Bind(const VerdictArrays& arrays);

  bool has_shapes() const { return !a_.rows.empty(); }

  uint32_t Outbound(uint32_t row, uint32_t service_class) const {
    return has_shapes() ? a_.cells[CellAt(a_.rows[row], service_class)]
                        : Scan(row, service_class, 0);
  }

  uint32_t Inbound(uint32_t row, uint32_t local, uint32_t service_class) const {
    if (!has_shapes()) return Scan(row, service_class, local);
    return a_.cells[CellAt(a_.rows[InboundRow(row, local)], service_class)];
  }

  // Of the shapes form: the row of an inbound row and a local.
  uint32_t InboundRow(uint32_t row, uint32_t local) const {
    return a_.pair_rows[size_t{row} * a_.local_count + local];
  }

  VerdictRow row(uint32_t id) const { return a_.rows[id]; }

  // Of the shapes form: the verdict of a tuple with an address and no name.
  Verdict AddressVerdict(VerdictRow row, uint32_t service_class) const {
    return a_.verdicts[CellAt(row, service_class)];
  }

  bool IsDeny(uint32_t cell) const { return cell < a_.deny_count; }
  bool IsAllow(uint32_t cell) const { return cell >= a_.deny_count && cell < kWrongService; }
  static bool IsListed(uint32_t cell) { return cell >= kWrongService && cell != kNoCell; }

  const VerdictArrays& arrays() const { return a_; }

 private:
  size_t CellAt(VerdictRow row, uint32_t service_class) const {
    return size_t{row.first} + a_.places[size_t{row.shape} * a_.class_count + service_class];
  }

  // The cell of a row of the lists form.
  uint32_t Scan(uint32_t row, uint32_t service_class, uint32_t local) const;
  bool ServiceHas(uint32_t service, uint32_t service_class) const;
  bool LocalPasses(uint32_t local, uint32_t guard) const;

  VerdictArrays a_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_VERDICT_TABLE_H_
