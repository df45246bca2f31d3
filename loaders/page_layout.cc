// Lines -> a tree of headings, labels and lead sentences, with the groups of
// facts that stand below each.

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "loaders/page_cells.h"
#include "loaders/page_model.h"
#include "loaders/page_rows.h"
#include "loaders/page_sentence.h"

namespace allowmatch {
namespace {

using Kind = PageToken::Kind;

constexpr int kFlatHeading = 7;
constexpr int kLead = 8;
constexpr int kLabel = 9;
constexpr int kBullet = 10;  // and deeper ones by their indent

absl::string_view Trim(absl::string_view text) { return absl::StripAsciiWhitespace(text); }

bool IsBlank(const PageLine& line) { return Trim(line.text).empty(); }

// The size of a list marker and its blanks at the beginning of `text`, or 0.
size_t MarkerSize(absl::string_view text) {
  size_t at = 0;
  while (at < text.size() && absl::ascii_isspace(text[at])) ++at;
  const size_t mark = at;
  if (at < text.size() && absl::string_view("-*+>").find(text[at]) != absl::string_view::npos) {
    ++at;
  } else {
    while (at < text.size() && absl::ascii_isdigit(text[at])) ++at;
    if (at == mark || at - mark > 2 || at >= text.size() || (text[at] != '.' && text[at] != ')')) {
      return 0;
    }
    ++at;
  }
  if (at < text.size() && !absl::ascii_isspace(text[at])) return 0;
  while (at < text.size() && absl::ascii_isspace(text[at])) ++at;
  return at;
}

bool IsCommand(absl::string_view text) {
  text = Trim(text);
  if (absl::StartsWith(text, "$ ") || absl::StartsWith(text, "# ")) return true;
  static constexpr absl::string_view kPrograms[] = {
      "sudo", "nc",   "ncat",    "netcat", "telnet", "curl", "wget",     "ping",   "ufw",
      "ssh",  "nmap", "iptables", "nft",   "apt",    "dig",  "nslookup", "docker", "systemctl",
      "firewall-cmd", "openssl", "traceroute", "tracert", "netsh", "npm", "kubectl", "helm"};
  const absl::string_view word = text.substr(0, text.find(' '));
  return word.size() < text.size() &&
         std::find(std::begin(kPrograms), std::end(kPrograms), word) != std::end(kPrograms);
}

// A line of ===, --- or ~~~ under a heading; its level, or 0.
int UnderlineLevel(const PageLine& line) {
  const absl::string_view text = Trim(line.text);
  if (text.size() < 3 || text.find_first_not_of(text[0]) != absl::string_view::npos) return 0;
  switch (text[0]) {
    case '=': return 1;
    case '-': return 2;
    case '~': return 3;
    case '^': return 4;
    default: return 0;
  }
}

class Reader {
 public:
  explicit Reader(Page* page) : page_(page) {}

  void Run() {
    page_->contexts.emplace_back();
    size_t at = 0;
    while (at < page_->lines.size()) at = ReadAt(at);
  }

 private:
  size_t ReadAt(size_t at) {
    const PageLine& line = page_->lines[at];
    ReportPieces(line);
    if (line.fence || IsBlank(line)) return at + 1;
    if (line.code) return ReadCode(at);
    if (const size_t end = ReadPageTable(at, context_, page_); end > at) {
      for (size_t i = at + 1; i < end; ++i) ReportPieces(page_->lines[i]);
      FeedReferences(at, end);
      return end;
    }
    if (IsTableBorder(line) || UnderlineLevel(line) != 0) return at + 1;
    const absl::string_view text = Trim(line.text);
    if (text[0] == '#') {
      const size_t marks = std::min(text.find_first_not_of('#'), text.size());
      if (marks <= 6 && marks < text.size() && text[marks] == ' ') {
        Push(static_cast<int>(marks), text.substr(marks + 1), line.number);
        return at + 1;
      }
    }
    if (at + 1 < page_->lines.size() && CountWords(text) <= 14) {
      if (const int level = UnderlineLevel(page_->lines[at + 1]); level != 0) {
        Push(level, text, line.number);
        return at + 2;
      }
    }
    if (const size_t marker = MarkerSize(line.text); marker != 0) {
      ReadBullet(at, marker);
    } else if (text.find_first_not_of("{}[]():,;\"'|>!-*_") != absl::string_view::npos) {
      ReadText(at);
    }
    return at + 1;
  }

