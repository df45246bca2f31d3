// Name -> name classes: a trie over the labels of patterns, the rightmost first.
//
//   node   exact: the class of a name that ends here
//          below: the class of a name that goes on and has no child here
//          star:  the child for exactly one label, whatever it is
//          globs: the children for partial labels, one after the other
//   slots  an open hash table (node, label) -> literal child, with a seed that
//          the compiler chose so that no probe is long; a hit is verified
//          against the label itself
//
// The classes of a node contain those of its ancestors' `below`, so a walk
// along literals ends with one class. Where wildcards branch off, a bounded
// depth-first walk visits each branch, and the caller joins the classes. A
// walk reads each label once per branch, visits a node at most once, neither
// allocates nor recurses, and takes at most 127 steps on each branch.
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_NAME_TABLE_H_
#define ALLOWMATCH_MATCHER_NAME_TABLE_H_

#include <cstdint>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "matcher/name.h"

namespace allowmatch {

enum class NameNodeKind : uint16_t { kRoot, kLiteral, kStar, kGlob };

struct NameNode {
  uint32_t parent;        // less than the node's own index; the root has itself
  uint32_t label_offset;  // literal and glob: its text among the labels
  uint16_t label_size;
  NameNodeKind kind;
  uint32_t exact;
  uint32_t below;
  uint32_t star;        // 0 if none: the root is nobody's child
  uint32_t glob_begin;  // nodes glob_begin .. glob_begin + glob_count - 1
  uint32_t glob_count;
};
static_assert(sizeof(NameNode) == 32);

// Node 0 in a slot means that it is empty.
struct NameSlot {
  uint32_t tag;  // the upper half of the hash
  uint32_t node;
};

// A canonical name with room to read whole words at its end.
struct PaddedName {
  static constexpr size_t kPadding = 8;
  char text[kMaxNameSize + kPadding];
  size_t size = 0;
};

class NameTable {
 public:
  static constexpr uint32_t kMaxProbes = 32;

  NameTable() = default;

  // Takes over the arrays after checking that no walk can leave them and that
  // each class is below `class_count`.
  absl::Status Bind(absl::Span<const NameNode> nodes, absl::string_view labels,
                    absl::Span<const NameSlot> slots, uint64_t seed, size_t class_count);

  // Calls join(class) for each class that `name` is in.
  template <typename Join>
  void Walk(const PaddedName& name, Join join) const;

  // The hash of a label of `size` bytes under `node`. Up to 7 bytes after the
  // label are read, and do not count.
  static uint64_t Hash(uint64_t seed, uint32_t node, const char* label, size_t size);

 private:
  // A node on the current branch, and which of its children comes next.
  struct Frame {
    uint32_t node;
    uint32_t next;  // 0: star, 1: literal, 2...: globs
    uint16_t end;   // the labels left of here are still to be read
  };

  // Where the label that ends at `end` (> 0) starts.
  static size_t LabelStart(const char* text, size_t end) {
    while (end > 0 && text[end - 1] != '.') --end;
    return end;
  }
  // What is left of a label that starts at `start`.
  static size_t Before(size_t start) { return start == 0 ? 0 : start - 1; }

  uint32_t Literal(uint32_t node, const char* label, size_t size) const;
  bool GlobHolds(const NameNode& glob, const char* label, size_t size) const;
  // The next child of `frame` that the label leads to; 0 if there is none left.
  uint32_t NextChild(Frame* frame, const char* label, size_t size) const;
  bool Branches(const NameNode& node) const { return node.star != 0 || node.glob_count != 0; }

  absl::Span<const NameNode> nodes_;
  absl::string_view labels_;
  absl::Span<const NameSlot> slots_;  // a power of two
  uint64_t seed_ = 0;
};

template <typename Join>
void NameTable::Walk(const PaddedName& name, Join join) const {
  Frame frames[kMaxLabels + 1];
  size_t depth = 0;
  uint32_t node = 0;
  size_t end = name.size;
  while (true) {
    // Along literals until the name ends, no child is left, or the ways part.
    while (end > 0 && !Branches(nodes_[node])) {
      const size_t start = LabelStart(name.text, end);
      const uint32_t child = Literal(node, name.text + start, end - start);
      if (child == 0) break;
      node = child;
      end = Before(start);
    }
    join(end == 0 ? nodes_[node].exact : nodes_[node].below);
    if (end > 0 && Branches(nodes_[node])) {
      frames[depth++] = {node, 0, static_cast<uint16_t>(end)};
    }
    // To the next branch that is still open.
    uint32_t child = 0;
    while (depth > 0 && child == 0) {
      Frame& frame = frames[depth - 1];
      const size_t start = LabelStart(name.text, frame.end);
      child = NextChild(&frame, name.text + start, frame.end - start);
      end = Before(start);
      if (child == 0) --depth;
    }
    if (child == 0) return;
    node = child;
  }
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_NAME_TABLE_H_
