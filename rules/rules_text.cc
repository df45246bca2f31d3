// The reader of .rules text. The grammar is in SEMANTICS.md; the writer of the
// same text is rule_line.cc.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "rules/encoding.h"
#include "rules/field.h"
#include "rules/line_tokens.h"
#include "rules/packed_policy.h"
#include "rules/policy.h"
#include "rules/quoting.h"

namespace allowmatch {
namespace {

constexpr size_t kMaxErrors = 100;

bool IsKeyword(absl::string_view text) {
  return absl::EqualsIgnoreCase(text, "to") || absl::EqualsIgnoreCase(text, "from");
}

// Four numbers of an address or of a netmask, at first sight.
bool IsDotted(absl::string_view text) {
  return absl::StrContains(text, ".") &&
         text.find_first_not_of("0123456789.") == absl::string_view::npos;
}

// Reads the rule on one line.
class LineReader {
 public:
  LineReader(absl::string_view line, const PolicyOptions& options)
      : line_(line), options_(options) {}

  // False if there is an error, which problem() and at() tell.
  bool Read();

  bool empty() const { return tokens_.empty(); }  // nothing but blanks and a comment
  Rule& rule() { return rule_; }
  const Problem& problem() const { return problem_; }
  size_t at() const { return at_; }

 private:
  bool AtEnd() const { return next_ == tokens_.size(); }
  bool Fail(size_t at, Problem problem);
  bool Missing(const char* what, const char* hint);

  // Takes the next token; false if there is none.
  bool Take(const char* what, const char* hint, Token* token);
  bool EndsList() const;
  bool SplitCommas(const Token& token, bool mask, std::vector<Item>* items);
  bool TakeList(std::vector<Item>* items);

  bool ReadHead();
  bool ReadPorts(const std::vector<Item>& items, PortSet* ports);
  bool ReadPortField();
  bool ReadLists();
  bool ReadDestinations(std::vector<Destination>* list);
  bool ReadAttributeToken(const Token& token);
  bool ReadKeyAndValue(absl::string_view key, const Token& value);
  bool ReadSources(const std::vector<Item>& items);
  Problem Unexpected(absl::string_view text) const;

