// Classifies flow tuples against a compiled policy.
//
//   absl::StatusOr<Database> database = Database::Open(image);
//   Matcher matcher(&*database);
//   matcher.Classify(columns, verdicts);             // a batch
//   Verdict verdict = matcher.Classify(tuple);       // one
//
// By decomposition: address -> address row, name -> name rows, (protocol,
// port) -> service class; a table of cells joins them. A cell is the rank of
// the best matching (rule, destination) pair, so that joining two bases, or
// several rows, is a minimum.
//
// Matching never fails, allocates, locks or throws. A Matcher is a value that
// refers to the database; any number of threads may use it at once.

#ifndef ALLOWMATCH_MATCHER_MATCHER_H_
#define ALLOWMATCH_MATCHER_MATCHER_H_

#include "matcher/database.h"
#include "matcher/tuples.h"
#include "matcher/verdict.h"

namespace allowmatch {

class Matcher {
 public:
  // `database` outlives the matcher.
  explicit Matcher(const Database* database) : database_(database) {}

  // Writes one verdict for each of the `tuples.size` tuples.
  void Classify(const TupleColumns& tuples, Verdict* verdicts) const;

  Verdict Classify(const Tuple& tuple) const;

 private:
  const Database* database_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_MATCHER_H_
