// The reader of the JSON form; its writer is rules_json_writer.cc.
//
// simdjson accepts duplicate keys, so they are looked for here; numbers are
// read from their own text, so that 443.0 and 2^64 + 443 are not 443.

#include <simdjson.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "rules/encoding.h"
#include "rules/field.h"
#include "rules/json_scan.h"
#include "rules/policy.h"
#include "rules/quoting.h"

namespace allowmatch {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr size_t kMaxErrors = 100;

absl::string_view View(std::string_view view) { return {view.data(), view.size()}; }

const char* TypeName(ondemand::json_type type) {
  switch (type) {
    case ondemand::json_type::array: return "an array";
    case ondemand::json_type::object: return "an object";
    case ondemand::json_type::number: return "a number";
    case ondemand::json_type::string: return "a string";
    case ondemand::json_type::boolean: return "true or false";
    case ondemand::json_type::null: return "null";
  }
  return "";
}

// Appends a part to a path as long as it lives.
class PathPart {
 public:
  PathPart(std::string* path, std::string part) : path_(path), size_(path->size()) {
    absl::StrAppend(path, part);
  }
  ~PathPart() { path_->resize(size_); }
  PathPart(const PathPart&) = delete;
  PathPart& operator=(const PathPart&) = delete;

 private:
  std::string* path_;
  size_t size_;
};

// Reads one document. Each method that takes a value returns false after it
// has appended an error; the rule is then given up and the next one is read.
class JsonReader {
 public:
  JsonReader(absl::string_view text, absl::string_view file, const PolicyOptions& options,
             Diagnostics* errors)
      : text_(text), file_(file), options_(options), errors_(errors) {}

  std::vector<Rule> Read();

 private:
  bool Fail(size_t at, Problem problem);
  bool Syntax();
  bool WrongString();
  bool Visit(ondemand::value value, ondemand::json_type type);

  template <typename Visitor>  // bool(std::string key, size_t key_at, ondemand::value)
  bool EachField(ondemand::value value, Visitor visitor);
  template <typename Visitor>  // bool(ondemand::value)
  bool EachItem(ondemand::value value, Visitor visitor);

  bool GetString(ondemand::value value, std::string* text);
  bool GetInteger(ondemand::value value, Problem out_of_range, int max, int* number);

  bool ReadRule(ondemand::value value, Rule* rule);
  bool ReadField(const std::string& key, size_t key_at, ondemand::value value, Rule* rule);
  bool ReadProtocolField(ondemand::value value, Rule* rule);
  bool ReadPortPairs(ondemand::value value, PortSet* ports);
  bool ReadPortPair(ondemand::value value, PortRange* range);
  bool ReadList(ondemand::value value, std::vector<Destination>* list);
  bool ReadSources(ondemand::value value, Rule* rule);
  bool ReadInferred(ondemand::value value, Rule* rule);
  bool CheckComplete(size_t rule_at, Rule* rule);

