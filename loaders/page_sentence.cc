#include "loaders/page_sentence.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

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

// Whether only words that join a protocol or the word port to its numbers are
// in the text between them: "UDP packets to port 3478", "TCP on SSL (443)".
bool Joins(absl::string_view gap) {
  for (const absl::string_view word :
       absl::StrSplit(gap, absl::ByAnyChar(" ,;:/&()-|#[]\t"), absl::SkipEmpty())) {
    static constexpr absl::string_view kJoints[] = {
        "port", "ports", "range", "ranges", "number", "numbers", "is",  "are",  "to",   "on",
        "ssl",  "tls",   "and",   "or",     "the",    "via",     "over", "dtls", "srtp", "sip",
        "from", "und", "et", "y", "e", "packets", "connections", "traffic", "destination", "(s)", "s", "between", "using"};
    const std::string lower = absl::AsciiStrToLower(word);
    if (std::find(std::begin(kJoints), std::end(kJoints), lower) == std::end(kJoints)) return false;
  }
  return true;
}

// An item that is nothing but numbers, such as "Range: 16384 - 32767".
bool IsBareNumber(const std::vector<size_t>& facts, absl::string_view text, const Page& page) {
  int words = 0;
  size_t at = 0;
  const size_t end = MainClause(text).size();
  for (const size_t fact : facts) {
    const PageToken& token = page.facts[fact].token;
    if (token.begin >= end) break;
    if (token.kind != Kind::kNumber) return false;
    if (!Joins(text.substr(at, token.begin - at))) ++words;
    at = token.end;
  }
  return words == 0 && Joins(text.substr(at, end > at ? end - at : 0));
}

// Whether the word port stands before `at`, joined to it.
bool AfterPortWord(absl::string_view text, size_t at) {
  for (const absl::string_view word : {"port", "ports", "port(s)"}) {
    const absl::string_view before = text.substr(0, at);
    size_t from = before.size() > 60 ? before.size() - 60 : 0;
    PagePhrase where;
    while (HasPhrase(before.substr(from), word, &where)) {
      from += where.end;
      if (Joins(before.substr(from))) return true;
    }
  }
  return false;
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

// The facts without the numbers that are no ports: a number counts beside a
// protocol, behind the word port, or joined to a number that counts.
std::vector<size_t> KeepPorts(const std::vector<size_t>& facts, absl::string_view text,
                              const Page& page) {
  std::vector<bool> keep(facts.size(), true);
  const auto token = [&](size_t i) -> const PageToken& { return page.facts[facts[i]].token; };
  const auto joined = [&](size_t a, size_t b) {
    return Joins(text.substr(token(a).end, token(b).begin - token(a).end));
  };
  for (size_t i = 0; i < facts.size(); ++i) {
    if (token(i).kind != Kind::kNumber) continue;
    const bool behind = i > 0 && keep[i - 1] && joined(i - 1, i) &&
                        (token(i - 1).kind == Kind::kProtocol || token(i - 1).kind == Kind::kNumber ||
                         token(i - 1).kind == Kind::kWebWord);
    keep[i] = behind || AfterPortWord(text, token(i).begin);
  }
  for (size_t i = facts.size(); i-- > 0;) {
    if (token(i).kind != Kind::kNumber || keep[i]) continue;
    keep[i] = i + 1 < facts.size() && keep[i + 1] && joined(i, i + 1) &&
              (token(i + 1).kind == Kind::kProtocol || token(i + 1).kind == Kind::kNumber);
  }
  std::vector<size_t> kept;
  for (size_t i = 0; i < facts.size(); ++i) {
    if (keep[i]) kept.push_back(facts[i]);
  }
  return kept;
}

}  // namespace

std::vector<size_t> PortFacts(const std::vector<size_t>& facts, absl::string_view text,
                              const Page& page) {
  return KeepPorts(facts, text, page);
}

