#include "rules/name_trie.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "matcher/packed_label.h"

namespace allowmatch {
namespace {

// Differs from run to run of the program, unlike what is stored; the order of nodes
// does not depend on it.
uint32_t HashOfChild(uint32_t parent, absl::string_view label) {
  static const uint64_t salt = Mix(reinterpret_cast<uintptr_t>(&salt), kLabelMultiplier);
  uint64_t hash = Mix(salt ^ parent, kLabelMultiplier ^ label.size());
  while (label.size() > 8) {
    uint64_t word;
    std::memcpy(&word, label.data(), 8);
    hash = Mix(hash ^ word, kLabelMultiplier);
    label.remove_prefix(8);
  }
  uint64_t word = 0;
  std::memcpy(&word, label.data(), label.size());
  return static_cast<uint32_t>(Mix(hash ^ word, kLabelMultiplier) >> 32);
}

NameTrie::Kind KindOf(absl::string_view label) {
  if (label == "*") return NameTrie::Kind::kStar;
  return absl::StrContains(label, '*') ? NameTrie::Kind::kGlob : NameTrie::Kind::kLiteral;
}

}  // namespace

NameTrie::NameTrie(const Pairs& pairs) : slots_(16) {
  const size_t patterns = pairs.out.patterns.size() + pairs.in.patterns.size();
  nodes_.reserve(patterns + patterns / 4 + 1);
  ends_.reserve(patterns);
  while (slots_.size() < 2 * patterns) slots_.resize(2 * slots_.size());
  nodes_.push_back({"", 0, 0, Kind::kLiteral});
  for (const RankedPattern& pattern : pairs.out.patterns) Add(pattern, false, pattern.rank);
  for (const RankedPattern& pattern : pairs.in.patterns) Add(pattern, true, pattern.rank);
  slots_ = {};
  SortEnds();
}

void NameTrie::Add(const PatternView& pattern, bool inbound, uint32_t rank) {
  uint32_t at = 0;
  absl::string_view left = pattern.body();
  while (true) {
    const size_t dot = left.rfind('.');
    if (dot == absl::string_view::npos) break;
    at = Child(at, left.substr(dot + 1));
    left = left.substr(0, dot);
  }
  at = Child(at, left);
  Pattern::Head head = pattern.head();
  if (head == Pattern::Head::kOneBelow) {
    at = Child(at, "*");
    head = Pattern::Head::kNone;
  }
  ends_.push_back({at, rank, inbound, head});
}

uint32_t NameTrie::Child(uint32_t parent, absl::string_view label) {
  const uint32_t hash = HashOfChild(parent, label);
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.node == 0) {
      const uint32_t node = NewNode(parent, label);
      slot = {hash, node};
      if (2 * nodes_.size() > slots_.size()) Grow();
      return node;
    }
    const Node& node = nodes_[slot.node];
    if (slot.hash == hash && node.parent == parent && node.text() == label) return slot.node;
  }
}

uint32_t NameTrie::NewNode(uint32_t parent, absl::string_view label) {
  const Kind kind = KindOf(label);
  (kind == Kind::kLiteral ? nodes_[parent].has_literals : nodes_[parent].parts) = true;
  nodes_.push_back({Keep(label), parent, static_cast<uint8_t>(label.size()), kind});
  return static_cast<uint32_t>(nodes_.size() - 1);
}

const char* NameTrie::Keep(absl::string_view label) {
  constexpr size_t kBlock = 1 << 18;
  if (room_ < label.size()) {
    blocks_.push_back(std::make_unique<char[]>(kBlock));
    room_ = kBlock;
  }
  char* const at = blocks_.back().get() + kBlock - room_;
  std::copy(label.begin(), label.end(), at);
  room_ -= label.size();
  return at;
}

void NameTrie::Grow() {
  std::vector<Slot> old(2 * slots_.size());
  std::swap(old, slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.node == 0) continue;
    size_t at = slot.hash & mask;
    while (slots_[at].node != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

void NameTrie::SortEnds() {
  std::vector<uint32_t> begin(nodes_.size() + 1);
  for (const End& end : ends_) ++begin[end.node + 1];
  for (size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  std::vector<End> sorted(ends_.size());
  for (const End& end : ends_) sorted[begin[end.node]++] = end;
  ends_ = std::move(sorted);
}

}  // namespace allowmatch
