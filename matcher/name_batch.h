// The literal walk of matcher/name_table.h for a group of names at once, stage by
// stage, so that the loads of all of them are under way together. Included once in
// each file of wide instructions, inside its target region: `Ops` are the vector
// operations, and everything here is as wide as they are.
//
//   Ops::Codes(end, size, codes, &dots, &bad)   the last `size` <= 63 characters before
//       `end` to label codes (0 for a dot), at the end of codes[64]; a bit for each dot
//       and for each character that may not stand in a name
//   Ops::PackCodes(codes, size)                 up to 24 of them, packed
//   Ops::Candidates(bucket, count, first, color), Ops::SumBelow(sizes, at)
//   Ops::IsText(record, label, size)            bytes 1 to size - 1 of a packed label
//
// Names and labels that are longer are walked by the scalar code.

#ifndef ALLOWMATCH_MATCHER_NAME_BATCH_H_
#define ALLOWMATCH_MATCHER_NAME_BATCH_H_

namespace allowmatch {
namespace {

template <typename Ops>
class NameBatch {
 public:
  static constexpr size_t kSize = 32;

  explicit NameBatch(const NameTable& table)
      : table_(table),
        a_(table.arrays()),
        base_bits_(NameTable::BaseBits(a_.bucket_count)),
        base_mask_((1u << base_bits_) - 1),
        value_bits_(8 * a_.word_size - 3),
        value_mask_((1u << value_bits_) - 1),
        word_mask_(~uint32_t{0} >> (32 - 8 * a_.word_size)) {}

  // Names first .. first + count - 1; count <= kSize.
  void Classes(const NameColumns& names, size_t first, size_t count, uint32_t* classes) {
    Read(names, first, count, classes);
    if (!a_.tops.empty()) TakeTops(classes);
    while (active_count_ > 0) {
      FindBuckets();
      FindAddresses();
      Descend(classes);
    }
    for (size_t n = 0; n < slow_count_; ++n) {
      const size_t i = first + slow_[n];
      classes[slow_[n]] = table_.ClassOf({names.bytes + names.offset[i], names.size[i]});
    }
  }

 private:
  static constexpr size_t kLongestName = 63;
  static constexpr size_t kLongestLabel = 24;

  static uint32_t Load32(const uint8_t* at) {
    uint32_t word;
    std::memcpy(&word, at, 4);
    return word;
  }

  void Read(const NameColumns& names, size_t first, size_t count, uint32_t* classes) {
    size_t active = 0;
    slow_count_ = 0;
    for (size_t i = 0; i < count; ++i) {
      const char* const text = names.bytes + names.offset[first + i];
      size_t size = names.size[first + i];
      if (size - 1 >= kLongestName) {  // or 0
        classes[i] = 0;
        slow_[slow_count_++] = static_cast<uint8_t>(i);
        continue;
      }
      size -= text[size - 1] == '.';
      uint64_t dots;
      uint64_t bad;
      Ops::Codes(text + size, size, codes_ + 64 * i, &dots, &bad);
      // With a dot in front of the name, each label lies between two.
      const uint64_t ends = dots | uint64_t{1} << (63 - size);
      const bool valid = (bad | (ends & ends << 1) | ends >> 63) == 0;
      classes[i] = valid ? 0 : NameTable::kInvalid;
      ends_[i] = ends;
      end_[i] = 64;
      node_[i] = 0;
      active_[active] = static_cast<uint16_t>(i);
      active += valid;
    }
    active_count_ = active;
  }

