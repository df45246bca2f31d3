// Name -> name classes: a trie over the labels of patterns, the rightmost first.
//
// Most subtrees are small: a domain with two or three names below it. Such a one is a
// *record*, a few bytes that hold its root and everything inside (name_node.h), so that
// a lookup that has come to it needs no other memory. Only nodes with a large subtree
// have their children as records of their own. Such a node has a number, its
// *base*, and its children are filed by
//
//   line = (base + hash(label) * line_count / 2^64) mod line_count
//
// No two nodes have the same base, so line and label together tell the parent, which
// need not be stored, and a name is matched label by label; nothing rests on a hash alone.
//
// A NameLine lists up to 30 records by a byte of their hashes and by their sizes, so
// that one cache line says where a record is, and nearly always that there is
// none. What a line has no room for is listed in the one behind it, marked as *moved*.
//
// The class of a node contains those of its ancestors' `below`, so a walk
// along literals ends with one class: of the node's own word where the name ends
// (exact), or where no child is left (below), else the one inherited from above.
// Where wildcards branch off (name_branches.h), a bounded depth-first walk
// visits each branch, and the caller joins the classes. A walk reads each label
// once per branch, visits a node at most once, neither allocates nor recurses.
//
// *Tops* are a shortcut to the nodes of one label, or, in a small table where no
// pattern ends or parts above them, of two labels, found by both at once; then
// most names are decided by one line. They repeat what the records say.
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_NAME_TABLE_H_
#define ALLOWMATCH_MATCHER_NAME_TABLE_H_

#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "matcher/kernel.h"
#include "matcher/name.h"
#include "matcher/name_branches.h"
#include "matcher/name_node.h"
#include "matcher/packed_label.h"

namespace allowmatch {

struct NameLine {
  static constexpr uint32_t kEntries = 30;
  static constexpr uint32_t kGoesOn = 0x80000000;  // in `begin`: the next line has moved ones
  static constexpr uint8_t kMoved = 0x80;          // in a size: it belongs to the line before

  uint32_t begin;           // of the first record, in bytes; each begins where one ends
  uint8_t tags[kEntries];   // NameTable::TagOf the hash of the label
  uint8_t sizes[kEntries];  // of the records; 0: none

  uint32_t first() const { return begin & ~kGoesOn; }
  bool goes_on() const { return (begin & kGoesOn) != 0; }
};
static_assert(sizeof(NameLine) == 64);

// A node of one label, or of two.
struct NameTop {
  static constexpr size_t kMaxSize = 24;  // characters of both labels and the dot
  static constexpr size_t kInLine = 2;    // the second of a line is none if the first is

  uint64_t text[2];  // PackWithDots, without a size: no text ends with a dot; 0, 0: none
  uint32_t exact;    // class of the name that ends here
  uint32_t below;    // class of a name that goes on without finding a child, or kSeveral
  uint32_t child;    // where its literal children are: NameTable::Place
  uint32_t crowded;  // 1 if the line has no room for others; the same in both

  static size_t LineOf(uint64_t hash, size_t lines) { return hash >> 32 & (lines - 1); }
};
static_assert(sizeof(NameTop) == 32);

struct NameTableArrays {
  uint64_t seed = 0;
  uint32_t word_size = 0;            // 3 or 4
  absl::Span<const NameLine> lines;  // one more than hashes lead to
  absl::Span<const uint8_t> records;
  uint32_t top_labels = 0;         // 1 or 2; 0: there are no tops
  absl::Span<const NameTop> tops;  // kInLine for each of a power of two lines
  NameBranchArrays branches;
};

// A canonical name.
struct CanonicalText {
  char text[kMaxNameSize];
  size_t size = 0;
};

// Names as columns.
struct NameColumns {
  const char* bytes;       // of all names
  const uint32_t* offset;  // into `bytes`
  const uint16_t* size;
};

class NameTable {
 public:
  static constexpr uint32_t kMaxRecord = 127;

  // What Classes says where there is not one class.
  static constexpr uint32_t kInvalid = 0xffffffff;  // not a name
  static constexpr uint32_t kSeveral = 0xfffffffe;  // ask Walk

  // Where the literal children of a node are: the number of the node, or kInside and
  // where among the records the size of what is inside stands.
  using Place = uint32_t;
  static constexpr Place kInside = 0x80000000;
  static constexpr Place kNowhere = 0xffffffff;

