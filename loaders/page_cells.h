// Typed atoms: tokens together with the words of requirement, direction,
// region and the like, as they fill the cells of a table without borders.

#ifndef ALLOWMATCH_LOADERS_PAGE_CELLS_H_
#define ALLOWMATCH_LOADERS_PAGE_CELLS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "loaders/page_token.h"
#include "loaders/page_words.h"

namespace allowmatch {

struct PageAtom {
  enum class Kind {
    kNetwork, kNetmask, kName, kNumber, kProtocol, kRequire, kDirection, kRegion, kAny, kReference,
  };
  Kind kind = Kind::kNetwork;
  size_t begin = 0;
  size_t end = 0;
};

// The atoms of `text`, in order, not overlapping.
std::vector<PageAtom> ReadAtoms(absl::string_view text, bool glued);

// Whether a column holds free text.
bool IsTextColumn(PageColumn column);

// The column for `atom` among those from index `from` on; -1 if there is none.
int FindColumn(const std::vector<PageHeader>& columns, const PageAtom& atom, int from);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_CELLS_H_
