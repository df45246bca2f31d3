// Sentences and short statements -> facts.

#ifndef ALLOWMATCH_LOADERS_PAGE_SENTENCE_H_
#define ALLOWMATCH_LOADERS_PAGE_SENTENCE_H_

#include <string>
#include <vector>

#include "loaders/page_model.h"

namespace allowmatch {

// The facts of one item, line or sentence.
struct PageStatement {
  size_t line = 0;  // index into Page::lines
  std::vector<size_t> facts;
  std::vector<PageService> services;
  std::vector<PageDestination> destinations;
  bool loose_numbers = false;  // numbers that may be ports, of no known protocol

  bool HasDestinations() const { return !destinations.empty(); }
  bool HasFacts() const { return !services.empty() || !destinations.empty(); }
};

// An item or short line. What stands in brackets, or after a dash behind a
// destination, is a remark: it states a service only where nothing else does.
// `ports_around`: a heading or label speaks of ports, so a bare number is one.
PageStatement ReadStatement(const PageSpan& span, const std::vector<PageService>& around,
                            bool ports_around, Page* page);

// A sentence of running text: a number is a port only beside a protocol or the
// word port.
PageStatement ReadProse(const PageSpan& span, Page* page);

// `facts` of `text` without the numbers that are no ports: a number counts
// beside a protocol, behind the word port, or joined to one that counts.
std::vector<size_t> PortFacts(const std::vector<size_t>& facts, absl::string_view text,
                              const Page& page);

// What an item says about its own facts: its beginning and its brackets.
PageAttributes StatementAttributes(absl::string_view text, bool prose);

// The clauses of an item or sentence that each have services and destinations
// of their own: "443/TCP to a.example, and 80/TCP to b.example".
std::vector<PageSpan> Clauses(const PageSpan& span, const Page& page);

// The text without brackets and without a remark after a dash.
std::string MainClause(absl::string_view text);

// Words inside brackets.
int BracketedWords(absl::string_view text);

std::vector<PageSpan> Sentences(const PageSpan& span, const Page& page);
absl::string_view LastSentence(absl::string_view text);

// "aws:CHIME_MEETINGS" for a service of a published feed that the text names.
std::vector<std::string> FindFeedReferences(absl::string_view text);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_SENTENCE_H_
