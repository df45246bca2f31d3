// Picks values out of JSON objects by path, without building a tree.
//
//   JsonFields fields({{"id.orig_h", kSrc}, {"proto", kProtocol}});
//   std::vector<JsonValue> values;
//   if (fields.Read(line, &values) == Note::kNone) ...
//
// A path with dots stands for a flat key that has the dots and for nested
// objects alike. The elements of an array are values of the array's path. A key
// that is looked for and stands twice in one object is an error, as is text
// after the object. Parsing is simdjson's On-Demand: what is not looked for
// is skipped, not validated. Invalid UTF-8 does no harm outside of the values.

#ifndef ALLOWMATCH_FLOWLOG_JSON_FIELDS_H_
#define ALLOWMATCH_FLOWLOG_JSON_FIELDS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "flowlog/note.h"

namespace allowmatch {

struct JsonValue {
  int id = 0;              // of the path
  absl::string_view text;  // unescaped if it was a string, else as written
  bool is_string = false;
};

// Movable, not copyable, not thread-safe.
class JsonFields {
 public:
  using Path = std::pair<std::string, int>;

  // Keys are compared exactly; with `fold`, without case and with '-', '_',
  // ' ' and '.' as one character. Of several paths that are then the same the first counts.
  explicit JsonFields(const std::vector<Path>& paths, bool fold = false);
  ~JsonFields();
  JsonFields(JsonFields&&) noexcept;
  JsonFields& operator=(JsonFields&&) noexcept;

  // Appends the values of the object `text`, which has kBlockPadding readable
  // bytes after its end. Nulls are left out. The values live until the next
  // call. kJsonSyntax, kJsonDupKey or kNone.
  Note Read(absl::string_view text, std::vector<JsonValue>* values);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Lower case, with '-', ' ' and '.' as '_'.
std::string FoldKey(absl::string_view key);

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_JSON_FIELDS_H_
