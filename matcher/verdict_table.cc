#include "matcher/verdict_table.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the verdict table: ", what));
}

bool AllBelow(absl::Span<const uint32_t> values, size_t limit) {
  return std::all_of(values.begin(), values.end(), [limit](uint32_t v) { return v < limit; });
}

// `begin` cuts `size` elements into `count` lists.
bool IsCut(absl::Span<const uint32_t> begin, size_t count, size_t size) {
  return begin.size() == count + 1 && begin.front() == 0 && begin.back() == size &&
         std::is_sorted(begin.begin(), begin.end());
}

// Whether each list is strictly ascending.
bool ListsAscend(absl::Span<const uint32_t> begin, absl::Span<const uint32_t> values) {
  for (size_t i = 0; i + 1 < begin.size(); ++i) {
    for (size_t at = begin[i] + size_t{1}; at < begin[i + 1]; ++at) {
      if (values[at - 1] >= values[at]) return false;
    }
  }
  return true;
}

bool CellsAreSound(const VerdictArrays& a) {
  return std::all_of(a.cells.begin(), a.cells.end(), [&a](uint32_t cell) {
    if (cell == kNoCell) return true;
    const uint32_t rank = cell & ~kWrongService;
    return rank < a.rank_count && (cell < kWrongService || rank >= a.deny_count);
  });
}

// The largest place of each shape.
std::vector<uint8_t> LargestPlaces(const VerdictArrays& a) {
  std::vector<uint8_t> largest(a.places.size() / a.class_count, 0);
  for (size_t shape = 0; shape < largest.size(); ++shape) {
    const uint8_t* const places = a.places.data() + shape * a.class_count;
    largest[shape] = *std::max_element(places, places + a.class_count);
  }
  return largest;
}

uint32_t RuleOfRank(const VerdictArrays& a, uint32_t rank) {
  return a.rank_rules.empty() ? rank : a.rank_rules[rank];
}

// What a cell says of a tuple with an address and no name. Where no pair lists
// the address, a name may be wanted.
bool SaysTheSame(const VerdictArrays& a, uint32_t cell, Verdict verdict) {
  if (cell == kNoCell) {
    return verdict == Verdict() || verdict == Verdict(Reason::kNameNeeded, Basis::kNone, kNoRuleId);
  }
  const Reason reason = cell >= kWrongService  ? Reason::kWrongService
                        : cell >= a.deny_count ? Reason::kAllowRule
                                               : Reason::kDenyRule;
  return verdict == Verdict(reason, Basis::kIp, RuleOfRank(a, cell & ~kWrongService));
}

absl::Status CheckShapes(const VerdictArrays& a) {
  // Vectors of indices are signed.
  constexpr uint64_t kMaxIndex = 0x7fffffff;
  if (a.places.size() > kMaxIndex || a.cells.size() > kMaxIndex) return Broken("it is too large");
  if (a.places.empty() || a.places.size() % a.class_count != 0 || a.rows.size() != a.row_count) {
    return Broken("a shape is cut");
  }
  if (!CellsAreSound(a) || a.verdicts.size() != a.cells.size()) return Broken("a cell has no rule");
  for (size_t i = 0; i < a.cells.size(); ++i) {
    if (!SaysTheSame(a, a.cells[i], a.verdicts[i])) return Broken("a verdict is not its cell's");
  }
  const std::vector<uint8_t> largest = LargestPlaces(a);
  for (const VerdictRow& row : a.rows) {
    if (row.shape >= largest.size() || uint64_t{row.first} + largest[row.shape] >= a.cells.size()) {
      return Broken("a row leads outside");
    }
  }
  if (a.pair_rows.size() != uint64_t{a.inbound_count} * a.local_count ||
      !AllBelow(a.pair_rows, a.row_count)) {
    return Broken("an inbound row leads outside");
  }
  return absl::OkStatus();
}

absl::Status CheckLists(const VerdictArrays& a) {
  if (!a.rows.empty() || a.inbound_count != a.row_count || !IsCut(a.row_begin, a.row_count, a.row_ranks.size()) ||
      !AllBelow(a.row_ranks, a.rank_count)) {
    return Broken("a row leads outside");
  }
  if (a.run_begin.empty() || !IsCut(a.run_begin, a.run_begin.size() - 1, a.runs.size()) ||
      a.rank_service.size() != a.rank_count || !AllBelow(a.rank_service, a.run_begin.size() - 1)) {
    return Broken("a service leads outside");
  }
  if (!IsCut(a.guard_begin, a.local_count, a.guards.size()) ||
      !ListsAscend(a.guard_begin, a.guards) || a.rank_guard.size() != a.rank_count) {
    return Broken("a local address class leads outside");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status VerdictTable::Bind(const VerdictArrays& arrays) {
  if (arrays.local_count == 0 || arrays.class_count == 0 || arrays.row_count == 0 ||
      arrays.inbound_count == 0 ||
      arrays.rank_count >= kWrongService ||
      arrays.deny_count > arrays.rank_count) {
    return Broken("a count is wrong");
  }
  absl::Status status = arrays.row_begin.empty() ? CheckShapes(arrays) : CheckLists(arrays);
  if (!status.ok()) return status;
  a_ = arrays;
  return absl::OkStatus();
}

uint32_t VerdictTable::Scan(uint32_t row, uint32_t service_class, uint32_t local) const {
  uint32_t listed = kNoCell;
  for (uint32_t at = a_.row_begin[row]; at < a_.row_begin[row + 1]; ++at) {
    const uint32_t rank = a_.row_ranks[at];
    if (!LocalPasses(local, a_.rank_guard[rank])) continue;
    if (ServiceHas(a_.rank_service[rank], service_class)) return rank;
    if (listed == kNoCell && rank >= a_.deny_count) listed = kWrongService | rank;
  }
  return listed;
}

bool VerdictTable::ServiceHas(uint32_t service, uint32_t service_class) const {
  const ClassRun* begin = a_.runs.data() + a_.run_begin[service];
  const ClassRun* end = a_.runs.data() + a_.run_begin[service + 1];
  const ClassRun* run = std::lower_bound(begin, end, service_class,
                                         [](const ClassRun& r, uint32_t c) { return r.last < c; });
  return run != end && run->first <= service_class;
}

bool VerdictTable::LocalPasses(uint32_t local, uint32_t guard) const {
  if (guard == 0) return true;
  const uint32_t* begin = a_.guards.data() + a_.guard_begin[local];
  const uint32_t* end = a_.guards.data() + a_.guard_begin[local + 1];
  return std::binary_search(begin, end, guard);
}

}  // namespace allowmatch
