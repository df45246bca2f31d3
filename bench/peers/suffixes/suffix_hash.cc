#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "tables.h"

namespace suffixes {
namespace {

constexpr size_t kAbreast = 16;
constexpr uint64_t kFactor = 0x9e3779b97f4a7c15u;

uint64_t Mixed(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * kFactor;
  return hash ^ hash >> 32;
}

// Of a label, eight bytes a step, and of `right`, the hash of what stands right of it. Eight
// bytes behind the label can be read.
uint64_t HashOf(std::string_view label, uint64_t right) {
  uint64_t hash = Mixed(right, label.size());
  for (size_t at = 0; at < label.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, label.data() + at, sizeof(word));
    const size_t left = label.size() - at;
    hash = Mixed(hash, left < 8 ? word & ((uint64_t{1} << 8 * left) - 1) : word);
  }
  return hash;
}

// Zeros on huge pages, where the system has them.
template <typename T>
class Block {
 public:
  explicit Block(size_t count) : size_(count * sizeof(T)) {
    data_ = static_cast<T*>(::operator new(size_, kPage));
    madvise(data_, size_, MADV_HUGEPAGE);
    std::memset(static_cast<void*>(data_), 0, size_);
  }
  Block(const Block&) = delete;
  ~Block() { ::operator delete(data_, kPage); }
  T* data() const { return data_; }
  size_t bytes() const { return size_; }

 private:
  static constexpr std::align_val_t kPage{2 << 20};
  T* data_;
  size_t size_;
};

// Where a suffix is said more of; 0 is nowhere.
struct Slot {
  uint32_t tag;
  uint32_t record;
};

// In front of the text of a suffix.
struct Record {
  Entry entry;
  uint32_t size;
};

struct Suffix {
  uint64_t hash;
  uint32_t begin;
};

class SuffixHash : public Table {
 public:
  explicit SuffixHash(const Patterns& patterns)
      : patterns_(patterns),
        bits_(BitsFor(patterns.suffixes.size())),
        slots_(size_t{1} << bits_),
        records_(BytesOf(patterns)) {
    size_t at = kFirstRecord;
    for (size_t i = 0; i < patterns.suffixes.size(); ++i) {
      const std::string& text = patterns.suffixes[i];
      const Record record = {patterns.entries[i], static_cast<uint32_t>(text.size())};
      std::memcpy(records_.data() + at, &record, sizeof(record));
      std::memcpy(records_.data() + at + sizeof(record), text.data(), text.size());
      Insert(HashOfWhole(text), static_cast<uint32_t>(at));
      at += sizeof(record) + text.size();
    }
  }

  void RulesOf(const allowmatch::NameQueries& names, size_t first, size_t count,
               uint32_t* rules) const override {
    for (size_t at = 0; at < count; at += kAbreast) {
      Some(names, first + at, std::min(kAbreast, count - at), rules + at);
    }
  }

  size_t bytes() const override { return slots_.bytes() + records_.bytes(); }
  std::string detail() const override { return "16 names at once"; }

 private:
  static constexpr size_t kFirstRecord = 1;

  // At most two slots in three are in use.
  static int BitsFor(size_t count) {
    int bits = 4;
    while ((size_t{2} << bits) < 3 * count) ++bits;
    return bits;
  }

  static size_t BytesOf(const Patterns& patterns) {
    size_t bytes = kFirstRecord;
    for (const std::string& text : patterns.suffixes) bytes += sizeof(Record) + text.size();
    return bytes;
  }

  uint64_t HashOfWhole(const std::string& text) const {
    Folded name;
    name.Fold(text.data(), text.size());
    Suffix suffixes[kMostLabels + 1];
    return suffixes[SuffixesOf(name.view(), suffixes) - 1].hash;
  }

  size_t PlaceOf(uint64_t hash) const { return hash * kFactor >> (64 - bits_); }
  size_t After(size_t place) const { return (place + 1) & ((size_t{1} << bits_) - 1); }

