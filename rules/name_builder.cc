#include "rules/name_builder.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/name_branch_builder.h"
#include "rules/name_top_builder.h"
#include "rules/name_trie.h"

namespace allowmatch {
namespace {

// So that one line in twenty goes on in the next.
constexpr uint32_t kEntriesInLine = 22;

// A larger subtree has its nodes as records of their own: a cache line is read at once.
constexpr uint32_t kMaxSubtree = 64;

// After so many seeds the table is made larger.
constexpr uint64_t kSeedsOfSize = 16;
constexpr uint64_t kMaxGrowth = 8;

absl::Status TooLarge(absl::string_view what, uint64_t count, uint64_t limit) {
  return absl::ResourceExhaustedError(
      absl::StrCat("the policy has ", count, " ", what, "; a database holds at most ", limit));
}

class NameBuilder {
 public:
  NameBuilder(const NameTrie& trie, const NodeClasses& classes)
      : trie_(trie), classes_(classes), branches_(trie, classes) {}

  absl::StatusOr<NameArrays> Build() && {
    LinkChildren();
    ChooseForms();
    ChooseRecords();
    CollectEntries();
    // Whoever chooses labels that collide under one seed chooses another seed.
    uint64_t state = DigestOfLabels();
    if (LargestWord() >> 29 != 0) return TooLarge("classes of names", LargestWord(), 1u << 29);
    uint64_t line_count = LineCount();
    for (uint64_t attempt = 1;; ++attempt) {
      arrays_.seed = state = Mix(state ^ attempt, kLabelMultiplier);
      GiveNumbers(line_count);
      if (FillLines() && branches_.Write(numbers_, arrays_.seed, &arrays_)) break;
      if (attempt % kSeedsOfSize == 0) line_count *= 2;
      if (line_count > kMaxGrowth * LineCount())
        return absl::InternalError("names fill their lines");
    }
    if (absl::Status s = WriteRecords(); !s.ok()) return s;
    arrays_.tops = BuildNameTops(trie_, classes_, places_, arrays_.seed);
    for (const ServiceRun& run : classes_.runs()) {
      arrays_.runs.push_back(run.first);
      arrays_.run_services.push_back(run.service);
    }
    arrays_.ranks_follow_rules = classes_.ranks_follow_rules();
    arrays_.listing = classes_.Listing();
    arrays_.classes = classes_.general();
    return std::move(arrays_);
  }

 private:
  using Node = NameTrie::Node;
  const std::vector<Node>& nodes() const { return trie_.nodes(); }

  bool IsLiteral(uint32_t node) const {
    return node != 0 && nodes()[node].kind == NameTrie::Kind::kLiteral;
  }

  // The literal children of each node as lists, in the order of the nodes.
  void LinkChildren() {
    first_.assign(nodes().size(), 0);
    next_.assign(nodes().size(), 0);
    for (uint32_t i = static_cast<uint32_t>(nodes().size()) - 1; i > 0; --i) {
      if (!IsLiteral(i)) continue;
      next_[i] = first_[nodes()[i].parent];
      first_[nodes()[i].parent] = i;
    }
  }

  // What the words of each node say; where that is not enough, a branch is made.
  void ChooseForms() {
    forms_.resize(nodes().size());
    for (uint32_t i = 1; i < nodes().size(); ++i) {
      if (!IsLiteral(i)) continue;
      forms_[i] = branches_.branch(i) != 0 ? kBranch : FormOf(i);
      if (forms_[i] == kBranch) branches_.Add(i);
    }
  }

  uint8_t FormOf(uint32_t node) const {
    const uint32_t inherited = classes_[nodes()[node].parent].below;
    const NodeClasses::OfNode& own = classes_[node];
    if (own.exact == own.below) return own.exact == inherited ? kNoClass : kForExact | kForBelow;
    if (own.below == inherited) return kForExact;
    return own.exact == inherited ? uint8_t{kForBelow} : kBranch;
  }

