// What a page says about itself: whose it is, and of when.

#ifndef ALLOWMATCH_LOADERS_PAGE_ABOUT_H_
#define ALLOWMATCH_LOADERS_PAGE_ABOUT_H_

#include <string>
#include <vector>

#include "loaders/page_text.h"

namespace allowmatch {

// The vendor's name in lower case: the capitalised word that the title, the
// repetition and the `domains` of the page (the label before the public
// suffix: "kudoway") speak for most; "" if there is none.
std::string InferVendor(const std::vector<PageLine>& lines, const std::vector<std::string>& domains);

// The page's own date, as 2022-10-31, 2022-03 or 2022 (where day and month
// cannot be told apart); "" if it gives none.
std::string PageDate(const std::vector<PageLine>& lines);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_ABOUT_H_
