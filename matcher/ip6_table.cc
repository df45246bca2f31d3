#include "matcher/ip6_table.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "matcher/ip6_batch.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the IPv6 table: ", what));
}

// Follows all words from the root on. Each node is looked at once in each form, so the
// time is linear in the arrays whatever they hold. Branches end because the bits that
// are left go down; the units of an address end by themselves.
class Check {
 public:
  Check(const Ip6Arrays& arrays, size_t class_count)
      : a_(arrays),
        class_count_(class_count),
        owners_(arrays.words.size() / Ip6Word::kBlock + 1),
        seen_(arrays.lines.size()) {}

  bool Run() {
    bool sound = a_.window_size > 0 || Follow(a_.root);
    for (uint32_t at = 0; at < a_.window_size; ++at) sound = sound && Follow(a_.words[at]);
    while (sound && !open_.empty()) {
      const uint32_t word = open_.back();
      open_.pop_back();
      sound = NodeIsSound(word);
    }
    return sound;
  }

 private:
  bool IsClass(uint32_t word) const { return word < class_count_; }

  bool Follow(uint32_t word) {
    if (!Ip6Word::IsNode(word)) return IsClass(word);
    if (Ip6Word::IsBranch(word)) return FollowBranch(word);
    const uint32_t line = Ip6Word::LineOf(word);
    const Ip6Word::Form form = Ip6Word::FormOf(word);
    if (form < Ip6Word::kTail || form >= Ip6Word::kForms || line >= seen_.size()) return false;
    if ((seen_[line] >> form & 1) == 0) open_.push_back(word);
    seen_[line] = static_cast<uint8_t>(seen_[line] | 1u << form);
    return true;
  }

  // No two branches share words.
  bool FollowBranch(uint32_t word) {
    const uint32_t bits = Ip6Word::BitsOf(word);
    const uint64_t first = Ip6Word::FirstOf(word);
    const uint64_t end = first + (uint64_t{1} << bits);
    if (bits == 0 || bits + Ip6Word::ShiftOf(word) > 32 || first < a_.window_size ||
        end > a_.words.size()) {
      return false;
    }
    if (owners_[first / Ip6Word::kBlock] == word) return true;
    for (uint64_t at = first; at < end; at += Ip6Word::kBlock) {
      if (owners_[at / Ip6Word::kBlock] != 0) return false;
      owners_[at / Ip6Word::kBlock] = word;
    }
    open_.push_back(word);
    return true;
  }

  bool NodeIsSound(uint32_t word) {
    if (Ip6Word::IsBranch(word)) return BranchIsSound(word);
    const Ip6Line& line = a_.lines[Ip6Word::LineOf(word)];
    switch (Ip6Word::FormOf(word)) {
      case Ip6Word::kPlain:
        return line.plain.zero == 0 &&
               std::all_of(line.plain.classes, line.plain.classes + Ip6Table::kPlainRuns,
                           [this](uint32_t c) { return IsClass(c); });
      case Ip6Word::kWide:
        return line.wide.zero == 0 &&
               std::all_of(line.wide.words, line.wide.words + Ip6Table::kWideRuns,
                           [this](uint32_t w) { return Follow(w); });
      case Ip6Word::kTail:
        return std::all_of(line.tail.words, line.tail.words + Ip6Table::kTailRuns,
                           [this](uint32_t w) { return IsClass(w) || IsLastTail(w); });
      default:
        return IndexIsSound(word, line);
    }
  }

  bool BranchIsSound(uint32_t word) {
    const uint32_t first = Ip6Word::FirstOf(word);
    for (uint32_t at = first; at < first + (1u << Ip6Word::BitsOf(word)); ++at) {
      const uint32_t next = a_.words[at];
      if (Ip6Word::IsBranch(next) &&
          Ip6Word::BitsOf(next) + Ip6Word::ShiftOf(next) > Ip6Word::ShiftOf(word)) {
        return false;
      }
      if (!Follow(next)) return false;
    }
    return true;
  }

  // A last key of all ones is below no key.
  bool IndexIsSound(uint32_t word, const Ip6Line& line) {
    uint32_t next = word - Ip6Word::kToLine + 1;
    if (Ip6Word::LineOf(word) == Ip6Word::kLineMask || !Follow(next)) return false;
    for (const uint32_t last : line.index.lasts) {
      if (last != ~uint32_t{0} && !Follow(++next)) return false;
    }
    return true;
  }

  bool IsLastTail(uint32_t word) const {
    if (!Ip6Word::IsNode(word) || Ip6Word::FormOf(word) != Ip6Word::kTail ||
        Ip6Word::LineOf(word) >= a_.lines.size()) {
      return false;
    }
    const Ip6Line& line = a_.lines[Ip6Word::LineOf(word)];
    return std::all_of(line.tail.words, line.tail.words + Ip6Table::kTailRuns,
                       [this](uint32_t w) { return IsClass(w); });
  }

  const Ip6Arrays& a_;
  const size_t class_count_;
  std::vector<uint32_t> owners_;  // of each block, its branch
  std::vector<uint8_t> seen_;     // of each line, a bit for each form
  std::vector<uint32_t> open_;
};

struct CompareScalar {
  template <size_t kLasts>
  static uint32_t Below(const uint32_t* lasts, uint32_t key) {
    uint32_t below = 0;
    for (size_t i = 0; i < kLasts; ++i) below += lasts[i] < key;
    return below;
  }
};

}  // namespace

absl::Status Ip6Table::Bind(const Ip6Arrays& arrays, size_t class_count) {
  if (class_count > Ip6Word::kNode || arrays.window_size > arrays.words.size() ||
      arrays.words.size() > uint64_t{Ip6Word::kMaxBlocks} * Ip6Word::kBlock ||
      arrays.lines.size() > Ip6Word::kLineMask) {
    return Broken("a size is wrong");
  }
  if (arrays.window_size == 0
          ? arrays.window_first != 0
          : uint64_t{arrays.window_first} + arrays.window_size > uint64_t{1} << kWindowBits ||
                arrays.root != 0) {
    return Broken("the window is wrong");
  }
  if (!Check(arrays, class_count).Run()) return Broken("a word leads outside");
  words_ = arrays.words.data();
  lines_ = arrays.lines.data();
  root_ = arrays.root;
  window_first_ = arrays.window_first;
  window_size_ = arrays.window_size;
  return absl::OkStatus();
}

void Ip6Table::BatchScalar(const uint64_t* addresses, size_t count, uint32_t* classes) const {
  BatchBy<CompareScalar>(addresses, count, classes);
}

void Ip6Table::Lookup(Kernel kernel, const uint64_t* addresses, size_t count,
                      uint32_t* classes) const {
  const auto batch = kernel == Kernel::kScalar ? &Ip6Table::BatchScalar
                     : kernel == Kernel::kAvx2 ? &Ip6Table::BatchAvx2
                                               : &Ip6Table::BatchAvx512;
  for (size_t first = 0; first < count; first += kBatch) {
    (this->*batch)(addresses + 2 * first, std::min(kBatch, count - first), classes + first);
  }
}

}  // namespace allowmatch