  absl::string_view line_;
  const PolicyOptions& options_;
  std::vector<Token> tokens_;
  size_t next_ = 0;
  Rule rule_;
  std::string app_;  // from the protocol word
  size_t ports_at_ = 0;
  size_t from_at_ = 0;
  std::map<std::string, size_t> keys_;  // where the value of each key stands
  Problem problem_;
  size_t at_ = 0;
};

bool LineReader::Fail(size_t at, Problem problem) {
  at_ = at;
  problem_ = std::move(problem);
  return false;
}

bool LineReader::Missing(const char* what, const char* hint) {
  const size_t end = tokens_.back().at + tokens_.back().text.size();
  return Fail(end, {"incomplete", absl::StrCat("the rule ends here, but ", what, " is expected"),
                    hint});
}

bool LineReader::Take(const char* what, const char* hint, Token* token) {
  if (AtEnd()) return Missing(what, hint);
  *token = tokens_[next_++];
  return true;
}

bool LineReader::EndsList() const {
  return AtEnd() || IsKeyword(tokens_[next_].text) || absl::StrContains(tokens_[next_].text, "=");
}

// Appends what stands between the commas of `token`; with `mask`, the first
// part belongs to the last item. Returns whether the token ends with a comma,
// so that the list goes on.
bool LineReader::SplitCommas(const Token& token, bool mask, std::vector<Item>* items) {
  absl::string_view rest = token.text;
  const bool open = absl::EndsWith(rest, ",");
  if (open) rest.remove_suffix(1);
  size_t at = token.at;
  for (const absl::string_view part : absl::StrSplit(rest, ',')) {
    if (mask) {
      absl::StrAppend(&items->back().text, " ", part);
      mask = false;
    } else {
      items->push_back({std::string(part), at, false});
    }
    at += part.size() + 1;
  }
  return open;
}

bool LineReader::TakeList(std::vector<Item>* items) {
  bool open = true;
  while (open) {
    if (EndsList()) {
      const Token& last = tokens_[next_ - 1];
      const bool comma = absl::EndsWith(last.text, ",");
      return Fail(last.at + last.text.size() - (comma ? 1 : 0),
                  {FaultName(Fault::kEmptyPart),
                   comma ? "a comma ends the list" : "the list is empty",
                   comma ? "leave out the comma" : "write any for everything"});
    }
    open = SplitCommas(tokens_[next_++], false, items);
    while (!open && !AtEnd() && IsDotted(items->back().text) &&
           IsDotted(tokens_[next_].text.substr(0, tokens_[next_].text.find(',')))) {
      open = SplitCommas(tokens_[next_++], true, items);
    }
  }
  return true;
}

bool LineReader::ReadHead() {
  Token token;
  if (!Take("an action", "", &token)) return false;
  if (!ReadAction(token.text, &rule_.action, &problem_)) return Fail(token.at, problem_);
  if (!Take("a direction", "write out, in or both", &token)) return false;
  if (!ReadDirection(token.text, &rule_.direction, &problem_)) return Fail(token.at, problem_);
  if (!Take("a protocol", "write tcp, udp, icmp, any or a number", &token)) return false;
  if (!ReadProtocol(token.text, &rule_.protocol, &app_, &problem_)) return Fail(token.at, problem_);
  return ReadPortField();
}

bool LineReader::ReadPorts(const std::vector<Item>& items, PortSet* ports) {
  std::vector<PortRange> ranges;
  for (const Item& item : items) {
    PortRange range;
    if (!ReadPortRange(item.text, &range, &problem_)) return Fail(item.at, problem_);
    ranges.push_back(range);
  }
  *ports = PortSet(std::move(ranges));
  return true;
}

bool LineReader::ReadPortField() {
  if (AtEnd()) return Missing("a port", "write any, a port, a range or a list of them");
  ports_at_ = tokens_[next_].at;
  if (EndsList()) {
    return Fail(ports_at_, {FaultName(Fault::kPortSyntax), "a port is expected before this",
                            "write any for every port"});
  }
  std::vector<Item> items;
  if (!TakeList(&items)) return false;
  if (items.size() == 1 && absl::EqualsIgnoreCase(items[0].text, "any")) return true;
  return ReadPorts(items, &rule_.ports);
}

bool LineReader::ReadDestinations(std::vector<Destination>* list) {
  std::vector<Item> items;
  if (!TakeList(&items)) return false;
  for (const Item& item : items) {
    Destination destination;
    if (!ReadDestination(item.text, options_, &destination, &problem_)) {
      return Fail(item.at, problem_);
    }
    list->push_back(std::move(destination));
  }
  return true;
}

bool LineReader::ReadLists() {
  bool has_from = false;
  while (!AtEnd() && IsKeyword(tokens_[next_].text)) {
    const Token keyword = tokens_[next_++];
    const bool from = absl::EqualsIgnoreCase(keyword.text, "from");
    if (from ? has_from : !rule_.to.empty()) {
      return Fail(keyword.at, {"duplicate", absl::StrCat(keyword.text, " stands twice"),
                               "put its destinations in one list"});
    }
    if (from) {
      has_from = true;
      from_at_ = keyword.at;
    }
    if (!ReadDestinations(from ? &rule_.from : &rule_.to)) return false;
  }
  if (!rule_.to.empty()) return true;
  if (AtEnd()) return Missing("a destination", "write to LIST");
  return Fail(tokens_[next_].at, Unexpected(tokens_[next_].text));
}

Problem LineReader::Unexpected(absl::string_view text) const {
  const std::string what = absl::StrCat(ShowText(text), " is not expected here");
  if (IsKeyword(text)) return {"unexpected", what, "put to and from before the attributes"};
  if (absl::StartsWith(text, ",")) return {"unexpected", what, "put no blank before a comma"};
  if (rule_.to.empty()) return {"unexpected", what, "write to before the destinations"};
  return {"unexpected", what, "attributes are key=value; quote a value that has blanks"};
}

bool LineReader::ReadSources(const std::vector<Item>& items) {
  for (const Item& item : items) {
    Source source;
    if (!ReadSource(item.text, &source, &problem_)) return Fail(item.at, problem_);
    rule_.sources.push_back(std::move(source));
  }
  return true;
}

bool LineReader::ReadKeyAndValue(absl::string_view key, const Token& value) {
  const bool list = key == "src" || key == "inferred" || key == "sport";
  std::vector<Item> items;
  size_t at = 0;
  if (!SplitValue(value, list, &items, &problem_, &at)) return Fail(at, problem_);
  if (key == "src") return ReadSources(items);
  if (key == "sport") return ReadPorts(items, &rule_.source_ports);
  if (key == "inferred") {
    for (Item& item : items) rule_.inferred.push_back(std::move(item.text));
    return true;
  }
  return ReadAttribute(key, items[0].text, &rule_, &problem_) || Fail(value.at, problem_);
}

bool LineReader::ReadAttributeToken(const Token& token) {
  const size_t equals = token.text.find('=');
  if (equals == absl::string_view::npos) return Fail(token.at, Unexpected(token.text));
  const absl::string_view key = token.text.substr(0, equals);
  const Token value{token.text.substr(equals + 1), token.at + equals + 1};
  const bool first = keys_.emplace(std::string(key), value.at).second;
  if (!first && key != "src" && key != "inferred") {
    return Fail(token.at, {"duplicate", absl::StrCat(key, " stands twice"), "it has one value"});
  }
  if (ReadKeyAndValue(key, value)) return true;
  if (problem_.code == "bad_key") at_ = token.at;
  return false;
}

bool LineReader::Read() {
  size_t at = 0;
  if (!SplitLine(line_, &tokens_, &problem_, &at)) return Fail(at, problem_);
  if (tokens_.empty()) return true;
  if (!ReadHead() || !ReadLists()) return false;
  while (!AtEnd()) {
    if (!ReadAttributeToken(tokens_[next_++])) return false;
  }
  const char* field = "";
  if (CompleteRule(app_, &rule_, &field, &problem_)) return true;
  const absl::string_view name = field;
  return Fail(name == "ports" ? ports_at_ : name == "from" ? from_at_ : keys_[field], problem_);
}

Diagnostic Describe(const LineReader& reader, absl::string_view file, int line) {
  const Problem& problem = reader.problem();
  return {std::string(file), line,         static_cast<int>(reader.at()) + 1,
          problem.what,      problem.hint, problem.code};
}

Diagnostic TooMany(absl::string_view file, int line) {
  return {std::string(file), line, 0, "too many errors; the rest of the file was not read", "",
          "too_many_errors"};
}

void Append(Rule rule, std::vector<Rule>* rules) { rules->push_back(std::move(rule)); }
void Append(Rule rule, PackedPolicy* rules) { rules->Add(std::move(rule)); }

template <typename Rules>
bool ReadLines(absl::string_view text, absl::string_view file, const PolicyOptions& options,
               Rules* rules, Diagnostics* errors) {
  if (!OpenText(file, &text, errors)) return false;
  const size_t errors_before = errors->size();
  int line_number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++line_number;
    if (errors->size() - errors_before == kMaxErrors) {
      errors->push_back(TooMany(file, line_number));
      return false;
    }
    if (absl::EndsWith(line, "\r")) line.remove_suffix(1);
    LineReader reader(line, options);
    if (!reader.Read()) {
      errors->push_back(Describe(reader, file, line_number));
    } else if (!reader.empty()) {
      Append(std::move(reader.rule()), rules);
    }
  }
  if (errors->size() != errors_before) return false;
  if (rules->empty()) {
    errors->push_back({std::string(file), 0, 0, "there is no rule in it",
                       "an empty policy would deny everything", "empty_ruleset"});
    return false;
  }
  return true;
}

}  // namespace

bool ParseRules(absl::string_view text, absl::string_view file, const PolicyOptions& options,
                Policy* policy, Diagnostics* errors) {
  std::vector<Rule> rules;
  if (!ReadLines(text, file, options, &rules, errors)) return false;
  policy->rules = std::move(rules);
  return true;
}

bool ParseRules(absl::string_view text, absl::string_view file, const PolicyOptions& options,
                PackedPolicy* policy, Diagnostics* errors) {
  PackedPolicy rules;
  if (!ReadLines(text, file, options, &rules, errors)) return false;
  *policy = std::move(rules);
  return true;
}

}  // namespace allowmatch
