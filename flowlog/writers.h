// One line of output for each record: TSV with a header line, or NDJSON.
//
// Both have the keys line, verdict, reason, rule, vendor, basis, remote, name,
// protocol, port, in this order and in input order. JSON is always valid; in TSV an absent value is
// empty.

#ifndef ALLOWMATCH_FLOWLOG_WRITERS_H_
#define ALLOWMATCH_FLOWLOG_WRITERS_H_

#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "flowlog/classified.h"
#include "flowlog/policy_facts.h"

namespace allowmatch {

// Which outcomes are written; bit 1 << outcome.
using OutcomeSet = unsigned;
constexpr OutcomeSet kAllOutcomes = (1u << kOutcomeCount) - 1;

enum class RecordOutput { kTsv, kNdjson };

// Not thread-safe. `facts` and `out` outlive it.
class RecordWriter : public Sink {
 public:
  RecordWriter(RecordOutput output, OutcomeSet only, const PolicyFacts* facts, FILE* out);

  void Add(const Classified& batch) override;

  // Writes what is buffered.
  void Flush();

  // Not OK once writing has failed; nothing is written from then on.
  const absl::Status& status() const { return status_; }

 private:
  void AddTsv(const Classified& batch, size_t i);
  void AddNdjson(const Classified& batch, size_t i);
  const std::string* VendorOf(const Classified& batch, size_t i) const;

  const RecordOutput output_;
  const OutcomeSet only_;
  const PolicyFacts* facts_;
  FILE* const out_;
  std::string buffer_;
  absl::Status status_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_WRITERS_H_
