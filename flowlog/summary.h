// What a log comes to: the counts of a run.

#ifndef ALLOWMATCH_FLOWLOG_SUMMARY_H_
#define ALLOWMATCH_FLOWLOG_SUMMARY_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flowlog/classified.h"
#include "flowlog/policy_facts.h"
#include "flowlog/top_counter.h"

namespace allowmatch {

// One file of the run.
struct FileReport {
  std::string path;
  std::string format;  // empty: not read
  uint64_t records = 0;
  std::string error;  // empty: read to its end
};

// Not thread-safe. `facts` outlives it.
class Summary : public Sink {
 public:
  explicit Summary(const PolicyFacts* facts);

  void Add(const Classified& batch) override;
  void AddFile(FileReport file);

  uint64_t records() const { return records_; }
  uint64_t count(Outcome outcome) const { return outcomes_[static_cast<size_t>(outcome)]; }

  // Whether every record is accounted for: the records that the files had are
  // those that have an outcome.
  bool AddsUp() const;

  // Whether some file was not read to its end.
  bool partial() const;

  struct RuleCount {
    uint64_t allow = 0;
    uint64_t denied_by_rule = 0;
    uint64_t wrong_service = 0;  // the rule lists the destination, not the service
  };
  struct ServiceCount {
    std::string protocol;  // "tcp", "47", "?"
    int port = -1;         // -1: none
    bool inbound = false;
    Reason reason = Reason::kNoRule;
    uint64_t records = 0;
  };
  struct Destination {
    std::string name;  // or the address
    uint64_t records = 0;
    std::vector<ServiceCount> services;  // most records first
  };

  const PolicyFacts& facts() const { return *facts_; }
  const std::vector<RuleCount>& rules() const { return rules_; }
  const std::vector<FileReport>& files() const { return files_; }
  // Of one outcome, by name.
  std::map<std::string, uint64_t> Reasons(Outcome outcome) const;
  // The destinations with most records of this outcome (deny or undecided).
  std::vector<Destination> Top(Outcome outcome, size_t most) const;
  const TopCounter& destinations() const { return destinations_; }
  uint64_t guessed() const { return guessed_; }
  // Denied without a name where a name rule for any service exists.
  uint64_t unnamed_any_service() const { return unnamed_no_rule_; }
  // Allowed by address, by name, by both.
  uint64_t basis(Basis basis) const { return basis_[static_cast<size_t>(basis)]; }

 private:
  void AddVerdict(const Classified& batch, size_t i);
  void NoteDestination(const Classified& batch, size_t i);

  const PolicyFacts* facts_;
  uint64_t records_ = 0;
  std::array<uint64_t, kOutcomeCount> outcomes_{};
  std::array<uint64_t, 256> notes_{};
  std::array<uint64_t, 8> reasons_{};
  std::array<uint64_t, 4> basis_{};
  std::vector<RuleCount> rules_;
  std::vector<FileReport> files_;
  TopCounter destinations_;
  std::vector<TopCounter::Item> denied_;  // of the current batch
  uint64_t guessed_ = 0;
  uint64_t unnamed_no_rule_ = 0;
};

// For people: aligned, at most some 60 lines. `color`: with ANSI colours.
std::string SummaryText(const Summary& summary, bool color);

// One JSON object on one line, with its line end.
std::string SummaryJson(const Summary& summary);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_SUMMARY_H_
