// Name patterns as a trie over their labels, the rightmost first.
//
// Linear in the patterns. Nodes are numbered in the order in which they are met, so
// a parent stands before its children. Labels are views into the patterns, which lie in the
// same order where there are many, so that who goes over all nodes seldom jumps.

#ifndef ALLOWMATCH_RULES_NAME_TRIE_H_
#define ALLOWMATCH_RULES_NAME_TRIE_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/pattern.h"
#include "rules/pairs.h"

namespace allowmatch {

class NameTrie {
 public:
  enum class Kind : uint8_t { kLiteral, kStar, kGlob };

  struct Node {
    const char* label;
    uint32_t parent;
    uint8_t size;  // of the label
    Kind kind;
    bool has_literals = false;  // among its children
    bool parts = false;         // it has other children

    absl::string_view text() const { return {label, size}; }
  };

  // That a pattern ends at a node.
  struct End {
    uint32_t node;
    uint32_t rank;
    bool inbound;
    Pattern::Head head;  // kOneBelow has a node of its own, and is kNone here
  };

  // Of all patterns of the pairs. The policy that these are of outlives it.
  explicit NameTrie(const Pairs& pairs);

  const std::vector<Node>& nodes() const { return nodes_; }  // the first is the root
  const std::vector<End>& ends() const { return ends_; }     // by node

 private:
  struct Slot {
    uint32_t hash;
    uint32_t node;  // 0: empty
  };

  // How far a pattern is known before it is added: a node, and the label below it. To look
  // ahead changes nothing but what the cache holds: the places of many patterns in a large
  // table are waited for at once.
  struct Ahead {
    absl::string_view left;  // of the labels, the rightmost of which is next
    absl::string_view label;
    uint32_t parent;
    uint32_t hash;
    bool open;  // there may be a node for the label, and a label more
  };

  void AddAll(const std::vector<RankedPattern>& patterns, bool inbound);
  void LookAhead(Ahead* begin, Ahead* end) const;
  void Add(const RankedPattern& pattern, const Ahead& ahead, bool inbound);
  void SortEnds();
  uint32_t Find(uint32_t parent, absl::string_view label, uint32_t hash) const;
  uint32_t Child(uint32_t parent, absl::string_view label, uint32_t hash);
  uint32_t NewNode(uint32_t parent, absl::string_view label);
  void Grow();

  std::vector<Node> nodes_;
  std::vector<End> ends_;
  std::vector<Slot> slots_;  // a power of two, less than half full
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_NAME_TRIE_H_
