#include "flowlog/note.h"

namespace allowmatch {

const char* NoteName(Note note) {
  switch (note) {
    case Note::kNone:
      return "none";
    case Note::kNoData:
      return "nodata";
    case Note::kInternal:
      return "internal";
    case Note::kNotAFlow:
      return "not-a-flow";
    case Note::kLineTooLong:
      return "line_too_long";
    case Note::kFieldCount:
      return "field_count";
    case Note::kNoHeader:
      return "no_header";
    case Note::kOpenQuote:
      return "open_quote";
    case Note::kJsonSyntax:
      return "json_syntax";
    case Note::kJsonDupKey:
      return "json_dup_key";
    case Note::kJsonType:
      return "json_type";
    case Note::kConflict:
      return "value_conflict";
    case Note::kProtocolUnknown:
      return "proto_name";
    case Note::kFirstFieldFault:
      break;
  }
  return FaultName(
      static_cast<Fault>(static_cast<int>(note) - static_cast<int>(Note::kFirstFieldFault)));
}

}  // namespace allowmatch
