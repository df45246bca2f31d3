// Zeek logs, TSV and JSON.

#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/reader_split.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const allowmatch::ExactCopy copy(data, size);
  allowmatch::RequireSameRecords(copy.text(), {"zeek", "zeek-json"});
  return 0;
}