  // What was taken out of a line: link targets and struck-out text.
  void ReportPieces(const PageLine& line) {
    for (const PagePiece& piece : line.links) Report(line, piece, "a link");
    for (const PagePiece& piece : line.struck) Report(line, piece, "struck out");
  }

  void Report(const PageLine& line, const PagePiece& piece, const std::string& reason) {
    for (const PageToken& token : ScanPageTokens(piece.text, {})) {
      if (!token.IsDestination()) continue;
      ++page_->report->tokens;
      page_->report->entries.push_back({ReportEntry::Kind::kIgnored, line.number,
                                        piece.column + static_cast<int>(token.begin),
                                        piece.text.substr(token.begin, token.end - token.begin),
                                        reason, ""});
    }
  }

  PageContext& context() { return page_->contexts[context_]; }

  void PopTo(int level) {
    while (context_ != 0 && context().level >= level) context_ = context().parent;
  }

  void Push(int level, absl::string_view text, int line) {
    PopTo(level);
    PageContext next;
    next.parent = context_;
    next.level = level;
    next.line = line;
    next.text = std::string(Trim(text));
    next.attributes = FindAttributes(LastSentence(text));
    if (next.attributes.region.empty()) next.attributes.region = Environment(text);
    if (level <= kFlatHeading) next.attributes.direction = FindDirection(text);
    const bool lead = level >= kLead;
    const absl::string_view sentence = LastSentence(text);
    next.negative = context().negative || (lead ? IsNegative(sentence) : IsNegativeRemark(text));
    next.besides = (context().besides && context_ != 0) || IsBesidesHeading(text);
    next.all_traffic = SaysAllTraffic(sentence);
    next.asks = AsksToAllow(text);
    next.alternative = IsAlternative(text);
    next.ports = HasPhrase(text, "port") || HasPhrase(text, "ports") ||
                 (lead && page_->contexts[context_].ports && CountWords(text) <= 2);
    page_->contexts.push_back(std::move(next));
    context_ = page_->contexts.size() - 1;
  }

  // "Office 365 DoD environment": an environment is a region of its own.
  static std::string Environment(absl::string_view text) {
    text = Trim(text);
    if (!absl::ConsumeSuffix(&text, " environments") && !absl::ConsumeSuffix(&text, " environment")) {
      return "";
    }
    if (CountWords(text) > 9) return "";
    std::string slug;
    for (const char c : absl::AsciiStrToLower(text)) {
      if (absl::ascii_isalnum(c)) {
        slug += c;
      } else if (!slug.empty() && slug.back() != '-') {
        slug += '-';
      }
    }
    return slug;
  }

  // A code fence holds either a list of destinations or a sample.
  size_t ReadCode(size_t at) {
    const PageLine& line = page_->lines[at];
    const PageSpan span{at, 0, line.text.size()};
    if (IsListed(line.text) || IsJsonEntry(line.text)) {
      ReadItem(span, false);
    } else {
      Sample(span);
    }
    return at + 1;
  }

  // {"region": "eu", "cidr": "192.0.2.0/24"} and the like.
  static bool IsJsonEntry(absl::string_view text) {
    text = Trim(text);
    if (text.empty() || absl::string_view("\"{[").find(text[0]) == absl::string_view::npos) return false;
    for (const PageToken& token : ScanPageTokens(text, {})) {
      if (token.kind == Kind::kNetwork) return true;
    }
    return false;
  }

  // Whether a line is nothing but tokens and the signs of a list.
  bool IsListed(absl::string_view text) const {
    if (IsCommand(text)) return false;
    const std::vector<PageToken> tokens = ScanPageTokens(text, TokenOptions{page_->options->policy});
    if (tokens.empty()) return false;
    size_t at = 0;
    for (const PageToken& token : tokens) {
      if (token.kind == Kind::kBesides || token.kind == Kind::kProtocol) return false;
      if (CountWords(text.substr(at, token.begin - at)) != 0) return false;
      at = token.end;
    }
    return CountWords(text.substr(at)) == 0;
  }

