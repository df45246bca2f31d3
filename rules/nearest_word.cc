#include "rules/nearest_word.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace allowmatch {
namespace {

constexpr size_t kMaxSize = 24;  // no word of ours is longer

// Both texts have at most kMaxSize letters.
int Distance(absl::string_view a, absl::string_view b) {
  int rows[kMaxSize + 1][kMaxSize + 1];
  for (size_t i = 0; i <= a.size(); ++i) rows[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      rows[i][j] = std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.size()][b.size()];
}

}  // namespace

absl::string_view NearestWord(absl::string_view text,
                              const std::vector<absl::string_view>& words) {
  if (text.empty() || text.size() > kMaxSize) return "";
  const std::string lower = absl::AsciiStrToLower(text);
  absl::string_view nearest;
  int best = 3;
  for (const absl::string_view word : words) {
    if (word.size() > kMaxSize) continue;
    const int distance = Distance(lower, word);
    const int limit = word.size() <= 3 ? 1 : 2;
    if (distance <= limit && distance < best) {
      best = distance;
      nearest = word;
    }
  }
  return nearest;
}

}  // namespace allowmatch
