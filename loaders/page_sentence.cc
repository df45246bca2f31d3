#include "loaders/page_sentence.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

using Kind = PageToken::Kind;

// Where the remark of an item begins: at " - " behind its first destination
// or service. npos if there is none.
size_t RemarkBegin(absl::string_view text, size_t after) {
  const size_t dash = text.find(" - ", std::min(after, text.size()));
  return dash;
}

// For each byte of `text` whether it is inside brackets.
bool InBrackets(absl::string_view text, size_t at) {
  int depth = 0;
  for (size_t i = 0; i < at && i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && depth > 0) --depth;
  }
  return depth > 0;
}

bool SpeaksOfPorts(absl::string_view text) {
  return HasPhrase(text, "port") || HasPhrase(text, "ports") || HasPhrase(text, "port(s)") ||
         HasPhrase(text, "range") || HasPhrase(text, "ranges");
}

// Whether a number of running text is named as a port right there.
bool IsNamedPort(absl::string_view text, const PageToken& token) {
  const size_t begin = token.begin > 28 ? token.begin - 28 : 0;
  const absl::string_view before = text.substr(begin, token.begin - begin);
  const absl::string_view after = text.substr(token.end, 12);
  for (const absl::string_view word : {"port", "ports", "tcp", "udp", "ssl", "tls", "range"}) {
    if (HasPhrase(before, word)) return true;
  }
  return HasPhrase(after, "tcp") || HasPhrase(after, "udp") || HasPhrase(after, "port");
}

// A bracketed range that only repeats its prefix: all of it, or its usable hosts.
bool RepeatsPrefix(const AddressRange& prefix, const AddressRange& range) {
  return prefix.Contains(range) && range.first.bits() - prefix.first.bits() <= 1 &&
         prefix.last.bits() - range.last.bits() <= 1;
}

// Settles the networks in brackets behind a network.
void SettleRemarkNetworks(const std::vector<size_t>& main, std::vector<size_t>* remarks, Page* page) {
  const PageFact* network = nullptr;
  for (const size_t fact : main) {
    if (page->facts[fact].token.kind == Kind::kNetwork) network = &page->facts[fact];
  }
  if (network == nullptr) return;
  const AddressRange prefix = network->token.range;
  const std::string text = network->text;
  for (const size_t fact : *remarks) {
    const PageToken& token = page->facts[fact].token;
    if (token.kind != Kind::kNetwork || page->facts[fact].settled) continue;
    if (RepeatsPrefix(prefix, token.range)) {
      page->Ignore(fact, absl::StrCat("repeats ", text));
    } else if (!token.range.IsSingle()) {
      page->Quarantine(fact, absl::StrCat("a range in brackets that differs from ", text));
    }
  }
}

void Count(const std::vector<size_t>& facts, Page* page) {
  for (const size_t fact : facts) page->facts[fact].counted = true;
}

}  // namespace

PageStatement ReadStatement(const PageSpan& span, const std::vector<PageService>& around,
                            bool ports_around, Page* page) {
  PageStatement statement;
  statement.line = span.line;
  const absl::string_view text = page->Text(span);
  statement.facts = page->AddFacts(span, false);
  bool protocol = false;
  size_t first_end = 0;
  size_t token_words = 0;
  for (const size_t fact : statement.facts) {
    const PageFact& word = page->facts[fact];
    protocol = protocol || word.token.kind == Kind::kProtocol || word.token.kind == Kind::kWebWord;
    if (first_end == 0 && word.token.kind != Kind::kBesides) first_end = word.token.end;
    token_words += static_cast<size_t>(CountWords(word.text));
  }
  const size_t other_words = static_cast<size_t>(CountWords(text)) - std::min(
      token_words, static_cast<size_t>(CountWords(text)));
  const bool numbers_are_ports =
      protocol || SpeaksOfPorts(text) || (ports_around && other_words <= 2);
  const size_t remark = RemarkBegin(text, first_end);
  std::vector<size_t> main;
  std::vector<size_t> remarks;
  std::vector<size_t> all;
  for (const size_t fact : statement.facts) {
    const PageToken& token = page->facts[fact].token;
    if (token.kind == Kind::kNumber && !numbers_are_ports) continue;
    all.push_back(fact);
    const bool aside = token.begin > remark || InBrackets(text, token.begin);
    (aside ? remarks : main).push_back(fact);
  }
  statement.services = PairServices(main, around, page);
  const bool from_main = !statement.services.empty();
  if (!from_main) statement.services = PairServices(all, around, page);
  const bool led = std::any_of(main.begin(), main.end(), [page](size_t fact) {
    return page->facts[fact].token.IsDestination() ||
           page->facts[fact].token.kind == Kind::kDamaged;
  });
  SettleRemarkNetworks(main, &remarks, page);
  statement.destinations = TakeDestinations(main, page);
  if (!led && !absl::StartsWith(absl::StripAsciiWhitespace(text), "(")) {
    // "Media servers - 192.0.2.0/24": the remark is all there is.
    statement.destinations = TakeDestinations(remarks, page);
  }
  for (const PageService& service : statement.services) Count(service.facts, page);
  for (const size_t fact : remarks) {
    PageFact& word = page->facts[fact];
    const bool used = std::any_of(
        statement.destinations.begin(), statement.destinations.end(),
        [fact](const PageDestination& d) { return d.facts.front() == fact; });
    const bool number = word.token.kind == Kind::kNumber || word.token.kind == Kind::kProtocol;
    if (!word.settled && !used && (word.token.IsDestination() || (number && from_main))) {
      page->Ignore(fact, "in a remark");
    }
  }
  return statement;
}