  void Settle(const std::vector<size_t>& facts, const std::string& reason) {
    for (const size_t fact : facts) {
      if (!page_->facts[fact].settled) page_->Ignore(fact, reason);
    }
  }

  // Commands make no rules; their ports are compared with the rules later.
  void Sample(const PageSpan& span) {
    const std::vector<size_t> facts = page_->AddFacts(span, false);
    for (PageService& service : PairServices(facts, {}, page_)) {
      if (!service.no_protocol && !service.ports.is_any()) page_->samples.push_back(std::move(service));
    }
    std::vector<size_t> others;
    for (const size_t fact : facts) {
      if (page_->facts[fact].token.kind != Kind::kNumber) others.push_back(fact);
    }
    Settle(others, "in a sample of code or a command");
  }

  // Nested bullets: one without facts is the label of the deeper ones below it.
  void ReadBullet(size_t at, size_t marker) {
    const PageLine& line = page_->lines[at];
    const int indent = Indent(line.text);
    PopTo(kBullet + indent);
    const absl::string_view text = Trim(absl::string_view(line.text).substr(marker));
    size_t next = at + 1;
    while (next < page_->lines.size() && IsBlank(page_->lines[next])) ++next;
    const bool nested = next < page_->lines.size() && MarkerSize(page_->lines[next].text) != 0 &&
                        Indent(page_->lines[next].text) > indent;
    if (nested && CountWords(text) <= 12 && !HasTokens(text)) {
      return Push(kBullet + indent, text, line.number);
    }
    ReadItem({at, marker, line.text.size()}, true);
  }

  static int Indent(absl::string_view text) {
    int indent = 0;
    for (const char c : text) {
      if (c == '\t') indent += 4;
      else if (c == ' ') ++indent;
      else break;
    }
    return std::min(indent, 60);
  }

  static bool HasTokens(absl::string_view text) {
    for (const PageToken& token : ScanPageTokens(text, {})) {
      if (token.IsDestination() || token.kind == Kind::kNumber || token.kind == Kind::kDamaged) return true;
    }
    return false;
  }

  // ---- items: bullets, lines of tokens, short statements ----------------------------------

  void ReadItem(const PageSpan& span, bool bullet) {
    const absl::string_view text = page_->Text(span);
    if (Trim(text).empty()) return;
    if (IsCommand(text)) return Sample(span);
    if (CountWords(MainClause(text)) > 25) return ReadSentences(span);
    const std::vector<PageSpan> clauses = Clauses(span, *page_);
    if (clauses.size() > 1) {
      for (const PageSpan& clause : clauses) ReadItem(clause, false);
      return;
    }
    PageStatement statement = ReadStatement(span, ContextProtocols(), PortsAround(), page_);
    if (!statement.HasFacts()) {
      if (Trim(text).back() == ':') {
        Push(kLabel, text, page_->lines[span.line].number);
        TakeLabelServices(statement.facts);
      } else if (bullet && CountWords(text) > 8) {
        Forget(statement.facts);
        ReadSentences(span);
      }
      return;
    }
    if (IsNegative(MainClause(text)) || (statement.HasDestinations() && IsNegativeRemark(text))) {
      return Settle(statement.facts, "negative text: no longer to be allowed");
    }
    Add(std::move(statement), text, false);
  }

  // The facts are read again in another way.
  void Forget(const std::vector<size_t>& facts) {
    for (const size_t fact : facts) {
      if (page_->facts[fact].settled) continue;
      page_->facts[fact].settled = true;
      page_->facts[fact].counted = false;
    }
  }

