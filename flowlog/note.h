// Why a record has no verdict of the policy: it was skipped or it is invalid.
//
// One byte, so that a batch of records keeps it as a column. The value says
// the kind: kNone, then the skips, then the faults of records; a fault of one
// field (matcher/fault.h) is kept as kFirstFieldFault plus its value.

#ifndef ALLOWMATCH_FLOWLOG_NOTE_H_
#define ALLOWMATCH_FLOWLOG_NOTE_H_

#include <cstdint>

#include "matcher/fault.h"

namespace allowmatch {

enum class Note : uint8_t {
  kNone,
  // Skipped: nothing to classify.
  kNoData,    // no destination in the record: NODATA, SKIPDATA, empty fields
  kInternal,  // both ends are inside
  kNotAFlow,  // a record of another kind: an alert, a certificate
  // Invalid: never allow.
  kLineTooLong,
  kFieldCount,  // more or fewer fields than the header names
  kNoHeader,    // a row whose columns nothing names
  kOpenQuote,   // a quoted CSV field that does not end
  kJsonSyntax,
  kJsonDupKey,  // a key that is read stands twice in the record
  kJsonType,    // true or false where a value belongs
  kConflict,    // two values for one field, and they differ
  kProtocolUnknown,
  kFirstFieldFault = 64,
};

constexpr Note FieldNote(Fault fault) {
  return fault == Fault::kNone ? Note::kNone
                               : static_cast<Note>(static_cast<int>(Note::kFirstFieldFault) +
                                                   static_cast<int>(fault));
}

constexpr bool IsSkip(Note note) { return note >= Note::kNoData && note <= Note::kNotAFlow; }
constexpr bool IsInvalid(Note note) { return note > Note::kNotAFlow; }

// "nodata", "internal", "line_too_long", "octet_range" ... Never null.
const char* NoteName(Note note);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_NOTE_H_
