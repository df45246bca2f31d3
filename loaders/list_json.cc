#include <simdjson.h>

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "loaders/list_document.h"
#include "rules/json_scan.h"

namespace allowmatch {
namespace {

namespace ondemand = simdjson::ondemand;

class JsonTreeReader {
 public:
  JsonTreeReader(absl::string_view text, size_t max_nodes, DocumentError* error)
      : padded_(text.data(), text.size()), places_(text), max_nodes_(max_nodes), error_(error) {}

  bool Read(ListNode* root);

 private:
  bool Fail(const char* what) {
    *error_ = {at_, what};
    return false;
  }
  Position At(const char* in_padded) {
    at_ = places_.At(static_cast<size_t>(in_padded - padded_.data()));
    return at_;
  }
  bool ReadNode(ondemand::value value, ListNode* node);
  bool ReadItems(ondemand::value value, ListNode* node);
  bool ReadFields(ondemand::value value, ListNode* node);
  bool ReadString(ondemand::value value, ListNode* node);

  simdjson::padded_string padded_;
  PlaceCounter places_;
  const size_t max_nodes_;
  DocumentError* error_;
  Position at_;
  size_t nodes_ = 0;
};

bool JsonTreeReader::ReadItems(ondemand::value value, ListNode* node) {
  node->kind = ListNode::Kind::kList;
  ondemand::array array;
  if (value.get_array().get(array)) return Fail("this is not JSON");
  for (auto result : array) {
    ondemand::value item;
    if (result.get(item)) return Fail("this is not JSON");
    node->items.emplace_back();
    if (!ReadNode(item, &node->items.back())) return false;
  }
  return true;
}

bool JsonTreeReader::ReadFields(ondemand::value value, ListNode* node) {
  node->kind = ListNode::Kind::kMap;
  ondemand::object object;
  if (value.get_object().get(object)) return Fail("this is not JSON");
  for (auto result : object) {
    ondemand::field field;
    std::string_view key;
    if (std::move(result).get(field)) return Fail("this is not JSON");
    const Position at = At(field.key().raw() - 1);
    if (field.unescaped_key().get(key)) return Fail("this key has a wrong escape");
    node->keys.push_back({std::string(key), at});
    node->items.emplace_back();
    if (!ReadNode(field.value(), &node->items.back())) return false;
  }
  return !HasDuplicateKey(*node, error_);
}

bool JsonTreeReader::ReadString(ondemand::value value, ListNode* node) {
  node->kind = ListNode::Kind::kString;
  std::string_view text;
  if (value.get_string().get(text)) return Fail("this string has a wrong escape");
  node->text = std::string(text);
  return true;
}

bool JsonTreeReader::ReadNode(ondemand::value value, ListNode* node) {
  const std::string_view token = value.raw_json_token();
  node->at = At(token.data());
  if (++nodes_ > max_nodes_) return Fail("it has too many parts");
  ondemand::json_type type;
  if (value.type().get(type)) return Fail("this is not JSON");
  switch (type) {
    case ondemand::json_type::array: return ReadItems(value, node);
    case ondemand::json_type::object: return ReadFields(value, node);
    case ondemand::json_type::string: return ReadString(value, node);
    default:
      node->text = std::string(absl::StripAsciiWhitespace({token.data(), token.size()}));
      return true;
  }
}

bool JsonTreeReader::Read(ListNode* root) {
  ondemand::parser parser;
  ondemand::document document;
  ondemand::value value;
  if (parser.iterate(padded_).get(document)) return Fail("this is not JSON");
  if (document.get_value().get(value)) return Fail("an object or an array is expected");
  return ReadNode(value, root);
}

// On-Demand does not look at what nobody asks for: this does.
bool IsWellFormed(absl::string_view text) {
  simdjson::dom::parser parser;
  return parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
}

}  // namespace

bool ReadJsonDocument(absl::string_view text, ListNode* root, DocumentError* error,
                      const DocumentLimits& limits) {
  if (text.size() > limits.bytes) {
    *error = {{0, 0}, "the document is too large"};
    return false;
  }
  Problem problem;
  size_t at = 0;
  if (!ScanJson(text, &problem, &at)) {
    *error = {PositionAt(text, at), problem.what};
    return false;
  }
  if (!IsWellFormed(text)) {
    *error = {{0, 0}, "this is not JSON"};
    return false;
  }
  return JsonTreeReader(text, limits.nodes, error).Read(root);
}

}  // namespace allowmatch
