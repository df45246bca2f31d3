// What the first bytes of a file say about it.

#ifndef ALLOWMATCH_FLOWLOG_MAGIC_H_
#define ALLOWMATCH_FLOWLOG_MAGIC_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace allowmatch {

enum class Packing { kNone, kGzip, kZstd };

// By the magic number; the name of a file says nothing.
Packing PackingOf(absl::string_view head);

// An error with a hint if `head` begins something that no reader takes.
absl::Status RefuseMagic(absl::string_view head);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_MAGIC_H_
