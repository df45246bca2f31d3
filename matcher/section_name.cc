#include "matcher/image.h"

namespace allowmatch {

const char* SectionName(SectionId id) {
  switch (id) {
    case SectionId::kMeta:
      return "meta";
    case SectionId::kRankRules:
      return "rank_rules";
    case SectionId::kRuleHashes:
      return "rule_hashes";
    case SectionId::kSelection:
      return "selection";
    case SectionId::kActiveRules:
      return "active_rules";
    case SectionId::kRuleText:
      return "rule_text";
    case SectionId::kRuleBegin:
      return "rule_begin";
    case SectionId::kLines4:
      return "lines4";
    case SectionId::kEntries4:
      return "entries4";
    case SectionId::kLeaves4:
      return "leaves4";
    case SectionId::kAddressClasses:
      return "address_classes";
    case SectionId::kClassRows:
      return "class_rows";
    case SectionId::kListingRules:
      return "listing_rules";
    case SectionId::kRegisterTables:
      return "register_tables";
    case SectionId::kNameNodes:
      return "name_nodes";
    case SectionId::kNameLabels:
      return "name_labels";
    case SectionId::kNameSlots:
      return "name_slots";
    case SectionId::kNameClasses:
      return "name_classes";
    case SectionId::kWords6:
      return "words6";
    case SectionId::kLines6:
      return "lines6";
    case SectionId::kProtocolLanes:
      return "protocol_lanes";
    case SectionId::kLanePages:
      return "lane_pages";
    case SectionId::kServicePages:
      return "service_pages";
    case SectionId::kRows:
      return "rows";
    case SectionId::kPlaces:
      return "places";
    case SectionId::kCells:
      return "cells";
    case SectionId::kVerdicts:
      return "verdicts";
    case SectionId::kPairRows:
      return "pair_rows";
    case SectionId::kRowBegin:
      return "row_begin";
    case SectionId::kRowRanks:
      return "row_ranks";
    case SectionId::kRankService:
      return "rank_service";
    case SectionId::kRankGuard:
      return "rank_guard";
    case SectionId::kRunBegin:
      return "run_begin";
    case SectionId::kRuns:
      return "runs";
    case SectionId::kGuardBegin:
      return "guard_begin";
    case SectionId::kGuards:
      return "guards";
  }
  return nullptr;
}

}  // namespace allowmatch
