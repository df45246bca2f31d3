#include "rules/ip4_tree_builder.h"

namespace allowmatch {

Ip4TreeSections BuildIp4Tree(const Intervals& intervals, size_t class_count) {
  Ip4TreeSections sections;
  std::vector<int32_t> bottom;
  std::vector<uint32_t> leaves;
  for (size_t i = 0; i < intervals.size(); ++i) {
    const bool is_last = i + 1 == intervals.size();
    if (!is_last && intervals[i].id == intervals[i + 1].id) continue;
    const uint32_t last = is_last ? 0xffffffff : static_cast<uint32_t>(intervals[i + 1].first) - 1;
    bottom.push_back(Ip4Tree::Key(last));
    leaves.push_back(intervals[i].id);
  }
  const Ip4Tree::Levels levels(bottom.size());
  bottom.resize(levels.lines[levels.count - 1] * Ip4Tree::kKeys, bottom.back());
  sections.lines.reserve(levels.all_lines * Ip4Tree::kKeys);
  for (size_t level = 0; level + 1 < levels.count; ++level) {
    for (uint64_t key = 0; key < levels.lines[level] * Ip4Tree::kKeys; ++key) {
      sections.lines.push_back(levels.Separator(level, key, bottom.data()));
    }
  }
  sections.lines.insert(sections.lines.end(), bottom.begin(), bottom.end());
  if (class_count <= 65536) {
    sections.leaves16.assign(leaves.begin(), leaves.end());
  } else {
    sections.leaves32 = std::move(leaves);
  }
  return sections;
}

}  // namespace allowmatch
