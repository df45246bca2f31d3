#include "flowlog/generic_csv.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "flowlog/csv.h"
#include "flowlog/field_parse.h"
#include "flowlog/generic_record.h"

namespace allowmatch {
namespace {

using Cells = std::vector<absl::string_view>;

// Which alias each column is, -1 for none.
std::vector<int> ColumnAliases(const Cells& header, const Aliases& aliases) {
  std::vector<int> columns;
  for (size_t i = 0; i < header.size(); ++i) {
    const int named = aliases.Find(header[i]);
    columns.push_back(named >= 0 ? named : aliases.FindNumber(i + 1));
  }
  return columns;
}

struct Coverage {
  int fields = 0;  // different fields
  bool destination = false;
};

Coverage CoverageOf(const std::vector<int>& columns, const Aliases& aliases) {
  bool has[kFieldCount] = {};
  Coverage coverage;
  for (const int id : columns) {
    if (id >= 0) has[static_cast<int>(aliases[id].field)] = true;
  }
  coverage.fields = static_cast<int>(std::count(std::begin(has), std::end(has), true));
  coverage.destination = has[static_cast<int>(Field::kDst)] || has[static_cast<int>(Field::kName)];
  return coverage;
}

class GenericCsvReader : public Reader {
 public:
  explicit GenericCsvReader(Aliases aliases, bool mapped)
      : aliases_(std::move(aliases)), mapped_(mapped), record_(&aliases_) {}

  size_t Read(absl::string_view block, bool last, RecordBatch* batch) override;
  std::vector<std::string> Remarks() const override;

 private:
  bool IsHeader(const Cells& cells) const;
  void UseHeader(const Cells& cells);
  void ReadCells(const Cells& cells, uint64_t line, RecordBatch* batch);

  const Aliases aliases_;
  const bool mapped_;
  GenericRecord record_;
  std::optional<CsvSplitter> splitter_;  // once the header is known
  std::vector<int> columns_;
  std::vector<std::string> header_;
};

size_t GenericCsvReader::Read(absl::string_view block, bool last, RecordBatch* batch) {
  size_t used = 0;
  while (used < block.size() && !batch->full() && status_.ok()) {
    const absl::string_view rest = block.substr(used);
    if (!splitter_) splitter_.emplace(CsvSeparator(rest.substr(0, rest.find('\n'))));
    size_t size = 0;
    CsvSplitter::Result result = splitter_->Split(rest, kMaxLine, &size);
    if (result == CsvSplitter::Result::kIncomplete && !last) break;
    if (result == CsvSplitter::Result::kRecord) {
      const uint64_t line = line_ + 1;
      line_ += splitter_->lines();
      used += size;
      ReadCells(splitter_->cells(), line, batch);
      continue;
    }
    // What cannot be split costs its first line only.
    const size_t end = rest.find('\n');
    used += end == absl::string_view::npos ? rest.size() : end + 1;
    batch->AddNote(++line_,
                   rest.substr(0, end).size() > kMaxLine ? Note::kLineTooLong : Note::kOpenQuote);
  }
  return used;
}

void GenericCsvReader::ReadCells(const Cells& cells, uint64_t line, RecordBatch* batch) {
  if (cells.size() == 1 && cells[0].find_first_not_of(" \t") == absl::string_view::npos) return;
  if (IsHeader(cells)) return UseHeader(cells);
  const bool surplus =
      cells.size() > columns_.size() &&
      std::any_of(cells.begin() + static_cast<std::ptrdiff_t>(columns_.size()), cells.end(),
                  [](absl::string_view cell) { return !cell.empty(); });
  if (cells.size() < columns_.size() || surplus) return batch->AddNote(line, Note::kFieldCount);
  record_.Clear();
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] >= 0) record_.Put(columns_[i], cells[i]);
  }
  record_.Fill(batch->Add(line), batch);
}

// The first row, and any later one that names a destination where that has
// its value, and as many fields.
bool GenericCsvReader::IsHeader(const Cells& cells) const {
  if (columns_.empty()) return true;
  bool names_destination = false;
  for (size_t i = 0; i < std::min(cells.size(), columns_.size()); ++i) {
    if (columns_[i] < 0 || aliases_.Find(cells[i]) < 0) continue;
    names_destination |= header_[i] == cells[i] || aliases_[columns_[i]].field == Field::kDst;
  }
  if (!names_destination) return false;
  const Coverage coverage = CoverageOf(ColumnAliases(cells, aliases_), aliases_);
  return coverage.destination && coverage.fields >= CoverageOf(columns_, aliases_).fields;
}

void GenericCsvReader::UseHeader(const Cells& cells) {
  columns_ = ColumnAliases(cells, aliases_);
  header_.clear();
  for (const absl::string_view cell : cells) header_.emplace_back(cell);
  if (!CoverageOf(columns_, aliases_).destination) {
    status_ = absl::InvalidArgumentError(
        absl::StrCat("schema_mismatch: no column for the destination among ",
                     absl::StrJoin(header_, ", "), "; say --map dst=COLUMN or --map name=COLUMN"));
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    const auto again =
        std::find(columns_.begin(), columns_.begin() + static_cast<std::ptrdiff_t>(i), columns_[i]);
    if (columns_[i] < 0 || again == columns_.begin() + static_cast<std::ptrdiff_t>(i)) continue;
    const size_t first = static_cast<size_t>(again - columns_.begin());
    if (header_[first] != header_[i]) continue;
    status_ = absl::InvalidArgumentError(
        absl::StrCat("schema_mismatch: the header names the column ", header_[i], " twice"));
  }
}

std::vector<std::string> GenericCsvReader::Remarks() const {
  std::vector<std::string> remarks;
  bool has_address = false;
  for (const int id : columns_) has_address |= id >= 0 && aliases_[id].field == Field::kDst;
  for (size_t i = 0; i < columns_.size() && has_address && !mapped_; ++i) {
    if (columns_[i] < 0 || aliases_[columns_[i]].shape != Shape::kWeakName) continue;
    remarks.push_back(absl::StrCat("column ", header_[i],
                                   " may name the sensor or a question to a resolver and was not "
                                   "used; --map name=",
                                   header_[i], " makes it the destination's name"));
  }
  return remarks;
}

}  // namespace

int GenericCsvScore(const Sample& sample) {
  if (sample.empty() || sample[0].find('{') == 0) return 0;
  const absl::StatusOr<Aliases> aliases = Aliases::Make({});
  CsvSplitter splitter(CsvSeparator(sample[0]));
  size_t size = 0;
  const std::string line = absl::StrCat(sample[0], "\n");
  if (splitter.Split(line, kMaxLine, &size) != CsvSplitter::Result::kRecord) return 0;
  const Coverage coverage = CoverageOf(ColumnAliases(splitter.cells(), *aliases), *aliases);
  return coverage.destination && coverage.fields >= 2 ? 100 : 0;
}

absl::StatusOr<std::unique_ptr<Reader>> NewGenericCsvReader(const ReaderOptions& options) {
  absl::StatusOr<Aliases> aliases = Aliases::Make(options.map);
  if (!aliases.ok()) return aliases.status();
  return std::make_unique<GenericCsvReader>(*std::move(aliases), options.map.count("name") > 0);
}

}  // namespace allowmatch
