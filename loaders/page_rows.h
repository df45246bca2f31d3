// Any rendering of a table -> rows of cells.
//
// The same table reaches us with tabs, bars, a grid, blanks between cells, one
// cell a line, or all cells glued together. Where the text has no cell
// borders, they are found from the types of the tokens and the order of the
// columns: a row ends where the next token belongs to an earlier column.

#ifndef ALLOWMATCH_LOADERS_PAGE_ROWS_H_
#define ALLOWMATCH_LOADERS_PAGE_ROWS_H_

#include <vector>

#include "loaders/page_model.h"

namespace allowmatch {

struct PageRow {
  size_t line = 0;                            // index into Page::lines, where the row begins
  std::vector<std::vector<PageSpan>> cells;   // as many as the table has columns
};

struct PageTable {
  std::vector<PageHeader> columns;
  std::vector<PageRow> rows;
  bool has_header = false;
  bool glued = false;
  bool one_line = false;  // header and rows stand on one line
  size_t end = 0;  // index of the line after the table

  bool Has(PageColumn column) const;
};

// The cells of a line that has tabs or bars; empty if it has none.
std::vector<PageSpan> DelimitedCells(const PageLine& line, size_t index);

// Whether a line only draws a border: |---|, +---+, ||||.
bool IsTableBorder(const PageLine& line);

// The table that begins at line `first`; no rows if there is none.
PageTable ReadPageRows(size_t first, const Page& page);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_PAGE_ROWS_H_