  void Insert(uint64_t hash, uint32_t record) {
    size_t place = PlaceOf(hash);
    while (slots_.data()[place].record != 0) place = After(place);
    slots_.data()[place] = {static_cast<uint32_t>(hash), record};
  }

  // The slot of the suffix or of another one with the same tag; null if there is none.
  const Slot* SlotOf(uint64_t hash, size_t place) const {
    for (;; place = After(place)) {
      const Slot& slot = slots_.data()[place];
      if (slot.record == 0) return nullptr;
      if (slot.tag == static_cast<uint32_t>(hash)) return &slot;
    }
  }

  // An empty entry if the suffix is not there.
  Entry EntryOf(uint64_t hash, std::string_view suffix) const {
    const Slot* slot = SlotOf(hash, PlaceOf(hash));
    while (slot != nullptr) {
      const char* const begin = records_.data() + slot->record;
      Record record;  // it lies at any byte
      std::memcpy(&record, begin, sizeof(record));
      if (suffix == std::string_view(begin + sizeof(record), record.size)) return record.entry;
      slot = SlotOf(hash, After(static_cast<size_t>(slot - slots_.data())));
    }
    return {};
  }

  // The suffixes of a name, the shortest first, with their lines on the way.
  size_t SuffixesOf(std::string_view name, Suffix* suffixes) const {
    size_t count = 0;
    uint64_t hash = 0;
    for (size_t end = name.size(), i = end; i > 0; --i) {
      if (name[i - 1] != '.' || count == kMostLabels) continue;
      hash = HashOf(name.substr(i, end - i), hash);
      suffixes[count++] = {hash, static_cast<uint32_t>(i)};
      end = i - 1;
    }
    const size_t last = count == 0 ? name.size() : suffixes[count - 1].begin - 1;
    suffixes[count++] = {HashOf(name.substr(0, last), hash), 0};
    for (size_t i = 0; i < count; ++i) {
      __builtin_prefetch(&slots_.data()[PlaceOf(suffixes[i].hash)]);
    }
    return count;
  }

  // The record of the longest suffix that may be listed is fetched ahead.
  void FetchRecord(const Suffix* suffixes, size_t count) const {
    for (size_t i = count; i > 0; --i) {
      const Slot* const slot = SlotOf(suffixes[i - 1].hash, PlaceOf(suffixes[i - 1].hash));
      if (slot == nullptr) continue;
      __builtin_prefetch(records_.data() + slot->record);
      return;
    }
  }

  uint32_t RuleOf(std::string_view name, const Suffix* suffixes, size_t count) const {
    for (size_t i = count; i > 0; --i) {
      const Suffix& suffix = suffixes[i - 1];
      const Entry entry = EntryOf(suffix.hash, name.substr(suffix.begin));
      const uint32_t rule = patterns_.RuleOf(entry, name, suffix.begin);
      if (rule != kNoRule) return rule;
    }
    return kNoRule;
  }

  void Some(const allowmatch::NameQueries& names, size_t first, size_t count,
            uint32_t* rules) const {
    Folded folded[kAbreast];
    Suffix suffixes[kAbreast][kMostLabels + 1];
    size_t sizes[kAbreast];
    for (size_t i = 0; i < count; ++i) {
      folded[i].Fold(&names.bytes[names.offset[first + i]], names.size[first + i]);
      sizes[i] = SuffixesOf(folded[i].view(), suffixes[i]);
    }
    for (size_t i = 0; i < count; ++i) FetchRecord(suffixes[i], sizes[i]);
    for (size_t i = 0; i < count; ++i) {
      rules[i] = RuleOf(folded[i].view(), suffixes[i], sizes[i]);
    }
  }

  const Patterns& patterns_;
  const int bits_;
  const Block<Slot> slots_;
  const Block<char> records_;
};

}  // namespace

std::unique_ptr<Table> NewSuffixHash(const Patterns& patterns) {
  return std::make_unique<SuffixHash>(patterns);
}

}  // namespace suffixes
