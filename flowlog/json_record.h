// One JSON record by the names of its fields: what the Zeek and EVE readers
// share.

#ifndef ALLOWMATCH_FLOWLOG_JSON_RECORD_H_
#define ALLOWMATCH_FLOWLOG_JSON_RECORD_H_

#include <array>
#include <vector>

#include "absl/strings/string_view.h"
#include "flowlog/json_fields.h"

namespace allowmatch {

// The value of each path id below kMost.
class JsonRecord {
 public:
  static constexpr int kMost = 24;

  // Reads `text` (see JsonFields::Read). Two different values for one id are
  // a kConflict.
  Note Read(absl::string_view text, JsonFields* fields);

  bool Has(int id) const { return has_[static_cast<size_t>(id)]; }

  // Empty where there is none.
  absl::string_view operator[](int id) const { return text_[static_cast<size_t>(id)]; }

 private:
  std::vector<JsonValue> values_;
  std::array<absl::string_view, kMost> text_;
  std::array<bool, kMost> has_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_JSON_RECORD_H_
