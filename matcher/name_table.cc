#include "matcher/name_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "matcher/pattern.h"

namespace allowmatch {
namespace {

constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15u;  // 2^64 / the golden ratio

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the name table: ", what));
}

// Multiplies and folds the 128-bit product: each input bit reaches all others.
uint64_t Mix(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

bool IsLabelText(absl::string_view label) {
  return !label.empty() && label.size() <= kMaxLabelSize &&
         std::all_of(label.begin(), label.end(), [](char c) { return IsLabelChar(c) || c == '*'; });
}

bool HasChildren(const NameNode& node, uint32_t index, absl::Span<const NameNode> nodes) {
  if (node.star != 0) {
    if (node.star <= index || node.star >= nodes.size()) return false;
    const NameNode& star = nodes[node.star];
    if (star.parent != index || star.kind != NameNodeKind::kStar) return false;
  }
  if (node.glob_begin > nodes.size() || nodes.size() - node.glob_begin < node.glob_count) {
    return false;
  }
  for (uint32_t i = node.glob_begin; i < node.glob_begin + node.glob_count; ++i) {
    if (nodes[i].parent != index || nodes[i].kind != NameNodeKind::kGlob) return false;
  }
  return true;
}

// A tree in which each node is the child of one parent, which stands before
// it. So no walk can visit a node twice.
absl::Status CheckNodes(absl::Span<const NameNode> nodes, absl::string_view labels,
                        size_t class_count) {
  if (nodes.empty() || nodes[0].kind != NameNodeKind::kRoot) return Broken("it has no root");
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const NameNode& node = nodes[i];
    if (node.exact >= class_count || node.below >= class_count) return Broken("unknown class");
    if (!HasChildren(node, i, nodes)) return Broken("a child leads outside");
    if (i == 0) continue;
    if (node.parent >= i || node.kind == NameNodeKind::kRoot || node.kind > NameNodeKind::kGlob) {
      return Broken("a node has no parent");
    }
    if (node.kind == NameNodeKind::kStar) continue;
    if (node.label_offset > labels.size() || labels.size() - node.label_offset < node.label_size ||
        !IsLabelText(labels.substr(node.label_offset, node.label_size))) {
      return Broken("a label leads outside");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSlots(absl::Span<const NameSlot> slots, absl::Span<const NameNode> nodes) {
  if (slots.empty() || (slots.size() & (slots.size() - 1)) != 0) return Broken("its hash table");
  for (const NameSlot& slot : slots) {
    if (slot.node >= nodes.size()) return Broken("a slot leads outside");
    if (slot.node != 0 && nodes[slot.node].kind != NameNodeKind::kLiteral) {
      return Broken("a slot holds no literal");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status NameTable::Bind(absl::Span<const NameNode> nodes, absl::string_view labels,
                             absl::Span<const NameSlot> slots, uint64_t seed, size_t class_count) {
  if (nodes.size() > 0xffffffffu) return Broken("it has too many nodes");
  if (absl::Status s = CheckNodes(nodes, labels, class_count); !s.ok()) return s;
  if (absl::Status s = CheckSlots(slots, nodes); !s.ok()) return s;
  nodes_ = nodes;
  labels_ = labels;
  slots_ = slots;
  seed_ = seed;
  return absl::OkStatus();
}

uint64_t NameTable::Hash(uint64_t seed, uint32_t node, const char* label, size_t size) {
  uint64_t hash = seed ^ (uint64_t{node} << 8 | size) * kMultiplier;
  for (; size > 8; size -= 8, label += 8) {
    uint64_t word;
    std::memcpy(&word, label, 8);
    hash = Mix(hash ^ word, kMultiplier);
  }
  uint64_t word;
  std::memcpy(&word, label, 8);
  word &= ~uint64_t{0} >> (64 - 8 * size);  // 1 <= size <= 8
  return Mix(hash ^ word, kMultiplier ^ seed);
}

uint32_t NameTable::Literal(uint32_t node, const char* label, size_t size) const {
  const uint64_t hash = Hash(seed_, node, label, size);
  const uint32_t tag = static_cast<uint32_t>(hash >> 32);
  const size_t mask = slots_.size() - 1;
  for (uint32_t probe = 0; probe < kMaxProbes; ++probe) {
    const NameSlot& slot = slots_[(hash + probe) & mask];
    if (slot.node == 0) return 0;
    if (slot.tag != tag) continue;
    const NameNode& child = nodes_[slot.node];
    if (child.parent == node && child.label_size == size &&
        std::memcmp(labels_.data() + child.label_offset, label, size) == 0) {
      return slot.node;
    }
  }
  return 0;
}

bool NameTable::GlobHolds(const NameNode& glob, const char* label, size_t size) const {
  return GlobMatches(labels_.substr(glob.label_offset, glob.label_size), {label, size});
}

uint32_t NameTable::NextChild(Frame* frame, const char* label, size_t size) const {
  const NameNode& node = nodes_[frame->node];
  if (frame->next == 0) {
    frame->next = 1;
    if (node.star != 0) return node.star;
  }
  if (frame->next == 1) {
    frame->next = 2;
    const uint32_t child = Literal(frame->node, label, size);
    if (child != 0) return child;
  }
  while (frame->next - 2 < node.glob_count) {
    const uint32_t child = node.glob_begin + frame->next++ - 2;
    if (GlobHolds(nodes_[child], label, size)) return child;
  }
  return 0;
}

}  // namespace allowmatch
