#include "matcher/name_table.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the name table: ", what));
}

bool HasLabel(const NameNode& node, const PackedLabel& label) {
  return node.label_size() == label.size &&
         std::memcmp(node.label(), label.bytes(), label.size) == 0;
}

}  // namespace

// Looks at each byte of a table once. Each node and each branch must be below
// one at most, and the root below none: then what a walk can reach from the root is a
// tree, because line, label and mark give a record one parent.
class NameTable::Checker {
 public:
  Checker(const NameTable& table, uint64_t class_count, std::vector<bool>* branches)
      : a_(table.a_),
        line_count_(table.line_count()),
        value_bits_(table.value_bits_),
        class_count_(class_count),
        branches_(branches) {}

  absl::Status Run() {
    nodes_.assign(line_count_, false);
    nodes_[0] = true;
    for (const NameBranch& branch : a_.branches.branches) {
      if (branch.child != 0 && !OwnNode(branch.child)) return Broken("a node is below two others");
    }
    uint64_t end = 0;
    for (const NameLine& line : a_.lines) {
      if (line.first() != end) return Broken("a line leads elsewhere");
      if (absl::Status s = CheckLine(line, &end); !s.ok()) return s;
    }
    if (a_.lines.back().goes_on()) return Broken("its last line goes on");
    return end == a_.records.size() ? absl::OkStatus() : Broken("a record has no line");
  }

  // Where the sizes of what is inside stand.
  const std::vector<Place>& insides() const { return insides_; }

 private:
  absl::Status CheckLine(const NameLine& line, uint64_t* end) {
    bool ended = false;
    for (uint32_t i = 0; i < NameLine::kEntries; ++i) {
      const size_t size = line.sizes[i] & ~NameLine::kMoved;
      ended |= line.sizes[i] == 0;
      if (ended != (size == 0) || ended != (line.tags[i] == 0)) {
        return Broken("an entry has no record");
      }
      if (size == 0) continue;
      if (size > a_.records.size() - *end) return Broken("a record leads outside");
      const uint8_t* const begin = a_.records.data() + *end;
      if (absl::Status s = CheckNodes(begin, begin + size, 1); !s.ok()) return s;
      *end += size;
    }
    return absl::OkStatus();
  }

  // As many nodes as there is room for, `at_most`. As deep as there are bytes: shallow.
  absl::Status CheckNodes(const uint8_t* at, const uint8_t* end, size_t at_most) {
    for (; at != end; --at_most) {
      if (at_most == 0) return Broken("a record is too large");
      const NameNode node(at, a_.word_size);
      const uint32_t size = node.label_size();
      if (size == 0 || size > kMaxPackedSize) return Broken("a label has a wrong size");
      if (node.inside() + node.has_inside() > end || node.end() > end) {
        return Broken("a node leads outside");
      }
      if (absl::Status s = CheckWords(node); !s.ok()) return s;
      if (node.has_inside() != 0) {
        insides_.push_back(kInside | static_cast<Place>(node.inside() - a_.records.data()));
        absl::Status s = CheckNodes(node.inside() + 1, node.end(), SIZE_MAX);
        if (!s.ok()) return s;
      }
      at = node.end();
    }
    return absl::OkStatus();
  }

  absl::Status CheckWords(const NameNode& node) {
    if (node.has_word() == 0) return absl::OkStatus();
    const uint32_t form = node.first_word() >> value_bits_;
    const uint32_t value = node.first_word() & ((1u << value_bits_) - 1);
    const bool has_class = (form & (kForExact | kForBelow)) != 0;
    if ((node.shape() == kTwoWords) != (form > kHasChildren)) return Broken("a node has no number");
    if (node.has_inside() != 0 && !(has_class && form < kHasChildren)) {
      return Broken("a node has children twice");
    }
    if (form == kToBranch) {
      if (value == 0 || value >= branches_->size() || (*branches_)[value]) {
        return Broken("a branch is below two nodes");
      }
      (*branches_)[value] = true;
    }
    if (has_class && value >= class_count_) return Broken("unknown class");
    if (form >= kHasChildren && !OwnNode(has_class ? node.second_word() : value)) {
      return Broken("a node is below two others");
    }
    return absl::OkStatus();
  }

  bool OwnNode(uint32_t number) {
    if (number >= nodes_.size() || nodes_[number]) return false;
    nodes_[number] = true;
    return true;
  }

  const NameTableArrays& a_;
  const uint32_t line_count_;
  const unsigned value_bits_;
  const uint64_t class_count_;
  std::vector<bool>* const branches_;
  std::vector<bool> nodes_;
  std::vector<Place> insides_;
};

absl::Status NameTable::Bind(const NameTableArrays& arrays, uint64_t class_count) {
  a_ = arrays;
  if (a_.lines.size() < 2 || a_.lines.size() > kInside || a_.records.size() >= NameLine::kGoesOn ||
      (a_.word_size != 3 && a_.word_size != 4)) {
    return Broken("its shape");
  }
  value_bits_ = 8 * a_.word_size - 3;
  std::vector<bool> branches;
  if (absl::Status s = branches_.Bind(a_.branches, a_.seed, class_count, &branches); !s.ok()) {
    return s;
  }
  Checker checker(*this, class_count, &branches);
  if (absl::Status s = checker.Run(); !s.ok()) return s;
  return CheckTops(class_count, checker.insides());
}

