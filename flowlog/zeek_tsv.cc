#include "flowlog/zeek_tsv.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "flowlog/field_parse.h"

namespace allowmatch {
namespace {

enum class Path { kUnknown, kConn, kSsl, kQuic, kHttp, kDns, kOther };

Path PathOf(absl::string_view name) {
  if (name == "conn") return Path::kConn;
  if (name == "ssl") return Path::kSsl;
  if (name == "quic") return Path::kQuic;
  if (name == "http") return Path::kHttp;
  if (name == "dns") return Path::kDns;
  return Path::kOther;
}

// Indices of columns; -1: not there.
struct Layout {
  size_t fields = 0;
  int src = -1, src_port = -1, dst = -1, dst_port = -1;
  int protocol = -1, name = -1, version = -1;
  int src_inside = -1, dst_inside = -1;
};

bool IsUid(absl::string_view text) {
  return text.size() > 8 && text.front() == 'C' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); });
}

bool IsAddress(absl::string_view text) {
  Address address;
  return ParseLogAddress(text, &address) == Fault::kNone;
}

// ts, uid, address, port, address, port, protocol.
bool HasConnShape(const std::vector<absl::string_view>& cells) {
  double seconds;
  return cells.size() >= 7 && absl::SimpleAtod(cells[0], &seconds) && IsUid(cells[1]) &&
         IsAddress(cells[2]) && IsAddress(cells[4]) &&
         (cells[6] == "tcp" || cells[6] == "udp" || cells[6] == "icmp");
}

// `\x09` or a character as itself.
char Separator(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (!absl::StartsWith(text, "\\x") || text.size() != 4) return text.size() == 1 ? text[0] : '\t';
  const std::string bytes = absl::HexStringToBytes(text.substr(2));
  return bytes.empty() ? '\t' : bytes[0];
}

class ZeekTsvReader : public LineReader {
 private:
  void ReadLine(absl::string_view line, RecordBatch* batch) override;
  void ReadHeader(absl::string_view line);
  void ReadFields(absl::string_view names);
  void ReadRow(RecordBatch* batch);
  void ReadUnnamedRow(RecordBatch* batch);
  void AssumeProtocol(size_t i, RecordBatch* batch) const;

  absl::string_view Cell(int column) const {
    return column < 0 ? absl::string_view() : cells_[static_cast<size_t>(column)];
  }

  char separator_ = '\t';
  Path path_ = Path::kUnknown;
  Layout layout_;
  std::vector<absl::string_view> cells_;  // of the current line
};

void ZeekTsvReader::ReadLine(absl::string_view line, RecordBatch* batch) {
  // A header line may have lost its place: one file has a tab before it.
  const absl::string_view trimmed = absl::StripLeadingAsciiWhitespace(line);
  if (absl::StartsWith(trimmed, "#")) return ReadHeader(trimmed);
  cells_.clear();
  size_t begin = 0;
  while (true) {
    const size_t end = line.find(separator_, begin);
    cells_.push_back(line.substr(begin, end - begin));
    if (end == absl::string_view::npos) break;
    begin = end + 1;
  }
  if (path_ == Path::kOther) {
    batch->AddNote(line_, Note::kNotAFlow);
  } else if (layout_.fields == 0) {
    ReadUnnamedRow(batch);
  } else if (cells_.size() != layout_.fields) {
    batch->AddNote(line_, Note::kFieldCount);
  } else {
    ReadRow(batch);
  }
}

void ZeekTsvReader::ReadHeader(absl::string_view line) {
  if (absl::ConsumePrefix(&line, "#separator ")) {
    separator_ = Separator(line);
    path_ = Path::kUnknown;
    layout_ = Layout();
  } else if (absl::ConsumePrefix(&line, absl::StrCat("#path", std::string(1, separator_)))) {
    path_ = PathOf(line);
  } else if (absl::ConsumePrefix(&line, absl::StrCat("#fields", std::string(1, separator_)))) {
    ReadFields(line);
  }
}