  // Both of the last two labels at once. What has no top is in class 0.
  void TakeTops(uint32_t* classes) {
    const uint64_t seed = a_.seed;
    const NameTop* const tops = a_.tops.data();
    const size_t lines = a_.tops.size() / NameTop::kInLine;
    const size_t active = active_count_;
    size_t kept = 0;
    for (size_t n = 0; n < active; ++n) {
      const size_t i = active_[n];
      // Of a name of one label, the dot in front of it; then what is packed begins with a dot.
      const uint64_t lower = ends_[i] ^ uint64_t{1} << (63 - __builtin_clzll(ends_[i]));
      const uint64_t ends = lower != 0 ? lower : ends_[i];
      const uint32_t dot = 63 - static_cast<uint32_t>(__builtin_clzll(ends));
      const uint32_t size = 63 - dot;
      const uint32_t fits = (size <= NameTop::kMaxSize) & (lower != 0);
      const auto text = Ops::PackCodes(codes_ + 64 * i + dot + 1, fits != 0 ? size : 1);
      const uint64_t low = Ops::Low(text);
      const uint64_t high = Ops::High(text);
      const NameTop* top =
          tops + NameTop::kInLine * NameTop::LineOf(HashWords(seed, low, high), lines);
      const uint32_t first = (top->text[0] == low) & (top->text[1] == high);
      top += 1 - first;
      const uint32_t found = fits & static_cast<uint32_t>(top->text[0] == low) &
                             static_cast<uint32_t>(top->text[1] == high);
      const uint64_t left = ends ^ uint64_t{1} << dot;
      const uint32_t more = left != 0;
      const uint32_t id = Choose(more, top->below, top->exact);
      classes[i] = id & (0 - found);
      node_[i] = top->child;
      ends_[i] = left;
      end_[i] = dot;
      active_[kept] = static_cast<uint16_t>(i);
      kept += found & more & (id != NameTable::kSeveral) & (top->child != NameTop::kNoChildren);
    }
    active_count_ = kept;
  }

  // The last label of what is left: packed, and where it leads.
  void FindBuckets() {
    const uint64_t seed = a_.seed;
    const uint32_t bucket_count = a_.bucket_count;
    const uint32_t base_mask = base_mask_;
    const NameGroup* const groups = a_.groups.data();
    const size_t count = active_count_;
    size_t kept = 0;
    for (size_t n = 0; n < count; ++n) {
      const size_t i = active_[n];
      const uint32_t dot = 63 - static_cast<uint32_t>(__builtin_clzll(ends_[i]));
      const uint32_t size = end_[i] - dot - 1;
      if (size > kLongestLabel) {
        slow_[slow_count_++] = static_cast<uint8_t>(i);
        continue;
      }
      ends_[i] ^= uint64_t{1} << dot;
      end_[i] = dot;
      size_[i] = (2 * size + 2) / 3;
      const auto label = Ops::PackCodes(codes_ + 64 * i + dot + 1, size);
      Ops::Store(label, words_[i]);
      const uint64_t hash = HashWords(seed, Ops::Low(label), Ops::High(label));
      const uint32_t bucket = NameTable::BucketOf(hash, node_[i] & base_mask, bucket_count);
      group_[i] = groups + bucket / NameGroup::kBuckets;
      in_group_[i] = bucket % NameGroup::kBuckets;
      __builtin_prefetch(group_[i]);
      active_[kept++] = static_cast<uint16_t>(i);
    }
    active_count_ = kept;
  }

  void FindAddresses() {
    const uint8_t* const buckets = a_.buckets.data();
    const size_t count = active_count_;
    for (size_t n = 0; n < count; ++n) {
      const size_t i = active_[n];
      bucket_[i] = buckets + group_[i]->begin + group_[i]->from_begin[in_group_[i]];
      __builtin_prefetch(bucket_[i]);
      __builtin_prefetch(bucket_[i] + 63);

    }
  }

  // Without a branch on whether the label was found: nobody can predict that.
  void Descend(uint32_t* classes) {
    const uint32_t word_size = a_.word_size;
    const uint32_t word_mask = word_mask_;
    const uint32_t value_mask = value_mask_;
    const unsigned value_bits = value_bits_;
    const size_t active = active_count_;
    size_t kept = 0;
    for (size_t n = 0; n < active; ++n) {
      const size_t i = active_[n];
      const uint8_t* const bucket = bucket_[i];
      const size_t count = *bucket;
      if (count > 16) {
        slow_[slow_count_++] = static_cast<uint8_t>(i);
        continue;
      }
      const uint8_t* record;
      const uint32_t found = Find(i, bucket, count, &record);
      const uint32_t word = Load32(record) & word_mask;
      const uint32_t form = word >> value_bits;
      const uint32_t value = word & value_mask;
      const uint32_t more = ends_[i] != 0;
      if (__builtin_expect(found & (form == kToBranch), 0)) {
        kept += TakeBranch(i, value, more != 0, classes, kept);
        continue;
      }
      // 1 is kForExact, 2 is kForBelow.
      const uint32_t taken = found & form >> more;
      classes[i] = Choose(taken & 1, value, classes[i]);
      node_[i] = Choose(form == kHasChildren, value, Load32(record + word_size) & word_mask);
      active_[kept] = static_cast<uint16_t>(i);
      kept += found & more & form >> 2;
    }
    active_count_ = kept;
  }

