// Which end of a record is the remote one, who serves, and so what the
// matcher is asked: records -> tuples.
//
// In order: the end that --remote names; the log's own direction; the end
// outside Inside. Both ends inside: only rules that name inside addresses (or
// `self`) can speak of it, else the record is skipped as internal. Both
// outside: the end that serves, counted as guessed.
//
// Many logs write a flow as two rows, one each way, so the server may be the
// source. Where the log does not say who began, the server is
//   1. the end with the only port below 1024; else
//   2. the remote end, if an outbound rule lists its port; else
//   3. the local end, if its port is below 32768 and the remote one is not, the
//      usual start of ephemeral ports; else the remote end.
// 2 is a guess if an inbound rule lists the local port and it is not an
// ephemeral one, 3 if no inbound rule lists it.
// A served flow of the remote end is outbound with the remote port, one of the
// local end inbound with the local port. A name is the destination's: it is no part of a
// tuple whose remote end is the source.

#ifndef ALLOWMATCH_FLOWLOG_REMOTE_END_H_
#define ALLOWMATCH_FLOWLOG_REMOTE_END_H_

#include "flowlog/inside.h"
#include "flowlog/policy_facts.h"
#include "flowlog/record_batch.h"
#include "matcher/tuples.h"

namespace allowmatch {

// The tuples of a RecordBatch, index by index. A record with a note has an
// invalid tuple.
struct TupleBatch {
  static constexpr size_t kCapacity = RecordBatch::kCapacity;

  uint16_t parts[kCapacity];
  uint8_t guessed[kCapacity];  // 1: the remote end or the server was a guess
  uint16_t port[kCapacity];
  uint32_t remote4[kCapacity];
  uint32_t local4[kCapacity];
  uint64_t remote6[2 * kCapacity];
  uint64_t local6[2 * kCapacity];

  // As the matcher takes them; protocols and names are those of `records`.
  TupleColumns Columns(const RecordBatch& records) const;

  Address Remote(size_t i) const {  // of a tuple that has one
    return parts[i] & kRemoteV4 ? Address::V4(remote4[i])
                                : Address::V6(remote6[2 * i], remote6[2 * i + 1]);
  }
};

enum class ForcedEnd : uint8_t { kNone, kSrc, kDst };

class RemoteEnd {
 public:
  // `facts` outlives this.
  RemoteEnd(Inside inside, ForcedEnd forced, const PolicyFacts* facts)
      : inside_(inside), forced_(forced), facts_(facts) {}

  // Fills `tuples` for each record, and notes which records are internal.
  void Orient(RecordBatch* records, TupleBatch* tuples) const;

 private:
  enum class End : uint8_t { kSrc, kDst };
  struct Choice {
    End remote = End::kDst;
    End server = End::kDst;
    bool guessed = false;
    bool internal = false;
  };

  Choice Choose(const RecordBatch& records, size_t i) const;
  Choice ChooseInside(const RecordBatch& records, size_t i) const;
  void ChooseServer(const RecordBatch& records, size_t i, Choice* choice) const;
  bool LocalServes(uint8_t protocol, uint16_t remote_port, uint16_t local_port,
                   bool* guessed) const;
  bool SourceServes(const RecordBatch& records, size_t i) const;
  bool IsInside(const RecordBatch& records, size_t i, End end) const;
  bool IsListed(uint8_t protocol, uint16_t port, bool remote) const;

  const Inside inside_;
  const ForcedEnd forced_;
  const PolicyFacts* facts_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_REMOTE_END_H_