  void Add(PageStatement statement, absl::string_view text, bool prose) {
    PageGroup group;
    group.context = context_;
    group.line = page_->lines[statement.line].number;
    group.services = std::move(statement.services);
    group.destinations = std::move(statement.destinations);
    group.attributes = StatementAttributes(text, prose);
    group.any_service = SaysAllTraffic(text);
    group.prose = prose;
    group.asks = AsksToAllow(text) || SpeaksOfAll(text);
    group.visit = LeadsToPage(text);
    group.traffic = SpeaksOfTraffic(text);
    group.needs_service = statement.loose_numbers && !prose && group.services.empty();
    if (prose || group.destinations.empty()) group.back_reference = FindBackReference(text);
    if (group.services.empty() && group.destinations.empty()) return;
    page_->groups.push_back(std::move(group));
  }

  // The protocols that labels around here give to bare ports.
  std::vector<PageService> ContextProtocols() const {
    for (size_t at = context_; at != 0; at = page_->contexts[at].parent) {
      if (!page_->contexts[at].protocols.empty()) return page_->contexts[at].protocols;
    }
    return {};
  }

  bool PortsAround() const {
    for (size_t at = context_; at != 0; at = page_->contexts[at].parent) {
      if (page_->contexts[at].ports || !page_->contexts[at].protocols.empty()) return true;
    }
    return false;
  }

  // "TCP:" gives its protocol to the numbers below; "HTTP/HTTPS access to:"
  // and "UDP 3478 to these hosts:" are services of what is listed below.
  void TakeLabelServices(const std::vector<size_t>& facts) {
    PageContext& label = context();
    for (PageService& service : PairServices(facts, {}, page_)) {
      if (service.no_protocol) continue;
      PageGroup group;
      group.context = context_;
      group.line = label.line;
      group.local = !service.inferred.empty();
      group.services.push_back(std::move(service));
      page_->groups.push_back(std::move(group));
    }
    if (!page_->groups.empty() && page_->groups.back().context == context_) return;
    for (const size_t fact : facts) {
      const PageToken& token = page_->facts[fact].token;
      if (token.kind != Kind::kProtocol) continue;
      PageService protocol;
      protocol.protocol = token.protocol;
      protocol.app = token.app;
      label.protocols.push_back(std::move(protocol));
    }
  }

  // ---- text ----------------------------------------------------------------------------------

  void ReadText(size_t at) {
    const PageLine& line = page_->lines[at];
    if (absl::StartsWithIgnoreCase(Trim(line.text), "for all ")) LeaveOptions();
    const PageSpan span{at, 0, line.text.size()};
    const absl::string_view text = Trim(line.text);
    if (IsCommand(text)) return Sample(span);
    if (IsListed(text)) return ReadItem(span, false);
    const bool remark = text[0] == '(';
    if (!remark && IsStructured(text)) return ReadItem(span, false);
    if (!remark && LeadsOn(at)) return ReadLead(span);
    if (IsRunningHead(text)) return;
    if (!remark && IsHeading(at)) {
      const bool label = (!FindRegion(text).empty() &&
                          CountWords(text.substr(0, text.find('('))) <= 3) ||
                         absl::StartsWithIgnoreCase(text, "ipv4") ||
                         absl::StartsWithIgnoreCase(text, "ipv6");
      return Push(label && CountWords(text) <= 12 ? kLabel : kFlatHeading, text, line.number);
    }
    ReadSentences(span);
    if (!remark && text.back() == '.') PopTo(kLead);
  }

  // "Product guide      7": a title again, with the number of a page.
  bool IsRunningHead(absl::string_view text) {
    absl::string_view title = text;
    while (!title.empty() && absl::ascii_isdigit(title.back())) title.remove_suffix(1);
    const bool numbered = title.size() < text.size();
    title = Trim(title);
    if (CountWords(title) > 12) return false;
    const bool again = numbered && heads_.count(std::string(title)) != 0;
    heads_.insert(std::string(title));
    return again;
  }

