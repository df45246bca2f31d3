// The writer of the JSON form; its reader is rules_json.cc.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/json_string.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

// The text of one object, field by field.
class ObjectWriter {
 public:
  void Add(absl::string_view key, absl::string_view json) {
    absl::StrAppend(&text_, text_.empty() ? "{" : ", ", JsonString(key), ": ", json);
  }
  void AddString(absl::string_view key, absl::string_view value) { Add(key, JsonString(value)); }
  void AddGiven(absl::string_view key, absl::string_view value) {
    if (!value.empty()) AddString(key, value);
  }
  std::string Close() { return absl::StrCat(text_, "}"); }

 private:
  std::string text_;
};

template <typename List, typename ToJson>
std::string JsonArray(const List& list, ToJson to_json) {
  return absl::StrCat("[", absl::StrJoin(list, ", ", [&](std::string* out, const auto& item) {
                        absl::StrAppend(out, to_json(item));
                      }), "]");
}

std::string PortsJson(const PortSet& ports) {
  return JsonArray(ports.ranges(), [](const PortRange& range) {
    return absl::StrCat("[", range.first, ", ", range.last, "]");
  });
}

std::string DestinationsJson(const std::vector<Destination>& list) {
  return JsonArray(list, [](const Destination& destination) {
    return JsonString(DestinationToString(destination));
  });
}

std::string SourceJson(const Source& source) {
  ObjectWriter object;
  object.AddString("file", source.file);
  if (source.line > 0) object.Add("line", absl::StrCat(source.line));
  return object.Close();
}

// A number stays a number.
std::string ProtocolJson(const Protocol& protocol) {
  const std::string text = protocol.ToString();
  return text[0] >= '0' && text[0] <= '9' ? text : JsonString(text);
}

void AddAttributes(const Rule& rule, ObjectWriter* object) {
  object->AddGiven("vendor", rule.vendor);
  object->AddGiven("service", rule.service);
  object->AddGiven("region", rule.region);
  object->AddGiven("require", RequireName(rule.require));
  object->AddGiven("profile", rule.profile);
  object->AddGiven("condition", rule.condition);
  object->AddGiven("app", rule.app);
  if (!rule.source_ports.is_any()) object->Add("sport", PortsJson(rule.source_ports));
  for (const auto& [key, value] : rule.other) object->AddString(key, value);
  object->AddGiven("dated", rule.dated);
  if (!rule.inferred.empty()) object->Add("inferred", JsonArray(rule.inferred, JsonString));
  if (!rule.sources.empty()) object->Add("sources", JsonArray(rule.sources, SourceJson));
}

std::string RuleJson(Rule rule) {
  rule.Normalize();
  ObjectWriter object;
  object.AddString("action", ActionName(rule.action));
  object.AddString("direction", RuleDirectionName(rule.direction));
  object.Add("protocol", ProtocolJson(rule.protocol));
  object.Add("ports", PortsJson(rule.ports));
  if (!rule.from.empty()) object.Add("from", DestinationsJson(rule.from));
  object.Add("destinations", DestinationsJson(rule.to));
  AddAttributes(rule, &object);
  return object.Close();
}

}  // namespace

std::string FormatRulesJson(const Policy& policy) {
  std::string text = "[";
  for (const Rule& rule : policy.rules) {
    absl::StrAppend(&text, text.size() == 1 ? "\n  " : ",\n  ", RuleJson(rule));
  }
  return text + "\n]\n";
}

}  // namespace allowmatch
