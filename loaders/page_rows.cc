#include "loaders/page_rows.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "loaders/page_cells.h"

namespace allowmatch {
namespace {

using Kind = PageToken::Kind;

bool IsBlank(const PageLine& line) {
  return line.text.find_first_not_of(" \t") == std::string::npos;
}

size_t NextFilled(const Page& page, size_t at) {
  while (at < page.lines.size() && IsBlank(page.lines[at])) ++at;
  return at;
}

absl::string_view Trim(absl::string_view text) { return absl::StripAsciiWhitespace(text); }

PageSpan Trimmed(const PageLine& line, size_t index, size_t begin, size_t end) {
  while (begin < end && absl::ascii_isspace(line.text[begin])) ++begin;
  while (end > begin && absl::ascii_isspace(line.text[end - 1])) --end;
  return {index, begin, end};
}

bool IsGridBorder(absl::string_view text) {
  text = Trim(text);
  return text.size() > 3 && text[0] == '+' && text.find_first_not_of("+-=") == absl::string_view::npos;
}

// ---- tables with tabs, bars or a grid -----------------------------------------------------

bool HasCells(const Page& page, size_t at) {
  return at < page.lines.size() && !page.lines[at].fence &&
         DelimitedCells(page.lines[at], at).size() >= 2;
}

size_t FilledCells(const Page& page, size_t at) {
  size_t filled = 0;
  for (const PageSpan& cell : DelimitedCells(page.lines[at], at)) filled += cell.end > cell.begin;
  return filled;
}

void AddRow(const std::vector<PageSpan>& cells, bool join, PageTable* table) {
  if (!join || table->rows.empty()) {
    PageRow row;
    row.line = cells.front().line;
    table->rows.push_back(std::move(row));
  }
  PageRow& row = table->rows.back();
  if (row.cells.size() < cells.size()) row.cells.resize(cells.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].end > cells[i].begin) row.cells[i].push_back(cells[i]);
  }
}

// A line without delimiters that only holds destinations continues the last
// cell of a table whose cells have several lines.
bool ContinuesCell(const Page& page, size_t at) {
  const std::vector<PageAtom> atoms = ReadAtoms(page.lines[at].text, false);
  return !atoms.empty() && std::all_of(atoms.begin(), atoms.end(), [](const PageAtom& atom) {
    return atom.kind == PageAtom::Kind::kNetwork || atom.kind == PageAtom::Kind::kName;
  });
}

bool LooksLikeHeader(const Page& page, const PageRow& row, size_t* known) {
  *known = 0;
  size_t filled = 0;
  for (const std::vector<PageSpan>& cell : row.cells) {
    if (cell.empty()) continue;
    ++filled;
    const absl::string_view text = page.Text(cell.front());
    for (const PageAtom& atom : ReadAtoms(text, false)) {
      if (atom.kind == PageAtom::Kind::kNetwork || atom.kind == PageAtom::Kind::kName ||
          atom.kind == PageAtom::Kind::kNumber) {
        return false;
      }
    }
    if (ReadHeaderCell(text).column != PageColumn::kText) ++*known;
  }
  return filled > 0;
}

// Joins an address cell and its netmask cell, so that they are read together.
void JoinNetmasks(PageTable* table) {
  for (size_t mask = 1; mask < table->columns.size(); ++mask) {
    if (table->columns[mask].column != PageColumn::kNetmask) continue;
    for (PageRow& row : table->rows) {
      if (row.cells[mask].empty() || row.cells[mask - 1].empty()) continue;
      if (row.cells[mask - 1].back().line != row.cells[mask].front().line) continue;
      row.cells[mask - 1].back().end = row.cells[mask].front().end;
      row.cells[mask].clear();
    }
  }
}

