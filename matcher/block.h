// A block of tuples of any kind, classified stage by stage. Not for clients: use
// Matcher.
//
// Each stage goes over the whole block before the next begins, so that the
// loads of many tuples are under way at once; and where tuples part ways
// (IPv4 or IPv6, in or out, with a name or without), a stage writes lists of
// positions without a branch, because such branches follow the traffic and
// cannot be predicted.

#ifndef ALLOWMATCH_MATCHER_BLOCK_H_
#define ALLOWMATCH_MATCHER_BLOCK_H_

#include <cstddef>
#include <cstdint>

#include "matcher/database.h"
#include "matcher/lookup.h"
#include "matcher/tuples.h"

namespace allowmatch {

class Block {
 public:
  static constexpr size_t kSize = 128;

  Block(const Database& database, Kernel kernel)
      : d_(database), kernel_(kernel), lookup_(database) {}

  // Classifies tuples first .. first + size - 1, size <= kSize, of `tuples`; if
  // `plain_done`, only those that are not plain.
  void Classify(const TupleColumns& tuples, size_t first, size_t size, bool plain_done,
                Verdict* verdicts);

 private:
  // Which end of the tuples an address stage is about.
  struct End {
    const uint32_t* v4;
    const uint64_t* v6;
    unsigned shift;  // of the part bits
  };

  // Positions within the block.
  struct List {
    uint8_t at[kSize];
    size_t size = 0;
    // Adds `position` if `condition`; the slot is written in any case.
    void AddIf(bool condition, size_t position) {
      at[size] = static_cast<uint8_t>(position);
      size += condition;
    }
  };

  void FindParts(const TupleColumns& tuples, size_t first, size_t size, bool plain_done);
  void FindServices(const TupleColumns& tuples, size_t first);
  // Writes the address classes of one end; `absent` where there is no address.
  void FindAddresses(const End& end, const List& among, uint32_t* classes);
  void FindLocals(const TupleColumns& tuples, size_t first);
  void TakeVerdicts(Verdict* verdicts);
  void FindCells();
  void Decide(Verdict* verdicts);
  // Writes the classes of the names of named_, NameTable::kInvalid for invalid tuples.
  void FindNames(const TupleColumns& tuples, size_t first);
  void DecideNamed(const TupleColumns& tuples, size_t first, Verdict* verdicts);
  Classes ClassesOf(size_t at) const;

  const Database& d_;
  const Kernel kernel_;
  const Lookup lookup_;
  uint16_t parts_[kSize];
  List all_;  // the positions to classify
  List inbound_;
  List named_;
  uint32_t service_[kSize];
  uint32_t address_[kSize];
  uint32_t local_[kSize];
  uint32_t row_[kSize];
  uint32_t cell_[kSize];
  uint32_t name_[kSize];
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_BLOCK_H_
