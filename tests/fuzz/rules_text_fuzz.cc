// .rules text.

#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/round_trip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const allowmatch::ExactCopy copy(data, size);
  allowmatch::RequireSound(copy.text(), allowmatch::ParseRules);
  return 0;
}
