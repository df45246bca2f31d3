#include "rules/name_builder.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

// What the patterns that end at a node add, by direction: out, in.
struct Own {
  RankSet exact[2];
  RankSet below[2];
};

// In the order of the children of a node in the table: the star, the globs
// side by side, the literals.
using ChildKey = std::pair<NameNodeKind, std::string>;

ChildKey KeyOf(absl::string_view label) {
  if (label == "*") return {NameNodeKind::kStar, ""};
  if (absl::StrContains(label, '*')) return {NameNodeKind::kGlob, std::string(label)};
  return {NameNodeKind::kLiteral, std::string(label)};
}

// Literal, then star, then glob in the enum; the star and the globs go first.
struct ChildOrder {
  static int Place(NameNodeKind kind) { return kind == NameNodeKind::kLiteral ? 9 : int(kind); }
  bool operator()(const ChildKey& a, const ChildKey& b) const {
    return a.first != b.first ? Place(a.first) < Place(b.first) : a.second < b.second;
  }
};

// The trie while it grows; nodes in the order of insertion.
class Trie {
 public:
  struct Node {
    std::map<ChildKey, uint32_t, ChildOrder> children;
    Own own;
  };

  Trie() : nodes_(1) {}

  void Add(const Pattern& pattern, int direction, uint32_t rank) {
    uint32_t at = 0;
    for (const absl::string_view label : pattern.LabelsFromRight()) at = Child(at, KeyOf(label));
    const Pattern::Head head = pattern.head();
    if (head == Pattern::Head::kOneBelow) at = Child(at, KeyOf("*"));
    Own& own = nodes_[at].own;
    if (head != Pattern::Head::kBelow) own.exact[direction].push_back(rank);
    if (head == Pattern::Head::kBelow || head == Pattern::Head::kSelfAndBelow) {
      own.below[direction].push_back(rank);
    }
  }

  const Node& operator[](uint32_t id) const { return nodes_[id]; }
  size_t size() const { return nodes_.size(); }

 private:
  uint32_t Child(uint32_t parent, const ChildKey& key) {
    const uint32_t next = static_cast<uint32_t>(nodes_.size());
    const auto [at, is_new] = nodes_[parent].children.try_emplace(key, next);
    const uint32_t child = at->second;
    if (is_new) nodes_.emplace_back();
    return child;
  }

  std::vector<Node> nodes_;
};

class NameBuilder {
 public:
  NameBuilder(const Pairs& pairs, uint64_t label_bytes, RankSets* out_sets, RankSets* in_sets)
      : pairs_(pairs), label_bytes_(label_bytes), sets_{out_sets, in_sets} {}