  NameTable() = default;

  // Takes over the arrays after checking that no walk can leave them, that each
  // class is below `class_count`, and that each node is the child of one.
  absl::Status Bind(const NameTableArrays& arrays, uint64_t class_count);

  // Calls join(class) for each class that `name` is in.
  template <typename Join>
  void Walk(const CanonicalText& name, Join join) const;

  // The class of each of `count` names.
  void Classes(Kernel kernel, const NameColumns& names, size_t count, uint32_t* classes) const;

  // The same for one name.
  uint32_t ClassOf(absl::string_view name) const;

  const NameTableArrays& arrays() const { return a_; }

  // The line that `hash` and the number of the parent lead to.
  static uint32_t LineOf(uint64_t hash, uint32_t base, uint32_t line_count) {
    const uint32_t sum = static_cast<uint32_t>((hash >> 32) * line_count >> 32) + base;
    return sum >= line_count ? sum - line_count : sum;
  }
  // Never 0, which stands where there is no entry.
  static uint8_t TagOf(uint64_t hash) {
    return static_cast<uint8_t>((hash & 255) + ((hash & 255) == 0));
  }

  // The record of a child, or null: `hash` is that of its label.
  const uint8_t* Record(const PackedLabel& label, uint64_t hash, uint32_t parent) const;

 private:
  // Where a walk stands.
  struct Node {
    Place children;
    uint32_t exact;   // class of the name that ends here
    uint32_t below;   // class of a name that goes on without finding a child
    uint32_t branch;  // 0: it has no other children
  };

  class Checker;
  absl::Status CheckTops(uint64_t class_count, const std::vector<Place>& insides) const;

  uint32_t line_count() const { return static_cast<uint32_t>(a_.lines.size()) - 1; }

  void ClassesAvx2(const NameColumns& names, size_t count, uint32_t* classes) const;
  void ClassesVbmi(const NameColumns& names, size_t count, uint32_t* classes) const;

  static Node Root() { return {0, 0, 0, 0}; }
  // False if `parent` has no such literal child.
  bool Literal(const Node& parent, absl::string_view label, Node* child) const;
  const uint8_t* InLine(const NameLine& line, const PackedLabel& label, uint8_t tag,
                        uint8_t moved) const;
  const uint8_t* Inside(Place place, const PackedLabel& label) const;
  Node Taken(const uint8_t* bytes, const Node& parent) const;
  Node OfBranch(uint32_t branch) const;

  NameTableArrays a_;
  NameBranches branches_;
  unsigned value_bits_ = 0;  // of a word, below the form
};

// The rightmost label of a name of which `size` characters are left.
inline absl::string_view LastLabel(const char* text, size_t size) {
  size_t start = size;
  while (start > 0 && text[start - 1] != '.') --start;
  return {text + start, size - start};
}

// What is left in front of a label.
inline size_t Before(const char* text, absl::string_view label) {
  return label.data() == text ? 0 : static_cast<size_t>(label.data() - text) - 1;
}

template <typename Join>
void NameTable::Walk(const CanonicalText& name, Join join) const {
  struct Open {
    Node node;
    NameBranches::Cursor next;
    size_t left;
  };
  Open open[kMaxLabels + 1];
  size_t depth = 0;
  Node node = Root();
  size_t left = name.size;
  while (true) {
    // Along literals until the name ends, no child is left, or the ways part.
    while (left > 0 && node.branch == 0) {
      const absl::string_view label = LastLabel(name.text, left);
      if (!Literal(node, label, &node)) break;
      left = Before(name.text, label);
    }
    join(left == 0 ? node.exact : node.below);
    if (left > 0 && node.branch != 0) open[depth++] = {node, branches_.Begin(node.branch), left};
    // To the next branch that is still open.
    bool found = false;
    while (depth > 0 && !found) {
      Open& last = open[depth - 1];
      const absl::string_view label = LastLabel(name.text, last.left);
      left = Before(name.text, label);
      if (!last.next.literal_done) {
        last.next.literal_done = true;
        found = Literal(last.node, label, &node);
      } else if (const uint32_t branch = branches_.Next(&last.next, label); branch != 0) {
        node = OfBranch(branch);
        found = true;
      } else {
        --depth;
      }
    }
    if (!found) return;
  }
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_NAME_TABLE_H_
