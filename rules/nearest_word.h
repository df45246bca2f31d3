// "Did you mean ...?"

#ifndef ALLOWMATCH_RULES_NEAREST_WORD_H_
#define ALLOWMATCH_RULES_NEAREST_WORD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace allowmatch {

// The word that `text` most likely is a slip of: at most two edits away (one,
// for words of up to three letters), the first of equals; empty if there is
// none. An edit puts in, takes out, replaces or swaps letters (the restricted
// Damerau-Levenshtein distance); case does not count.
absl::string_view NearestWord(absl::string_view text,
                              const std::vector<absl::string_view>& words);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_NEAREST_WORD_H_
