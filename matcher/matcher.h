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
  explicit Matcher(const Database* database) : Matcher(database, database->kernel()) {}

  // With another kernel than the database's, which this CPU must have.
  Matcher(const Database* database, Kernel kernel);

  // Writes one verdict for each of the `tuples.size` tuples.
  void Classify(const TupleColumns& tuples, Verdict* verdicts) const;

  Verdict Classify(const Tuple& tuple) const;

  // An outbound tuple with an IPv4 address, in host order, and without a name: what a
  // packet filter asks, one by one.
  Verdict Classify(uint32_t remote4, uint8_t protocol, uint16_t port) const;

  // For each of `count` addresses, in host order, the primary outbound rule that
  // lists it whatever the service, kNoRuleId where none does: for a rule a
  // prefix, the longest match. IPv6 addresses have two words, the high half
  // first. The first is for one address alone.
  uint32_t ListingRule4(uint32_t address) const;
  void ListingRules4(const uint32_t* addresses, size_t count, uint32_t* rules) const;
  void ListingRules6(const uint64_t* addresses, size_t count, uint32_t* rules) const;

  // The same for names: the most specific pattern's. kNoRuleId for what is not a name, too.
  void ListingRulesOfNames(const NameColumns& names, size_t count, uint32_t* rules) const;

 private:
  uint32_t ListingRankOf(absl::string_view name) const;
  // The rules of classes; past the cache if `stream`.
  void Store(const uint32_t* classes, size_t count, bool stream, uint32_t* rules) const;

  const Database* database_;
  Kernel kernel_;
  bool address_decides_;  // a tuple without a name
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_MATCHER_H_
