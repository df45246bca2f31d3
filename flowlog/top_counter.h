// Counts keys in bounded memory.
//
// Exact for the first `capacity` different keys. With more it is the
// Space-Saving algorithm (A. Metwally, D. Agrawal, A. El Abbadi: Efficient
// Computation of Frequent and Top-k Elements in Data Streams, ICDT 2005) on
// its Stream-Summary structure: a new key takes over the counter that is the
// smallest, so a count may be too high, by at most the `error` beside it, and
// no key with more than total/capacity occurrences is missing.

#ifndef ALLOWMATCH_FLOWLOG_TOP_COUNTER_H_
#define ALLOWMATCH_FLOWLOG_TOP_COUNTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace allowmatch {

// An address or a hash of the name, and what else tells keys apart.
struct TopKey {
  uint64_t high = 0;
  uint64_t low = 0;
  uint64_t rest = 0;

  friend bool operator==(const TopKey& a, const TopKey& b) {
    return a.high == b.high && a.low == b.low && a.rest == b.rest;
  }
};

// Not thread-safe. Some 100 bytes for each counter in use, and the names.
class TopCounter {
 public:
  struct Item {
    TopKey key;
    absl::string_view name;
  };
  // Both parts of one counter have the same index.
  struct Count {
    TopKey key;
    uint64_t count = 0;
  };

  explicit TopCounter(size_t capacity = 100000);

  // Counts one occurrence of (key, name). Keys with and without a name differ.
  void Add(const Item& item) { AddHashed(item, HashOf(item.key)); }

  // The same for many; several times faster, for the memory is asked for ahead.
  void Add(const std::vector<Item>& items);

  const std::vector<Count>& counts() const { return counts_; }
  const std::string& name(size_t index) const { return rest_[index].name; }
  // The true count is at least count - error.
  uint64_t error(size_t index) const { return rest_[index].error; }
  bool exact() const { return !saving_; }
  uint64_t max_error() const;

 private:
  struct Rest {
    std::string name;
    uint64_t error = 0;
    uint32_t next = 0, previous = 0, bucket = 0;  // of the list of equal counts
  };
  // Counters of one count, in a list of buckets that ascends by count.
  struct Bucket {
    uint64_t count = 0;
    uint32_t first = 0;  // counter
    uint32_t next = 0, previous = 0;
  };

  static uint64_t HashOf(const TopKey& key);
  size_t SlotOf(uint64_t hash) const {
    return static_cast<size_t>(hash >> 20) & (slots_.size() - 1);
  }
  uint32_t* FindSlot(const Item& item, uint64_t hash);
  void AddHashed(const Item& item, uint64_t hash);
  void Replace(uint32_t counter, const Item& item, uint64_t hash);
  void EraseSlot(uint32_t counter);
  void BeginSaving();
  void Increment(uint32_t counter);
  void Detach(uint32_t counter);
  void Attach(uint32_t counter, uint32_t bucket);
  uint32_t NewBucket(uint64_t count, uint32_t after);

  const size_t capacity_;
  std::vector<Count> counts_;  // what a hit touches
  std::vector<Rest> rest_;
  std::vector<uint32_t> slots_;  // hash table of counter indices
  std::vector<Bucket> buckets_;  // buckets_[0] is the sentinel of the list
  std::vector<uint32_t> free_buckets_;
  std::vector<uint64_t> hashes_;  // scratch
  bool saving_ = false;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_TOP_COUNTER_H_
