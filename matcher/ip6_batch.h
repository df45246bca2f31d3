// A batch of the IPv6 table, stage by stage, without vectors but for comparisons.
//
// In each unit the addresses that are still open go through branches, indices and
// lines together, by lists of their positions. What belongs to which list is never
// branched on: a position is written to the end of a list, whose size then grows or
// does not. So the loads of many addresses are on their way at once.
//
// Included inside a region of matcher/target.h, or outside for the baseline. So all of
// it is templates, which each includer instantiates with a type of its own.

#ifndef ALLOWMATCH_MATCHER_IP6_BATCH_H_
#define ALLOWMATCH_MATCHER_IP6_BATCH_H_

#include <cstddef>
#include <cstdint>

#include "matcher/ip6_table.h"

namespace allowmatch {

// The keys of the unit from bit `at` on, and what is behind the branches.
template <typename Compare>
void Ip6Table::FollowBranches(const uint64_t* addresses, uint32_t at, const uint16_t* open,
                              size_t open_size, uint32_t* words, uint32_t* keys) const {
  uint16_t branches[kBatch];
  size_t left = 0;
  for (size_t j = 0; j < open_size; ++j) {
    const uint16_t i = open[j];
    keys[i] = Key(addresses[2 * i], addresses[2 * i + 1], at);
    branches[left] = i;
    left += Ip6Word::IsBranch(words[i]);
  }
  for (size_t size = left; size > 0; size = left) {
    left = 0;
    for (size_t j = 0; j < size; ++j) {
      const uint16_t i = branches[j];
      words[i] = BranchWord(words[i], keys[i]);
      branches[left] = i;
      left += Ip6Word::IsBranch(words[i]);
    }
  }
}

template <typename Compare>
void Ip6Table::BatchBy(const uint64_t* addresses, size_t count, uint32_t* classes) const {
  uint32_t* const words = classes;  // become classes
  uint32_t keys[kBatch];
  uint16_t open[kBatch];
  size_t open_size = 0;
  for (size_t i = 0; i < count; ++i) {
    words[i] = window_size_ == 0 ? root_ : WindowWord(addresses[2 * i]);
    open[open_size] = static_cast<uint16_t>(i);
    open_size += Ip6Word::IsNode(words[i]);
  }
  for (uint32_t at = window_size_ == 0 ? 0 : kWindowBits; open_size > 0 && at < kAddressBits;
       at += 32) {
    FollowBranches<Compare>(addresses, at, open, open_size, words, keys);
    uint16_t plain[kBatch], wide[kBatch], index[kBatch], tails[kBatch];
    size_t plain_size = 0, wide_size = 0, index_size = 0, tail_size = 0;
    for (size_t j = 0; j < open_size; ++j) {
      const uint16_t i = open[j];
      const bool node = Ip6Word::IsNode(words[i]);
      const Ip6Word::Form form = Ip6Word::FormOf(words[i]);
      plain[plain_size] = wide[wide_size] = index[index_size] = tails[tail_size] = i;
      plain_size += node & (form == Ip6Word::kPlain);
      wide_size += node & (form == Ip6Word::kWide);
      index_size += node & (form >= Ip6Word::kPlainIndex);
      tail_size += node & (form == Ip6Word::kTail);
    }
    for (size_t j = 0; j < index_size; ++j) {
      const uint16_t i = index[j];
      const Ip6Line& line = lines_[Ip6Word::LineOf(words[i])];
      words[i] += 1 - Ip6Word::kToLine +
                  Compare::template Below<kIndexLines - 1>(line.index.lasts, keys[i]);
      plain[plain_size] = wide[wide_size] = i;
      plain_size += Ip6Word::FormOf(words[i]) == Ip6Word::kPlain;
      wide_size += Ip6Word::FormOf(words[i]) == Ip6Word::kWide;
    }
    for (size_t j = 0; j < plain_size; ++j) {
      const uint16_t i = plain[j];
      const Ip6Line& line = lines_[Ip6Word::LineOf(words[i])];
      words[i] =
          line.plain.classes[Compare::template Below<kPlainRuns - 1>(line.plain.lasts, keys[i])];
    }
    for (size_t j = 0; j < tail_size; ++j) {
      const uint16_t i = tails[j];
      words[i] = TailClass(words[i], addresses[2 * i], addresses[2 * i + 1]);
    }
    open_size = 0;
    for (size_t j = 0; j < wide_size; ++j) {
      const uint16_t i = wide[j];
      const Ip6Line& line = lines_[Ip6Word::LineOf(words[i])];
      words[i] = line.wide.words[Compare::template Below<kWideRuns - 1>(line.wide.lasts, keys[i])];
      open[open_size] = i;
      open_size += Ip6Word::IsNode(words[i]);
    }
  }
  for (size_t j = 0; j < open_size; ++j) words[open[j]] = 0;  // as Walk ends
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IP6_BATCH_H_
