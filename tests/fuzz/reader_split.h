// What holds for any reader and any bytes: the records do not depend on how
// the text is cut into blocks of whole lines, nor on the bytes behind a block.

#ifndef ALLOWMATCH_TESTS_FUZZ_READER_SPLIT_H_
#define ALLOWMATCH_TESTS_FUZZ_READER_SPLIT_H_

#include <initializer_list>

#include "absl/strings/string_view.h"

namespace allowmatch {

// Reads `text` with the reader of each format twice: in one block, and in
// blocks of a few lines, as the first byte says. Ends the program where the
// records differ.
void RequireSameRecords(absl::string_view text, std::initializer_list<const char*> formats);

}  // namespace allowmatch

#endif  // ALLOWMATCH_TESTS_FUZZ_READER_SPLIT_H_