PageTable ReadDelimited(size_t first, const Page& page) {
  PageTable table;
  size_t at = first;
  bool grid = false;
  bool open = false;  // a grid row goes on until the next border
  bool bordered = false;
  for (; at < page.lines.size(); ++at) {
    const PageLine& line = page.lines[at];
    if (line.fence || IsBlank(line)) break;
    if (IsTableBorder(line)) {
      if (IsGridBorder(line.text)) grid = true;
      open = false;
      bordered = bordered || table.rows.size() == 1;
      continue;
    }
    const std::vector<PageSpan> cells = DelimitedCells(line, at);
    if (cells.size() < 2) {
      if (table.rows.empty() || !ContinuesCell(page, at)) break;
      std::vector<PageSpan> row(table.rows.front().cells.size(), PageSpan{at, 0, 0});
      row.back() = Trimmed(line, at, 0, line.text.size());
      AddRow(row, false, &table);
      continue;
    }
    AddRow(cells, grid && open, &table);
    open = true;
  }
  table.end = at;
  if (table.rows.empty()) return table;
  size_t width = 0;
  for (const PageRow& row : table.rows) width = std::max(width, row.cells.size());
  for (PageRow& row : table.rows) row.cells.resize(width);
  table.columns.resize(width);
  size_t known = 0;
  const bool header = LooksLikeHeader(page, table.rows.front(), &known);
  if (header && (known > 0 || bordered)) {
    for (size_t i = 0; i < width; ++i) {
      const auto& cell = table.rows.front().cells[i];
      if (!cell.empty()) table.columns[i] = ReadHeaderCell(page.Text(cell.front()));
    }
    table.has_header = true;
    table.rows.erase(table.rows.begin());
  }
  // A repeated header is no row.
  table.rows.erase(std::remove_if(table.rows.begin(), table.rows.end(),
                                  [&](const PageRow& row) {
                                    size_t words = 0;
                                    return table.has_header && LooksLikeHeader(page, row, &words) &&
                                           words >= 2 && words * 2 >= width;
                                  }),
                   table.rows.end());
  JoinNetmasks(&table);
  return table;
}

// ---- tables without cell borders ----------------------------------------------------------

// Fills rows from a stream of atoms.
class RowBuilder {
 public:
  RowBuilder(PageTable* table, bool within_line) : table_(table), within_line_(within_line) {}

  // The column of `atom` at or after `from`; -1 if there is none.
  int ColumnFor(const PageAtom& atom, int from) const {
    return FindColumn(table_->columns, atom, from);
  }

  bool empty() const { return table_->rows.empty(); }
  int last() const { return last_; }

  void NewRow(size_t line) {
    PageRow row;
    row.line = line;
    row.cells.resize(table_->columns.size());
    table_->rows.push_back(std::move(row));
    last_ = -1;
    closed_ = false;
  }

  void Put(int column, const PageSpan& span) {
    auto& cell = table_->rows.back().cells[static_cast<size_t>(column)];
    if (!cell.empty() && cell.back().line == span.line) {
      cell.back().end = span.end;
    } else {
      cell.push_back(span);
    }
    closed_ = closed_ && column == last_;
    last_ = column;
  }

  // Distributes the atoms of one line over the columns of the current row; in
  // a line that holds several rows, begins new ones.
  void AddLine(const Page& page, size_t line, size_t begin, bool glued) {
    const absl::string_view text = page.lines[line].text;
    const std::vector<PageAtom> atoms = ReadAtoms(text.substr(begin), glued);
    size_t at = begin;
    for (size_t i = 0; i < atoms.size(); ++i) {
      const PageAtom& atom = atoms[i];
      const PageSpan gap{line, at, begin + atom.begin};
      int column = NextColumn(atom, text.substr(at, begin + atom.begin - at));
      const bool listed = column >= 0 && column == last_ && IsLastEnd(column) &&
                          within_line_ && Trim(text.substr(at, begin + atom.begin - at)).empty();
      if (listed) NewRow(line);  // one destination a row, so that merged cells can be counted
      const bool starts = column < 0 && within_line_ && StartsRow(atoms, i);
      if (starts && IsTextColumn(table_->columns.front().column)) {
        NewRow(line);  // the words before the atom begin the row
        column = NextColumn(atom, text.substr(gap.begin, gap.end - gap.begin));
        AddText(gap, text);
      } else {
        AddText(gap, text);
        if (column >= 0 && column < last_) column = ColumnFor(atom, last_);
      }
      if (column >= 0 && column == last_ && IsSingle(atom)) column = -1;
      if (column < 0 && within_line_ && StartsRow(atoms, i)) {
        NewRow(line);
        column = ColumnFor(atom, 0);
      }
      if (column >= 0) {
        Put(column, {line, begin + atom.begin, begin + atom.end});
      } else if (last_ >= 0) {
        closed_ = true;
        AddText({line, begin + atom.begin, begin + atom.end}, text);
      }
      at = begin + atom.end;
    }
    AddText({line, at, text.size()}, text);
  }

