// The literal walk of matcher/name_table.h for a group of names at once, stage by
// stage, so that the loads of all of them are under way together. Included once in
// each file of wide instructions, inside its target region: `Ops` are the vector
// operations, and everything here is as wide as they are.
//
//   Ops::Codes(end, size, codes, &dots, &bad)   the last `size` <= 63 characters before
//       `end` to label codes (0 for a dot), at the end of codes[64]; a bit for each dot
//       and for each character that may not stand in a name
//   Ops::PackCodes(end, size)      the last `size` <= 24 codes before `end`, packed
//   Ops::Tagged(line, tag)         a bit for each entry of the line with this tag that is not moved
//   Ops::SizeBefore(line, entry)   the sum of the sizes of the entries before it
//   Ops::IsText(bytes, label, size)
//
// Names that are longer are walked by the scalar code.

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
        word_size_(a_.word_size),
        value_bits_(8 * word_size_ - 3),
        value_mask_((1u << value_bits_) - 1) {}

  // Names first .. first + count - 1; count <= kSize.
  void Classes(const NameColumns& names, size_t first, size_t count, uint32_t* classes) {
    Read(names, first, count, classes);
    if (a_.top_labels == 1) TakeTops<1>(classes);
    if (a_.top_labels == 2) TakeTops<2>(classes);
    while (active_count_ > 0) {
      FindLines();
      FindRecords();
      Descend(classes);
      DescendInside(classes);
    }
    for (size_t n = 0; n < slow_count_; ++n) {
      const size_t i = first + slow_[n];
      classes[slow_[n]] = table_.ClassOf({names.bytes + names.offset[i], names.size[i]});
    }
  }

 private:
  static constexpr size_t kLongestName = 63;
  static constexpr uint32_t kShortLabel = 24;  // characters of a label that is one vector
  static constexpr uint32_t kShortSize = 16;   // of it, packed

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
      Ops::Codes(text + size, size, codes_ + 64 * (i + 1), &dots, &bad);
      // With a dot in front of the name, each label lies between two.
      const uint64_t ends = dots | uint64_t{1} << (63 - size);
      const bool valid = (bad | (ends & ends << 1) | ends >> 63) == 0;
      classes[i] = valid ? 0 : NameTable::kInvalid;
      ends_[i] = ends;
      end_[i] = 64;
      place_[i] = 0;
      active_[active] = static_cast<uint16_t>(i);
      active += valid;
    }
    active_count_ = active;
  }

  // The last labels at once. What has no top is in class 0, or starts at the root if it
  // may be a label without room among the tops.
  template <int kLabels>
  void TakeTops(uint32_t* classes) {
    const uint64_t seed = a_.seed;
    const NameTop* const tops = a_.tops.data();
    const size_t lines = a_.tops.size() / NameTop::kInLine;
    const size_t active = active_count_;
    size_t kept = 0;
    size_t inside = 0;
    for (size_t n = 0; n < active; ++n) {
      const size_t i = active_[n];
      const uint64_t all = ends_[i];
      // Of a name of one label, the dot in front of it; then what is packed begins with a dot.
      const uint64_t lower =
          kLabels == 1 ? all : all ^ uint64_t { 1 } << (63 - __builtin_clzll(all));
      const uint64_t ends = lower != 0 ? lower : all;
      const uint32_t dot = 63 - static_cast<uint32_t>(__builtin_clzll(ends));
      const uint32_t size = 63 - dot;
      const uint32_t fits = (size <= NameTop::kMaxSize) & (lower != 0);
      const auto text = Ops::PackCodes(codes_ + 64 * (i + 2), fits != 0 ? size : 1);
      const uint64_t low = Ops::Low(text);
      const uint64_t high = Ops::High(text);
      const NameTop* top =
          tops + NameTop::kInLine * NameTop::LineOf(HashWords(seed, low, high), lines);
      const uint32_t crowded = top->crowded & fits;
      const uint32_t first = (top->text[0] == low) & (top->text[1] == high);
      top += 1 - first;
      const uint32_t found = fits & static_cast<uint32_t>(top->text[0] == low) &
                             static_cast<uint32_t>(top->text[1] == high);
      const uint64_t left = ends ^ uint64_t { 1 } << dot;
      const uint32_t more = left != 0;
      const uint32_t id = Choose(more, top->below, top->exact);
      const NameTable::Place place = top->child & (0 - found);
      classes[i] = id & (0 - found);
      place_[i] = place;
      ends_[i] = all ^ ((all ^ left) & (0 - uint64_t{found}));
      end_[i] = Choose(found, dot, 64);
      const uint32_t elsewhere = kLabels == 1 ? crowded | (fits ^ 1) : crowded;
      const uint32_t goes_on =
          (found & more & (id != NameTable::kSeveral) & (place != NameTable::kNowhere)) |
          (elsewhere & (found ^ 1));
      const uint32_t is_inside = place >> 31;
      active_[kept] = static_cast<uint16_t>(i);
      kept += goes_on & (is_inside ^ 1);
      inside_[inside] = static_cast<uint16_t>(i);
      inside += goes_on & is_inside;
    }
    active_count_ = kept;
    inside_count_ = inside;
    DescendInside(classes);
  }

  // The last label of what is left, packed.
  void TakeLabel(size_t i) {
    const uint32_t dot = 63 - static_cast<uint32_t>(__builtin_clzll(ends_[i]));
    const uint32_t size = end_[i] - dot - 1;
    const uint8_t* const end = codes_ + 64 * (i + 1) + end_[i];
    ends_[i] ^= uint64_t{1} << dot;
    end_[i] = dot;
    size_[i] = (2 * size + 2) / 3;
    if (__builtin_expect(size > kShortLabel, 0)) {
      return PackGroups(
          size, [=](size_t at) { return (end - size)[at]; }, words_[i]);
    }
    Ops::Store(Ops::PackCodes(end, size), words_[i]);
  }

  void FindLines() {
    const NameLine* const lines = a_.lines.data();
    const auto line_count = static_cast<uint32_t>(a_.lines.size() - 1);
    const size_t active = active_count_;
    for (size_t n = 0; n < active; ++n) {
      const size_t i = active_[n];
      TakeLabel(i);
      const uint64_t hash = HashOf(a_.seed, words_[i], size_[i]);
      line_[i] = lines + NameTable::LineOf(hash, place_[i], line_count);
      tag_[i] = NameTable::TagOf(hash);
      __builtin_prefetch(line_[i]);
    }
  }

  // What the lines list; most names that are not in the table end here.
  void FindRecords() {
    const uint8_t* const records = a_.records.data();
    const size_t active = active_count_;
    size_t kept = 0;
    for (size_t n = 0; n < active; ++n) {
      const size_t i = active_[n];
      const NameLine* const line = line_[i];
      const uint32_t among = Ops::Tagged(line, tag_[i]);
      const uint32_t entry = static_cast<uint32_t>(__builtin_ctz(among | 1u << 30));
      const uint8_t* const record = records + line->first() + Ops::SizeBefore(line, entry);
      record_[i] = record;
      among_[i] = among;
      __builtin_prefetch(record);
      __builtin_prefetch(record + 24);
      active_[kept] = static_cast<uint16_t>(i);
      kept += static_cast<uint32_t>(among != 0) | static_cast<uint32_t>(line->begin >> 31);
    }
    active_count_ = kept;
  }

  void Descend(uint32_t* classes) {
    const size_t active = active_count_;
    active_count_ = 0;
    inside_count_ = 0;
    for (size_t n = 0; n < active; ++n) {
      const size_t i = active_[n];
      const uint8_t* record = record_[i];
      if (__builtin_expect(among_[i] == 0 || !HasLabel(record, i), 0)) {
        record = OtherRecord(i);
        if (record == nullptr) continue;
      }
      Take(i, record, classes);
    }
  }

  // On from nodes to what is inside, as far as names lead.
  void DescendInside(uint32_t* classes) {
    while (inside_count_ > 0) {
      const size_t count = inside_count_;
      inside_count_ = 0;
      for (size_t n = 0; n < count; ++n) {
        const size_t i = inside_[n];
        TakeLabel(i);
        const uint8_t* at = a_.records.data() + (place_[i] & ~NameTable::kInside);
        const uint8_t* const end = at + 1 + *at;
        ++at;
        while (at != end && !HasLabel(at, i)) at = NameNode(at, word_size_).end();
        if (at != end) Take(i, at, classes);
      }
    }
  }

  bool HasLabel(const uint8_t* node, size_t i) const {
    if ((*node & NameNode::kSizeMask) != size_[i]) return false;
    if (__builtin_expect(size_[i] <= kShortSize, 1)) {
      return Ops::IsText(node + 1, words_[i], size_[i]) != 0;
    }
    return std::memcmp(node + 1, words_[i], size_[i]) == 0;
  }

  // Where the first one with the tag is another one's, or none is in the line itself.
  const uint8_t* OtherRecord(size_t i) const {
    const NameLine* const line = line_[i];
    for (uint32_t among = among_[i]; (among &= among - 1) != 0;) {
      const auto entry = static_cast<uint32_t>(__builtin_ctz(among));
      const uint8_t* const record =
          a_.records.data() + line->first() + Ops::SizeBefore(line, entry);
      if (HasLabel(record, i)) return record;
    }
    return line->goes_on() ? MovedRecord(i) : nullptr;
  }

  const uint8_t* MovedRecord(size_t i) const {
    const NameLine& line = line_[i][1];
    const uint8_t* record = a_.records.data() + line.first();
    for (uint32_t entry = 0;
         entry < NameLine::kEntries && (line.sizes[entry] & NameLine::kMoved) != 0; ++entry) {
      if (HasLabel(record, i)) return record;
      record += line.sizes[entry] & ~NameLine::kMoved;
    }
    return nullptr;
  }

  // To a node whose label was found, and on to its children if there are labels left.
  void Take(size_t i, const uint8_t* bytes, uint32_t* classes) {
    const NameNode node(bytes, word_size_);
    const uint32_t word = node.first_word();
    const uint32_t form = word >> value_bits_;
    const uint32_t value = word & value_mask_;
    const uint32_t more = ends_[i] != 0;
    const uint32_t has_word = node.has_word();
    if (__builtin_expect(has_word & static_cast<uint32_t>(form == kToBranch), 0)) {
      return TakeBranch(i, value, more != 0, classes);
    }
    // 1 is kForExact, 2 is kForBelow.
    classes[i] = Choose(has_word & form >> more & 1, value, classes[i]);
    const uint32_t has_inside = node.has_inside();
    const auto inside =
        NameTable::kInside | static_cast<uint32_t>(node.inside() - a_.records.data());
    const uint32_t number = Choose(form == kHasChildren, value, node.second_word());
    place_[i] = Choose(has_inside, inside, number);
    active_[active_count_] = static_cast<uint16_t>(i);
    active_count_ += more & (has_inside ^ 1) & form >> 2;
    inside_[inside_count_] = static_cast<uint16_t>(i);
    inside_count_ += more & has_inside;
  }

  // `a` if `condition` is 1, `b` if it is 0.
  static uint32_t Choose(uint32_t condition, uint32_t a, uint32_t b) {
    return b ^ ((a ^ b) & (0 - condition));
  }

  // The same for a node of two classes, or where ways part.
  void TakeBranch(size_t i, uint32_t id, bool more, uint32_t* classes) {
    const NameBranch& branch = a_.branches.branches[id];
    const bool parts = branch.star != 0 || branch.affixes_count != 0;
    classes[i] = !more ? branch.exact : parts ? NameTable::kSeveral : branch.below;
    place_[i] = branch.child;
    active_[active_count_] = static_cast<uint16_t>(i);
    active_count_ += more && !parts && branch.child != 0;
  }

  const NameTable& table_;
  const NameTableArrays a_;
  const uint32_t word_size_;
  const unsigned value_bits_;
  const uint32_t value_mask_;
  size_t active_count_ = 0;  // names whose walk goes on at records
  size_t inside_count_ = 0;  // names whose walk goes on inside a record
  size_t slow_count_ = 0;    // names for the scalar walk
  uint16_t active_[kSize + 1];
  uint16_t inside_[kSize + 1];
  uint8_t slow_[kSize];
  alignas(64) uint8_t codes_[64 * (kSize + 1)];  // the first 64 are read, and mean nothing
  uint64_t ends_[kSize];           // dots in front of labels that are still to be read
  uint32_t end_[kSize];            // of what is left of the name, among its 64 codes
  NameTable::Place place_[kSize];  // of the children that come next
  alignas(16) uint64_t words_[kSize][PackedLabel::kWords];  // the label, packed
  uint32_t size_[kSize];                                    // of it
  uint8_t tag_[kSize];
  const NameLine* line_[kSize];
  uint32_t among_[kSize];  // entries of the line
  const uint8_t* record_[kSize];
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
