#include "rules/name_branch_builder.h"

#include <algorithm>
#include <tuple>

namespace allowmatch {
namespace {

using Node = NameTrie::Node;
using Kind = NameTrie::Kind;

bool FiledBefore(const NameGlob& a, const NameGlob& b) {
  return std::tie(a.owner, a.affixes.prefix, a.affixes.suffix) <
         std::tie(b.owner, b.affixes.prefix, b.affixes.suffix);
}

absl::string_view TextOf(const NameArrays& arrays, const NameGlob& glob) {
  return absl::string_view(arrays.texts).substr(glob.text, glob.size);
}

// Whether two globs begin and end with the same characters.
bool AreAlike(const NameArrays& arrays, const NameGlob& a, const NameGlob& b) {
  const absl::string_view x = TextOf(arrays, a);
  const absl::string_view y = TextOf(arrays, b);
  return a.owner == b.owner && a.affixes == b.affixes &&
         x.substr(0, a.affixes.prefix) == y.substr(0, a.affixes.prefix) &&
         x.substr(x.size() - a.affixes.suffix) == y.substr(y.size() - a.affixes.suffix);
}

}  // namespace

NameBranchBuilder::NameBranchBuilder(const NameTrie& trie, const NodeClasses& classes)
    : trie_(trie), classes_(classes), nodes_(1) {
  for (uint32_t i = 0; i < trie.nodes().size(); ++i) {
    const Node& node = trie.nodes()[i];
    if (node.parts || node.kind != Kind::kLiteral) Add(i);
  }
}

void NameBranchBuilder::Add(uint32_t node) {
  if (of_nodes_.empty()) of_nodes_.resize(trie_.nodes().size());
  if (of_nodes_[node] != 0) return;
  of_nodes_[node] = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(node);
}

bool NameBranchBuilder::Write(const std::vector<uint32_t>& numbers, uint64_t seed,
                              NameArrays* arrays) const {
  arrays->branches.clear();
  arrays->affixes.clear();
  arrays->globs.clear();
  arrays->texts.clear();
  arrays->slots.clear();
  if (nodes_.size() == 1) return true;
  arrays->branches.resize(nodes_.size());
  for (uint32_t i = 1; i < nodes_.size(); ++i) {
    const NodeClasses::OfNode& c = classes_[nodes_[i]];
    arrays->branches[i] = {c.exact, c.below, numbers[nodes_[i]], 0, 0, 0};
  }
  WriteStars(arrays);
  WriteGlobs(arrays);
  return WriteSlots(seed, arrays);
}

void NameBranchBuilder::WriteStars(NameArrays* arrays) const {
  for (uint32_t i = 1; i < nodes_.size(); ++i) {
    const Node& node = trie_.nodes()[nodes_[i]];
    if (node.kind == Kind::kStar) arrays->branches[of_nodes_[node.parent]].star = i;
  }
}

// Those of one owner and affixes side by side, and the sizes that occur below each owner.
void NameBranchBuilder::WriteGlobs(NameArrays* arrays) const {
  for (uint32_t i = 1; i < nodes_.size(); ++i) {
    const Node& node = trie_.nodes()[nodes_[i]];
    if (node.kind != Kind::kGlob) continue;
    arrays->globs.push_back({of_nodes_[node.parent], i,
                             static_cast<uint32_t>(arrays->texts.size()), 0, node.size,
                             NameBranches::AffixesOf(node.text()), 0});
    arrays->texts.append(node.label, node.size);
  }
  std::stable_sort(arrays->globs.begin(), arrays->globs.end(), FiledBefore);
  const NameGlob* previous = nullptr;
  for (const NameGlob& glob : arrays->globs) {
    if (previous == nullptr || FiledBefore(*previous, glob)) {
      NameBranch& owner = arrays->branches[glob.owner];
      if (owner.affixes_count++ == 0) {
        owner.affixes_begin = static_cast<uint32_t>(arrays->affixes.size());
      }
      arrays->affixes.push_back(glob.affixes);
    }
    previous = &glob;
  }
}

// At most half full. What begins and ends alike has one slot, and goes on as a list.
bool NameBranchBuilder::WriteSlots(uint64_t seed, NameArrays* arrays) const {
  if (arrays->globs.empty()) return true;
  size_t size = 2;
  while (size < 2 * arrays->globs.size()) size *= 2;
  arrays->slots.assign(size, 0);
  std::vector<uint32_t> last(size);  // of the list of each slot
  for (uint32_t i = 0; i < arrays->globs.size(); ++i) {
    const NameGlob& glob = arrays->globs[i];
    const uint64_t hash =
        NameBranches::Hash(seed, glob.owner, glob.affixes, TextOf(*arrays, glob));
    for (uint64_t probe = 0;; ++probe) {
      if (probe == NameBranches::kMaxProbes) return false;
      const size_t at = (hash + probe) & (size - 1);
      if (arrays->slots[at] == 0) {
        arrays->slots[at] = i + 1;
        last[at] = i;
        break;
      }
      if (!AreAlike(*arrays, arrays->globs[last[at]], glob)) continue;
      arrays->globs[last[at]].next = i + 1;
      last[at] = i;
      break;
    }
  }
  return true;
}

}  // namespace allowmatch