  // The column of an atom that begins a row: an address stands in the Source
  // column if that is first.
  int FirstColumn(const PageAtom& atom) const {
    const bool end = atom.kind == PageAtom::Kind::kNetwork || atom.kind == PageAtom::Kind::kName;
    if (end && table_->columns.front().column == PageColumn::kSource) return 0;
    return ColumnFor(atom, 0);
  }

  // Whether words may fill a column: a Target may be "your server" where a
  // table has Source and Target.
  bool TakesText(size_t column) const {
    if (IsTextColumn(table_->columns[column].column)) return true;
    const PageColumn kind = table_->columns[column].column;
    return table_->Has(PageColumn::kSource) && static_cast<int>(column) == last_ + 1 &&
           (kind == PageColumn::kAddress || kind == PageColumn::kHost);
  }

 private:
  // Whether only the signs of a list stand between two atoms of a cell.
  static bool JoinsList(absl::string_view gap) {
    const std::string word = absl::AsciiStrToLower(Trim(gap));
    return CountWords(gap) == 0 || word == "and" || word == "or" || word == "to" || word == ", and" ||
           word == "through" || word == "in" || word == "vom" || word == "und" || word == "et";
  }

  // The column for the next atom of the row; `gap` is the text before it.
  int NextColumn(const PageAtom& atom, absl::string_view gap) const {
    if (last_ < 0) {
      const bool words = CountWords(gap) > 0 && IsTextColumn(table_->columns.front().column);
      return words ? ColumnFor(atom, 1) : FirstColumn(atom);
    }
    const int column = ColumnFor(atom, last_);
    // Words between two numbers end the cell; a list has commas, slashes, "and".
    if (column == last_ && (closed_ || !JoinsList(gap)) &&
        !IsTextColumn(table_->columns[static_cast<size_t>(last_)].column)) {
      return ColumnFor(atom, last_ + 1);
    }
    // Two columns of ports: a blank between numbers is a border, a comma is not.
    if (column >= 0 && column == last_ && atom.kind == PageAtom::Kind::kNumber && Trim(gap).empty()) {
      const int other = ColumnFor(atom, last_ + 1);
      if (other >= 0) return other;
    }
    return column;
  }

  // Whether a column holds destinations and is the table's last.
  bool IsLastEnd(int column) const {
    const PageColumn kind = table_->columns[static_cast<size_t>(column)].column;
    return column + 1 == static_cast<int>(table_->columns.size()) &&
           (kind == PageColumn::kAddress || kind == PageColumn::kHost);
  }

  // Whether a cell holds only one of these: in "No Optional" the second word
  // begins the description.
  static bool IsSingle(const PageAtom& atom) {
    return atom.kind == PageAtom::Kind::kRequire || atom.kind == PageAtom::Kind::kDirection ||
           atom.kind == PageAtom::Kind::kRegion;
  }

  // Words between typed atoms fill the next text column, if there is one.
  void AddText(PageSpan span, absl::string_view line) {
    absl::string_view text = line.substr(span.begin, span.end - span.begin);
    if (CountWords(text) == 0) return;
    const std::string word = absl::AsciiStrToLower(Trim(text));
    if (word == "and" || word == "or" || word == "to") return;
    while (absl::ascii_isspace(line[span.begin]) || line[span.begin] == ',') ++span.begin;
    for (int i = last_ + 1; i < static_cast<int>(table_->columns.size()); ++i) {
      if (!TakesText(static_cast<size_t>(i))) continue;
      return Put(i, span);
    }
    Extend(span);
  }

  // More words of a text cell.
  void Extend(const PageSpan& span) {
    if (last_ < 0 || !IsTextColumn(table_->columns[static_cast<size_t>(last_)].column)) return;
    Put(last_, span);
  }

  // Whether atom `i` begins a row inside a line: it and the next one fill the
  // first two typed columns.
  bool StartsRow(const std::vector<PageAtom>& atoms, size_t i) const {
    const int column = ColumnFor(atoms[i], 0);
    if (column < 0 || column > FirstTyped()) return false;
    size_t next = i + 1;  // behind the atoms of the same cell
    while (next < atoms.size() && atoms[next].kind == atoms[i].kind) ++next;
    while (next < atoms.size() && ColumnFor(atoms[next], 0) == column) ++next;
    return next < atoms.size() && ColumnFor(atoms[next], column + 1) > column;
  }

  int FirstTyped() const {
    for (size_t i = 0; i < table_->columns.size(); ++i) {
      if (!IsTextColumn(table_->columns[i].column)) return static_cast<int>(i);
    }
    return 0;
  }

