#include "flowlog/eve.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "flowlog/field_parse.h"
#include "flowlog/json_record.h"

namespace allowmatch {
namespace {

enum Key : int {
  kType,
  kSrcKey,
  kSrcPortKey,
  kDstKey,
  kDstPortKey,
  kProtoKey,
  kTlsName,
  kQuicName,
  kHttpName,
};

std::vector<JsonFields::Path> Paths() {
  static constexpr std::pair<const char*, int> kPaths[] = {
      {"event_type", kType}, {"src_ip", kSrcKey},        {"src_port", kSrcPortKey},
      {"dest_ip", kDstKey},  {"dest_port", kDstPortKey}, {"proto", kProtoKey},
      {"tls.sni", kTlsName}, {"quic.sni", kQuicName},    {"http.hostname", kHttpName},
  };
  std::vector<JsonFields::Path> paths;
  for (const auto& [path, id] : kPaths) {
    paths.emplace_back(path, id);
    paths.emplace_back(absl::StrCat("event.", path), id);
  }
  return paths;
}

class EveReader : public LineReader {
 private:
  void ReadLine(absl::string_view line, RecordBatch* batch) override;
  void ReadFlow(absl::string_view type, RecordBatch* batch);

  JsonFields fields_{Paths()};
  JsonRecord record_;
};

bool IsFlow(absl::string_view type) {
  return type == "flow" || type == "netflow" || type == "tls" || type == "quic" || type == "http" ||
         type == "dns";
}

void EveReader::ReadLine(absl::string_view line, RecordBatch* batch) {
  const Note note = record_.Read(line, &fields_);
  if (note != Note::kNone) return batch->AddNote(line_, note);
  const absl::string_view type = record_[kType];
  if (!IsFlow(type)) return batch->AddNote(line_, Note::kNotAFlow);
  ReadFlow(type, batch);
}

void EveReader::ReadFlow(absl::string_view type, RecordBatch* batch) {
  const size_t i = batch->Add(line_);
  ReadSrc(record_[kSrcKey], i, batch);
  ReadDst(record_[kDstKey], i, batch);
  ReadSrcPort(record_[kSrcPortKey], i, batch);
  ReadDstPort(record_[kDstPortKey], i, batch);
  ReadProtocol(record_[kProtoKey], i, batch);
  if (type == "tls") ReadHost(record_[kTlsName], i, batch);
  if (type == "quic") ReadHost(record_[kQuicName], i, batch);
  if (type == "http") ReadHost(record_[kHttpName], i, batch);
  // A netflow row has one direction, and the answer to a query may be logged
  // from the resolver's side.
  if (type != "netflow" && type != "dns") batch->parts[i] |= kSrcBegan;
  FinishPorts(i, batch);
  if (batch->note[i] == Note::kNone && !batch->HasDst(i)) batch->note[i] = Note::kNoData;
}

bool IsEveLine(absl::string_view line) {
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "{") &&
         absl::StrContains(line, "\"event_type\"") &&
         (absl::StrContains(line, "\"flow_id\"") || absl::StrContains(line, "\"src_ip\"") ||
          absl::StrContains(line, "\"stats\""));
}

}  // namespace

int EveScore(const Sample& sample) {
  size_t lines = 0;
  for (const absl::string_view line : sample) lines += IsEveLine(line);
  return sample.empty() ? 0 : static_cast<int>(100 * lines / sample.size());
}

std::unique_ptr<Reader> NewEveReader(const ReaderOptions&) { return std::make_unique<EveReader>(); }

}  // namespace allowmatch
