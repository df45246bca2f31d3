// Where the ways of a name part: nodes with a `*` label or partial labels below.
//
// A NameBranch is a node that has children which are not literal, or two
// classes of its own, or that is such a child. Branch 0 is none.
//
// The partial labels below a node may be many. Each is filed under what stands
// before its first `*` and behind its last one: the node knows which pairs of
// sizes of these occur (NameAffixes), and for each pair one probe of a hash table
// finds the globs with just these characters. So ten thousand `*-name.x` cost one
// probe for each size of `-name`. Globs that differ in the middle alone form
// a list.

#ifndef ALLOWMATCH_MATCHER_NAME_BRANCHES_H_
#define ALLOWMATCH_MATCHER_NAME_BRANCHES_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace allowmatch {

struct NameBranch {
  uint32_t exact;   // class of the name that ends here
  uint32_t below;   // class of a name that goes on without finding a child
  uint32_t child;   // the node whose literal children these are; 0: none
  uint32_t star;    // the branch for exactly one label, whatever it is; 0: none
  uint32_t affixes_begin;
  uint32_t affixes_count;
};
static_assert(sizeof(NameBranch) == 24);

// Sizes of what a partial label begins and ends with.
struct NameAffixes {
  uint8_t prefix;
  uint8_t suffix;

  friend bool operator==(NameAffixes a, NameAffixes b) {
    return a.prefix == b.prefix && a.suffix == b.suffix;
  }
  friend bool operator<(NameAffixes a, NameAffixes b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : a.suffix < b.suffix;
  }
};

struct NameGlob {
  uint32_t owner;   // the branch that it is below
  uint32_t branch;  // where it leads
  uint32_t text;    // the label, `*` included: its place among the texts
  uint32_t next;    // the next one of the same owner and affixes, as a slot; 0: none
  uint8_t size;
  NameAffixes affixes;
  uint8_t reserved;  // zero
};
static_assert(sizeof(NameGlob) == 20);

struct NameBranchArrays {
  absl::Span<const NameBranch> branches;
  absl::Span<const NameAffixes> affixes;
  absl::Span<const NameGlob> globs;
  absl::string_view texts;
  absl::Span<const uint32_t> slots;  // a power of two, or none; 0 or a glob's index + 1
};

class NameBranches {
 public:
  static constexpr uint32_t kMaxProbes = 32;

  // Which children of a branch come next. The literal one is the caller's.
  struct Cursor {
    uint32_t branch;
    bool literal_done;
    bool star_done;
    uint32_t affixes;  // how many were tried
    uint32_t glob;     // the next of the list, as a slot
  };

  NameBranches() = default;

  // Takes over the arrays after checking that nothing leads outside and that
  // each branch is below one at most; those are set in `owned`.
  absl::Status Bind(const NameBranchArrays& arrays, uint64_t seed, uint64_t class_count,
                    std::vector<bool>* owned);

  const NameBranch& operator[](uint32_t branch) const { return a_.branches[branch]; }
  size_t size() const { return a_.branches.size(); }

  Cursor Begin(uint32_t branch) const { return {branch, false, false, 0, 0}; }

  // The next child that `label` leads to; 0 if there is none left.
  uint32_t Next(Cursor* cursor, absl::string_view label) const;

  // Of the affixes of a label, whole labels being longer than both together.
  static uint64_t Hash(uint64_t seed, uint32_t owner, NameAffixes affixes, absl::string_view label);

  // What stands before the first `*` and behind the last.
  static NameAffixes AffixesOf(absl::string_view glob);

 private:
  uint32_t FirstGlob(uint32_t owner, NameAffixes affixes, absl::string_view label) const;
  absl::string_view TextOf(const NameGlob& glob) const {
    return a_.texts.substr(glob.text, glob.size);
  }
  absl::Status CheckGlobs() const;

  NameBranchArrays a_;
  uint64_t seed_ = 0;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_NAME_BRANCHES_H_
