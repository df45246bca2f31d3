// Sets of ranks -> the verdict table of matcher/verdict_table.h.

#ifndef ALLOWMATCH_RULES_VERDICT_BUILDER_H_
#define ALLOWMATCH_RULES_VERDICT_BUILDER_H_

#include <cstdint>
#include <vector>

#include "matcher/verdict_table.h"
#include "rules/compile.h"
#include "rules/pairs.h"
#include "rules/rank_sets.h"

namespace allowmatch {

// Beyond these the lists form is taken: 16 MiB of places, 64 MiB of cells, 16
// MiB of pairs.
constexpr uint64_t kMaxPlaces = uint64_t{1} << 24;
constexpr uint64_t kMaxCells = uint64_t{1} << 24;
constexpr uint64_t kMaxPairRows = uint64_t{1} << 22;

struct VerdictTables {
  uint32_t row_count = 0;
  uint32_t inbound_count = 0;
  uint32_t inbound_offset = 0;  // add it to an id of in_sets to have its inbound row

  std::vector<VerdictRow> rows;
  std::vector<uint8_t> places;
  std::vector<uint32_t> cells;
  std::vector<Verdict> verdicts;
  std::vector<uint32_t> pair_rows;

  std::vector<uint32_t> row_begin;
  std::vector<uint32_t> row_ranks;
  std::vector<uint32_t> rank_service;
  std::vector<uint32_t> rank_guard;
  std::vector<uint32_t> run_begin;
  std::vector<ClassRun> runs;
  std::vector<uint32_t> guard_begin;
  std::vector<uint32_t> guards;
};

// `service_runs` are the classes of each service. The ids of `out_sets` are
// outbound rows. Of `in_sets`, ranks whose guard a local address of `locals`
// does not pass are left out.
VerdictTables BuildVerdictTable(const Pairs& pairs, const RankSets& out_sets,
                                const RankSets& in_sets, const RankSets& locals,
                                const std::vector<std::vector<ClassRun>>& service_runs,
                                uint32_t class_count, VerdictForm form);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_VERDICT_BUILDER_H_
