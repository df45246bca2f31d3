#include "loaders/page.h"

#include <libpsl.h>

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "loaders/page_about.h"
#include "loaders/page_model.h"

namespace allowmatch {
namespace {

bool IsUtf16(absl::string_view bytes) {
  return absl::StartsWith(bytes, "\xff\xfe") || absl::StartsWith(bytes, "\xfe\xff");
}

bool Refuse(const PageOptions& options, int line, std::string what, std::string hint,
            Diagnostics* errors) {
  errors->push_back({options.source, line, 0, std::move(what), std::move(hint)});
  return false;
}

bool CheckBytes(absl::string_view bytes, const PageOptions& options, Diagnostics* errors) {
  if (IsUtf16(bytes)) {
    return Refuse(options, 0, "the page is UTF-16", "convert it: iconv -f UTF-16 -t UTF-8", errors);
  }
  const size_t nul = bytes.find('\0');
  if (nul != absl::string_view::npos) {
    const auto line = std::count(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(nul), '\n');
    return Refuse(options, static_cast<int>(line) + 1, "the page holds a NUL byte",
                  "it is no text; convert it to text first", errors);
  }
  if (absl::StripAsciiWhitespace(bytes).empty()) {
    return Refuse(options, 0, "the page is empty", "", errors);
  }
  return true;
}

// The labels before the public suffix of all names: "kudoway" of live.kudoway.com.
std::vector<std::string> Domains(const Policy& policy) {
  std::set<std::string> domains;
  for (const Rule& rule : policy.rules) {
    for (const Destination& destination : rule.to) {
      const auto* pattern = std::get_if<Pattern>(&destination);
      if (pattern == nullptr) continue;
      const std::string name(pattern->body());
      const char* domain = psl_registrable_domain(psl_builtin(), name.c_str());
      const std::string registrable = domain == nullptr ? name : domain;
      domains.insert(registrable.substr(0, registrable.find('.')));
    }
  }
  return {domains.begin(), domains.end()};
}

// Facts that neither a rule nor the report has yet.
void SettleTheRest(Page* page) {
  for (size_t i = 0; i < page->facts.size(); ++i) {
    PageFact& fact = page->facts[i];
    if (!fact.counted || fact.settled) continue;
    switch (fact.token.kind) {
      case PageToken::Kind::kBesides: page->Ignore(i, fact.token.reason); break;
      case PageToken::Kind::kDamaged:
        page->Quarantine(i, fact.token.reason, fact.token.suggestion);
        break;
      case PageToken::Kind::kNetwork:
      case PageToken::Kind::kName:
        page->Quarantine(i, "no service could be tied to it", "write its rule by hand if it is needed");
        break;
      default: page->Ignore(i, "in running text"); break;
    }
  }
}

}  // namespace

std::vector<size_t> Page::AddFacts(const PageSpan& span, bool glued) {
  std::vector<size_t> added;
  TokenOptions token_options;
  token_options.policy = options->policy;
  token_options.glued = glued;
  const PageLine& line = lines[span.line];
  for (PageToken& token : ScanPageTokens(Text(span), token_options)) {
    PageFact fact;
    fact.line = line.number;
    fact.column = line.Column(span.begin + token.begin);
    fact.text = std::string(Text(span).substr(token.begin, token.end - token.begin));
    fact.counted = token.IsDestination() || token.kind == PageToken::Kind::kDamaged ||
                   (token.kind == PageToken::Kind::kBesides &&
                    !absl::ascii_isdigit(static_cast<unsigned char>(fact.text[0]))) ||
                   (token.kind == PageToken::Kind::kBesides && absl::StrContains(fact.text, "."));
    fact.token = std::move(token);
    added.push_back(facts.size());
    facts.push_back(std::move(fact));
  }
  return added;
}

void Page::Quarantine(size_t fact, std::string reason, std::string suggestion) {
  PageFact& word = facts[fact];
  if (word.settled) return;
  word.settled = true;
  word.counted = true;
  report->entries.push_back({ReportEntry::Kind::kQuarantined, word.line, word.column, word.text,
                             std::move(reason), std::move(suggestion)});
}

void Page::Ignore(size_t fact, std::string reason) {
  PageFact& word = facts[fact];
  if (word.settled) return;
  word.settled = true;
  const bool destination = word.token.IsDestination();
  const bool damaged = word.token.kind == PageToken::Kind::kDamaged;
  if (!word.counted && !destination && !damaged && word.token.kind != PageToken::Kind::kNumber) {
    return;  // a protocol word by itself is no token to account for
  }
  if (word.token.kind == PageToken::Kind::kNumber && !word.counted) return;
  report->entries.push_back(
      {ReportEntry::Kind::kIgnored, word.line, word.column, word.text, std::move(reason), ""});
}

void Page::Note(int line, std::string token, std::string reason) {
  report->entries.push_back(
      {ReportEntry::Kind::kNote, line, 0, std::move(token), std::move(reason), ""});
}

bool LoadPage(absl::string_view bytes, const PageOptions& options, Policy* policy,
              LoadReport* report, Diagnostics* errors) {
  report->source = options.source;
  if (!CheckBytes(bytes, options, errors)) return false;
  Page page;
  page.options = &options;
  page.report = report;
  page.lines = ReadPageLines(bytes);
  LayOutPage(&page);
  QuarantineLookAlikes(&page);
  Policy loaded;
  BindPage(&page, &loaded);
  SettleTheRest(&page);

  const std::string dated = PageDate(page.lines);
  std::string vendor = options.vendor;
  const bool inferred = vendor.empty();
  if (inferred) vendor = InferVendor(page.lines, Domains(loaded));
  for (Rule& rule : loaded.rules) {
    rule.vendor = vendor;
    rule.dated = dated;
    if (inferred && !vendor.empty()) rule.inferred.push_back("vendor");
  }
  loaded.Canonicalize();
  std::set<int> ruled_lines;
  for (const PageFact& fact : page.facts) {
    if (fact.ruled) ruled_lines.insert(fact.line);
  }
  for (const PageLine& line : page.lines) {
    if (line.escaped && ruled_lines.count(line.number) != 0) {
      page.Note(line.number, "", "Markdown escapes were undone");
    }
  }
  for (const PageFact& fact : page.facts) {
    report->tokens += fact.counted ? 1 : 0;
    report->ruled += fact.counted && fact.ruled ? 1 : 0;
  }
  report->rules = loaded.rules.size();
  std::stable_sort(report->entries.begin(), report->entries.end(),
                   [](const ReportEntry& a, const ReportEntry& b) {
                     return a.line != b.line ? a.line < b.line : a.column < b.column;
                   });
  if (loaded.rules.empty()) {
    return Refuse(options, 0, "no rule could be read from the page",
                  report->tokens == 0 ? "it names no address, host or port"
                                      : "the report says what became of each token",
                  errors);
  }
  policy->Append(std::move(loaded));
  return true;
}

}  // namespace allowmatch