  // Which nodes have a number, from the leaves up: the root, branches, and those whose
  // subtree would be too large.
  void ChooseRecords() {
    arrays_.word_size = 3;
    MeasureSubtrees();
    if (LargestWord() < 1u << 21) return;
    arrays_.word_size = 4;
    MeasureSubtrees();
  }

  // With room for lines to grow.
  uint64_t LargestWord() const {
    return std::max({classes_.end(), uint64_t{branches_.count()}, kMaxGrowth * LineCount()});
  }

  uint64_t LineCount() const { return std::max<uint64_t>(entries_ / kEntriesInLine + 1, parents_); }

  void MeasureSubtrees() {
    sizes_.assign(nodes().size(), 0);
    is_parent_.assign(nodes().size(), false);
    parents_ = 1;
    entries_ = 0;
    std::vector<uint32_t> inside(nodes().size());
    std::vector<uint32_t> children(nodes().size());
    for (uint32_t i = static_cast<uint32_t>(nodes().size()) - 1;; --i) {
      const uint32_t own = i == 0 ? 0 : OwnSize(i);
      const bool is_record = i == 0 || !IsLiteral(i) || forms_[i] == kBranch;
      const bool is_large = own + 1 + inside[i] > kMaxSubtree;
      is_parent_[i] = children[i] != 0 && (is_record || is_large);
      if (is_parent_[i]) {
        parents_ += i != 0;
        entries_ += children[i];
      }
      const bool has_second = is_parent_[i] && forms_[i] != kNoClass && forms_[i] != kBranch;
      const bool has_first = is_parent_[i] && forms_[i] == kNoClass;
      sizes_[i] = static_cast<uint8_t>(own + (has_second || has_first ? arrays_.word_size : 0) +
                                       (children[i] != 0 && !is_parent_[i] ? 1 + inside[i] : 0));
      if (i == 0) break;
      if (!IsLiteral(i)) continue;
      inside[nodes()[i].parent] += sizes_[i];
      ++children[nodes()[i].parent];
    }
  }

  // Without what is needed for children.
  uint32_t OwnSize(uint32_t node) const {
    const auto label = static_cast<uint32_t>(PackedSize(nodes()[node].size));
    return 1 + label + (forms_[node] == kNoClass ? 0 : arrays_.word_size);
  }

  // Gives each parent its number: bases that are spread over the lines, each once.
  void GiveNumbers(uint64_t line_count) {
    arrays_.lines.assign(line_count + 1, NameLine{});
    uint64_t step = static_cast<uint64_t>(0.618 * static_cast<double>(line_count)) + 1;
    while (std::gcd(step, line_count) != 1) ++step;
    numbers_.assign(nodes().size(), 0);
    uint64_t next = 1;  // the root is 0
    for (uint32_t i = 1; i < nodes().size(); ++i) {
      if (is_parent_[i]) numbers_[i] = static_cast<uint32_t>(next++ * step % line_count);
    }
  }

  uint64_t DigestOfLabels() const {
    uint64_t digest = nodes().size();
    for (const Node& node : nodes()) {
      if (node.size != 0) digest = Mix(digest ^ HashOfText(node.text()), kLabelMultiplier);
    }
    return digest;
  }

  static uint64_t HashOfText(absl::string_view text) {
    uint64_t hash = text.size();
    while (!text.empty()) {
      uint64_t word = 0;
      const size_t size = std::min<size_t>(8, text.size());
      std::memcpy(&word, text.data(), size);
      hash = Mix(hash ^ word, kLabelMultiplier);
      text.remove_prefix(size);
    }
    return hash;
  }

  uint32_t line_count() const { return static_cast<uint32_t>(arrays_.lines.size()) - 1; }

