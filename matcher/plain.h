// Plain tuples: outbound, with an IPv4 address, a protocol and a port, without a
// name. Not for clients: use Matcher.

#ifndef ALLOWMATCH_MATCHER_PLAIN_H_
#define ALLOWMATCH_MATCHER_PLAIN_H_

#include <cstddef>
#include <cstdint>

#include "matcher/database.h"
#include "matcher/kernel.h"
#include "matcher/verdict.h"

namespace allowmatch {

struct PlainColumns {
  const uint32_t* remote4;
  const uint8_t* protocol;
  const uint16_t* port;
};

// The register tables, if there are any and `kernel` goes by them.
inline const RegisterTables* RegisterTablesFor(const Database& database, Kernel kernel) {
  return kernel == Kernel::kAvx512Vbmi ? database.register_tables() : nullptr;
}

// Writes the verdicts of `count` plain tuples.
void ClassifyPlain(const Database& database, Kernel kernel, const PlainColumns& columns,
                   size_t count, Verdict* verdicts);

// The kernel for large policies on CPUs with AVX-512 VBMI.
void ClassifyPlainWide(const Database& database, const PlainColumns& columns, size_t count,
                       Verdict* verdicts);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_PLAIN_H_