  PageTable* table_;
  bool within_line_;
  int last_ = -1;
  bool closed_ = false;  // other text stands behind the last cell
};

// Running text rather than cells.
bool IsSentence(absl::string_view text) {
  return CountWords(text) > 12 && (text.find(". ") != absl::string_view::npos || Trim(text).back() == '.');
}

bool IsRemark(absl::string_view text) { return absl::StartsWith(Trim(text), "("); }

// Whether the line with these atoms goes on with the current row.
bool ContinuesRow(const std::vector<PageAtom>& atoms, absl::string_view text,
                  const RowBuilder& rows, const PageTable& table) {
  if (rows.empty()) return false;
  if (IsRemark(text)) return true;
  const bool begins_typed =
      !atoms.empty() && CountWords(text.substr(0, atoms.front().begin)) == 0;
  if (begins_typed) {
    const int column = rows.ColumnFor(atoms.front(), rows.last() + 1);
    return column > rows.last() && rows.ColumnFor(atoms.front(), 0) > rows.last();
  }
  const bool first_is_text = IsTextColumn(table.columns.front().column);
  const bool row_is_open = rows.last() >= 0 && IsTextColumn(table.columns[static_cast<size_t>(rows.last())].column);
  return row_is_open && !(first_is_text && !atoms.empty());
}

// Whether a line can be a row of its own.
bool CanBeRow(const std::vector<PageAtom>& atoms, absl::string_view text, const RowBuilder& rows,
              const PageTable& table) {
  if (atoms.empty()) return false;
  if (IsSentence(text) && CountWords(text.substr(0, atoms.front().begin)) > 6) return false;
  const bool begins_typed = CountWords(text.substr(0, atoms.front().begin)) == 0;
  if (begins_typed) return rows.ColumnFor(atoms.front(), 0) >= 0;
  if (!IsTextColumn(table.columns.front().column)) return false;
  return std::any_of(atoms.begin(), atoms.end(),
                     [&rows](const PageAtom& atom) { return rows.ColumnFor(atom, 0) >= 0; });
}

void ReadLineRows(size_t at, const Page& page, PageTable* table) {
  RowBuilder rows(table, false);
  bool blank = false;
  for (; at < page.lines.size() && !page.lines[at].fence; ++at) {
    const absl::string_view text = page.lines[at].text;
    if (IsBlank(page.lines[at])) {
      blank = true;
      continue;
    }
    absl::string_view rest;
    if (SegmentHeader(Trim(text), &rest).size() == table->columns.size() && rest.empty()) {
      continue;  // the header again
    }
    const std::vector<PageAtom> atoms = ReadAtoms(text, table->glued);
    if (!blank && ContinuesRow(atoms, text, rows, *table)) {
      rows.AddLine(page, at, 0, table->glued);
      table->end = at + 1;
      continue;
    }
    if (!CanBeRow(atoms, text, rows, *table)) break;
    if (blank && !table->rows.empty() && (atoms.size() < 2 || IsSentence(text))) break;
    blank = false;
    rows.NewRow(at);
    rows.AddLine(page, at, 0, table->glued);
    table->end = at + 1;
  }
}

// Header and rows on one line.
void ReadOneLine(size_t line, size_t begin, const Page& page, PageTable* table) {
  table->one_line = true;
  RowBuilder rows(table, true);
  rows.NewRow(line);
  rows.AddLine(page, line, begin, table->glued);
  table->end = line + 1;
}

// ---- one cell a line ----------------------------------------------------------------------

// Whether nothing but typed atoms (and joining words) is in the text.
bool IsWhollyTyped(absl::string_view text, const std::vector<PageAtom>& atoms) {
  if (atoms.empty()) return false;
  const PageAtom::Kind kind = atoms.front().kind;
  if (atoms.front().begin == 0 && CountWords(text) <= 6 &&
      (kind == PageAtom::Kind::kRequire || kind == PageAtom::Kind::kDirection)) {
    return true;  // "Outgoing, established", "Required for region"
  }
  size_t at = 0;
  int words = 0;
  for (const PageAtom& atom : atoms) {
    words += CountWords(text.substr(at, atom.begin - at));
    at = atom.end;
  }
  words += CountWords(text.substr(at));
  const int joints = static_cast<int>(atoms.size()) - 1;
  return words <= joints;
}

