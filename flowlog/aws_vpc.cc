#include "flowlog/aws_vpc.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "flowlog/delimiters.h"
#include "flowlog/field_parse.h"
#include "flowlog/v4_text.h"

namespace allowmatch {
namespace {

constexpr size_t kMaxFields = 64;

// Where a format keeps what is needed; -1: nowhere.
struct Layout {
  size_t fields = 0;
  int src = -1;
  int dst = -1;
  int packet_src = -1;
  int packet_dst = -1;
  int src_port = -1;
  int dst_port = -1;
  int protocol = -1;
  int direction = -1;
};

// The columns in the order of AWS's table. A line without header has all of
// those up to the last one of a version.
Layout TableLayout(size_t fields) {
  Layout layout;
  layout.fields = fields;
  if (fields == 36) {  // Transit Gateway
    layout.src = 16;
    layout.dst = 17;
    layout.src_port = 18;
    layout.dst_port = 19;
    layout.protocol = 20;
    return layout;
  }
  layout.src = 3;
  layout.dst = 4;
  layout.src_port = 5;
  layout.dst_port = 6;
  layout.protocol = 7;
  if (fields >= 21) {
    layout.packet_src = 19;
    layout.packet_dst = 20;
  }
  if (fields >= 29) layout.direction = 27;
  return layout;
}

bool IsTableSize(size_t fields) {
  static constexpr size_t kSizes[] = {14, 21, 25, 29, 36, 39, 40, 41, 42};
  return std::find(std::begin(kSizes), std::end(kSizes), fields) != std::end(kSizes);
}

std::vector<absl::string_view> Tokens(absl::string_view line) { return absl::StrSplit(line, ' '); }

bool IsColumnName(absl::string_view token) {
  return !token.empty() && token.front() >= 'a' && token.front() <= 'z' &&
         std::all_of(token.begin(), token.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// A header names columns only, and one of them is known.
bool IsHeader(absl::string_view line) {
  static constexpr absl::string_view kTelling[] = {"version",    "srcaddr",      "dstaddr",
                                                   "account-id", "interface-id", "log-status"};
  bool telling = false;
  for (const absl::string_view token : absl::StrSplit(line, ' ')) {
    if (!IsColumnName(token)) return false;
    for (const absl::string_view name : kTelling) telling |= token == name;
  }
  return telling;
}

bool IsAddressOrDash(absl::string_view token) {
  Address address;
  return token == "-" || ParseLogAddress(token, &address) == Fault::kNone;
}

// Whether a line without header has the size and the addresses of the table.
bool IsTableLine(const std::vector<absl::string_view>& tokens) {
  if (!IsTableSize(tokens.size())) return false;
  const Layout layout = TableLayout(tokens.size());
  return IsAddressOrDash(tokens[static_cast<size_t>(layout.src)]) &&
         IsAddressOrDash(tokens[static_cast<size_t>(layout.dst)]);
}

class AwsVpcReader : public Reader {
 public:
  explicit AwsVpcReader(const ReaderOptions& options)
      : interface_addresses_(options.interface_addresses) {
    UseLayout(TableLayout(14));
  }

  size_t Read(absl::string_view block, bool last, RecordBatch* batch) override;

 private:
  absl::string_view Token(absl::string_view line, int column) const {
    const size_t at = static_cast<size_t>(column);
    const size_t begin = at == 0 ? 0 : ends_[at - 1] + 1;
    return line.substr(begin, ends_[at] - begin);
  }

  void UseLayout(const Layout& layout);
  void ReadHeader(absl::string_view line);
  void ReadLine(absl::string_view line, size_t fields, RecordBatch* batch);
  bool ReadFast(absl::string_view line, RecordBatch* batch);
  void ReadSlowly(absl::string_view line, RecordBatch* batch);
  void ReadDirection(absl::string_view token, size_t i, RecordBatch* batch) const;

  const bool interface_addresses_;
  bool has_header_ = false;
  Layout layout_;
  int first_src_ = -1;  // the columns that are read first: packet addresses where they are used
  int first_dst_ = -1;
  uint32_t ends_[kMaxFields] = {};  // of the tokens of the current line
};

void AwsVpcReader::UseLayout(const Layout& layout) {
  layout_ = layout;
  const bool packet = !interface_addresses_;
  first_src_ = packet && layout.packet_src >= 0 ? layout.packet_src : layout.src;
  first_dst_ = packet && layout.packet_dst >= 0 ? layout.packet_dst : layout.dst;
  if (first_src_ < 0) first_src_ = layout.packet_src;
  if (first_dst_ < 0) first_dst_ = layout.packet_dst;
}

void AwsVpcReader::ReadHeader(absl::string_view line) {
  struct Column {
    absl::string_view name;
    int Layout::*index;
  };
  static constexpr Column kColumns[] = {
      {"srcaddr", &Layout::src},
      {"dstaddr", &Layout::dst},
      {"pkt-srcaddr", &Layout::packet_src},
      {"pkt-dstaddr", &Layout::packet_dst},
      {"srcport", &Layout::src_port},
      {"dstport", &Layout::dst_port},
      {"protocol", &Layout::protocol},
      {"flow-direction", &Layout::direction},
  };
  Layout layout;
  const std::vector<absl::string_view> tokens = Tokens(line);
  layout.fields = tokens.size();
  for (const Column& column : kColumns) {
    const auto at = std::find(tokens.begin(), tokens.end(), column.name);
    if (at != tokens.end()) layout.*column.index = static_cast<int>(at - tokens.begin());
  }
  UseLayout(layout);
  has_header_ = true;
  const char* missing = first_src_ < 0 ? "srcaddr" : first_dst_ < 0 ? "dstaddr" : nullptr;
  if (missing != nullptr || layout.fields > kMaxFields) {
    status_ = absl::InvalidArgumentError(
        missing != nullptr ? absl::StrCat("schema_mismatch: the header has no column ", missing)
                           : "schema_mismatch: the header has too many columns");
  }
}

size_t AwsVpcReader::Read(absl::string_view block, bool, RecordBatch* batch) {
  Delimiters delimiters(block.data(), block.size());
  size_t begin = 0;
  while (begin < block.size() && !batch->full() && status_.ok()) {
    const char* const text = block.data() + begin;
    size_t fields = 0;
    size_t end;
    while (true) {
      end = delimiters.Next();
      if (fields < kMaxFields) ends_[fields] = static_cast<uint32_t>(end - begin);
      ++fields;
      if (end == block.size() || block[end] == '\n') break;
    }
    ++line_;
    ReadLine(absl::string_view(text, end - begin), fields, batch);
    begin = end + 1;
  }
  return std::min(begin, block.size());
}

void AwsVpcReader::ReadLine(absl::string_view line, size_t fields, RecordBatch* batch) {
  if (fields == layout_.fields && line.size() <= kMaxLine && ReadFast(line, batch)) return;
  if (line.size() > kMaxLine) return batch->AddNote(line_, Note::kLineTooLong);
  if (line.find_first_not_of(" \t") == absl::string_view::npos) return;
  if (IsHeader(line)) return ReadHeader(line);
  if (fields != layout_.fields && !has_header_ && IsTableLine(Tokens(line))) {
    UseLayout(TableLayout(fields));
  }
  if (fields != layout_.fields) return batch->AddNote(line_, Note::kFieldCount);
  ReadSlowly(line, batch);
}

// The usual line: two IPv4 addresses, ports and a protocol. False, with
// nothing done, if it is another.
bool AwsVpcReader::ReadFast(absl::string_view line, RecordBatch* batch) {
  if (layout_.src_port < 0 || layout_.dst_port < 0 || layout_.protocol < 0) return false;
  uint32_t src, dst, src_port, dst_port, protocol;
  const absl::string_view src_text = Token(line, first_src_);
  const absl::string_view dst_text = Token(line, first_dst_);
  const absl::string_view sport_text = Token(line, layout_.src_port);
  const absl::string_view dport_text = Token(line, layout_.dst_port);
  const absl::string_view protocol_text = Token(line, layout_.protocol);
  if (!ReadV4Padded(src_text.data(), src_text.size(), &src) ||
      !ReadV4Padded(dst_text.data(), dst_text.size(), &dst) ||
      !ReadNumberPadded(sport_text.data(), sport_text.size(), 65535, &src_port) ||
      !ReadNumberPadded(dport_text.data(), dport_text.size(), 65535, &dst_port) ||
      !ReadNumberPadded(protocol_text.data(), protocol_text.size(), 255, &protocol)) {
    return false;
  }
  const size_t i = batch->Add(line_);
  batch->parts[i] = kSrcV4 | kDstV4 | kSrcPort | kDstPort | kProtocolPart;
  batch->src4[i] = src;
  batch->dst4[i] = dst;
  batch->src_port[i] = static_cast<uint16_t>(src_port);
  batch->dst_port[i] = static_cast<uint16_t>(dst_port);
  batch->protocol[i] = static_cast<uint8_t>(protocol);
  if (protocol != 6 && protocol != 17) FinishPorts(i, batch);
  if (layout_.direction >= 0) ReadDirection(Token(line, layout_.direction), i, batch);
  return true;
}

void AwsVpcReader::ReadSlowly(absl::string_view line, RecordBatch* batch) {
  const size_t i = batch->Add(line_);
  ReadSrc(Token(line, first_src_), i, batch);
  if (!batch->HasSrc(i) && layout_.src >= 0) ReadSrc(Token(line, layout_.src), i, batch);
  ReadDst(Token(line, first_dst_), i, batch);
  if (!batch->HasDst(i) && layout_.dst >= 0) ReadDst(Token(line, layout_.dst), i, batch);
  if (layout_.src_port >= 0) ReadSrcPort(Token(line, layout_.src_port), i, batch);
  if (layout_.dst_port >= 0) ReadDstPort(Token(line, layout_.dst_port), i, batch);
  if (layout_.protocol >= 0) ReadProtocol(Token(line, layout_.protocol), i, batch);
  if (layout_.direction >= 0) ReadDirection(Token(line, layout_.direction), i, batch);
  FinishPorts(i, batch);
  if (batch->note[i] == Note::kNone && (!batch->HasSrc(i) || !batch->HasDst(i))) {
    batch->note[i] = Note::kNoData;
  }
}

void AwsVpcReader::ReadDirection(absl::string_view token, size_t i, RecordBatch* batch) const {
  if (token == "egress") batch->parts[i] |= kEgress;
  if (token == "ingress") batch->parts[i] |= kIngress;
}

}  // namespace

int AwsVpcScore(const Sample& sample) {
  size_t lines = 0;
  for (const absl::string_view line : sample) {
    if (IsHeader(line)) return 100;
    lines += IsTableLine(Tokens(line));
  }
  return sample.empty() ? 0 : static_cast<int>(100 * lines / sample.size());
}

std::unique_ptr<Reader> NewAwsVpcReader(const ReaderOptions& options) {
  return std::make_unique<AwsVpcReader>(options);
}

}  // namespace allowmatch