  // The nodes that have a record.
  void CollectEntries() {
    for (uint32_t i = 1; i < nodes().size(); ++i) {
      if (!IsLiteral(i) || !is_parent_[nodes()[i].parent]) continue;
      entry_nodes_.push_back(i);
      sizes_of_records_.push_back(sizes_[i]);
    }
    sizes_ = {};
  }

  // Lists the entries in their lines; false if one and the next have no room for all.
  bool FillLines() {
    std::vector<uint32_t> homes(entries_);
    std::vector<uint32_t> next(size_t{line_count()} + 1);
    tags_.resize(entries_);
    for (uint32_t e = 0; e < entries_; ++e) {
      const Node& node = nodes()[entry_nodes_[e]];
      const uint64_t hash = HashOf(arrays_.seed, Pack(node.text()));
      homes[e] = NameTable::LineOf(hash, numbers_[node.parent], line_count());
      tags_[e] = NameTable::TagOf(hash);
      ++next[homes[e] + 1];
    }
    std::partial_sum(next.begin(), next.end(), next.begin());
    const std::vector<uint32_t> begin = next;
    order_.resize(entries_);
    for (uint32_t e = 0; e < entries_; ++e) order_[next[homes[e]]++] = e;
    uint32_t moved = 0;  // from the line before
    for (uint32_t line = 0; line < arrays_.lines.size(); ++line) {
      const uint32_t first = line < line_count() ? begin[line] : static_cast<uint32_t>(entries_);
      const uint32_t own = line < line_count() ? begin[line + 1] - first : 0;
      if (moved > NameLine::kEntries) return false;
      const uint32_t kept = std::min(own, NameLine::kEntries - moved);
      arrays_.lines[line].begin = own > kept ? NameLine::kGoesOn : 0;
      List(order_.data() + first - moved, moved + kept, moved, &arrays_.lines[line]);
      moved = own - kept;
    }
    return moved == 0;
  }

  void List(const uint32_t* entries, uint32_t count, uint32_t moved, NameLine* line) const {
    for (uint32_t i = 0; i < count; ++i) {
      line->tags[i] = tags_[entries[i]];
      line->sizes[i] =
          static_cast<uint8_t>(sizes_of_records_[entries[i]] | (i < moved ? NameLine::kMoved : 0));
    }
  }

  // In the order of the nodes at first, which lie together, then of the lines.
  absl::Status WriteRecords() {
    places_.assign(nodes().size(), NameTable::kNowhere);
    std::vector<uint32_t> begin;
    for (const uint32_t node : entry_nodes_) {
      begin.push_back(static_cast<uint32_t>(written_.size()));
      WriteNode(node);
      if (written_.size() >= NameLine::kGoesOn) {
        return TooLarge("bytes in its table of names", written_.size(), NameLine::kGoesOn);
      }
    }
    std::vector<uint32_t> moved_to(begin.size());
    arrays_.records.reserve(written_.size());
    const uint32_t* entry = order_.data();
    for (NameLine& line : arrays_.lines) {
      line.begin |= static_cast<uint32_t>(arrays_.records.size());
      for (uint32_t i = 0; i < NameLine::kEntries && line.sizes[i] != 0; ++i, ++entry) {
        const uint8_t* const record = written_.data() + begin[*entry];
        moved_to[*entry] = static_cast<uint32_t>(arrays_.records.size());
        arrays_.records.insert(arrays_.records.end(), record, record + sizes_of_records_[*entry]);
      }
    }
    for (NameTable::Place& place : places_) {
      if (place == NameTable::kNowhere || (place & NameTable::kInside) == 0) continue;
      const uint32_t at = place & ~NameTable::kInside;
      const size_t e =
          static_cast<size_t>(std::upper_bound(begin.begin(), begin.end(), at) - begin.begin() - 1);
      place = NameTable::kInside | (moved_to[e] + at - begin[e]);
    }
    return absl::OkStatus();
  }

