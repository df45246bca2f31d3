// CSV, TSV and NDJSON of any tool.

#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/reader_split.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const allowmatch::ExactCopy copy(data, size);
  allowmatch::RequireSameRecords(copy.text(), {"csv", "ndjson"});
  return 0;
}