  // `a` if `condition` is 1, `b` if it is 0.
  static uint32_t Choose(uint32_t condition, uint32_t a, uint32_t b) {
    return b ^ ((a ^ b) & (0 - condition));
  }

  // 1 if there is an entry, and where; else somewhere in the bucket.
  uint32_t Find(size_t i, const uint8_t* bucket, size_t count, const uint8_t** record) const {
    const uint8_t* const sizes = bucket + 1 + count;
    const uint32_t label_size = size_[i];
    uint32_t among = Ops::Candidates(bucket, count, static_cast<uint8_t>(words_[i][0]),
                                     node_[i] >> base_bits_);
    while (true) {
      const uint32_t at = static_cast<uint32_t>(__builtin_ctz(among | 1u << 16)) & 15;
      *record = sizes + count + Ops::SumBelow(sizes, at);
      const uint32_t form = (Load32(*record) & word_mask_) >> value_bits_;
      const uint32_t words = a_.word_size << (form > kHasChildren);
      const uint32_t found = static_cast<uint32_t>(among != 0) &
                             static_cast<uint32_t>((sizes[at] & 63u) == words + label_size - 1) &
                             Ops::IsText(*record + words - 1, words_[i], label_size);
      const uint32_t others = among & (among - 1);
      if (__builtin_expect((others == 0) | found, 1)) return found;
      among = others;
    }
  }

  // The same for a node of two classes, or where ways part. Returns whether the walk goes on.
  bool TakeBranch(size_t i, uint32_t id, bool more, uint32_t* classes, size_t kept) {
    const NameBranch& branch = a_.branches.branches[id];
    const bool parts = branch.star != 0 || branch.affixes_count != 0;
    classes[i] = !more ? branch.exact : parts ? NameTable::kSeveral : branch.below;
    node_[i] = branch.child;
    active_[kept] = static_cast<uint16_t>(i);
    return more && !parts && branch.child != 0;
  }

  const NameTable& table_;
  const NameTableArrays a_;
  const unsigned base_bits_;
  const uint32_t base_mask_;
  const unsigned value_bits_;
  const uint32_t value_mask_;
  const uint32_t word_mask_;
  size_t active_count_ = 0;  // names whose walk goes on
  size_t slow_count_ = 0;    // names for the scalar walk
  uint16_t active_[kSize + 1];
  uint8_t slow_[kSize];
  alignas(64) uint8_t codes_[64 * (kSize + 1)];
  uint64_t ends_[kSize];  // dots in front of labels that are still to be read
  uint32_t end_[kSize];   // of what is left of the name, among its 64 codes
  uint32_t node_[kSize];  // whose children come next
  alignas(16) uint64_t words_[kSize][2];  // the label, packed
  uint32_t size_[kSize];                  // of it
  const NameGroup* group_[kSize];
  uint32_t in_group_[kSize];
  const uint8_t* bucket_[kSize];
};

template <typename Ops>
void ClassesInBatches(const NameTable& table, const NameColumns& names, size_t count,
                      uint32_t* classes) {
  NameBatch<Ops> batch(table);
  for (size_t at = 0; at < count; at += NameBatch<Ops>::kSize) {
    const size_t left = count - at;
    batch.Classes(names, at, left < NameBatch<Ops>::kSize ? left : NameBatch<Ops>::kSize,
                  classes + at);
  }
}

}  // namespace
}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_NAME_BATCH_H_
