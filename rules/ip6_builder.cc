#include "rules/ip6_builder.h"

#include <algorithm>
#include <cstring>

namespace allowmatch {
namespace {

constexpr uint32_t kUnitBits = 32;
constexpr uint32_t kLastKey = 0xffffffff;

// With a tail in the place of its last word, a tail has so many intervals.
constexpr size_t kMostInTails = 2 * Ip6Table::kTailRuns - 1;

// A window is worth its words from as many intervals on.
constexpr size_t kWindowWordsPerInterval = 4;

// A branch has a word for so many runs; fewer in tables of millions, to save space.
constexpr uint32_t kRunsPerWord = 2;
constexpr uint32_t kRunsPerWordOfMany = 8;
constexpr size_t kMany = 1000000;

// An index takes what a branch would leave a tenth of in crowded values.
constexpr uint32_t kCrowdedPart = 10;

// The bits of an address behind the first `bits`.
uint128 Behind(uint32_t bits) { return bits >= 128 ? uint128{0} : ~uint128{0} >> bits; }

// Keys of one unit up to `last`, behind those of the run before.
struct Run {
  uint32_t last;
  uint32_t word;
};

// Neighbours in a list of runs.
struct Slice {
  const Run* runs;
  size_t size;

  const Run* end() const { return runs + size; }
  // The part that has keys up to `last`, beginning with run `from`.
  Slice UpTo(size_t from, uint32_t last) const {
    size_t to = from;
    while (runs[to].last < last) ++to;
    return {runs + from, to - from + 1};
  }
};

bool IsWide(Slice s, size_t class_count) {
  return class_count > 0x10000 ||
         std::any_of(s.runs, s.end(), [](const Run& run) { return Ip6Word::IsNode(run.word); });
}

uint32_t RunsOfLine(bool wide) { return wide ? Ip6Table::kWideRuns : Ip6Table::kPlainRuns; }

class Ip6Builder {
 public:
  Ip6Builder(const Intervals& intervals, size_t class_count)
      : intervals_(intervals),
        class_count_(class_count),
        runs_per_word_(intervals.size() < kMany ? kRunsPerWord : kRunsPerWordOfMany) {}

  Ip6Sections Build() && {
    if (intervals_.size() > 1) {
      const uint32_t first = Value(Last(0));
      const uint32_t size = Value(intervals_.back().first) - first + 1;
      if (size <= intervals_.size() * kWindowWordsPerInterval) {
        AddWindow(first, size);
        return std::move(sections_);
      }
    }
    sections_.root = Word(0, 0, intervals_.size() - 1);
    return std::move(sections_);
  }

 private:
  static uint32_t Value(uint128 address) {
    return static_cast<uint32_t>(address >> (128 - Ip6Table::kWindowBits));
  }

  uint128 Last(size_t interval) const {
    return interval + 1 < intervals_.size() ? intervals_[interval + 1].first - 1 : ~uint128{0};
  }

  // What is before and behind the values of the ends is of one class each.
  void AddWindow(uint32_t first, uint32_t size) {
    const uint32_t before = first > 0 ? 1 : 0;
    const uint32_t behind = first + size - 1 < 0xffff ? 1 : 0;
    sections_.window_first = first - before;
    sections_.window_size = before + size + behind;
    sections_.words.resize(sections_.window_size);
    size_t from = 0;
    for (uint32_t at = 0; at < sections_.window_size; ++at) {
      const uint128 last = uint128{sections_.window_first + at} << (128 - Ip6Table::kWindowBits) |
                           Behind(Ip6Table::kWindowBits);
      size_t to = from;
      while (Last(to) < last) ++to;
      const uint32_t word = Word(Ip6Table::kWindowBits, from, to);
      sections_.words[at] = word;
      from = Last(to) == last ? to + 1 : to;
    }
  }

  // What leads to the intervals `from` to `to`, of addresses that are equal before bit
  // `at`.
  uint32_t Word(uint32_t at, size_t from, size_t to) {
    if (from == to) return intervals_[from].id;
    if (to - from < kMostInTails && !EndInUnit(at, from, to)) return Tail(from, to);
    const std::vector<Run> runs = Runs(at, from, to);
    return WordOfRuns({runs.data(), runs.size()}, 0, kUnitBits);
  }

