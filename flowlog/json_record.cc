#include "flowlog/json_record.h"

namespace allowmatch {

Note JsonRecord::Read(absl::string_view text, JsonFields* fields) {
  values_.clear();
  text_.fill(absl::string_view());
  has_.fill(false);
  const Note note = fields->Read(text, &values_);
  if (note != Note::kNone) return note;
  for (const JsonValue& value : values_) {
    const size_t id = static_cast<size_t>(value.id);
    if (has_[id] && text_[id] != value.text) return Note::kConflict;
    has_[id] = true;
    text_[id] = value.text;
  }
  return Note::kNone;
}

}  // namespace allowmatch
