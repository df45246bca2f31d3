// One record of a log whose columns are known by their names only.

#ifndef ALLOWMATCH_FLOWLOG_GENERIC_RECORD_H_
#define ALLOWMATCH_FLOWLOG_GENERIC_RECORD_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "flowlog/aliases.h"
#include "flowlog/record_batch.h"

namespace allowmatch {

// Gather values with Put(), then write them with Fill(). Reusable.
class GenericRecord {
 public:
  // `aliases` outlives the record.
  explicit GenericRecord(const Aliases* aliases) : aliases_(aliases) {}

  void Clear() { values_.clear(); }

  // The value of a column; the text lives until Fill().
  void Put(int alias, absl::string_view text) { values_.push_back({alias, text}); }

  // Writes record `i`. Of several columns for one field the preferred one that has a
  // value counts; names must agree, for a record that names two hosts may
  // show one and mean the other.
  void Fill(size_t i, RecordBatch* batch) const;

 private:
  struct Value {
    int alias;
    absl::string_view text;
  };

  const Value* Best(Field field) const;
  void FillEnds(size_t i, RecordBatch* batch) const;
  void FillDestination(const Value& value, size_t i, RecordBatch* batch) const;
  void FillNames(bool weak, size_t i, RecordBatch* batch) const;
  void FillDirection(size_t i, RecordBatch* batch) const;

  const Aliases* aliases_;
  std::vector<Value> values_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_GENERIC_RECORD_H_
