#include "flowlog/generic_json.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "flowlog/generic_record.h"
#include "flowlog/json_fields.h"

namespace allowmatch {
namespace {

std::vector<JsonFields::Path> Paths(const Aliases& aliases) {
  std::vector<JsonFields::Path> paths;
  for (int id = 0; id < aliases.size(); ++id) paths.emplace_back(aliases[id].name, id);
  return paths;
}

bool IsBool(const JsonValue& value) {
  return !value.is_string && (value.text == "true" || value.text == "false");
}

class GenericJsonReader : public LineReader {
 public:
  explicit GenericJsonReader(Aliases aliases)
      : aliases_(std::move(aliases)), fields_(Paths(aliases_), /*fold=*/true), record_(&aliases_) {}

 private:
  void ReadLine(absl::string_view line, RecordBatch* batch) override;
  bool RepeatsDiffer() const;

  const Aliases aliases_;
  JsonFields fields_;
  GenericRecord record_;
  std::vector<JsonValue> values_;
};

void GenericJsonReader::ReadLine(absl::string_view line, RecordBatch* batch) {
  values_.clear();
  const Note note = fields_.Read(line, &values_);
  if (note != Note::kNone) return batch->AddNote(line_, note);
  if (RepeatsDiffer()) return batch->AddNote(line_, Note::kConflict);
  record_.Clear();
  for (const JsonValue& value : values_) {
    if (IsBool(value)) return batch->AddNote(line_, Note::kJsonType);
    record_.Put(value.id, value.text);
  }
  record_.Fill(batch->Add(line_), batch);
}

// The elements of a list, or spellings of one key: all values must agree.
bool GenericJsonReader::RepeatsDiffer() const {
  for (size_t i = 0; i < values_.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (values_[i].id == values_[j].id && values_[i].text != values_[j].text) return true;
    }
  }
  return false;
}

}  // namespace

int GenericJsonScore(const Sample& sample) {
  const absl::StatusOr<Aliases> aliases = Aliases::Make({});
  JsonFields fields(Paths(*aliases), /*fold=*/true);
  size_t objects = 0;
  size_t telling = 0;
  for (const absl::string_view line : sample) {
    if (!absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "{")) continue;
    ++objects;
    std::string padded(line);
    padded.append(kBlockPadding, '\0');
    std::vector<JsonValue> values;
    (void)fields.Read(absl::string_view(padded).substr(0, line.size()), &values);
    for (const JsonValue& value : values) {
      const Field field = (*aliases)[value.id].field;
      if (field != Field::kDst && field != Field::kName) continue;
      ++telling;
      break;
    }
  }
  return telling == 0 ? 0 : static_cast<int>(100 * objects / sample.size());
}

absl::StatusOr<std::unique_ptr<Reader>> NewGenericJsonReader(const ReaderOptions& options) {
  absl::StatusOr<Aliases> aliases = Aliases::Make(options.map);
  if (!aliases.ok()) return aliases.status();
  return std::make_unique<GenericJsonReader>(*std::move(aliases));
}

}  // namespace allowmatch
