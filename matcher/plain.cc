#include "matcher/plain.h"

#include <algorithm>

namespace allowmatch {
namespace {

constexpr size_t kBatch = 64;

void ClassifyByTables(const Database& d, Kernel kernel, const PlainColumns& columns, size_t count,
                      Verdict* verdicts) {
  uint32_t classes[kBatch];
  for (size_t first = 0; first < count; first += kBatch) {
    const size_t size = std::min(kBatch, count - first);
    d.ip4().Lookup(kernel, columns.remote4 + first, size, classes);
    for (size_t i = 0; i < size; ++i) {
      const uint32_t service =
          d.services().Lookup(columns.protocol[first + i], columns.port[first + i]);
      verdicts[first + i] = d.verdicts().AddressVerdict(d.class_row(classes[i]), service);
    }
  }
}

}  // namespace

void ClassifyPlain(const Database& database, Kernel kernel, const PlainColumns& columns,
                   size_t count, Verdict* verdicts) {
  const RegisterTables* const tables = RegisterTablesFor(database, kernel);
  if (tables != nullptr) {
    RegisterVerdictsVbmi(*tables, columns.remote4, columns.protocol, columns.port, count, verdicts);
    return;
  }
  if (kernel == Kernel::kAvx512Vbmi) {
    ClassifyPlainWide(database, columns, count, verdicts);
    return;
  }
  ClassifyByTables(database, kernel, columns, count, verdicts);
}

}  // namespace allowmatch
