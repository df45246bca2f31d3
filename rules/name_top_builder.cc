#include "rules/name_top_builder.h"

namespace allowmatch {
namespace {

// More would not stay in the first cache.
constexpr size_t kMaxTops = 256;
constexpr size_t kMaxLines = 512;

// False if there is a node that no top can stand for, or too many.
bool CollectTops(const NameTrie& trie, const NodeClasses& classes, std::vector<uint32_t>* found) {
  const std::vector<NameTrie::Node>& nodes = trie.nodes();
  for (uint32_t i = 1; i < nodes.size(); ++i) {
    const NameTrie::Node& parent = nodes[nodes[i].parent];
    if (nodes[i].parent == 0) {
      if (nodes[i].parts || classes[i].exact != 0 || classes[i].below != 0) return false;
    } else if (parent.parent == 0) {
      const size_t size = size_t{nodes[i].size} + 1 + parent.size;
      if (size > NameTop::kMaxSize || found->size() == kMaxTops) return false;
      found->push_back(i);
    }
  }
  return !found->empty();
}

NameTop TopOf(const NameTrie& trie, const NodeClasses& classes, const std::vector<uint32_t>& ids,
              uint32_t node) {
  const NameTrie::Node& lower = trie.nodes()[node];
  const NameTrie::Node& upper = trie.nodes()[lower.parent];
  const PackedLabel text =
      PackWithDots(std::string(lower.text()) + "." + std::string(upper.text()));
  NameTop top = {{text.words[0], text.words[1]}, classes[node].exact, classes[node].below,
                 NameTop::kNoChildren, 0};
  if (lower.has_literals) top.child = ids[node];
  if (lower.parts) top.below = NameTable::kSeveral;
  return top;
}

// False if a line has more tops than it can hold.
bool Fill(const std::vector<NameTop>& tops, uint64_t seed, size_t lines,
          std::vector<NameTop>* table) {
  table->assign(lines * NameTop::kInLine, NameTop{{0, 0}, 0, 0, NameTop::kNoChildren, 0});
  for (const NameTop& top : tops) {
    size_t at = NameTop::LineOf(HashWords(seed, top.text[0], top.text[1]), lines) * NameTop::kInLine;
    const size_t end = at + NameTop::kInLine;
    while (at < end && (*table)[at].text[0] != 0) ++at;
    if (at == end) return false;
    (*table)[at] = top;
  }
  return true;
}

}  // namespace

std::vector<NameTop> BuildNameTops(const NameTrie& trie, const NodeClasses& classes,
                                   const std::vector<uint32_t>& ids, uint64_t seed) {
  std::vector<uint32_t> found;
  if (!CollectTops(trie, classes, &found)) return {};
  std::vector<NameTop> tops;
  for (const uint32_t node : found) tops.push_back(TopOf(trie, classes, ids, node));
  size_t lines = 1;
  while (lines < tops.size()) lines *= 2;
  std::vector<NameTop> table;
  for (; lines <= kMaxLines; lines *= 2) {
    if (Fill(tops, seed, lines, &table)) return table;
  }
  return {};
}

}  // namespace allowmatch
