// What the classes of names stand for.
//
// Classes below size() are *general*: a row of the verdict table for each
// direction. Class size() + r is the outbound pair of rank r and nothing else;
// most classes of a large list are of this kind and take no space. Which services such
// a pair has is known for *runs* of ranks.
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_NAME_CLASSES_H_
#define ALLOWMATCH_MATCHER_NAME_CLASSES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "matcher/verdict_table.h"

namespace allowmatch {

// What a name stands for. Class 0 is a name that no pattern matches.
struct NameClass {
  uint32_t out_row;
  uint32_t in_row;
};

struct NameClassArrays {
  absl::Span<const NameClass> general;
  absl::Span<const uint32_t> listing;   // of each of them the best outbound rank, else rank_count
  absl::Span<const uint32_t> runs;      // the first rank of each, ascending from 0; or none
  absl::Span<const uint8_t> services;   // run * class_count + service class: 1 if they match
  uint32_t rank_count = 0;
  uint32_t deny_count = 0;              // ranks below are deny pairs
  uint32_t service_class_count = 0;
};

class NameClasses {
 public:
  NameClasses() = default;

  // Takes over the arrays after checking that no lookup can leave them.
  absl::Status Bind(const NameClassArrays& arrays, uint32_t row_count, uint32_t inbound_count);

  // Of a table of names: more than any class.
  uint64_t end() const { return a_.general.size() + (a_.runs.empty() ? 0 : a_.rank_count); }

  bool IsGeneral(uint32_t id) const { return id < a_.general.size(); }
  const NameClass& operator[](uint32_t general) const { return a_.general[general]; }

  // The outbound cell of a class that is one rank, as in verdict_table.h.
  uint32_t Outbound(uint32_t id, uint32_t service_class) const {
    const uint32_t rank = id - static_cast<uint32_t>(a_.general.size());
    if (a_.services[size_t{RunOf(rank)} * a_.service_class_count + service_class] != 0) return rank;
    return rank < a_.deny_count ? kNoCell : kWrongService | rank;
  }

  // The best outbound rank of a class, whatever the service; rank_count if it has none.
  uint32_t ListingRank(uint32_t id) const {
    return IsGeneral(id) ? a_.listing[id] : id - static_cast<uint32_t>(a_.general.size());
  }

 private:
  // The last run that begins at `rank` or before.
  uint32_t RunOf(uint32_t rank) const {
    uint32_t run = 0;
    for (size_t left = a_.runs.size(); left > 1;) {
      const size_t half = left / 2;
      run += a_.runs[run + half] <= rank ? static_cast<uint32_t>(half) : 0;
      left -= half;
    }
    return run;
  }

  NameClassArrays a_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_NAME_CLASSES_H_
