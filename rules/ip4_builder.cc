#include "rules/ip4_builder.h"

namespace allowmatch {
namespace {

// 16 * 17^3: four levels.
constexpr size_t kQuickTree = 78608;

size_t Bytes(const Ip4TreeSections& tree) {
  return tree.lines.size() * 4 + tree.leaves16.size() * 2 + tree.leaves32.size() * 4;
}

size_t Bytes(const Ip4TrieSections& trie) {
  return trie.entries.size() * sizeof(Ip4Entry) + trie.leaves16.size() * 2 +
         trie.leaves32.size() * 4;
}

}  // namespace

Ip4Sections BuildIp4Table(const Intervals& intervals, size_t class_count, Ip4Form form) {
  Ip4Sections sections;
  if (form != Ip4Form::kTrie) sections.tree = BuildIp4Tree(intervals, class_count);
  if (form == Ip4Form::kTree || (form == Ip4Form::kAuto && intervals.size() <= kQuickTree)) {
    return sections;
  }
  sections.trie = BuildIp4Trie(intervals, class_count);
  sections.is_tree = form == Ip4Form::kAuto && Bytes(sections.tree) < Bytes(sections.trie);
  if (sections.is_tree) {
    sections.trie = {};
  } else {
    sections.tree = {};
  }
  return sections;
}

}  // namespace allowmatch
