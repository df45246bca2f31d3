#include "flowlog/top_counter.h"

#include <algorithm>
#include <numeric>

namespace allowmatch {
namespace {

constexpr uint32_t kNone = 0xffffffff;

size_t SlotCount(size_t capacity) {
  size_t slots = 16;
  while (slots < 2 * capacity) slots *= 2;
  return slots;
}

uint64_t Mix(uint64_t value) {
  value ^= value >> 32;
  value *= 0xd6e8feb86659fd93u;
  value ^= value >> 32;
  return value * 0xd6e8feb86659fd93u;
}

}  // namespace

TopCounter::TopCounter(size_t capacity)
    : capacity_(capacity), slots_(SlotCount(capacity), kNone) {}

size_t TopCounter::Slot(const TopKey& key) const {
  const uint64_t hash = Mix(key.low ^ Mix(key.high ^ Mix(key.rest)));
  return static_cast<size_t>(hash >> 20) & (slots_.size() - 1);
}

// The slot of the key, or the empty one where it belongs.
uint32_t* TopCounter::FindSlot(const TopKey& key, absl::string_view name) {
  size_t slot = Slot(key);
  while (slots_[slot] != kNone) {
    const Entry& entry = entries_[slots_[slot]];
    if (entry.key == key && entry.name == name) break;
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return &slots_[slot];
}

void TopCounter::Add(const TopKey& key, absl::string_view name) {
  uint32_t* slot = FindSlot(key, name);
  if (*slot != kNone) {
    if (saving_) return Increment(*slot);
    ++entries_[*slot].count;
    return;
  }
  if (entries_.size() < capacity_) {
    *slot = static_cast<uint32_t>(entries_.size());
    Entry& entry = entries_.emplace_back();
    entry.key = key;
    entry.name = std::string(name);
    entry.count = 1;
    return;
  }
  if (!saving_) BeginSaving();
  const uint32_t smallest = buckets_[buckets_[0].next].first;
  EraseSlot(smallest);
  Entry& entry = entries_[smallest];
  entry.key = key;
  entry.name = std::string(name);
  entry.error = entry.count;
  *FindSlot(key, name) = smallest;
  Increment(smallest);
}

uint64_t TopCounter::max_error() const {
  uint64_t error = 0;
  for (const Entry& entry : entries_) error = std::max(error, entry.error);
  return error;
}

// Deletion from a table with linear probing: later members of the run move up.
void TopCounter::EraseSlot(uint32_t entry) {
  const size_t mask = slots_.size() - 1;
  size_t hole = Slot(entries_[entry].key);
  while (slots_[hole] != entry) hole = (hole + 1) & mask;
  for (size_t next = (hole + 1) & mask; slots_[next] != kNone; next = (next + 1) & mask) {
    const size_t home = Slot(entries_[slots_[next]].key);
    if (((next - home) & mask) < ((next - hole) & mask)) continue;
    slots_[hole] = slots_[next];
    hole = next;
  }
  slots_[hole] = kNone;
}

void TopCounter::BeginSaving() {
  saving_ = true;
  buckets_.emplace_back();
  std::vector<uint32_t> order(entries_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
    return entries_[a].count < entries_[b].count;
  });
  for (const uint32_t entry : order) {
    const uint32_t largest = buckets_[0].previous;
    const uint64_t count = entries_[entry].count;
    const bool fits = largest != 0 && buckets_[largest].count == count;
    Attach(entry, fits ? largest : NewBucket(count, largest));
  }
}

void TopCounter::Increment(uint32_t entry) {
  const uint32_t old = entries_[entry].bucket;
  const uint64_t count = ++entries_[entry].count;
  const uint32_t next = buckets_[old].next;
  const bool fits = next != 0 && buckets_[next].count == count;
  const uint32_t target = fits ? next : NewBucket(count, old);
  Detach(entry);
  Attach(entry, target);
}

void TopCounter::Detach(uint32_t entry) {
  const Entry& leaving = entries_[entry];
  Bucket& bucket = buckets_[leaving.bucket];
  if (leaving.previous != kNone) entries_[leaving.previous].next = leaving.next;
  if (leaving.next != kNone) entries_[leaving.next].previous = leaving.previous;
  if (bucket.first != entry) return;
  bucket.first = leaving.next;
  if (bucket.first != kNone) return;
  buckets_[bucket.previous].next = bucket.next;
  buckets_[bucket.next].previous = bucket.previous;
  free_buckets_.push_back(leaving.bucket);
}

void TopCounter::Attach(uint32_t entry, uint32_t bucket) {
  Entry& joining = entries_[entry];
  joining.bucket = bucket;
  joining.previous = kNone;
  joining.next = buckets_[bucket].first;
  if (joining.next != kNone) entries_[joining.next].previous = entry;
  buckets_[bucket].first = entry;
}

uint32_t TopCounter::NewBucket(uint64_t count, uint32_t after) {
  uint32_t bucket = static_cast<uint32_t>(buckets_.size());
  if (free_buckets_.empty()) {
    buckets_.emplace_back();
  } else {
    bucket = free_buckets_.back();
    free_buckets_.pop_back();
  }
  const uint32_t next = buckets_[after].next;
  buckets_[bucket] = {count, kNone, next, after};
  buckets_[after].next = bucket;
  buckets_[next].previous = bucket;
  return bucket;
}

}  // namespace allowmatch
