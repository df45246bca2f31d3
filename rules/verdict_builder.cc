#include "rules/verdict_builder.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"

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

  // False if it grows beyond what `unbounded` allows.
  bool Shapes(bool unbounded, VerdictTables* tables) {
    const uint64_t pair_count = uint64_t{in_sets_.size()} * locals_.size();
    if (!unbounded && pair_count > kMaxPairRows) return false;
    for (uint32_t id = 0; id < out_sets_.size(); ++id) {
      AddRow(out_sets_[id], pairs_.out.undecided);
      if (IsTooLarge(unbounded)) return false;
    }
    tables_.inbound_count = static_cast<uint32_t>(in_sets_.size());
    std::vector<RankSet> undecided;  // by local
    for (uint32_t local = 0; local < locals_.size(); ++local) {
      undecided.push_back(Passing(pairs_.in.undecided, locals_[local]));
    }
    for (uint32_t id = 0; id < in_sets_.size(); ++id) {
      for (uint32_t local = 0; local < locals_.size(); ++local) {
        tables_.pair_rows.push_back(InboundRow(Passing(in_sets_[id], locals_[local]),
                                               undecided[local]));
        if (IsTooLarge(unbounded)) return false;
      }
    }
    tables_.row_count = static_cast<uint32_t>(tables_.rows.size());
    *tables = std::move(tables_);
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

  bool IsTooLarge(bool unbounded) const {
    if (too_many_places_) return true;  // the places of a shape are bytes
    return tables_.cells.size() > (unbounded ? kWrongService : kMaxCells) ||
           (!unbounded && tables_.places.size() > kMaxPlaces);
  }

  uint32_t InboundRow(const RankSet& ranks, const RankSet& undecided) {
    const auto [at, is_new] = inbound_rows_.try_emplace(
        std::pair(ranks, undecided), static_cast<uint32_t>(tables_.rows.size()));
    if (is_new) AddRow(ranks, undecided);
    return at->second;
  }

  // `undecided` are the pairs whose services want a name where `ranks` do not
  // list the address at all.
  void AddRow(const RankSet& ranks, const RankSet& undecided) {
    const auto allow = std::lower_bound(ranks.begin(), ranks.end(), pairs_.deny_count);
    const bool is_listed = allow != ranks.end();
    const uint32_t first = static_cast<uint32_t>(tables_.cells.size());
    for (const uint32_t rank : ranks) {
      AddCell(rank, rank < pairs_.deny_count ? Reason::kDenyRule : Reason::kAllowRule, rank);
    }
    if (is_listed) {
      AddCell(kWrongService | *allow, Reason::kWrongService, *allow);
    } else {
      AddCell(kNoCell, Reason::kNoRule, kNoCell);
    }
    const bool may_need_name = !is_listed && !undecided.empty();
    if (may_need_name) AddCell(kNoCell, Reason::kNameNeeded, kNoCell);
    tables_.rows.push_back({ShapeOf(ranks, may_need_name ? undecided : RankSet()), first});
  }

  void AddCell(uint32_t cell, Reason reason, uint32_t rank) {
    tables_.cells.push_back(cell);
    tables_.verdicts.push_back(rank == kNoCell
                                   ? Verdict(reason, Basis::kNone, kNoRuleId)
                                   : Verdict(reason, Basis::kIp, pairs_.ranks[rank].rule));
  }

  uint32_t ShapeOf(const RankSet& ranks, const RankSet& undecided) {
    std::vector<std::vector<uint32_t>> key(2);
    for (const uint32_t rank : ranks) key[0].push_back(pairs_.ranks[rank].service);
    for (const uint32_t rank : undecided) key[1].push_back(pairs_.ranks[rank].service);
    std::sort(key[1].begin(), key[1].end());
    key[1].erase(std::unique(key[1].begin(), key[1].end()), key[1].end());
    const auto [at, is_new] = shapes_.try_emplace(key, static_cast<uint32_t>(shapes_.size()));
    if (is_new) AddShape(key[0], key[1]);
    return at->second;
  }

  // From the best on, each service takes the classes that are still free.
  // `next_free` leads over taken classes, so each is taken once.
  void AddShape(const std::vector<uint32_t>& services, const std::vector<uint32_t>& undecided) {
    if (services.size() + 1 > 255) {
      too_many_places_ = true;
      return;
    }
    const size_t shape = tables_.places.size();
    const uint8_t none = static_cast<uint8_t>(services.size());
    tables_.places.resize(shape + class_count_, none);
    std::vector<uint32_t> next_free(class_count_ + 1);
    std::iota(next_free.begin(), next_free.end(), 0);
    const auto free_from = [&next_free](uint32_t at) {
      while (next_free[at] != at) at = next_free[at] = next_free[next_free[at]];
      return at;
    };
    const auto take = [&](uint32_t service, uint8_t place) {
      for (const ClassRun& run : service_runs_[service]) {
        for (uint32_t at = free_from(run.first); at <= run.last; at = free_from(at)) {
          tables_.places[shape + at] = place;
          next_free[at] = at + 1;
        }
      }
    };
    for (uint8_t place = 0; place < none; ++place) take(services[place], place);
    for (const uint32_t service : undecided) take(service, static_cast<uint8_t>(none + 1));
  }

  const Pairs& pairs_;
  const RankSets& out_sets_;
  const RankSets& in_sets_;
  const RankSets& locals_;
  const std::vector<std::vector<ClassRun>>& service_runs_;
  const uint32_t class_count_;
  VerdictTables tables_;  // of the shapes form, while it grows
  absl::flat_hash_map<std::vector<std::vector<uint32_t>>, uint32_t> shapes_;
  absl::flat_hash_map<std::pair<RankSet, RankSet>, uint32_t> inbound_rows_;
  bool too_many_places_ = false;
};

}  // namespace

VerdictTables BuildVerdictTable(const Pairs& pairs, const RankSets& out_sets,
                                const RankSets& in_sets, const RankSets& locals,
                                const std::vector<std::vector<ClassRun>>& service_runs,
                                uint32_t class_count, VerdictForm form) {
  VerdictBuilder builder(pairs, out_sets, in_sets, locals, service_runs, class_count);
  VerdictTables tables;
  if (form != VerdictForm::kLists && builder.Shapes(form == VerdictForm::kShapes, &tables)) {
    return tables;
  }
  return builder.Lists();
}

}  // namespace allowmatch
