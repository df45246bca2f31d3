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

// So that the first bytes of nearly all buckets fit into one vector.
constexpr uint32_t kEntriesInBucket = 6;

// After so many seeds the table is made larger.
constexpr uint64_t kSeedsOfSize = 16;

absl::Status TooLarge(absl::string_view what, uint64_t count, uint64_t limit) {
  return absl::ResourceExhaustedError(absl::StrCat("the policy has ", count, " ", what,
                                                   "; a database holds at most ", limit));
}

void AppendWord(uint32_t word, uint32_t size, std::vector<uint8_t>* bytes) {
  for (uint32_t i = 0; i < size; ++i) bytes->push_back(static_cast<uint8_t>(word >> 8 * i));
}

class NameBuilder {
 public:
  NameBuilder(const NameTrie& trie, const NodeClasses& classes)
      : trie_(trie), classes_(classes), branches_(trie, classes) {}

  absl::StatusOr<NameArrays> Build() && {
    ChooseForms();
    ChooseSize();
    // Whoever chooses labels that collide under one seed chooses another seed.
    uint64_t state = DigestOfLabels();
    for (uint64_t attempt = 1;; ++attempt) {
      arrays_.seed = state = Mix(state ^ attempt, kLabelMultiplier);
      if (Fill() && branches_.Write(ids_, arrays_.seed, &arrays_)) break;
      if (attempt % kSeedsOfSize == 0) Resize(2 * arrays_.bucket_count);
    }
    if (largest_word_ >> 29 != 0) return TooLarge("classes of names", largest_word_, 1u << 29);
    arrays_.word_size = largest_word_ >> 21 == 0 ? 3 : 4;
    if (absl::Status s = WriteBuckets(); !s.ok()) return s;
    arrays_.tops = BuildNameTops(trie_, classes_, ids_, arrays_.seed);
    for (const ServiceRun& run : classes_.runs()) {
      arrays_.runs.push_back(run.first);
      arrays_.run_services.push_back(run.service);
    }
    arrays_.listing = classes_.Listing();
    arrays_.classes = classes_.general();
    return std::move(arrays_);
  }

 private:
  using Node = NameTrie::Node;
  const std::vector<Node>& nodes() const { return trie_.nodes(); }

  bool IsEntry(uint32_t node) const {
    return node != 0 && nodes()[node].kind == NameTrie::Kind::kLiteral;
  }

  // What the first word of each entry says; where that is not enough, a branch is made.
  void ChooseForms() {
    forms_.resize(nodes().size());
    for (uint32_t i = 1; i < nodes().size(); ++i) {
      if (!IsEntry(i)) continue;
      ++entries_;
      forms_[i] = branches_.branch(i) != 0 ? uint8_t{kToBranch} : FormOf(i);
      if (forms_[i] == kToBranch) branches_.Add(i);
    }
  }

  uint8_t FormOf(uint32_t node) const {
    const uint32_t inherited = classes_[nodes()[node].parent].below;
    const NodeClasses::OfNode& own = classes_[node];
    const unsigned children = nodes()[node].has_literals ? unsigned{kHasChildren} : 0;
    unsigned scope = kForExact | kForBelow;
    if (own.exact != own.below) {
      if (own.below != inherited && own.exact != inherited) return kToBranch;
      scope = own.below == inherited ? kForExact : kForBelow;
    } else if (own.exact == inherited && children != 0) {
      return kHasChildren;
    }
    return static_cast<uint8_t>(scope | children);
  }

  void ChooseSize() {
    for (const Node& node : nodes()) parents_ += node.has_literals;
    const uint64_t count = std::max<uint64_t>(entries_ / kEntriesInBucket,
                                              parents_ / NameTable::kColors + 1);
    Resize(static_cast<uint32_t>(count));
  }