void ZeekTsvReader::ReadFields(absl::string_view names) {
  const std::vector<absl::string_view> columns = absl::StrSplit(names, separator_);
  const auto index = [&columns](absl::string_view name) {
    const auto at = std::find(columns.begin(), columns.end(), name);
    return at == columns.end() ? -1 : static_cast<int>(at - columns.begin());
  };
  layout_ = Layout();
  layout_.fields = columns.size();
  layout_.src = index("id.orig_h");
  layout_.src_port = index("id.orig_p");
  layout_.dst = index("id.resp_h");
  layout_.dst_port = index("id.resp_p");
  layout_.protocol = index("proto");
  layout_.version = index("version");
  layout_.src_inside = index("local_orig");
  layout_.dst_inside = index("local_resp");
  if (path_ == Path::kSsl || path_ == Path::kQuic) layout_.name = index("server_name");
  if (path_ == Path::kHttp) layout_.name = index("host");
  if (path_ == Path::kOther) return;
  if (layout_.dst < 0 || layout_.src < 0) {
    status_ = absl::InvalidArgumentError(absl::StrCat("schema_mismatch: #fields has no column ",
                                                      layout_.dst < 0 ? "id.resp_h" : "id.orig_h"));
  }
}

void ZeekTsvReader::ReadRow(RecordBatch* batch) {
  const size_t i = batch->Add(line_);
  ReadSrc(Cell(layout_.src), i, batch);
  ReadDst(Cell(layout_.dst), i, batch);
  ReadSrcPort(Cell(layout_.src_port), i, batch);
  ReadDstPort(Cell(layout_.dst_port), i, batch);
  ReadProtocol(Cell(layout_.protocol), i, batch);
  if (path_ == Path::kHttp) {
    ReadHostPort(Cell(layout_.name), i, batch);
  } else {
    ReadHost(Cell(layout_.name), i, batch);
  }
  if (layout_.protocol < 0) AssumeProtocol(i, batch);
  batch->parts[i] |= kSrcBegan;
  if (Cell(layout_.src_inside) == "T") batch->parts[i] |= kSrcInside;
  if (Cell(layout_.dst_inside) == "T") batch->parts[i] |= kDstInside;
  FinishPorts(i, batch);
  if (batch->note[i] == Note::kNone && !batch->HasDst(i)) batch->note[i] = Note::kNoData;
}

// ssl and http logs have no protocol column.
void ZeekTsvReader::AssumeProtocol(size_t i, RecordBatch* batch) const {
  const bool datagrams = path_ == Path::kQuic ||
                         (path_ == Path::kSsl && absl::StartsWith(Cell(layout_.version), "DTLS"));
  if (!datagrams && path_ != Path::kSsl && path_ != Path::kHttp) return;
  batch->protocol[i] = datagrams ? 17 : 6;
  batch->parts[i] |= kProtocolPart;
}

void ZeekTsvReader::ReadUnnamedRow(RecordBatch* batch) {
  if (!HasConnShape(cells_)) return batch->AddNote(line_, Note::kNoHeader);
  layout_ = Layout();
  layout_.src = 2;
  layout_.src_port = 3;
  layout_.dst = 4;
  layout_.dst_port = 5;
  layout_.protocol = 6;
  ReadRow(batch);
  layout_.fields = 0;
}

}  // namespace

int ZeekTsvScore(const Sample& sample) {
  size_t rows = 0;
  for (const absl::string_view line : sample) {
    const absl::string_view trimmed = absl::StripLeadingAsciiWhitespace(line);
    if (absl::StartsWith(trimmed, "#separator ") || absl::StartsWith(trimmed, "#fields\t"))
      return 100;
    rows += HasConnShape(absl::StrSplit(line, '\t'));
  }
  return sample.empty() ? 0 : static_cast<int>(100 * rows / sample.size());
}

std::unique_ptr<Reader> NewZeekTsvReader(const ReaderOptions&) {
  return std::make_unique<ZeekTsvReader>();
}

}  // namespace allowmatch