  // A short line with facts: "Required TCP port: 443", "*.x.example (TCP 443)".
  bool IsStructured(absl::string_view text) const {
    if (text.back() == ':') return false;
    int words = CountWords(text);
    const std::vector<PageToken> tokens = ScanPageTokens(text, TokenOptions{page_->options->policy});
    bool destination = false;
    bool number = false;
    bool protocol = false;
    for (const PageToken& token : tokens) {
      words -= CountWords(text.substr(token.begin, token.end - token.begin));
      const absl::string_view before = text.substr(0, token.begin);
      const bool article = !token.scheme.empty() && token.has_path && CountWords(before) > 2;
      destination = destination || (token.IsDestination() && token.begin < 40 && !article);
      number = number || token.kind == Kind::kNumber;
      protocol = protocol || token.kind == Kind::kProtocol;
    }
    const int bracketed = BracketedWords(text);
    const bool service = number && (protocol || HasPhrase(text, "port") || HasPhrase(text, "ports"));
    const bool sentence = text.back() == '.' && (words - bracketed > 5 || LeadsToPage(text));
    // "host.example - the first one. Explanations follow."
    const bool named = !tokens.empty() && tokens.front().IsDestination() &&
                       tokens.front().begin == 0 &&
                       absl::StartsWith(text.substr(tokens.front().end), " - ");
    return named || ((destination || service) && words - bracketed <= 7 && !sentence);
  }

  // Whether the line introduces what follows it: it ends with a colon, or its
  // last sentence speaks of what follows and a list or table comes next.
  bool LeadsOn(size_t at) const {
    const absl::string_view text = Trim(page_->lines[at].text);
    if (text.back() == ':') return true;
    const absl::string_view last = LastSentence(text);
    if (!HasPhrase(last, "following") && !HasPhrase(last, "below")) return false;
    size_t next = at + 1;
    while (next < page_->lines.size() && IsBlank(page_->lines[next])) ++next;
    if (next >= page_->lines.size()) return false;
    const absl::string_view label = Trim(page_->lines[next].text);
    if (absl::EqualsIgnoreCase(label, "ipv4") || absl::EqualsIgnoreCase(label, "ipv6")) return true;
    const PageLine& line = page_->lines[next];
    return line.fence || MarkerSize(line.text) != 0 || IsListed(line.text) ||
           !ReadPageRows(next, *page_).rows.empty();
  }

  void ReadLead(const PageSpan& span) {
    const absl::string_view text = page_->Text(span);
    const absl::string_view last = LastSentence(text);
    const size_t before = static_cast<size_t>(last.data() - text.data());
    if (before > 0) ReadSentences({span.line, span.begin, span.begin + before});
    const PageSpan lead{span.line, span.begin + before, span.end};
    PromoteLabel();
    const bool attributes_only = CountWords(text) <= 2 && ContextAlreadyLead(text);
    Push(attributes_only ? kLabel : kLead, text, page_->lines[span.line].number);
    PageStatement statement = ReadStatement(lead, {}, false, page_);
    if (!statement.HasDestinations() &&
        (CountWords(last) <= 12 || AsksToAllow(last) || !statement.services.empty())) {
      TakeLabelServices(statement.facts);
    } else if (statement.HasFacts()) {
      Add(std::move(statement), last, true);
    }
    FeedReferences(span.line, span.line + 1);
  }

  // A label that a lead sentence follows at once is a heading: "Europe", then
  // "Inbound TCP 25 from:".
  void PromoteLabel() {
    if (context_ == 0 || context().level != kLabel) return;
    const bool used = std::any_of(page_->groups.begin(), page_->groups.end(),
                                  [this](const PageGroup& group) { return group.context == context_; });
    if (used) return;
    size_t parent = context().parent;
    while (parent != 0 && page_->contexts[parent].level >= kFlatHeading) {
      parent = page_->contexts[parent].parent;
    }
    context().parent = parent;
    context().level = kFlatHeading;
  }

  // "For all options: ..." is outside of the last of them.
  void LeaveOptions() {
    std::string name;
    for (size_t at = context_; at != 0; at = page_->contexts[at].parent) {
      if (IsNumberedOption(page_->contexts[at].text, &name)) return PopTo(page_->contexts[at].level);
    }
  }

  // "TCP:" below "Required ports:" goes on with it instead of replacing it.
  static bool ContextAlreadyLead(absl::string_view text) {
    for (const PageToken& token : ScanPageTokens(text, {})) {
      if (token.kind == Kind::kProtocol) return true;
    }
    return !FindRegion(text).empty() || FindDirection(text).has_value();
  }

