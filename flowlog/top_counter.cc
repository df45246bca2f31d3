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

TopCounter::TopCounter(size_t capacity) : capacity_(capacity), slots_(SlotCount(capacity), kNone) {}

uint64_t TopCounter::HashOf(const TopKey& key) {
  return Mix(key.low ^ Mix(key.high ^ Mix(key.rest)));
}

// The slot of the key, or the empty one where it belongs.
uint32_t* TopCounter::FindSlot(const Item& item, uint64_t hash) {
  size_t slot = SlotOf(hash);
  while (slots_[slot] != kNone) {
    const uint32_t counter = slots_[slot];
    if (counts_[counter].key == item.key &&
        (item.name.empty() || rest_[counter].name == item.name)) {
      break;
    }
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return &slots_[slot];
}

void TopCounter::Add(const std::vector<Item>& items) {
  constexpr size_t kSlotAhead = 24;
  constexpr size_t kCountAhead = 12;
  const size_t size = items.size();
  hashes_.resize(size);
  for (size_t i = 0; i < size + kSlotAhead; ++i) {
    if (i < size) {
      hashes_[i] = HashOf(items[i].key);
      __builtin_prefetch(&slots_[SlotOf(hashes_[i])]);
    }
    if (i >= kSlotAhead - kCountAhead && i - (kSlotAhead - kCountAhead) < size) {
      const uint32_t counter = slots_[SlotOf(hashes_[i - (kSlotAhead - kCountAhead)])];
      if (counter != kNone) __builtin_prefetch(&counts_[counter]);
    }
    if (i >= kSlotAhead) AddHashed(items[i - kSlotAhead], hashes_[i - kSlotAhead]);
  }
}

void TopCounter::AddHashed(const Item& item, uint64_t hash) {
  uint32_t* const slot = FindSlot(item, hash);
  if (*slot != kNone) {
    if (saving_) return Increment(*slot);
    ++counts_[*slot].count;
    return;
  }
  if (counts_.size() < capacity_) {
    *slot = static_cast<uint32_t>(counts_.size());
    counts_.push_back({item.key, 1});
    rest_.emplace_back().name = std::string(item.name);
    return;
  }
  if (!saving_) BeginSaving();
  Replace(buckets_[buckets_[0].next].first, item, hash);
}

// Gives a counter, one of the smallest, to another key.
void TopCounter::Replace(uint32_t counter, const Item& item, uint64_t hash) {
  EraseSlot(counter);
  counts_[counter].key = item.key;
  rest_[counter].name = std::string(item.name);
  rest_[counter].error = counts_[counter].count;
  *FindSlot(item, hash) = counter;
  Increment(counter);
}

uint64_t TopCounter::max_error() const {
  uint64_t error = 0;
  for (const Rest& rest : rest_) error = std::max(error, rest.error);
  return error;
}

// Deletion from a table with linear probing: later members of the run move up.
void TopCounter::EraseSlot(uint32_t counter) {
  const size_t mask = slots_.size() - 1;
  size_t hole = SlotOf(HashOf(counts_[counter].key));
  while (slots_[hole] != counter) hole = (hole + 1) & mask;
  for (size_t next = (hole + 1) & mask; slots_[next] != kNone; next = (next + 1) & mask) {
    const size_t home = SlotOf(HashOf(counts_[slots_[next]].key));
    if (((next - home) & mask) < ((next - hole) & mask)) continue;
    slots_[hole] = slots_[next];
    hole = next;
  }
  slots_[hole] = kNone;
}

void TopCounter::BeginSaving() {
  saving_ = true;
  buckets_.emplace_back();
  std::vector<uint32_t> order(counts_.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [this](uint32_t a, uint32_t b) { return counts_[a].count < counts_[b].count; });
  for (const uint32_t counter : order) {
    const uint32_t largest = buckets_[0].previous;
    const uint64_t count = counts_[counter].count;
    const bool fits = largest != 0 && buckets_[largest].count == count;
    Attach(counter, fits ? largest : NewBucket(count, largest));
  }
}

void TopCounter::Increment(uint32_t counter) {
  const uint32_t old = rest_[counter].bucket;
  const uint64_t count = ++counts_[counter].count;
  const uint32_t next = buckets_[old].next;
  const bool fits = next != 0 && buckets_[next].count == count;
  const uint32_t target = fits ? next : NewBucket(count, old);
  Detach(counter);
  Attach(counter, target);
}

void TopCounter::Detach(uint32_t counter) {
  const Rest& leaving = rest_[counter];
  Bucket& bucket = buckets_[leaving.bucket];
  if (leaving.previous != kNone) rest_[leaving.previous].next = leaving.next;
  if (leaving.next != kNone) rest_[leaving.next].previous = leaving.previous;
  if (bucket.first != counter) return;
  bucket.first = leaving.next;
  if (bucket.first != kNone) return;
  buckets_[bucket.previous].next = bucket.next;
  buckets_[bucket.next].previous = bucket.previous;
  free_buckets_.push_back(leaving.bucket);
}

void TopCounter::Attach(uint32_t counter, uint32_t bucket) {
  Rest& joining = rest_[counter];
  joining.bucket = bucket;
  joining.previous = kNone;
  joining.next = buckets_[bucket].first;
  if (joining.next != kNone) rest_[joining.next].previous = counter;
  buckets_[bucket].first = counter;
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