PageStatement ReadStatement(const PageSpan& span, const std::vector<PageService>& around,
                            bool ports_around, Page* page) {
  PageStatement statement;
  statement.line = span.line;
  const absl::string_view text = page->Text(span);
  statement.facts = page->AddFacts(span, false);
  size_t first_end = 0;
  for (const size_t fact : statement.facts) {
    const PageFact& word = page->facts[fact];
    if (first_end == 0 && word.token.kind != Kind::kBesides) first_end = word.token.end;
  }
  const std::vector<size_t> kept = ports_around && IsBareNumber(statement.facts, text, *page)
                                       ? statement.facts
                                       : KeepPorts(statement.facts, text, *page);
  const size_t remark = RemarkBegin(text, first_end);
  for (const size_t fact : statement.facts) {
    statement.loose_numbers = statement.loose_numbers ||
                              (page->facts[fact].token.kind == Kind::kNumber &&
                               std::find(kept.begin(), kept.end(), fact) == kept.end());
  }
  std::vector<size_t> main;
  std::vector<size_t> remarks;
  std::vector<size_t> all;
  for (const size_t fact : kept) {
    const PageToken& token = page->facts[fact].token;
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
  if (!led && CountWords(MainClause(text)) <= 5) {
    // "Media servers - 192.0.2.0/24": the remark is all there is.
    std::vector<size_t> plain;
    for (const size_t fact : remarks) {
      if (!page->facts[fact].token.has_path) plain.push_back(fact);
    }
    statement.destinations = TakeDestinations(plain, page);
  }
  // "host.example (192.0.2.7)": the address of the host.
  const bool names_only = std::all_of(main.begin(), main.end(), [page](size_t fact) {
    return page->facts[fact].token.kind != Kind::kNetwork;
  });
  if (statement.HasDestinations() && led && names_only) {
    std::vector<size_t> addresses;
    for (const size_t fact : remarks) {
      if (page->facts[fact].token.kind == Kind::kNetwork &&
          InBrackets(text, page->facts[fact].token.begin)) {
        addresses.push_back(fact);
      }
    }
    for (PageDestination& address : TakeDestinations(addresses, page)) {
      statement.destinations.push_back(std::move(address));
    }
  }
  for (const size_t fact : remarks) {
    PageFact& word = page->facts[fact];
    const bool used = std::any_of(
        statement.destinations.begin(), statement.destinations.end(),
        [fact](const PageDestination& d) { return d.facts.front() == fact; });
    const bool number = word.token.kind == Kind::kNumber || word.token.kind == Kind::kProtocol;
    if (!word.settled && !used && statement.HasFacts() &&
        (word.token.IsDestination() || (number && from_main))) {
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
  for (const size_t fact : KeepPorts(statement.facts, text, *page)) {
    if (page->facts[fact].token.kind != Kind::kWebWord) kept.push_back(fact);
  }
  statement.services = PairServices(kept, {}, page);
  statement.destinations = TakeDestinations(kept, page);
  if (statement.services.empty() && statement.HasDestinations() && AsksToAllow(text)) {
    statement.services = PairServices(statement.facts, {}, page);  // "allow HTTPS to ..."
    statement.services.erase(std::remove_if(statement.services.begin(), statement.services.end(),
                                            [](const PageService& s) { return s.inferred.empty(); }),
                             statement.services.end());
  }
  return statement;
}

PageAttributes StatementAttributes(absl::string_view raw, bool prose) {
  // Words inside a name or a URL say nothing about it.
  std::string masked(raw);
  for (const PageToken& token : ScanPageTokens(raw, {})) {
    if (token.kind != Kind::kName) continue;
    std::fill(masked.begin() + static_cast<ptrdiff_t>(token.begin),
              masked.begin() + static_cast<ptrdiff_t>(token.end), ' ');
  }
  std::replace(masked.begin(), masked.end(), '[', '(');
  std::replace(masked.begin(), masked.end(), ']', ')');
  const absl::string_view text = masked;
  PageAttributes attributes = FindAttributes(text);
  if (prose) {
    int words = CountWords(text);
    for (const PageToken& token : ScanPageTokens(text, {})) {
      words -= CountWords(text.substr(token.begin, token.end - token.begin));
    }
    if (words > 10) attributes.region.clear();
    return attributes;
  }
  // Only the beginning, the brackets, and a remark that opens with a condition
  // speak about the item; the rest explains.
  std::string speaking = MainClause(text);
  int brackets = 0;
  for (size_t open = text.find('('); open != absl::string_view::npos && ++brackets <= 8;
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

std::vector<PageSpan> Clauses(const PageSpan& span, const Page& page) {
  TokenOptions options;
  options.policy = page.options->policy;
  // Runs of service tokens and of destinations, and where each begins.
  std::vector<bool> is_service;
  std::vector<size_t> begins;
  for (const PageToken& token : ScanPageTokens(page.Text(span), options)) {
    const bool service = token.kind == Kind::kProtocol || token.kind == Kind::kNumber;
    if (!service && !token.IsDestination()) continue;
    if (!is_service.empty() && is_service.back() == service) continue;
    is_service.push_back(service);
    begins.push_back(token.begin);
  }
  if (is_service.size() < 4 || is_service.size() % 2 != 0) return {span};
  std::vector<PageSpan> clauses;
  for (size_t i = 0; i < begins.size(); i += 2) {
    const size_t begin = i == 0 ? span.begin : span.begin + begins[i];
    const size_t end = i + 2 < begins.size() ? span.begin + begins[i + 2] : span.end;
    clauses.push_back({span.line, begin, end});
  }
  return clauses;
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