  // Gives each node with literal children its number: bases that are spread over the
  // buckets, each once for each color.
  void Resize(uint32_t bucket_count) {
    arrays_.bucket_count = bucket_count;
    const unsigned base_bits = NameTable::BaseBits(bucket_count);
    uint64_t step = static_cast<uint64_t>(0.618 * bucket_count) + 1;
    while (std::gcd(step, uint64_t{bucket_count}) != 1) ++step;
    ids_.assign(nodes().size(), 0);
    uint64_t next = 1;  // the root is 0
    for (uint32_t i = 1; i < nodes().size(); ++i) {
      if (!nodes()[i].has_literals) continue;
      const uint64_t base = next % bucket_count * step % bucket_count;
      ids_[i] = static_cast<uint32_t>(base | next / bucket_count << base_bits);
      ++next;
    }
    largest_word_ = std::max({classes_.end(), uint64_t{NameTable::kColors} << base_bits,
                              uint64_t{branches_.count()}});
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

  // Sorts the entries by their bucket; false if one has too many.
  bool Fill() {
    std::vector<uint32_t> buckets(nodes().size());
    begin_.assign(size_t{arrays_.bucket_count} + 1, 0);
    const uint32_t base_mask = (1u << NameTable::BaseBits(arrays_.bucket_count)) - 1;
    for (uint32_t i = 1; i < nodes().size(); ++i) {
      if (!IsEntry(i)) continue;
      const uint64_t hash = HashOf(arrays_.seed, Pack(nodes()[i].text()));
      buckets[i] =
          NameTable::BucketOf(hash, ids_[nodes()[i].parent] & base_mask, arrays_.bucket_count);
      if (++begin_[buckets[i] + 1] > NameTable::kMaxInBucket) return false;
    }
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    order_.resize(entries_);
    std::vector<uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (uint32_t i = 1; i < nodes().size(); ++i) {
      if (IsEntry(i)) order_[next[buckets[i]]++] = i;
    }
    return true;
  }

  absl::Status WriteBuckets() {
    arrays_.groups.resize((arrays_.bucket_count + NameGroup::kBuckets - 1) / NameGroup::kBuckets);
    arrays_.buckets.reserve(entries_ * 12 + arrays_.bucket_count);
    for (uint32_t bucket = 0; bucket < arrays_.bucket_count; ++bucket) {
      NameGroup& group = arrays_.groups[bucket / NameGroup::kBuckets];
      const uint64_t at = arrays_.buckets.size();
      if (at > 0xffffffffu) return TooLarge("bytes in its table of names", at, 0xffffffffu);
      if (bucket % NameGroup::kBuckets == 0) group.begin = static_cast<uint32_t>(at);
      group.from_begin[bucket % NameGroup::kBuckets] = static_cast<uint16_t>(at - group.begin);
      WriteBucket(order_.data() + begin_[bucket], order_.data() + begin_[bucket + 1]);
    }
    return absl::OkStatus();
  }

  void WriteBucket(const uint32_t* begin, const uint32_t* end) {
    std::vector<uint8_t>& bytes = arrays_.buckets;
    const size_t count = static_cast<size_t>(end - begin);
    const size_t header = bytes.size();
    bytes.resize(header + 1 + 2 * count);
    bytes[header] = static_cast<uint8_t>(count);
    for (size_t i = 0; i < count; ++i) {
      const uint32_t node = begin[i];
      const size_t record = bytes.size();
      const PackedLabel label = Pack(nodes()[node].text());
      WriteWords(node);
      bytes.insert(bytes.end(), label.bytes() + 1, label.bytes() + label.size);
      const uint32_t color =
          ids_[nodes()[node].parent] >> NameTable::BaseBits(arrays_.bucket_count);
      bytes[header + 1 + i] = label.bytes()[0];
      bytes[header + 1 + count + i] = static_cast<uint8_t>((bytes.size() - record) | color << 6);
    }
  }

  void WriteWords(uint32_t node) {
    const uint32_t form = forms_[node];
    const uint32_t size = arrays_.word_size;
    uint32_t value = ids_[node];
    if (form == kToBranch) {
      value = branches_.branch(node);
    } else if (form != kHasChildren) {
      value = (form & kForExact) != 0 ? classes_[node].exact : classes_[node].below;
    }
    AppendWord(value | form << (8 * size - 3), size, &arrays_.buckets);
    if (form > kHasChildren) AppendWord(ids_[node], size, &arrays_.buckets);
  }

  const NameTrie& trie_;
  const NodeClasses& classes_;
  NameBranchBuilder branches_;
  std::vector<uint8_t> forms_;   // by node
  std::vector<uint32_t> ids_;    // by node; 0 without literal children, and of the root
  std::vector<uint32_t> begin_;  // of each bucket in order_, and the end
  std::vector<uint32_t> order_;  // the entries, by bucket
  uint64_t entries_ = 0;
  uint64_t parents_ = 0;
  uint64_t largest_word_ = 0;
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
