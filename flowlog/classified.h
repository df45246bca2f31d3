// A batch of records after classification, and who takes it.

#ifndef ALLOWMATCH_FLOWLOG_CLASSIFIED_H_
#define ALLOWMATCH_FLOWLOG_CLASSIFIED_H_

#include "flowlog/record_batch.h"
#include "flowlog/remote_end.h"
#include "matcher/verdict.h"

namespace allowmatch {

// What became of a record. The first four are the matcher's decisions.
enum class Outcome : uint8_t { kAllow, kDeny, kUndecided, kInvalid, kSkipped };
constexpr int kOutcomeCount = 5;

// "allow", "deny", "undecided", "invalid", "skipped".
const char* OutcomeName(Outcome outcome);

// Index by index the same records. Valid during one call of Add().
struct Classified {
  const RecordBatch& records;
  const TupleBatch& tuples;
  const Verdict* verdicts;

  Outcome OutcomeOf(size_t i) const {
    const Note note = records.note[i];
    if (note == Note::kNone) return static_cast<Outcome>(verdicts[i].decision());
    return IsSkip(note) ? Outcome::kSkipped : Outcome::kInvalid;
  }

  // "no-rule", "nodata", "octet_range" ...
  const char* ReasonOf(size_t i) const;
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void Add(const Classified& batch) = 0;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_CLASSIFIED_H_