  bool EndInUnit(uint32_t at, size_t from, size_t to) const {
    for (size_t i = from; i < to; ++i) {
      if ((Last(i) & Behind(at + kUnitBits)) != Behind(at + kUnitBits)) return false;
    }
    return true;
  }

  uint32_t Tail(size_t from, size_t to) {
    constexpr size_t kLasts = Ip6Table::kTailRuns - 1;
    Ip6Line line;
    for (size_t i = 0; i < kLasts; ++i) {
      const uint128 last = from + i < to ? Last(from + i) : ~uint128{0};
      line.tail.lasts[2 * i] = static_cast<uint64_t>(last >> 64);
      line.tail.lasts[2 * i + 1] = static_cast<uint64_t>(last);
      line.tail.words[i] = intervals_[std::min(from + i, to)].id;
    }
    line.tail.words[kLasts] = from + kLasts < to ? Tail(from + kLasts, to) : intervals_[to].id;
    return AddLine(Ip6Word::kTail, line);
  }

  // The runs of the unit from bit `at` on; what ends inside of one key is a node below.
  std::vector<Run> Runs(uint32_t at, size_t from, size_t to) {
    std::vector<Run> runs;
    uint64_t next = 0;
    for (size_t i = from; i < to;) {
      const uint128 last = Last(i);
      const uint128 end = last | Behind(at + kUnitBits);
      const uint32_t key =
          Ip6Table::Key(static_cast<uint64_t>(end >> 64), static_cast<uint64_t>(end), at) |
          static_cast<uint32_t>(at > 96 ? Behind(224 - at) : 0);
      if (last != end && next < key) runs.push_back({key - 1, intervals_[i].id});
      size_t to_key = i;
      while (to_key < to && Last(to_key) < end) ++to_key;
      runs.push_back({key, Word(at + kUnitBits, i, to_key)});
      next = uint64_t{key} + 1;
      i = to_key < to && Last(to_key) == end ? to_key + 1 : to_key;
    }
    if (next <= kLastKey) runs.push_back({kLastKey, intervals_[to].id});
    return runs;
  }

  // `bits` bits of the unit are left, and the keys begin at `first`.
  uint32_t WordOfRuns(Slice s, uint32_t first, uint32_t bits) {
    const bool wide = IsWide(s, class_count_);
    if (s.size == 1) return s.runs->word;
    if (s.size <= RunsOfLine(wide)) return Line(s, wide);
    const uint32_t branch_bits = BranchBits(s.size, bits);
    if (s.size <= Ip6Table::kIndexLines * RunsOfLine(wide) &&
        Crowded(s, first, bits, bits - branch_bits) * kCrowdedPart > s.size) {
      return Index(s, wide);
    }
    return Branch(s, first, bits, branch_bits);
  }

  uint32_t BranchBits(size_t runs, uint32_t bits) const {
    uint32_t branch_bits = 4;  // a block
    while (branch_bits < Ip6Word::kMaxBits && (uint64_t{runs_per_word_} << branch_bits) < runs) {
      ++branch_bits;
    }
    return std::min(branch_bits, bits);
  }

  // How many runs would not find their line behind a branch.
  size_t Crowded(Slice s, uint32_t first, uint32_t bits, uint32_t shift) const {
    size_t crowded = 0;
    ForEachValue(s, first, bits, shift, [&](uint32_t, uint32_t, Slice part) {
      if (part.size > RunsOfLine(IsWide(part, class_count_))) crowded += part.size;
    });
    return crowded;
  }

  // f(number, first key, runs) for each value of a branch.
  template <typename F>
  static void ForEachValue(Slice s, uint32_t first, uint32_t bits, uint32_t shift, F f) {
    size_t from = 0;
    for (uint32_t value = 0; value < 1u << (bits - shift); ++value) {
      const uint32_t first_key = first + (value << shift);
      const uint32_t last_key = first_key + ((1u << shift) - 1);
      const Slice part = s.UpTo(from, last_key);
      f(value, first_key, part);
      from += part.size - (part.end()[-1].last == last_key ? 0 : 1);
    }
  }

