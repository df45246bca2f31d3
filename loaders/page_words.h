// The words by which a page says what a fact is: requirement, direction,
// region, condition, negation, column headers. Tables of phrases, matched on
// whole words without regard to case; they grow with the pages that are read.

#ifndef ALLOWMATCH_LOADERS_PAGE_WORDS_H_
#define ALLOWMATCH_LOADERS_PAGE_WORDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/rule.h"

namespace allowmatch {

// A phrase that was found, and where.
struct PagePhrase {
  size_t begin = 0;
  size_t end = 0;
};

// Whether `phrase` (lower case) stands in `text` as whole words.
bool HasPhrase(absl::string_view text, absl::string_view phrase, PagePhrase* where = nullptr);

// What a text says about the facts it introduces; unset parts are empty.
struct PageAttributes {
  Require require = Require::kUnstated;
  std::optional<RuleDirection> direction;
  std::string region;
  std::string condition;
};

// Requirement words. `column` also reads Yes and No, as in a Required column.
Require FindRequire(absl::string_view text, bool column, PagePhrase* where = nullptr);

// The weaker of two requirements; an unstated one gives way.
Require WeakerRequire(Require a, Require b);

std::optional<RuleDirection> FindDirection(absl::string_view text, PagePhrase* where = nullptr);

// The canonical region word (us, eu, cn, ..., global), or "".
std::string FindRegion(absl::string_view text, PagePhrase* where = nullptr);

// How many bytes of the beginning of `text` are the words of a region.
size_t RegionPrefix(absl::string_view text);

// The clause of a condition: "your account is in the USA region" of "(if
// your account is in the USA region)". Empty if there is none.
std::string FindCondition(absl::string_view text);

// All of the above.
PageAttributes FindAttributes(absl::string_view text);

// "no longer used", "deprecated", "must be closed" ...: nothing that such a
// sentence names may be allowed.
bool IsNegative(absl::string_view sentence);

// The sentence without an opening "If ...," clause: "if UDP is blocked, ...".
absl::string_view WithoutSituation(absl::string_view sentence);

// "everything", "all traffic": speaks for the whole page.
bool SpeaksOfAll(absl::string_view sentence);

// "open ... in a browser", "see": an address in it is for people to visit.
bool LeadsToPage(absl::string_view sentence);

// "falls back to", "otherwise": goes on with the services of the text before.
bool SpeaksOfFallback(absl::string_view sentence);

// Words of traffic: a sentence with them states a fact, and tells no story.
bool SpeaksOfTraffic(absl::string_view sentence);

// The same for a cell or remark, where "blocked" only describes a situation.
bool IsNegativeRemark(absl::string_view text);

// Headings of parts that hold no rules: tests, errors, examples, comments.
bool IsBesidesHeading(absl::string_view text);

// "Alternatively", "Option 2", "if wildcards are not possible": an exclusive
// alternative to what came before.
bool IsAlternative(absl::string_view text);

// A sentence of running text that opens such an alternative.
bool OpensAlternative(absl::string_view sentence);

// "Option 1", "Method A": one of several alternatives, the first included.
bool IsNumberedOption(absl::string_view text, std::string* name);

// Words that ask for something to be let through.
bool AsksToAllow(absl::string_view text);

// "we cannot offer a list of fixed addresses".
bool SaysAddressesChange(absl::string_view sentence);

// "all traffic to", "any service".
bool SaysAllTraffic(absl::string_view text);

// Words of a page for people who run the server themselves.
bool SpeaksOfOwnServer(absl::string_view text);

// Whether `text` names the reader's side (client, SBC, your network) rather
// than the vendor's; used for Source and Target columns.
bool NamesReadersSide(absl::string_view text);

// "listed below", "the addresses above": a reference to another list. -1 above, 1 below, 0 none.
int FindBackReference(absl::string_view text, PagePhrase* where = nullptr);

// Any, all, * as the whole of a cell.
bool IsAnyWord(absl::string_view cell);
bool FindAnyWord(absl::string_view text, PagePhrase* where);

enum class PageColumn {
  kText,
  kProtocol,
  kPort,
  kSourcePort,
  kAddress,      // destinations, more likely networks
  kHost,         // destinations, more likely names
  kNetmask,
  kSource,
  kRequire,
  kDirection,
  kRegion,
  kService,
  kDescription,
};

struct PageHeader {
  PageColumn column = PageColumn::kText;
  std::string protocol;  // "tcp" of a column "TCP ports"
  std::string text;
};

// One cell of a header row; kText if it is no known header.
PageHeader ReadHeaderCell(absl::string_view cell);

// Cuts a line of header words that are joined by blanks or glued together. Sets
// `*rest` to what follows the last header word. Empty if the line does not
// begin with two header words.
std::vector<PageHeader> SegmentHeader(absl::string_view line, absl::string_view* rest);

// Words of `text`.
int CountWords(absl::string_view text);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_WORDS_H_
