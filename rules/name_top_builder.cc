#include "rules/name_top_builder.h"

#include <algorithm>
#include <string>

namespace allowmatch {
namespace {

// More of two labels would not stay in the first cache.
constexpr size_t kMaxTwoLabels = 256;
constexpr size_t kMaxLines = 2048;

using Node = NameTrie::Node;

class TopBuilder {
 public:
  TopBuilder(const NameTrie& trie, const NodeClasses& classes,
             const std::vector<NameTable::Place>& places, uint64_t seed)
      : nodes_(trie.nodes()), classes_(classes), places_(places), seed_(seed) {}

  NameTops Build() {
    if (!CollectTwoLabels() && !CollectOneLabel()) return {};
    NameTops tops;
    tops.labels = labels_;
    size_t lines = 1;
    while (lines < found_.size() && lines < kMaxLines) lines *= 2;
    while (!Fill(lines, &tops.table) && lines < kMaxLines) lines *= 2;
    return tops;
  }

 private:
  // False if there is a node that no top can stand for, or too many.
  bool CollectTwoLabels() {
    labels_ = 2;
    for (uint32_t i = 1; i < nodes_.size(); ++i) {
      if (nodes_[i].parent == 0) {
        if (nodes_[i].parts || classes_[i].exact != 0 || classes_[i].below != 0) return false;
      } else if (nodes_[nodes_[i].parent].parent == 0) {
        if (TextOf(i).size() > NameTop::kMaxSize || found_.size() == kMaxTwoLabels) return false;
        found_.push_back(i);
      }
    }
    return !found_.empty();
  }

  bool CollectOneLabel() {
    labels_ = 1;
    found_.clear();
    std::vector<uint32_t> children(nodes_.size());
    for (uint32_t i = 1; i < nodes_.size(); ++i) {
      ++children[nodes_[i].parent];
      if (nodes_[i].parent != 0) continue;
      if (nodes_[i].size <= NameTop::kMaxSize) found_.push_back(i);
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [&](uint32_t a, uint32_t b) { return children[a] > children[b]; });
    return !found_.empty();
  }

  std::string TextOf(uint32_t node) const {
    const Node& lower = nodes_[node];
    if (labels_ == 1) return std::string(lower.text());
    return std::string(lower.text()) + "." + std::string(nodes_[lower.parent].text());
  }

  NameTop TopOf(uint32_t node) const {
    const PackedLabel text = PackWithDots(TextOf(node));
    NameTop top = {{text.words[0], text.words[1]},
                   classes_[node].exact,
                   classes_[node].below,
                   places_[node],
                   0};
    if (nodes_[node].parts) top.below = NameTable::kSeveral;
    return top;
  }

  // False if a line is crowded.
  bool Fill(size_t lines, std::vector<NameTop>* table) const {
    table->assign(lines * NameTop::kInLine, NameTop{{0, 0}, 0, 0, NameTable::kNowhere, 0});
    bool good = true;
    for (const uint32_t node : found_) {
      const NameTop top = TopOf(node);
      NameTop* const line =
          table->data() +
          NameTop::kInLine * NameTop::LineOf(HashWords(seed_, top.text[0], top.text[1]), lines);
      NameTop* const place = line[0].text[0] == 0 ? line : line + 1;
      if (place->text[0] == 0) {
        *place = top;
      } else {
        line[0].crowded = line[1].crowded = 1;
        good = false;
      }
    }
    return good;
  }

  const std::vector<Node>& nodes_;
  const NodeClasses& classes_;
  const std::vector<NameTable::Place>& places_;
  const uint64_t seed_;
  uint32_t labels_ = 0;
  std::vector<uint32_t> found_;
};

}  // namespace

NameTops BuildNameTops(const NameTrie& trie, const NodeClasses& classes,
                       const std::vector<NameTable::Place>& places, uint64_t seed) {
  return TopBuilder(trie, classes, places, seed).Build();
}

}  // namespace allowmatch
