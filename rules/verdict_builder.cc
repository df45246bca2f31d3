#include "rules/verdict_builder.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace allowmatch {
namespace {

class VerdictBuilder {
 public:
  VerdictBuilder(const Pairs& pairs, const RankSets& out_sets, const RankSets& in_sets,
                 const RankSets& locals, const std::vector<std::vector<ClassRun>>& service_runs,
                 uint32_t class_count)
      : pairs_(pairs),
        out_sets_(out_sets),
        in_sets_(in_sets),
        locals_(locals),
        service_runs_(service_runs),
        class_count_(class_count) {}

  // False if the cells or the inbound pairs are more than `unbounded` allows.
  bool Dense(bool unbounded, VerdictTables* tables) const {
    const uint64_t pair_count = uint64_t{in_sets_.size()} * locals_.size();
    const uint64_t max_rows = unbounded ? kWrongService : kMaxCells / class_count_;
    if (!unbounded && pair_count > kMaxPairRows) return false;
    RankSets rows;
    for (uint32_t id = 0; id < out_sets_.size(); ++id) rows.Intern(out_sets_[id]);
    if (rows.size() > max_rows) return false;
    tables->inbound_count = static_cast<uint32_t>(in_sets_.size());
    for (uint32_t id = 0; id < in_sets_.size(); ++id) {
      for (uint32_t local = 0; local < locals_.size(); ++local) {
        tables->pair_rows.push_back(rows.Intern(Passing(in_sets_[id], locals_[local])));
      }
      if (rows.size() > max_rows) return false;
    }
    tables->row_count = static_cast<uint32_t>(rows.size());
    tables->cells.reserve(rows.size() * class_count_);
    for (uint32_t id = 0; id < rows.size(); ++id) FillRow(rows[id], &tables->cells);
    return true;
  }

  VerdictTables Lists() const {
    VerdictTables tables;
    tables.inbound_offset = static_cast<uint32_t>(out_sets_.size());
    tables.row_begin.push_back(0);
    for (const RankSets* sets : {&out_sets_, &in_sets_}) {
      for (uint32_t id = 0; id < sets->size(); ++id) {
        AppendList((*sets)[id], &tables.row_begin, &tables.row_ranks);
      }
    }
    tables.row_count = static_cast<uint32_t>(tables.row_begin.size()) - 1;
    tables.inbound_count = tables.row_count;
    for (const Rank& rank : pairs_.ranks) {
      tables.rank_service.push_back(rank.service);
      tables.rank_guard.push_back(rank.guard);
    }
    tables.run_begin.push_back(0);
    for (const auto& runs : service_runs_) AppendList(runs, &tables.run_begin, &tables.runs);
    tables.guard_begin.push_back(0);
    for (uint32_t id = 0; id < locals_.size(); ++id) {
      AppendList(locals_[id], &tables.guard_begin, &tables.guards);
    }
    return tables;
  }

 private:
  template <typename T>
  static void AppendList(const std::vector<T>& list, std::vector<uint32_t>* begin,
                         std::vector<T>* all) {
    all->insert(all->end(), list.begin(), list.end());
    begin->push_back(static_cast<uint32_t>(all->size()));
  }

  // The ranks of `set` whose guard is any or among `guards`.
  RankSet Passing(const RankSet& set, const RankSet& guards) const {
    RankSet passing;
    for (const uint32_t rank : set) {
      const uint32_t guard = pairs_.ranks[rank].guard;
      if (guard == 0 || std::binary_search(guards.begin(), guards.end(), guard)) {
        passing.push_back(rank);
      }
    }
    return passing;
  }

  // From the best rank on, each takes the classes of its service that are
  // still free. `next_free` leads over taken cells, so each is taken once.
  void FillRow(const RankSet& ranks, std::vector<uint32_t>* cells) const {
    const auto allow = std::lower_bound(ranks.begin(), ranks.end(), pairs_.deny_count);
    const size_t row = cells->size();
    cells->resize(row + class_count_, allow == ranks.end() ? kNoCell : kWrongService | *allow);
    std::vector<uint32_t> next_free(class_count_ + 1);
    std::iota(next_free.begin(), next_free.end(), 0);
    const auto free_from = [&next_free](uint32_t at) {
      while (next_free[at] != at) at = next_free[at] = next_free[next_free[at]];
      return at;
    };
    for (const uint32_t rank : ranks) {
      for (const ClassRun& run : service_runs_[pairs_.ranks[rank].service]) {
        for (uint32_t at = free_from(run.first); at <= run.last; at = free_from(at)) {
          (*cells)[row + at] = rank;
          next_free[at] = at + 1;
        }
      }
    }
  }

  const Pairs& pairs_;
  const RankSets& out_sets_;
  const RankSets& in_sets_;
  const RankSets& locals_;
  const std::vector<std::vector<ClassRun>>& service_runs_;
  const uint32_t class_count_;
};

}  // namespace

VerdictTables BuildVerdictTable(const Pairs& pairs, const RankSets& out_sets,
                                const RankSets& in_sets, const RankSets& locals,
                                const std::vector<std::vector<ClassRun>>& service_runs,
                                uint32_t class_count, VerdictForm form) {
  const VerdictBuilder builder(pairs, out_sets, in_sets, locals, service_runs, class_count);
  VerdictTables tables;
  if (form != VerdictForm::kLists && builder.Dense(form == VerdictForm::kDense, &tables)) {
    return tables;
  }
  return builder.Lists();
}

}  // namespace allowmatch
