// The 65,536 addresses of a /16 as boxes.
//
// Seen as a square of 256 by 256, by their third and fourth byte, a prefix is a box,
// and any range at most three. The tree cuts the square, twice by the third byte and
// once by the fourth, into parts that have one box each and the same code
// everywhere else.

#ifndef ALLOWMATCH_RULES_BOX_TREE_H_
#define ALLOWMATCH_RULES_BOX_TREE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace allowmatch {

// From c0 to c1 by d0 to d1, all included.
struct Region {
  int c0 = 0;
  int c1 = 255;
  int d0 = 0;
  int d1 = 255;
};

struct Box {
  Region region;
  uint32_t inside = 0;
  uint32_t outside = 0;
};

struct BoxTree {
  static constexpr int kLevels = 3;  // the last by the fourth byte

  // A cut: the part up to `at`, and what is after it.
  std::optional<int> at;
  std::unique_ptr<BoxTree> low;  // the only one if there is no cut
  std::unique_ptr<BoxTree> high;
  Box box;  // of a leaf
};

// A code from `first` (of the 65,536) on.
struct CodeRun {
  uint32_t first;
  uint32_t code;
};

// Null if the cuts are not enough. `runs` ascend from 0; neighbours differ.
std::unique_ptr<BoxTree> BuildBoxTree(const std::vector<CodeRun>& runs);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_BOX_TREE_H_