  bool IsHeading(size_t at) const {
    const absl::string_view text = Trim(page_->lines[at].text);
    if (CountWords(text) > 12 || CountWords(text) == 0 || text.size() > 120) return false;
    if (absl::string_view(".,;!").find(text.back()) != absl::string_view::npos) return false;
    if (!absl::ascii_isupper(text[0]) && !absl::ascii_isdigit(text[0])) return false;
    for (const PageToken& token : ScanPageTokens(text, {})) {
      if (token.kind != Kind::kNumber && token.kind != Kind::kProtocol &&
          token.kind != Kind::kWebWord) {
        return false;
      }
    }
    return true;
  }

  void ReadSentences(const PageSpan& span) {
    const size_t first_group = page_->groups.size();
    std::vector<PageSpan> sentences;
    for (const PageSpan& sentence : Sentences(span, *page_)) {
      const std::vector<PageSpan> clauses = Clauses(sentence, *page_);
      sentences.insert(sentences.end(), clauses.begin(), clauses.end());
    }
    for (const PageSpan& sentence : sentences) {
      const absl::string_view text = page_->Text(sentence);
      PageStatement statement = ReadProse(sentence, page_);
      if (SaysAddressesChange(text)) {
        page_->Note(page_->lines[span.line].number, "", "the page says that its addresses may change");
      }
      if (!statement.HasFacts()) {
        SectionDirection(text);
        MarkAlternative(text, page_->lines[span.line].number);
      } else if (Trim(text).back() == '?') {
        Settle(statement.facts, "a question");
      } else if (IsNegative(WithoutSituation(text))) {
        Settle(statement.facts, "negative text: no longer to be allowed");
      } else if (!statement.HasDestinations() && page_->groups.size() > first_group &&
                 SpeaksOfFallback(text)) {
        PageGroup& before = page_->groups.back();
        for (PageService& service : statement.services) before.services.push_back(std::move(service));
      } else {
        Add(std::move(statement), text, true);
      }
    }
    // One sentence that asks speaks for the others of its paragraph.
    bool asks = false;
    for (size_t i = first_group; i < page_->groups.size(); ++i) asks = asks || page_->groups[i].asks;
    for (size_t i = first_group; i < page_->groups.size(); ++i) {
      PageGroup& group = page_->groups[i];
      group.asks = group.asks || (asks && group.services.empty());
    }
    FeedReferences(span.line, span.line + 1);
  }

  // "All traffic is bi-directional" speaks for its section.
  void SectionDirection(absl::string_view text) {
    if (!HasPhrase(text, "all traffic") && !HasPhrase(text, "all connections")) return;
    const std::optional<RuleDirection> direction = FindDirection(text);
    if (!direction.has_value()) return;
    size_t at = context_;
    while (at != 0 && page_->contexts[at].level > kFlatHeading) at = page_->contexts[at].parent;
    page_->contexts[at].attributes.direction = direction;
  }

  // A sentence that opens an exclusive alternative without being a heading.
  void MarkAlternative(absl::string_view text, int line) {
    if (!context().besides && OpensAlternative(text)) Push(kLead, text, line);
  }

  // "the `CHIME_MEETINGS` service in the AWS IP address ranges".
  void FeedReferences(size_t begin, size_t end) {
    for (size_t at = begin; at < end && at < page_->lines.size(); ++at) {
      const PageLine& line = page_->lines[at];
      for (const std::string& reference : FindFeedReferences(line.text)) {
        PageGroup group;
        group.context = context_;
        group.line = line.number;
        group.follows = true;
        PageDestination destination;
        destination.destination = FeedReference{reference};
        destination.line = line.number;
        destination.inferred.push_back("a reference to a feed; it matches once the feed is loaded");
        group.destinations.push_back(std::move(destination));
        page_->groups.push_back(std::move(group));
        page_->Note(line.number, absl::StrCat("@", reference),
                    "a reference to a feed: load the feed to resolve it");
      }
    }
  }

  Page* page_;
  size_t context_ = 0;
  std::set<std::string> heads_;  // short lines so far
};

}  // namespace

void LayOutPage(Page* page) { Reader(page).Run(); }

}  // namespace allowmatch