  // Recurses as deep as there is room in a record.
  void WriteNode(uint32_t node) {
    const PackedLabel label = Pack(nodes()[node].text());
    const bool has_inside = first_[node] != 0 && !is_parent_[node];
    written_.push_back(
        NameNode::Head(static_cast<uint32_t>(label.size), ShapeOf(node, has_inside)));
    written_.insert(written_.end(), label.bytes(), label.bytes() + label.size);
    WriteWords(node);
    if (is_parent_[node]) places_[node] = numbers_[node];
    if (!has_inside) return;
    const size_t inside = written_.size();
    places_[node] = NameTable::kInside | static_cast<uint32_t>(inside);
    written_.push_back(0);
    for (uint32_t child = first_[node]; child != 0; child = next_[child]) WriteNode(child);
    written_[inside] = static_cast<uint8_t>(written_.size() - inside - 1);
  }

  NameShape ShapeOf(uint32_t node, bool has_inside) const {
    if (forms_[node] == kNoClass) return has_inside ? kOnlyInside : kOneWord;
    if (has_inside) return kWordAndInside;
    return is_parent_[node] && forms_[node] != kBranch ? kTwoWords : kOneWord;
  }

  void WriteWords(uint32_t node) {
    const uint32_t number = is_parent_[node] ? uint32_t{kHasChildren} : 0;
    if (forms_[node] == kBranch) {
      AppendWord(kToBranch, branches_.branch(node));
    } else if (forms_[node] != kNoClass) {
      const NodeClasses::OfNode& own = classes_[node];
      AppendWord(forms_[node] | number, (forms_[node] & kForExact) != 0 ? own.exact : own.below);
      if (number != 0) AppendWord(0, numbers_[node]);
    } else if (number != 0) {
      AppendWord(kHasChildren, numbers_[node]);
    }
  }

  void AppendWord(uint32_t form, uint32_t value) {
    const uint32_t word = value | form << (8 * arrays_.word_size - 3);
    for (uint32_t i = 0; i < arrays_.word_size; ++i) {
      written_.push_back(static_cast<uint8_t>(word >> 8 * i));
    }
  }

  // Forms of a node beside its NameForm of a class.
  static constexpr uint8_t kNoClass = 0;
  static constexpr uint8_t kBranch = 8;

  const NameTrie& trie_;
  const NodeClasses& classes_;
  NameBranchBuilder branches_;
  std::vector<uint32_t> first_;            // by node, as the others: the first literal child, or 0
  std::vector<uint32_t> next_;             // the next one of the same parent, or 0
  std::vector<uint8_t> forms_;             // which names the class of a node is for, or kBranch
  std::vector<uint8_t> sizes_;             // in bytes, with all that is inside
  std::vector<bool> is_parent_;            // whether its children are records of their own
  std::vector<uint32_t> numbers_;          // of these; 0 of the root
  std::vector<NameTable::Place> places_;   // where its children are
  std::vector<uint32_t> entry_nodes_;      // the nodes that have a record
  std::vector<uint8_t> sizes_of_records_;  // by entry
  std::vector<uint8_t> tags_;              // by entry
  std::vector<uint32_t> order_;            // the entries, by line
  std::vector<uint8_t> written_;           // records in the order of the nodes
  uint64_t entries_ = 0;
  uint64_t parents_ = 0;
  NameArrays arrays_;
};

}  // namespace

absl::StatusOr<NameArrays> BuildNameTable(const Pairs& pairs, uint64_t label_bytes,
                                          RankSets* out_sets, RankSets* in_sets) {
  const NameTrie trie(pairs);
  uint64_t bytes = 0;
  for (const NameTrie::Node& node : trie.nodes()) bytes += node.size;
  if (bytes > label_bytes) return TooLarge("bytes in the labels of its names", bytes, label_bytes);
  const NodeClasses classes(trie, pairs, out_sets, in_sets);
  return NameBuilder(trie, classes).Build();
}

}  // namespace allowmatch