void ReadCellLines(size_t at, const Page& page, PageTable* table) {
  RowBuilder rows(table, false);
  const int width = static_cast<int>(table->columns.size());
  for (; at < page.lines.size() && !page.lines[at].fence; ++at) {
    const PageLine& line = page.lines[at];
    if (IsBlank(line)) continue;
    const std::vector<PageAtom> atoms = ReadAtoms(line.text, false);
    const PageSpan span = Trimmed(line, at, 0, line.text.size());
    if (ReadHeaderCell(line.text).column != PageColumn::kText && atoms.empty() &&
        ReadHeaderCell(line.text).text == table->columns.front().text) {
      // The header again: skip as many lines as it has columns.
      at += table->columns.size() - 1;
      continue;
    }
    int column = -1;
    if (IsWhollyTyped(line.text, atoms)) {
      const int last = rows.empty() ? -1 : rows.last();
      column = rows.ColumnFor(atoms.front(), last + 1);
      const bool same = last >= 0 && last + 1 < width && rows.ColumnFor(atoms.front(), last) == last;
      if (same && column < 0) column = last;
      if (column < 0 || rows.empty()) {
        column = rows.FirstColumn(atoms.front());
        if (column < 0) break;
        rows.NewRow(at);
      }
    } else {
      for (int i = rows.empty() ? 0 : rows.last() + 1; i < width; ++i) {
        if (!rows.TakesText(static_cast<size_t>(i))) continue;
        column = i;
        break;
      }
      if (column < 0 || rows.empty()) {
        if (!IsTextColumn(table->columns.front().column)) break;
        if (CountWords(line.text) > 12) break;
        column = 0;
        rows.NewRow(at);
      }
    }
    rows.Put(column, span);
    table->end = at + 1;
  }
}

// The header words that stand one a line from `first` on.
std::vector<PageHeader> HeaderLines(size_t first, const Page& page, size_t* end) {
  std::vector<PageHeader> columns;
  size_t at = first;
  bool typed = false;
  while (at < page.lines.size() && !page.lines[at].code) {
    const absl::string_view text = Trim(page.lines[at].text);
    if (text.empty() || CountWords(text) > 3 || text.back() == ':') break;
    const PageHeader header = ReadHeaderCell(text);
    if (header.column == PageColumn::kText) break;
    const bool again = std::any_of(columns.begin(), columns.end(), [&header](const PageHeader& h) {
      return h.column == header.column && h.protocol == header.protocol &&
             (h.column != PageColumn::kAddress && h.column != PageColumn::kHost);
    });
    if (again) break;  // "Mandatory" below "Required" is a cell
    typed = typed || header.column == PageColumn::kProtocol || header.column == PageColumn::kPort;
    columns.push_back(header);
    *end = at + 1;
    at = NextFilled(page, at + 1);
  }
  if (columns.size() < 2 || !typed) columns.clear();
  return columns;
}

// ---- records: one "Key: value" a line ------------------------------------------------------

// Splits "Port: 443"; the key must be a header word.
bool ReadRecordLine(const PageLine& line, size_t index, PageHeader* header, PageSpan* value) {
  const size_t colon = line.text.find(':');
  if (line.code || colon == std::string::npos || colon > 40) return false;
  absl::string_view key = Trim(absl::string_view(line.text).substr(0, colon));
  while (!key.empty() && (key[0] == '-' || key[0] == '*' || key[0] == ' ')) key.remove_prefix(1);
  if (CountWords(key) > 3) return false;
  *header = ReadHeaderCell(key);
  *value = Trimmed(line, index, colon + 1, line.text.size());
  return header->column != PageColumn::kText && value->end > value->begin;
}

bool SameKey(const PageHeader& a, const PageHeader& b) {
  return a.column == b.column && a.protocol == b.protocol;
}

