#include "matcher/name_table.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the name table: ", what));
}

constexpr uint8_t kSizeBits = 6;
constexpr uint8_t kSizeMask = (1 << kSizeBits) - 1;

}  // namespace

unsigned NameTable::BaseBits(uint32_t bucket_count) {
  unsigned bits = 0;
  while (uint64_t{1} << bits < bucket_count) ++bits;
  return bits;
}

// Looks at each byte of a table once. Each node and each branch must be below
// one at most, and the root below none: then what a walk can reach from the root is a
// tree, because (bucket, label, color) gives an entry one parent.
class NameTable::Checker {
 public:
  Checker(const NameTable& table, uint64_t class_count, std::vector<bool>* branches)
      : table_(table), a_(table.a_), class_count_(class_count), branches_(branches) {}

  absl::Status Run() {
    nodes_.assign(size_t{kColors} << table_.base_bits_, false);
    nodes_[0] = true;
    for (const NameBranch& branch : a_.branches.branches) {
      if (branch.child != 0 && !OwnNode(branch.child)) return Broken("a node is below two others");
    }
    uint64_t end = 0;
    for (uint32_t bucket = 0; bucket < a_.bucket_count; ++bucket) {
      const NameGroup& group = a_.groups[bucket / NameGroup::kBuckets];
      const uint64_t begin = uint64_t{group.begin} + group.from_begin[bucket % NameGroup::kBuckets];
      if (begin < end || begin >= a_.buckets.size()) return Broken("a bucket leads outside");
      if (absl::Status s = CheckBucket(begin, &end); !s.ok()) return s;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckBucket(uint64_t begin, uint64_t* end) {
    const uint8_t* const bucket = a_.buckets.data() + begin;
    const uint64_t room = a_.buckets.size() - begin;
    const size_t count = *bucket;
    if (count > kMaxInBucket || 1 + 2 * count > room) return Broken("a bucket is too large");
    const uint8_t* const sizes = bucket + 1 + count;
    uint64_t at = 1 + 2 * count;
    for (size_t i = 0; i < count; ++i) {
      const size_t size = sizes[i] & kSizeMask;
      if (size > room - at) return Broken("an entry leads outside");
      if (sizes[i] >> kSizeBits >= int{kColors}) return Broken("an entry has no parent");
      if (absl::Status s = CheckEntry(bucket + at, size); !s.ok()) return s;
      at += size;
    }
    *end = begin + at;
    return absl::OkStatus();
  }

  absl::Status CheckEntry(const uint8_t* record, size_t size) {
    if (size < a_.word_size) return Broken("an entry is too small");
    const uint32_t word = table_.WordAt(record);
    const uint32_t form = word >> table_.value_bits_;
    const uint32_t value = word & ((1u << table_.value_bits_) - 1);
    if (form == kToBranch) {
      if (value == 0 || value >= branches_->size() || (*branches_)[value]) {
        return Broken("a branch is below two nodes");
      }
      (*branches_)[value] = true;
      return absl::OkStatus();
    }
    uint32_t node = value;
    if (form != kHasChildren) {
      if (value >= class_count_) return Broken("unknown class");
      if ((form & kHasChildren) == 0) return absl::OkStatus();
      if (size < 2 * size_t{a_.word_size}) return Broken("an entry is too small");
      node = table_.WordAt(record + a_.word_size);
    }
    return OwnNode(node) ? absl::OkStatus() : Broken("a node is below two others");
  }

  bool OwnNode(uint32_t node) {
    if (node >= nodes_.size() || table_.BaseOf(node) >= a_.bucket_count || nodes_[node]) {
      return false;
    }
    nodes_[node] = true;
    return true;
  }

  const NameTable& table_;
  const NameTableArrays& a_;
  const uint64_t class_count_;
  std::vector<bool>* const branches_;
  std::vector<bool> nodes_;
};

absl::Status NameTable::Bind(const NameTableArrays& arrays, uint64_t class_count) {
  a_ = arrays;
  if (a_.bucket_count == 0 || (a_.word_size != 3 && a_.word_size != 4)) return Broken("its shape");
  base_bits_ = BaseBits(a_.bucket_count);
  value_bits_ = 8 * a_.word_size - 3;
  word_mask_ = ~uint32_t{0} >> (32 - 8 * a_.word_size);
  if (base_bits_ + 2 > value_bits_) return Broken("its words are too small");
  const uint64_t groups = (uint64_t{a_.bucket_count} + NameGroup::kBuckets - 1) / NameGroup::kBuckets;
  if (a_.groups.size() != groups) return Broken("it has not as many buckets as it says");
  std::vector<bool> branches;
  if (absl::Status s = branches_.Bind(a_.branches, a_.seed, class_count, &branches); !s.ok()) {
    return s;
  }
  if (absl::Status s = CheckTops(class_count); !s.ok()) return s;
  return Checker(*this, class_count, &branches).Run();
}

// A walk begins at a top and goes down from there, so it does not matter which node it is.
absl::Status NameTable::CheckTops(uint64_t class_count) const {
  const size_t lines = a_.tops.size() / NameTop::kInLine;
  if (a_.tops.size() % NameTop::kInLine != 0 || (lines & (lines - 1)) != 0) {
    return Broken("it has half a line of tops");
  }
  for (const NameTop& top : a_.tops) {
    const bool below = top.below < class_count || top.below == kSeveral;
    const bool child = top.child == NameTop::kNoChildren ||
                       (top.child >> base_bits_ < kColors && BaseOf(top.child) < a_.bucket_count);
    if (top.exact >= class_count || !below || !child) return Broken("a top leads outside");
    if (top.reserved != 0) return Broken("a reserved field is not zero");
  }
  return absl::OkStatus();
}

NameTable::Node NameTable::OfBranch(uint32_t branch) const {
  const NameBranch& b = branches_[branch];
  const bool parts = b.star != 0 || b.affixes_count != 0;
  return {b.child == 0 ? kNoChildren : b.child, b.exact, b.below, parts ? branch : 0};
}

NameTable::Node NameTable::Taken(const uint8_t* record, const Node& parent) const {
  const uint32_t word = WordAt(record);
  const uint32_t form = word >> value_bits_;
  const uint32_t value = word & ((1u << value_bits_) - 1);
  if (form == kToBranch) return OfBranch(value);
  if (form == kHasChildren) return {value, parent.below, parent.below, 0};
  return {(form & kHasChildren) != 0 ? WordAt(record + a_.word_size) : kNoChildren,
          (form & kForExact) != 0 ? value : parent.below,
          (form & kForBelow) != 0 ? value : parent.below, 0};
}

bool NameTable::Literal(const Node& parent, absl::string_view label, Node* child) const {
  return parent.id != kNoChildren && Literal(parent, Pack(label), child);
}

bool NameTable::Literal(const Node& parent, const PackedLabel& label, Node* child) const {
  const uint64_t hash = HashOf(a_.seed, label);
  const uint8_t* const bucket = Bucket(BucketOf(hash, BaseOf(parent.id), a_.bucket_count));
  const size_t count = *bucket;
  const uint8_t* const first = bucket + 1;
  const uint8_t* const sizes = first + count;
  const uint8_t* record = sizes + count;
  const size_t rest = label.size - 1;
  const uint32_t color = parent.id >> base_bits_;
  for (size_t i = 0; i < count; ++i) {
    const size_t size = sizes[i] & kSizeMask;
    if (first[i] == label.bytes()[0] && sizes[i] >> kSizeBits == color) {
      const uint32_t form = WordAt(record) >> value_bits_;
      const size_t words = form > kHasChildren ? 2 * a_.word_size : a_.word_size;
      if (size == words + rest && std::memcmp(record + words, label.bytes() + 1, rest) == 0) {
        *child = Taken(record, parent);
        return true;
      }
    }
    record += size;
  }
  return false;
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
