// Name -> name classes: a trie over the labels of patterns, the rightmost first.
//
// Nearly all nodes are leaves, so a node is no record but an *entry* in a hash
// table from (parent, label) to what the label leads to. The entries of a
// *bucket* stand together in as many bytes as they need:
//
//   count                      1 byte
//   the first byte of each     what is compared first, all at once
//   the size of each           6 bits; above them the color of the parent
//   for each: 1 or 2 words     what it leads to
//             the packed label but for its first byte
//
// Words have 3 bytes, or 4 in a large table. The upper three bits of the first
// one say what follows (NameForm), the others are
//
//   a class; then a second word, the number of the node, if it has children
//   the number of the node, if it has children and no pattern ends there
//   the number of a NameBranch, if it has children that are not literal, or two classes
//
// The number of a node with literal children is its *base*, a bucket, and above
// it a *color*, 0 to 2. Its children stand at
//
//   bucket = (base + hash(label) * bucket_count / 2^64) mod bucket_count
//
// so bucket, label and color together tell the parent, which need not be stored:
// an entry is exactly one edge, and a name is matched label by label. Names that share
// labels above share their nodes.
//
// Where each bucket begins is in lines of 30 (NameGroup).
//
// The class of a node contains those of its ancestors' `below`, so a walk
// along literals ends with one class: of the node's own word where the name ends
// (exact), or where no child is left (below), else the one inherited from above.
// Where wildcards branch off (name_branches.h), a bounded depth-first walk
// visits each branch, and the caller joins the classes. A walk reads each label
// once per branch, visits a node at most once, neither allocates nor recurses.
//
// A small table has *tops* as well: the nodes of two labels, found by both labels at
// once, so that most names are decided by one line. They repeat what the buckets
// say, and are there only if no pattern ends or parts above them.
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_NAME_TABLE_H_
#define ALLOWMATCH_MATCHER_NAME_TABLE_H_

#include <cstdint>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "matcher/kernel.h"
#include "matcher/name.h"
#include "matcher/name_branches.h"
#include "matcher/packed_label.h"

namespace allowmatch {

struct NameGroup {
  static constexpr uint32_t kBuckets = 30;
  uint32_t begin;  // of the first bucket, in bytes
  uint16_t from_begin[kBuckets];
};
static_assert(sizeof(NameGroup) == 64);

// A node of two labels.
struct NameTop {
  static constexpr size_t kMaxSize = 24;  // characters of both labels and the dot
  static constexpr size_t kInLine = 2;
  static constexpr uint32_t kNoChildren = 0xffffffff;

  uint64_t text[2];   // PackWithDots, without a size: no text ends with a dot; 0, 0: none
  uint32_t exact;     // class of the name that ends here
  uint32_t below;     // class of a name that goes on without finding a child, or kSeveral
  uint32_t child;     // whose literal children come next, or kNoChildren
  uint32_t reserved;  // zero

  static size_t LineOf(uint64_t hash, size_t lines) { return hash >> 32 & (lines - 1); }
};
static_assert(sizeof(NameTop) == 32);

// The upper three bits of an entry's first word.
enum NameForm : uint32_t {
  kToBranch = 0,
  kForExact = 1,  // the class is that of the name that ends here
  kForBelow = 2,  // the class is that of the names below
  kHasChildren = 4,
};

struct NameTableArrays {
  uint64_t seed = 0;
  uint32_t bucket_count = 0;
  uint32_t word_size = 0;  // 3 or 4
  absl::Span<const NameGroup> groups;
  absl::Span<const uint8_t> buckets;
  absl::Span<const NameTop> tops;  // kInLine for each of a power of two lines, or none
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
  static constexpr uint32_t kMaxInBucket = 32;
  static constexpr uint32_t kColors = 3;

  // What Classes says where there is not one class.
  static constexpr uint32_t kInvalid = 0xffffffff;  // not a name
  static constexpr uint32_t kSeveral = 0xfffffffe;  // ask Walk

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

  // The bucket that `hash` and the parent lead to.
  static uint32_t BucketOf(uint64_t hash, uint32_t base, uint32_t bucket_count) {
    const uint32_t sum = static_cast<uint32_t>((hash >> 32) * bucket_count >> 32) + base;
    return sum >= bucket_count ? sum - bucket_count : sum;
  }

  // How many lower bits of a node's number are its base.
  static unsigned BaseBits(uint32_t bucket_count);

 private:
  static constexpr uint32_t kNoChildren = 0xffffffff;

  // Where a walk stands.
  struct Node {
    uint32_t id;      // whose literal children come next, or kNoChildren
    uint32_t exact;   // class of the name that ends here
    uint32_t below;   // class of a name that goes on without finding a child
    uint32_t branch;  // 0: it has no other children
  };

  class Checker;
  absl::Status CheckTops(uint64_t class_count) const;

  uint32_t BaseOf(uint32_t id) const { return id & ((1u << base_bits_) - 1); }
  const uint8_t* Bucket(uint32_t bucket) const {
    const NameGroup& group = a_.groups[bucket / NameGroup::kBuckets];
    return a_.buckets.data() + group.begin + group.from_begin[bucket % NameGroup::kBuckets];
  }
  uint32_t WordAt(const uint8_t* at) const {
    uint32_t word;
    std::memcpy(&word, at, 4);
    return word & word_mask_;
  }

  void ClassesAvx2(const NameColumns& names, size_t count, uint32_t* classes) const;
  void ClassesVbmi(const NameColumns& names, size_t count, uint32_t* classes) const;

  static Node Root() { return {0, 0, 0, 0}; }
  // False if `parent` has no such literal child.
  bool Literal(const Node& parent, absl::string_view label, Node* child) const;
  bool Literal(const Node& parent, const PackedLabel& label, Node* child) const;
  Node Taken(const uint8_t* record, const Node& parent) const;
  Node OfBranch(uint32_t branch) const;

  NameTableArrays a_;
  NameBranches branches_;
  unsigned base_bits_ = 0;
  unsigned value_bits_ = 0;  // of a word, below the form
  uint32_t word_mask_ = 0;
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
