#include "tests/fuzz/reader_split.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "flowlog/reader_testing.h"
#include "flowlog/readers.h"
#include "tests/fuzz/require.h"

namespace allowmatch {
namespace {

using Records = std::vector<std::string>;

// One call of Read, over a heap block that ends behind its padding.
size_t ReadBlock(Reader* reader, absl::string_view block, bool last, char padding,
                 Records* records) {
  const std::unique_ptr<char[]> exact(new char[block.size() + kBlockPadding]);
  std::copy(block.begin(), block.end(), exact.get());
  std::memset(exact.get() + block.size(), padding, kBlockPadding);
  const auto batch = std::make_unique<RecordBatch>();
  const size_t used = reader->Read({exact.get(), block.size()}, last, batch.get());
  Require(used <= block.size(), "no more is used than there is");
  Require(used == block.size() || batch->full() || !last || !reader->status().ok(),
          "the last block is used up");
  for (size_t i = 0; i < batch->size; ++i) {
    records->push_back(absl::StrCat(batch->line[i], ": ", ShowRecord(*batch, i)));
  }
  return used;
}

// The size of the first `lines` lines of `text`.
size_t SizeOfLines(absl::string_view text, size_t lines) {
  size_t size = 0;
  for (; lines > 0 && size < text.size(); --lines) size = text.find('\n', size) + 1;
  return size;
}

Records ReadIn(Reader* reader, absl::string_view text, size_t lines, char padding) {
  Records records;
  size_t begin = 0;
  size_t end = 0;
  while (reader->status().ok() && begin < text.size()) {
    const size_t before = begin;
    if (end < text.size()) end += SizeOfLines(text.substr(end), lines);
    begin += ReadBlock(reader, text.substr(begin, end - begin), end == text.size(), padding,
                       &records);
    Require(begin > before || end < text.size() || !reader->status().ok(), "reading goes on");
    if (begin == before && end == text.size()) break;
  }
  return records;
}

}  // namespace

void RequireSameRecords(absl::string_view text, std::initializer_list<const char*> formats) {
  const size_t lines = text.empty() ? 1 : 1 + static_cast<unsigned char>(text[0]) % 5;
  std::string whole(text);
  if (whole.empty() || whole.back() != '\n') whole += '\n';
  const size_t all = static_cast<size_t>(std::count(whole.begin(), whole.end(), '\n'));
  for (const char* format : formats) {
    FindFormat(format)->score(SampleLines(text, true));
    const std::unique_ptr<Reader> first = *FindFormat(format)->make({});
    const std::unique_ptr<Reader> second = *FindFormat(format)->make({});
    const Records at_once = ReadIn(first.get(), whole, all, '\0');
    const Records in_parts = ReadIn(second.get(), whole, lines, '7');
    Require(at_once == in_parts, format,
            absl::StrJoin(at_once, "\n") + "\n--\n" + absl::StrJoin(in_parts, "\n"));
  }
}

}  // namespace allowmatch