  // Neighbouring values share a line as long as their runs fit.
  uint32_t Branch(Slice s, uint32_t first, uint32_t bits, uint32_t branch_bits) {
    const uint32_t shift = bits - branch_bits;
    sections_.words.resize((sections_.words.size() + Ip6Word::kBlock - 1) / Ip6Word::kBlock *
                           Ip6Word::kBlock);
    const size_t begin = sections_.words.size();
    sections_.words.resize(begin + std::max<size_t>(size_t{1} << branch_bits, Ip6Word::kBlock));
    Slice shared = {s.runs, 0};
    std::vector<size_t> sharers;
    const auto flush = [&] {
      if (sharers.empty()) return;
      const uint32_t word = Line(shared, IsWide(shared, class_count_));
      for (const size_t at : sharers) sections_.words[at] = word;
      sharers.clear();
    };
    ForEachValue(s, first, bits, shift, [&](uint32_t value, uint32_t first_key, Slice part) {
      const size_t at = begin + value;
      if (part.size == 1 && !Ip6Word::IsNode(part.runs->word)) {
        sections_.words[at] = part.runs->word;
        return;
      }
      if (part.size > RunsOfLine(IsWide(part, class_count_))) {
        flush();
        const uint32_t word = WordOfRuns(part, first_key, shift);
        sections_.words[at] = word;
        return;
      }
      const Slice both = {shared.runs, static_cast<size_t>(part.end() - shared.runs)};
      if (!sharers.empty() && both.size <= RunsOfLine(IsWide(both, class_count_))) {
        shared = both;
      } else {
        flush();
        shared = part;
      }
      sharers.push_back(at);
    });
    flush();
    return Ip6Word::OfBranch(begin / Ip6Word::kBlock, shift, branch_bits);
  }

  uint32_t Line(Slice s, bool wide) {
    Ip6Line line;
    std::memset(&line, 0, sizeof(line));
    uint32_t* const lasts = wide ? line.wide.lasts : line.plain.lasts;
    std::fill(lasts, lasts + RunsOfLine(wide) - 1, kLastKey);
    for (size_t i = 0; i < s.size; ++i) {
      if (i + 1 < s.size) lasts[i] = s.runs[i].last;
      if (wide) {
        line.wide.words[i] = s.runs[i].word;
      } else {
        line.plain.classes[i] = static_cast<uint16_t>(s.runs[i].word);
      }
    }
    return AddLine(wide ? Ip6Word::kWide : Ip6Word::kPlain, line);
  }

  // The lines stand behind the index.
  uint32_t Index(Slice s, bool wide) {
    Ip6Line line;
    std::fill(line.index.lasts, line.index.lasts + Ip6Table::kIndexLines - 1, kLastKey);
    const uint32_t word = AddLine(wide ? Ip6Word::kWideIndex : Ip6Word::kPlainIndex, line);
    const size_t at = sections_.lines.size() - 1;
    const size_t runs = RunsOfLine(wide);
    for (size_t i = 0; i * runs < s.size; ++i) {
      const Slice part = {s.runs + i * runs, std::min(runs, s.size - i * runs)};
      if (part.end() != s.end()) sections_.lines[at].index.lasts[i] = part.end()[-1].last;
      Line(part, wide);
    }
    return word;
  }

  uint32_t AddLine(Ip6Word::Form form, const Ip6Line& line) {
    sections_.lines.push_back(line);
    return Ip6Word::OfLine(form, sections_.lines.size() - 1);
  }

  const Intervals& intervals_;
  const size_t class_count_;
  const uint32_t runs_per_word_;
  Ip6Sections sections_;
};

}  // namespace

Ip6Sections BuildIp6Table(const Intervals& intervals, size_t class_count) {
  return Ip6Builder(intervals, class_count).Build();
}

}  // namespace allowmatch