  absl::StatusOr<NameArrays> Build() && {
    for (const RankedPattern& p : pairs_.out.patterns) trie_.Add(p.pattern, 0, p.rank);
    for (const RankedPattern& p : pairs_.in.patterns) trie_.Add(p.pattern, 1, p.rank);
    ClassOf({sets_[0]->Intern({}), sets_[1]->Intern({})});
    Number();
    if (arrays_.labels.size() > label_bytes_) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the policy has ", arrays_.labels.size(),
                       " bytes in the labels of its names; a database holds at most ",
                       label_bytes_));
    }
    FillSlots();
    return std::move(arrays_);
  }

 private:
  // The sets of ranks, by direction, of the names below a node.
  struct Below {
    uint32_t set[2];
  };

  // Level by level, so that parents stand before their children and the globs
  // of a node side by side.
  void Number() {
    const uint32_t empty_out = sets_[0]->Intern({});
    const uint32_t empty_in = sets_[1]->Intern({});
    std::vector<uint32_t> order = {0};  // table index -> trie node
    std::vector<Below> below;
    AddNode(0, NameNodeKind::kRoot, "", trie_[0].own, {{empty_out, empty_in}}, &below);
    for (uint32_t i = 0; i < order.size(); ++i) {
      const Below inherited = below[i];
      for (const auto& [key, child] : trie_[order[i]].children) {
        const uint32_t index = static_cast<uint32_t>(order.size());
        Link(i, index, key.first);
        AddNode(i, key.first, key.second, trie_[child].own, inherited, &below);
        order.push_back(child);
      }
    }
  }

  void AddNode(uint32_t parent, NameNodeKind kind, const std::string& label, const Own& own,
               const Below& inherited, std::vector<Below>* below) {
    Below exact;
    Below further;
    for (int d = 0; d < 2; ++d) {
      exact.set[d] = With(d, inherited.set[d], own.exact[d]);
      further.set[d] = With(d, inherited.set[d], own.below[d]);
    }
    NameNode node = {};
    node.parent = parent;
    node.kind = kind;
    node.label_offset = static_cast<uint32_t>(arrays_.labels.size());
    node.label_size = static_cast<uint16_t>(label.size());
    node.exact = ClassOf(exact);
    node.below = ClassOf(further);
    arrays_.labels += label;
    arrays_.nodes.push_back(node);
    below->push_back(further);
  }

  void Link(uint32_t parent, uint32_t child, NameNodeKind kind) {
    NameNode& node = arrays_.nodes[parent];
    if (kind == NameNodeKind::kStar) node.star = child;
    if (kind == NameNodeKind::kGlob && node.glob_count++ == 0) node.glob_begin = child;
  }

  // The inherited set with `own` added.
  uint32_t With(int direction, uint32_t inherited, const RankSet& own) {
    if (own.empty()) return inherited;
    RankSet joined = (*sets_[direction])[inherited];
    joined.insert(joined.end(), own.begin(), own.end());
    std::sort(joined.begin(), joined.end());
    return sets_[direction]->Intern(BestOfSlots(joined, pairs_.ranks));
  }

  uint32_t ClassOf(const Below& sets) {
    const auto [at, is_new] = classes_.try_emplace(std::pair(sets.set[0], sets.set[1]),
                                                   static_cast<uint32_t>(arrays_.classes.size()));
    if (is_new) arrays_.classes.push_back({sets.set[0], sets.set[1]});
    return at->second;
  }

  // A hash table at most half full, with the first seed that leaves no long
  // probe. Nobody can choose labels that collide under all seeds.
  void FillSlots() {
    size_t literals = 0;
    for (const NameNode& node : arrays_.nodes) literals += node.kind == NameNodeKind::kLiteral;
    size_t size = 2;
    while (size < 2 * literals) size *= 2;
    for (uint64_t attempt = 0;; ++attempt) {
      arrays_.seed = (attempt + 1) * 0x9e3779b97f4a7c15u;
      if (TryFill(size)) return;
      if (attempt % 16 == 15) size *= 2;
    }
  }

  bool TryFill(size_t size) {
    arrays_.slots.assign(size, NameSlot{0, 0});
    for (uint32_t i = 1; i < arrays_.nodes.size(); ++i) {
      if (arrays_.nodes[i].kind == NameNodeKind::kLiteral && !Place(i)) return false;
    }
    return true;
  }

  bool Place(uint32_t index) {
    const NameNode& node = arrays_.nodes[index];
    char label[kMaxLabelSize + PaddedName::kPadding] = {};
    std::copy_n(arrays_.labels.data() + node.label_offset, node.label_size, label);
    const uint64_t hash = NameTable::Hash(arrays_.seed, node.parent, label, node.label_size);
    for (uint64_t probe = 0; probe < NameTable::kMaxProbes; ++probe) {
      NameSlot& slot = arrays_.slots[(hash + probe) & (arrays_.slots.size() - 1)];
      if (slot.node != 0) continue;
      slot = {static_cast<uint32_t>(hash >> 32), index};
      return true;
    }
    return false;
  }

  const Pairs& pairs_;
  const uint64_t label_bytes_;
  RankSets* sets_[2];  // by direction: out, in
  Trie trie_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint32_t> classes_;
  NameArrays arrays_;
};

}  // namespace

absl::StatusOr<NameArrays> BuildNameTable(const Pairs& pairs, uint64_t label_bytes,
                                          RankSets* out_sets, RankSets* in_sets) {
  return NameBuilder(pairs, label_bytes, out_sets, in_sets).Build();
}

}  // namespace allowmatch