PageStatement ReadProse(const PageSpan& span, Page* page) {
  PageStatement statement;
  statement.line = span.line;
  const absl::string_view text = page->Text(span);
  statement.facts = page->AddFacts(span, false);
  std::vector<size_t> kept;
  for (const size_t fact : statement.facts) {
    const PageToken& token = page->facts[fact].token;
    if (token.kind == Kind::kWebWord) continue;
    if (token.kind == Kind::kNumber && !IsNamedPort(text, token)) continue;
    kept.push_back(fact);
  }
  statement.services = PairServices(kept, {}, page);
  statement.destinations = TakeDestinations(kept, page);
  for (const PageService& service : statement.services) Count(service.facts, page);
  return statement;
}

PageAttributes StatementAttributes(absl::string_view text, bool prose) {
  PageAttributes attributes = FindAttributes(text);
  if (prose) {
    attributes.region.clear();
    return attributes;
  }
  // Only the beginning, the brackets, and a remark that opens with a condition
  // speak about the item; the rest explains.
  std::string speaking = MainClause(text);
  for (size_t open = text.find('('); open != absl::string_view::npos;
       open = text.find('(', open + 1)) {
    absl::StrAppend(&speaking, " ",
                    text.substr(open, std::min(text.find(')', open), text.size()) - open + 1));
  }
  attributes = FindAttributes(speaking);
  const size_t dash = text.find(" - ");
  if (dash != absl::string_view::npos && attributes.condition.empty()) {
    const std::string condition = FindCondition(text.substr(dash + 3));
    const absl::string_view remark = absl::StripLeadingAsciiWhitespace(text.substr(dash + 3));
    if (!condition.empty() && (absl::StartsWithIgnoreCase(remark, "if ") ||
                               absl::StartsWithIgnoreCase(remark, "only ") ||
                               absl::StartsWithIgnoreCase(remark, "when "))) {
      attributes.condition = condition;
      attributes.require = Require::kConditional;
    }
  }
  return attributes;
}

std::string MainClause(absl::string_view text) {
  std::string out;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (depth == 0) out.push_back(text[i]);
    if (text[i] == ')' && depth > 0) --depth;
  }
  const size_t dash = out.find(" - ");
  if (dash != std::string::npos && dash > 0) out.resize(dash);
  return out;
}

int BracketedWords(absl::string_view text) {
  int words = 0;
  for (size_t open = text.find('('); open != absl::string_view::npos;
       open = text.find('(', open + 1)) {
    const size_t close = std::min(text.find(')', open), text.size());
    words += CountWords(text.substr(open, close - open));
    open = close;
    if (close >= text.size()) break;
  }
  return words;
}

std::vector<PageSpan> Sentences(const PageSpan& span, const Page& page) {
  const absl::string_view text = page.Text(span);
  std::vector<PageSpan> sentences;
  size_t begin = 0;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const bool mark = text[i] == '.' || text[i] == '!' || text[i] == '?';
    if (!mark || text[i + 1] != ' ') continue;
    size_t next = i + 1;
    while (next < text.size() && text[next] == ' ') ++next;
    if (next < text.size() && absl::ascii_islower(text[next])) continue;  // "e.g. foo"
    sentences.push_back({span.line, span.begin + begin, span.begin + i + 1});
    begin = next;
  }
  if (begin < text.size()) sentences.push_back({span.line, span.begin + begin, span.end});
  return sentences;
}

absl::string_view LastSentence(absl::string_view text) {
  text = absl::StripTrailingAsciiWhitespace(text);
  for (size_t i = text.size(); i-- > 2;) {
    const bool mark = text[i - 2] == '.' || text[i - 2] == '!' || text[i - 2] == '?';
    if (mark && text[i - 1] == ' ' && !absl::ascii_islower(text[i])) return text.substr(i);
  }
  return text;
}

std::vector<std::string> FindFeedReferences(absl::string_view text) {
  struct Provider {
    absl::string_view word;
    absl::string_view name;
  };
  static constexpr Provider kProviders[] = {{"aws", "aws"}, {"amazon", "aws"}};
  std::vector<std::string> references;
  if (!HasPhrase(text, "ip address ranges") && !HasPhrase(text, "ip-ranges.json") &&
      !HasPhrase(text, "ip ranges file")) {
    return references;
  }
  for (const Provider& provider : kProviders) {
    if (!HasPhrase(text, provider.word)) continue;
    // A service code: capitals, digits and underscores, before the word service.
    size_t at = 0;
    while (at < text.size()) {
      size_t end = at;
      while (end < text.size() && (absl::ascii_isupper(text[end]) || absl::ascii_isdigit(text[end]) ||
                                   text[end] == '_')) {
        ++end;
      }
      const absl::string_view word = text.substr(at, end - at);
      const bool bounded = at == 0 || !absl::ascii_isalnum(text[at - 1]);
      const absl::string_view after = absl::StripLeadingAsciiWhitespace(text.substr(end));
      if (word.size() >= 2 && bounded && absl::StartsWith(after, "service")) {
        references.push_back(absl::StrCat(provider.name, ":", word));
      }
      at = std::max(end, at + 1);
    }
    break;
  }
  return references;
}

}  // namespace allowmatch
