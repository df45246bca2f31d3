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

// Takes the rightmost label.
absl::string_view TakeLabel(absl::string_view* left) {
  const size_t dot = left->rfind('.');
  const absl::string_view label = dot == absl::string_view::npos ? *left : left->substr(dot + 1);
  *left = dot == absl::string_view::npos ? absl::string_view() : left->substr(0, dot);
  return label;
}

constexpr size_t kAhead = 32;  // patterns: as many as a core waits for at once, and more

}  // namespace

NameTrie::NameTrie(const Pairs& pairs) {
  const size_t patterns = pairs.out.patterns.size() + pairs.in.patterns.size();
  nodes_.reserve(patterns + patterns / 4 + 1);
  ends_.reserve(patterns);
  size_t slots = 16;
  while (3 * slots < 4 * patterns) slots *= 2;
  slots_.resize(slots);
  nodes_.push_back({"", 0, 0, Kind::kLiteral});
  AddAll(pairs.out.patterns, false);
  AddAll(pairs.in.patterns, true);
  slots_ = std::vector<Slot>();  // unlike {}, which keeps the memory
  SortEnds();
}

void NameTrie::AddAll(const std::vector<RankedPattern>& patterns, bool inbound) {
  Ahead ahead[kAhead];
  for (size_t begin = 0; begin < patterns.size(); begin += kAhead) {
    const size_t count = std::min(kAhead, patterns.size() - begin);
    for (size_t i = 0; i < count; ++i) ahead[i] = {patterns[begin + i].body(), {}, 0, 0, true};
    LookAhead(ahead, ahead + count);
    for (size_t i = 0; i < count; ++i) Add(patterns[begin + i], ahead[i], inbound);
  }
}

// Label by label: for all patterns where it would be, and then whether it is there.
void NameTrie::LookAhead(Ahead* begin, Ahead* end) const {
  for (bool any = true; any;) {
    any = false;
    for (Ahead* a = begin; a != end; ++a) {
      if (!a->open) continue;
      a->label = TakeLabel(&a->left);
      a->hash = HashOfChild(a->parent, a->label);
      a->open = !a->left.empty();
      any |= a->open;
      __builtin_prefetch(&slots_[a->hash & (slots_.size() - 1)], 1);
    }
    for (Ahead* a = begin; any && a != end; ++a) {
      if (!a->open) continue;
      const uint32_t node = Find(a->parent, a->label, a->hash);
      a->open = node != 0;
      if (a->open) a->parent = node;
    }
  }
}

void NameTrie::Add(const RankedPattern& pattern, const Ahead& ahead, bool inbound) {
  uint32_t at = Child(ahead.parent, ahead.label, ahead.hash);
  for (absl::string_view left = ahead.left; !left.empty();) {
    const absl::string_view label = TakeLabel(&left);
    at = Child(at, label, HashOfChild(at, label));
  }
  Pattern::Head head = pattern.head();
  if (head == Pattern::Head::kOneBelow) {
    at = Child(at, "*", HashOfChild(at, "*"));
    head = Pattern::Head::kNone;
  }
  ends_.push_back({at, pattern.rank, inbound, head});
}

uint32_t NameTrie::Find(uint32_t parent, absl::string_view label, uint32_t hash) const {
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.node == 0) return 0;
    const Node& node = nodes_[slot.node];
    if (slot.hash == hash && node.parent == parent && node.text() == label) return slot.node;
  }
}

uint32_t NameTrie::Child(uint32_t parent, absl::string_view label, uint32_t hash) {
  if (const uint32_t known = Find(parent, label, hash); known != 0) return known;
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].node != 0) at = (at + 1) & mask;
  const uint32_t node = NewNode(parent, label);
  slots_[at] = {hash, node};
  if (4 * nodes_.size() > 3 * slots_.size()) Grow();
  return node;
}

uint32_t NameTrie::NewNode(uint32_t parent, absl::string_view label) {
  const Kind kind = KindOf(label);
  (kind == Kind::kLiteral ? nodes_[parent].has_literals : nodes_[parent].parts) = true;
  nodes_.push_back({label.data(), parent, static_cast<uint8_t>(label.size()), kind});
  return static_cast<uint32_t>(nodes_.size() - 1);
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
