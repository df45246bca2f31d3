#include "flowlog/json_fields.h"

#include <deque>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "flowlog/reader.h"
#include "simdjson.h"

namespace allowmatch {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(kBlockPadding >= simdjson::SIMDJSON_PADDING);

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// The keys that are looked for in one object.
struct Node {
  struct Entry {
    int id = -1;  // of the path that ends here
    Node* below = nullptr;
  };
  absl::flat_hash_map<std::string, Entry> entries;
};

}  // namespace

std::string FoldKey(absl::string_view key) {
  std::string folded(key);
  for (char& c : folded) {
    c = c == '-' || c == ' ' || c == '.' ? '_' : absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return folded;
}

struct JsonFields::State {
  ondemand::parser parser;
  bool fold = false;
  std::deque<Node> nodes;
  std::string key;                                      // scratch: a folded key
  std::string scrubbed;                                 // scratch: a line without its invalid UTF-8
  int objects = 0;                                      // opened in this record
  std::vector<std::pair<int, absl::string_view>> seen;  // (object, key) found in this record

  void Reset() {
    objects = 0;
    seen.clear();
  }
  void AddPath(Node* node, absl::string_view path, int id);
  const Node::Entry* Find(const Node& node, absl::string_view name);
  Note ReadObject(const Node& node, ondemand::object object, std::vector<JsonValue>* values);
  Note ReadValue(const Node::Entry& entry, ondemand::value value, std::vector<JsonValue>* values);
  Note ReadElement(const Node::Entry& entry, ondemand::value value, ondemand::json_type type,
                   std::vector<JsonValue>* values);
  Note ReadScalar(int id, ondemand::value value, ondemand::json_type type,
                  std::vector<JsonValue>* values);
  Note ReadText(absl::string_view text, std::vector<JsonValue>* values, bool* bad_utf8);
};

// Enters the flat key, and each way to split it into nested ones.
void JsonFields::State::AddPath(Node* node, absl::string_view path, int id) {
  Node::Entry& whole = node->entries[fold ? FoldKey(path) : std::string(path)];
  if (whole.id < 0) whole.id = id;
  for (size_t dot = path.find('.'); dot != absl::string_view::npos; dot = path.find('.', dot + 1)) {
    const absl::string_view head = path.substr(0, dot);
    Node::Entry& entry = node->entries[fold ? FoldKey(head) : std::string(head)];
    if (entry.below == nullptr) entry.below = &nodes.emplace_back();
    AddPath(entry.below, path.substr(dot + 1), id);
  }
}

const Node::Entry* JsonFields::State::Find(const Node& node, absl::string_view name) {
  if (fold) {
    key = FoldKey(name);
    name = key;
  }
  const auto found = node.entries.find(name);
  return found == node.entries.end() ? nullptr : &found->second;
}

Note JsonFields::State::ReadObject(const Node& node, ondemand::object object,
                                   std::vector<JsonValue>* values) {
  const int number = objects++;
  for (auto entry : object) {
    ondemand::field field;
    std::string_view name;
    if (std::move(entry).get(field) || field.unescaped_key().get(name)) return Note::kJsonSyntax;
    const Node::Entry* const wanted = Find(node, View(name));
    if (wanted == nullptr) continue;
    for (const auto& [at, other] : seen) {
      if (at == number && other == View(name)) return Note::kJsonDupKey;
    }
    seen.emplace_back(number, View(name));
    const Note note = ReadValue(*wanted, field.value(), values);
    if (note != Note::kNone) return note;
  }
  return Note::kNone;
}

Note JsonFields::State::ReadValue(const Node::Entry& entry, ondemand::value value,
                                  std::vector<JsonValue>* values) {
  ondemand::json_type type;
  if (value.type().get(type)) return Note::kJsonSyntax;
  if (type != ondemand::json_type::array) return ReadElement(entry, value, type, values);
  ondemand::array array;
  if (value.get_array().get(array)) return Note::kJsonSyntax;
  for (auto item : array) {
    ondemand::value element;
    if (std::move(item).get(element) || element.type().get(type)) return Note::kJsonSyntax;
    if (type == ondemand::json_type::array) continue;
    const Note note = ReadElement(entry, element, type, values);
    if (note != Note::kNone) return note;
  }
  return Note::kNone;
}

// Anything but an array.
Note JsonFields::State::ReadElement(const Node::Entry& entry, ondemand::value value,
                                    ondemand::json_type type, std::vector<JsonValue>* values) {
  if (type != ondemand::json_type::object) return ReadScalar(entry.id, value, type, values);
  if (entry.below == nullptr) return Note::kNone;
  ondemand::object object;
  if (value.get_object().get(object)) return Note::kJsonSyntax;
  return ReadObject(*entry.below, object, values);
}

Note JsonFields::State::ReadScalar(int id, ondemand::value value, ondemand::json_type type,
                                   std::vector<JsonValue>* values) {
  if (id < 0) return Note::kNone;
  if (type == ondemand::json_type::string) {
    std::string_view text;
    if (value.get_string().get(text)) return Note::kJsonSyntax;
    values->push_back({id, View(text), true});
    return Note::kNone;
  }
  const absl::string_view token = absl::StripAsciiWhitespace(View(value.raw_json_token()));
  if (type != ondemand::json_type::null) values->push_back({id, token, false});
  return Note::kNone;
}

Note JsonFields::State::ReadText(absl::string_view text, std::vector<JsonValue>* values,
                                 bool* bad_utf8) {
  ondemand::document document;
  const simdjson::error_code error = parser
                                         .iterate(simdjson::padded_string_view(
                                             text.data(), text.size(), text.size() + kBlockPadding))
                                         .get(document);
  *bad_utf8 = error == simdjson::UTF8_ERROR;
  ondemand::object object;
  if (error || document.get_object().get(object)) return Note::kJsonSyntax;
  const Note note = ReadObject(nodes.front(), object, values);
  if (note != Note::kNone) return note;
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end ? Note::kNone : Note::kJsonSyntax;
}

JsonFields::JsonFields(const std::vector<Path>& paths, bool fold)
    : state_(std::make_unique<State>()) {
  state_->fold = fold;
  Node* const root = &state_->nodes.emplace_back();
  for (const Path& path : paths) state_->AddPath(root, path.first, path.second);
}

JsonFields::~JsonFields() = default;
JsonFields::JsonFields(JsonFields&&) noexcept = default;
JsonFields& JsonFields::operator=(JsonFields&&) noexcept = default;

Note JsonFields::Read(absl::string_view text, std::vector<JsonValue>* values) {
  state_->Reset();
  bool bad_utf8 = false;
  const Note note = state_->ReadText(text, values, &bad_utf8);
  if (!bad_utf8) return note;
  // No address, port or name has a byte above 0x7f, so any stand-in will do.
  std::string& scrubbed = state_->scrubbed;
  scrubbed.assign(text.data(), text.size());
  for (char& c : scrubbed) {
    if (static_cast<unsigned char>(c) > 0x7f) c = '?';
  }
  scrubbed.append(kBlockPadding, '\0');
  values->clear();
  state_->Reset();
  return state_->ReadText(absl::string_view(scrubbed).substr(0, text.size()), values, &bad_utf8);
}

}  // namespace allowmatch