  absl::string_view text_;
  absl::string_view file_;
  const PolicyOptions& options_;
  Diagnostics* errors_;
  simdjson::padded_string padded_;
  std::string path_;
  size_t at_ = 0;  // the offset of the value that was visited last
  bool broken_ = false;
  std::string app_;
  std::map<std::string, size_t> fields_;  // of the current rule, and where they stand
};

bool JsonReader::Fail(size_t at, Problem problem) {
  const Position position = PositionAt(text_, at);
  errors_->push_back({std::string(file_), position.line, position.column,
                      absl::StrCat(path_, path_.empty() ? "" : ": ", problem.what), problem.hint,
                      problem.code});
  return false;
}

// Once is enough: iteration goes on to fail behind such an error.
bool JsonReader::Syntax() {
  if (std::exchange(broken_, true)) return false;
  return Fail(at_, {"json_syntax", "from here on it is not JSON", ""});
}

bool JsonReader::WrongString() {
  return Fail(at_, {"json_string", "this string has a wrong escape or a lone surrogate", ""});
}

// Notes where `value` is and checks its type.
bool JsonReader::Visit(ondemand::value value, ondemand::json_type type) {
  at_ = static_cast<size_t>(value.raw_json_token().data() - padded_.data());
  ondemand::json_type actual;
  if (value.type().get(actual)) return Syntax();
  if (actual == type) return true;
  return Fail(at_, {"json_type", absl::StrCat(TypeName(type), " is expected, not ",
                                              TypeName(actual)), ""});
}

template <typename Visitor>
bool JsonReader::EachField(ondemand::value value, Visitor visitor) {
  ondemand::object object;
  if (!Visit(value, ondemand::json_type::object)) return false;
  if (value.get_object().get(object)) return Syntax();
  std::set<std::string> keys;
  for (auto result : object) {
    ondemand::field field;
    std::string_view key;
    if (std::move(result).get(field)) return Syntax();
    const size_t key_at = static_cast<size_t>(field.key().raw() - padded_.data()) - 1;
    at_ = key_at;
    if (field.unescaped_key().get(key)) return WrongString();
    if (!keys.emplace(key).second) {
      return Fail(key_at, {"json_dup_key", absl::StrCat("the key ", ShowText(View(key)),
                                                        " stands twice"), ""});
    }
    const PathPart part(&path_, absl::StrCat(".", View(key).substr(0, 60)));
    if (!visitor(std::string(key), key_at, field.value())) return false;
  }
  return true;
}

template <typename Visitor>
bool JsonReader::EachItem(ondemand::value value, Visitor visitor) {
  ondemand::array array;
  if (!Visit(value, ondemand::json_type::array)) return false;
  if (value.get_array().get(array)) return Syntax();
  size_t index = 0;
  for (auto result : array) {
    ondemand::value item;
    if (result.get(item)) return Syntax();
    const PathPart part(&path_, absl::StrCat("[", index++, "]"));
    if (!visitor(item)) return false;
  }
  return true;
}

bool JsonReader::GetString(ondemand::value value, std::string* text) {
  if (!Visit(value, ondemand::json_type::string)) return false;
  std::string_view view;
  if (value.get_string().get(view)) return WrongString();
  if (view.find('\0') != std::string_view::npos) {
    return Fail(at_, {"nul", "this string holds a NUL", ""});
  }
  *text = std::string(view);
  return true;
}

// An integer from 0 to `max`, which is written as one.
bool JsonReader::GetInteger(ondemand::value value, Problem out_of_range, int max, int* number) {
  if (!Visit(value, ondemand::json_type::number)) return false;
  const absl::string_view token =
      absl::StripAsciiWhitespace(View(value.raw_json_token()));
  const absl::string_view digits = absl::StripPrefix(token, "-");
  if (digits.empty() || digits.find_first_not_of("0123456789") != absl::string_view::npos ||
      (digits.size() > 1 && digits[0] == '0') || token == "-0") {
    return Fail(at_, {"number_syntax", absl::StrCat(ShowText(token), " is not an integer"),
                      "write digits only"});
  }
  int result = 0;
  if (token != digits || !absl::SimpleAtoi(digits, &result) || result > max) {
    out_of_range.what = absl::StrCat(token.substr(0, 40), ": ", out_of_range.what);
    return Fail(at_, std::move(out_of_range));
  }
  *number = result;
  return true;
}

bool JsonReader::ReadPortPair(ondemand::value value, PortRange* range) {
  const Problem too_large{FaultName(Fault::kPortRange), FaultText(Fault::kPortRange), ""};
  std::vector<int> ends;
  const auto read_end = [&](ondemand::value end) {
    ends.emplace_back();
    return GetInteger(end, too_large, 65535, &ends.back());
  };
  if (!EachItem(value, read_end)) return false;
  if (ends.size() != 2) {
    return Fail(at_, {"json_type", "a pair of ports is expected", "write [443, 443] for one port"});
  }
  if (ends[1] < ends[0]) {
    return Fail(at_, {FaultName(Fault::kPortReversed), FaultText(Fault::kPortReversed),
                      absl::StrCat("write [", ends[1], ", ", ends[0], "]")});
  }
  *range = {static_cast<uint16_t>(ends[0]), static_cast<uint16_t>(ends[1])};
  return true;
}

bool JsonReader::ReadPortPairs(ondemand::value value, PortSet* ports) {
  std::vector<PortRange> ranges;
  const auto read_pair = [&](ondemand::value pair) {
    ranges.emplace_back();
    return ReadPortPair(pair, &ranges.back());
  };
  if (!EachItem(value, read_pair)) return false;
  *ports = PortSet(std::move(ranges));
  return true;
}

bool JsonReader::ReadProtocolField(ondemand::value value, Rule* rule) {
  ondemand::json_type type;
  if (!value.type().get(type) && type == ondemand::json_type::number) {
    int number = 0;
    const Problem too_large{FaultName(Fault::kProtocolRange), FaultText(Fault::kProtocolRange), ""};
    if (!GetInteger(value, too_large, 255, &number)) return false;
    rule->protocol = Protocol::Number(static_cast<uint8_t>(number));
    return true;
  }
  std::string text;
  Problem problem;
  if (!GetString(value, &text)) return false;
  return ReadProtocol(text, &rule->protocol, &app_, &problem) || Fail(at_, problem);
}

bool JsonReader::ReadList(ondemand::value value, std::vector<Destination>* list) {
  return EachItem(value, [&](ondemand::value item) {
    std::string text;
    Problem problem;
    Destination destination;
    if (!GetString(item, &text)) return false;
    if (!ReadDestination(text, options_, &destination, &problem)) return Fail(at_, problem);
    list->push_back(std::move(destination));
    return true;
  });
}

bool JsonReader::ReadInferred(ondemand::value value, Rule* rule) {
  return EachItem(value, [&](ondemand::value item) {
    rule->inferred.emplace_back();
    return GetString(item, &rule->inferred.back());
  });
}

bool JsonReader::ReadSources(ondemand::value value, Rule* rule) {
  const Problem too_large{"number_range", "this is no line number", ""};
  return EachItem(value, [&](ondemand::value item) {
    Source source;
    const auto read_part = [&](const std::string& key, size_t key_at, ondemand::value part) {
      if (key == "file") return GetString(part, &source.file);
      if (key == "line") {
        return GetInteger(part, too_large, std::numeric_limits<int>::max(), &source.line);
      }
      return Fail(key_at, {"bad_key", "a source has file and line only", ""});
    };
    if (!EachField(item, read_part)) return false;
    if (source.file.empty()) return Fail(at_, {"missing_field", "a source has no file", ""});
    rule->sources.push_back(std::move(source));
    return true;
  });
}

bool JsonReader::ReadField(const std::string& key, size_t key_at, ondemand::value value,
                           Rule* rule) {
  if (key == "protocol") return ReadProtocolField(value, rule);
  if (key == "ports") return ReadPortPairs(value, &rule->ports);
  if (key == "sport") return ReadPortPairs(value, &rule->source_ports);
  if (key == "destinations") return ReadList(value, &rule->to);
  if (key == "from") return ReadList(value, &rule->from);
  if (key == "sources") return ReadSources(value, rule);
  if (key == "inferred") return ReadInferred(value, rule);
  std::string text;
  Problem problem;
  if (!GetString(value, &text)) return false;
  bool good = false;
  if (key == "action") {
    good = ReadAction(text, &rule->action, &problem);
  } else if (key == "direction") {
    good = ReadDirection(text, &rule->direction, &problem);
  } else {
    good = ReadAttribute(key, text, rule, &problem);
  }
  return good || Fail(problem.code == "bad_key" ? key_at : at_, problem);
}

// What only the whole rule shows.
bool JsonReader::CheckComplete(size_t rule_at, Rule* rule) {
  for (const char* required : {"action", "direction", "protocol", "destinations"}) {
    if (fields_.count(required) > 0) continue;
    return Fail(rule_at, {"missing_field", absl::StrCat("the rule has no ", required), ""});
  }
  if (rule->to.empty()) {
    return Fail(fields_["destinations"], {"missing_field", "there is no destination",
                                          "write [\"any\"] for every one"});
  }
  const char* field = "";
  Problem problem;
  return CompleteRule(app_, rule, &field, &problem) || Fail(fields_[field], problem);
}

bool JsonReader::ReadRule(ondemand::value value, Rule* rule) {
  app_.clear();
  fields_.clear();
  const size_t rule_at = static_cast<size_t>(value.raw_json_token().data() - padded_.data());
  const auto read_field = [&](const std::string& key, size_t key_at, ondemand::value field) {
    fields_[key] = static_cast<size_t>(field.raw_json_token().data() - padded_.data());
    return ReadField(key, key_at, field, rule);
  };
  return EachField(value, read_field) && CheckComplete(rule_at, rule);
}

std::vector<Rule> JsonReader::Read() {
  std::vector<Rule> rules;
  const size_t start = text_.find_first_not_of(" \t\r\n");
  if (text_[start] != '[') {
    Fail(start, {"json_type", "an array of rules is expected", ""});
    return rules;
  }
  padded_ = simdjson::padded_string(text_.data(), text_.size());
  ondemand::parser parser;
  ondemand::document document;
  ondemand::value root;
  if (parser.iterate(padded_).get(document) || document.get_value().get(root)) {
    Syntax();
    return rules;
  }
  const size_t errors_before = errors_->size();
  EachItem(root, [&](ondemand::value item) {
    if (errors_->size() - errors_before == kMaxErrors) {
      return Fail(at_, {"too_many_errors", "too many errors; the rest was not read", ""});
    }
    Rule rule;
    if (ReadRule(item, &rule)) rules.push_back(std::move(rule));
    return !broken_;
  });
  return rules;
}

// On-Demand does not look at what nobody asks for: this does.
bool IsWellFormed(absl::string_view text) {
  simdjson::dom::parser parser;
  return parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
}

}  // namespace

bool ParseRulesJson(absl::string_view text, absl::string_view file, const PolicyOptions& options,
                    Policy* policy, Diagnostics* errors) {
  if (!OpenText(file, &text, errors)) return false;
  const size_t errors_before = errors->size();
  Problem problem;
  size_t at = 0;
  if (!ScanJson(text, &problem, &at)) {
    const Position position = PositionAt(text, at);
    errors->push_back({std::string(file), position.line, position.column, problem.what,
                       problem.hint, problem.code});
    return false;
  }
  std::vector<Rule> rules = JsonReader(text, file, options, errors).Read();
  if (errors->size() != errors_before) return false;
  if (!IsWellFormed(text)) {
    errors->push_back({std::string(file), 0, 0, "this is not JSON", "", "json_syntax"});
    return false;
  }
  if (rules.empty()) {
    errors->push_back({std::string(file), 0, 0, "there is no rule in it",
                       "an empty policy would deny everything", "empty_ruleset"});
    return false;
  }
  policy->rules = std::move(rules);
  return true;
}

}  // namespace allowmatch
