// libyaml tells events, so that nothing of an alias is ever expanded.

#include <yaml.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "loaders/list_document.h"

namespace allowmatch {
namespace {

// Places of marks that only grow. libyaml counts characters, we count bytes.
class MarkCounter {
 public:
  explicit MarkCounter(absl::string_view text) : text_(text), places_(text) {}

  Position At(const yaml_mark_t& mark) {
    for (; characters_ < mark.index && at_ < text_.size(); ++characters_) {
      do {
        ++at_;
      } while (at_ < text_.size() && (text_[at_] & 0xc0) == 0x80);
    }
    return places_.At(at_);
  }

 private:
  absl::string_view text_;
  PlaceCounter places_;
  size_t characters_ = 0;
  size_t at_ = 0;
};

class YamlReader {
 public:
  YamlReader(absl::string_view text, const DocumentLimits& limits, DocumentError* error)
      : marks_(text), limits_(limits), error_(error) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~YamlReader() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;

  bool ReadStream(std::vector<ListNode>* roots);

 private:
  bool Next();
  bool Fail(Position at, std::string what) {
    *error_ = {at, std::move(what)};
    return false;
  }
  bool ReadNode(int depth, ListNode* node);  // from the current event on
  bool ReadItems(int depth, ListNode* node);
  bool ReadPairs(int depth, ListNode* node);

  yaml_parser_t parser_;
  yaml_event_t event_ = {};
  MarkCounter marks_;
  const DocumentLimits& limits_;
  DocumentError* error_;
  size_t nodes_ = 0;
};

bool YamlReader::Next() {
  yaml_event_delete(&event_);
  if (yaml_parser_parse(&parser_, &event_) != 0) return true;
  const char* problem = parser_.problem == nullptr ? "it cannot be read" : parser_.problem;
  return Fail(marks_.At(parser_.problem_mark), absl::StrCat("this is not YAML: ", problem));
}

bool YamlReader::ReadItems(int depth, ListNode* node) {
  node->kind = ListNode::Kind::kList;
  while (true) {
    if (!Next()) return false;
    if (event_.type == YAML_SEQUENCE_END_EVENT) return true;
    node->items.emplace_back();
    if (!ReadNode(depth + 1, &node->items.back())) return false;
  }
}

bool YamlReader::ReadPairs(int depth, ListNode* node) {
  node->kind = ListNode::Kind::kMap;
  while (true) {
    if (!Next()) return false;
    if (event_.type == YAML_MAPPING_END_EVENT) return !HasDuplicateKey(*node, error_);
    ListNode key;
    if (!ReadNode(depth + 1, &key)) return false;
    if (key.kind != ListNode::Kind::kString && key.kind != ListNode::Kind::kOther) {
      return Fail(key.at, "a key is a word");
    }
    node->keys.push_back({std::move(key.text), key.at});
    node->items.emplace_back();
    if (!Next() || !ReadNode(depth + 1, &node->items.back())) return false;
  }
}

bool YamlReader::ReadNode(int depth, ListNode* node) {
  node->at = marks_.At(event_.start_mark);
  const bool nests = event_.type == YAML_SEQUENCE_START_EVENT ||
                     event_.type == YAML_MAPPING_START_EVENT;
  if (nests && depth == limits_.depth) return Fail(node->at, "it is nested too deeply");
  if (++nodes_ > limits_.nodes) return Fail(node->at, "it has too many parts");
  switch (event_.type) {
    case YAML_SEQUENCE_START_EVENT: return ReadItems(depth, node);
    case YAML_MAPPING_START_EVENT: return ReadPairs(depth, node);
    case YAML_SCALAR_EVENT:
      node->kind = ListNode::Kind::kString;  // what a word means is for who reads it
      node->text.assign(reinterpret_cast<const char*>(event_.data.scalar.value),
                        event_.data.scalar.length);
      return true;
    case YAML_ALIAS_EVENT: return Fail(node->at, "aliases are not accepted");
    default: return Fail(node->at, "this is not YAML");
  }
}

bool YamlReader::ReadStream(std::vector<ListNode>* roots) {
  while (true) {
    if (!Next()) return false;
    if (event_.type == YAML_STREAM_END_EVENT) return true;
    if (event_.type != YAML_DOCUMENT_START_EVENT) continue;
    roots->emplace_back();
    if (!Next() || !ReadNode(0, &roots->back()) || !Next()) return false;
  }
}

}  // namespace

bool ReadYamlDocuments(absl::string_view text, std::vector<ListNode>* roots, DocumentError* error,
                       const DocumentLimits& limits) {
  if (text.size() > limits.bytes) {
    *error = {{0, 0}, "the document is too large"};
    return false;
  }
  return YamlReader(text, limits, error).ReadStream(roots);
}

}  // namespace allowmatch