// A walk begins at a top and goes down from there, so it does not matter which node it is.
absl::Status NameTable::CheckTops(uint64_t class_count, const std::vector<Place>& insides) const {
  const size_t lines = a_.tops.size() / NameTop::kInLine;
  if (a_.top_labels > 2 || (a_.top_labels == 0) != a_.tops.empty() ||
      a_.tops.size() % NameTop::kInLine != 0 || (lines & (lines - 1)) != 0) {
    return Broken("it has half a line of tops");
  }
  for (const NameTop& top : a_.tops) {
    const bool below = top.below < class_count || top.below == kSeveral;
    const bool child = top.child == kNowhere || top.child < line_count() ||
                       std::binary_search(insides.begin(), insides.end(), top.child);
    if (top.exact >= class_count || !below || !child) return Broken("a top leads outside");
    if (top.crowded > 1) return Broken("a top says neither yes nor no");
  }
  return absl::OkStatus();
}

NameTable::Node NameTable::OfBranch(uint32_t branch) const {
  const NameBranch& b = branches_[branch];
  const bool parts = b.star != 0 || b.affixes_count != 0;
  return {b.child == 0 ? kNowhere : b.child, b.exact, b.below, parts ? branch : 0};
}

NameTable::Node NameTable::Taken(const uint8_t* bytes, const Node& parent) const {
  const NameNode node(bytes, a_.word_size);
  const Place inside = node.has_inside() != 0
                           ? kInside | static_cast<Place>(node.inside() - a_.records.data())
                           : kNowhere;
  if (node.has_word() == 0) return {inside, parent.below, parent.below, 0};
  const uint32_t form = node.first_word() >> value_bits_;
  const uint32_t value = node.first_word() & ((1u << value_bits_) - 1);
  if (form == kToBranch) return OfBranch(value);
  if (form == kHasChildren) return {value, parent.below, parent.below, 0};
  return {(form & kHasChildren) != 0 ? node.second_word() : inside,
          (form & kForExact) != 0 ? value : parent.below,
          (form & kForBelow) != 0 ? value : parent.below, 0};
}

bool NameTable::Literal(const Node& parent, absl::string_view label, Node* child) const {
  if (parent.children == kNowhere) return false;
  const PackedLabel packed = Pack(label);
  const uint8_t* const bytes = (parent.children & kInside) != 0
                                   ? Inside(parent.children, packed)
                                   : Record(packed, HashOf(a_.seed, packed), parent.children);
  if (bytes == nullptr) return false;
  *child = Taken(bytes, parent);
  return true;
}

const uint8_t* NameTable::Record(const PackedLabel& label, uint64_t hash, uint32_t parent) const {
  const NameLine* const line = &a_.lines[LineOf(hash, parent, line_count())];
  const uint8_t* const record = InLine(line[0], label, TagOf(hash), 0);
  if (record != nullptr || !line->goes_on()) return record;
  return InLine(line[1], label, TagOf(hash), NameLine::kMoved);
}

const uint8_t* NameTable::InLine(const NameLine& line, const PackedLabel& label, uint8_t tag,
                                 uint8_t moved) const {
  const uint8_t* record = a_.records.data() + line.first();
  for (uint32_t i = 0; i < NameLine::kEntries && line.sizes[i] != 0; ++i) {
    if (line.tags[i] == tag && (line.sizes[i] & NameLine::kMoved) == moved &&
        HasLabel(NameNode(record, a_.word_size), label)) {
      return record;
    }
    record += line.sizes[i] & ~NameLine::kMoved;
  }
  return nullptr;
}

const uint8_t* NameTable::Inside(Place place, const PackedLabel& label) const {
  const uint8_t* at = a_.records.data() + (place & ~kInside);
  const uint8_t* const end = at + 1 + *at;
  for (++at; at != end;) {
    const NameNode node(at, a_.word_size);
    if (HasLabel(node, label)) return at;
    at = node.end();
  }
  return nullptr;
}

uint32_t NameTable::ClassOf(absl::string_view name) const {
  CanonicalText canonical;
  if (CanonicalName(name, canonical.text, &canonical.size) != Fault::kNone) return kInvalid;
  Node node = Root();
  size_t left = canonical.size;
  while (left > 0) {
    const absl::string_view label = LastLabel(canonical.text, left);
    if (!Literal(node, label, &node)) return node.below;
    left = Before(canonical.text, label);
    if (left > 0 && node.branch != 0) return kSeveral;
  }
  return node.exact;
}

void NameTable::Classes(Kernel kernel, const NameColumns& names, size_t count,
                        uint32_t* classes) const {
  if (kernel == Kernel::kAvx512Vbmi) return ClassesVbmi(names, count, classes);
  if (kernel != Kernel::kScalar) return ClassesAvx2(names, count, classes);
  for (size_t i = 0; i < count; ++i) {
    classes[i] = ClassOf({names.bytes + names.offset[i], names.size[i]});
  }
}

}  // namespace allowmatch