// A key that comes again begins the next record.
PageTable ReadRecords(size_t first, const Page& page) {
  PageTable table;
  PageHeader header;
  PageSpan value;
  std::vector<std::pair<PageHeader, PageSpan>> entries;
  size_t blanks = 0;
  for (size_t at = first; at < page.lines.size(); ++at) {
    if (IsBlank(page.lines[at])) {
      if (++blanks > 1) break;
      continue;
    }
    if (!ReadRecordLine(page.lines[at], at, &header, &value)) break;
    blanks = 0;
    entries.push_back({header, value});
    table.end = at + 1;
  }
  for (const auto& [key, span] : entries) {
    if (std::none_of(table.columns.begin(), table.columns.end(),
                     [&key = key](const PageHeader& h) { return SameKey(h, key); })) {
      table.columns.push_back(key);
    }
  }
  const bool end = table.Has(PageColumn::kAddress) || table.Has(PageColumn::kHost);
  if (!end || !table.Has(PageColumn::kPort) || entries.size() < 3) return {};
  table.has_header = true;
  size_t last = table.columns.size();
  for (const auto& [key, span] : entries) {
    size_t column = 0;
    while (!SameKey(table.columns[column], key)) ++column;
    if (table.rows.empty() || column <= last) {
      if (table.rows.empty() || !table.rows.back().cells[column].empty()) {
        PageRow row;
        row.line = span.line;
        row.cells.resize(table.columns.size());
        table.rows.push_back(std::move(row));
      }
    }
    table.rows.back().cells[column].push_back(span);
    last = column;
  }
  return table;
}

PageTable ReadUndelimited(size_t first, const Page& page) {
  PageTable table;
  const PageLine& line = page.lines[first];
  const PageSpan span = Trimmed(line, first, 0, line.text.size());
  absl::string_view rest;
  table.columns = SegmentHeader(page.Text(span), &rest);
  table.has_header = true;
  if (!table.columns.empty()) {
    const absl::string_view head = page.Text(span).substr(0, span.end - span.begin - rest.size());
    size_t words = 0;  // the size of the header words with one blank between two
    for (const PageHeader& header : table.columns) words += header.text.size() + 1;
    table.glued = Trim(head).size() + 1 < words;
    if (rest.empty()) {
      ReadLineRows(first + 1, page, &table);
    } else if (!ReadAtoms(rest, table.glued).empty() &&
               ReadAtoms(rest, table.glued).front().begin < 30) {
      ReadOneLine(first, span.end - rest.size(), page, &table);
    }
    return table;
  }
  size_t end = first;
  table.columns = HeaderLines(first, page, &end);
  if (!table.columns.empty()) ReadCellLines(end, page, &table);
  return table;
}

}  // namespace

bool PageTable::Has(PageColumn column) const {
  return std::any_of(columns.begin(), columns.end(),
                     [column](const PageHeader& header) { return header.column == column; });
}

bool IsTableBorder(const PageLine& line) {
  const absl::string_view text = Trim(line.text);
  if (text.size() < 3) return false;
  if (IsGridBorder(text)) return true;
  // A border of some cells only: |      +-----+
  if (text.find("+-") != absl::string_view::npos &&
      text.find_first_not_of("|+-= \t") == absl::string_view::npos) {
    return true;
  }
  return text.find('|') != absl::string_view::npos &&
         text.find_first_not_of("|-: \t=") == absl::string_view::npos;
}

std::vector<PageSpan> DelimitedCells(const PageLine& line, size_t index) {
  const std::string& text = line.text;
  const char delimiter = text.find('|') != std::string::npos ? '|' : '\t';
  if (text.find(delimiter) == std::string::npos) return {};
  if (delimiter == '\t') {
    const absl::string_view rest = absl::StripLeadingAsciiWhitespace(text);
    if (absl::StartsWith(rest, "- ") || absl::StartsWith(rest, "* ")) return {};
  }
  std::vector<PageSpan> cells;
  size_t begin = 0;
  while (true) {
    const size_t end = std::min(text.find(delimiter, begin), text.size());
    cells.push_back(Trimmed(line, index, begin, end));
    if (end == text.size()) break;
    begin = end + 1;
  }
  if (delimiter == '|') {
    if (cells.front().end == cells.front().begin) cells.erase(cells.begin());
    if (!cells.empty() && cells.back().end == cells.back().begin) cells.pop_back();
  }
  return cells;
}

PageTable ReadPageRows(size_t first, const Page& page) {
  const PageLine& line = page.lines[first];
  if (line.fence || line.code || IsBlank(line)) return {};
  if (IsGridBorder(line.text) && HasCells(page, first + 1)) return ReadDelimited(first, page);
  if (HasCells(page, first)) {
    size_t next = first + 1;
    while (next < page.lines.size() && IsTableBorder(page.lines[next])) ++next;
    const bool begins = FilledCells(page, first) >= 2;
    if (begins && (HasCells(page, next) || next > first + 1)) return ReadDelimited(first, page);
    return {};
  }
  PageTable table = ReadRecords(first, page);
  if (table.rows.empty()) table = ReadUndelimited(first, page);
  if (table.rows.empty()) table = {};
  return table;
}

}  // namespace allowmatch
