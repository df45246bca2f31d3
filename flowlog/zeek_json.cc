#include "flowlog/zeek_json.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "flowlog/field_parse.h"
#include "flowlog/json_record.h"

namespace allowmatch {
namespace {

enum Key : int {
  kPathKey,
  kSrcKey,
  kSrcPortKey,
  kDstKey,
  kDstPortKey,
  kProtoKey,
  kSrcInsideKey,
  kDstInsideKey,
  kServerName,
  kHostKey,
  kVersion,
  kSslMark,
  kHttpMark,
  kQuicMark,
};

// `established`, `trans_depth` and `client_initial_dcid` only tell the path.
const std::vector<JsonFields::Path>& Paths() {
  static const auto* const paths = new std::vector<JsonFields::Path>{
      {"_path", kPathKey},           {"id.orig_h", kSrcKey},
      {"id_orig_h", kSrcKey},        {"id.orig_p", kSrcPortKey},
      {"id_orig_p", kSrcPortKey},    {"id.resp_h", kDstKey},
      {"id_resp_h", kDstKey},        {"id.resp_p", kDstPortKey},
      {"id_resp_p", kDstPortKey},    {"proto", kProtoKey},
      {"local_orig", kSrcInsideKey}, {"local_resp", kDstInsideKey},
      {"server_name", kServerName},  {"host", kHostKey},
      {"version", kVersion},         {"established", kSslMark},
      {"trans_depth", kHttpMark},    {"client_initial_dcid", kQuicMark},
  };
  return *paths;
}

enum class Path { kFlow, kSsl, kQuic, kHttp, kOther };

Path PathOf(const JsonRecord& record) {
  const absl::string_view path = record[kPathKey];
  if (path == "ssl") return Path::kSsl;
  if (path == "quic") return Path::kQuic;
  if (path == "http") return Path::kHttp;
  if (path == "conn" || path == "dns") return Path::kFlow;
  if (record.Has(kPathKey)) return Path::kOther;
  if (record.Has(kQuicMark)) return Path::kQuic;
  if (record.Has(kSslMark)) return Path::kSsl;
  if (record.Has(kHttpMark)) return Path::kHttp;
  return record.Has(kProtoKey) ? Path::kFlow : Path::kOther;
}

class ZeekJsonReader : public LineReader {
 private:
  void ReadLine(absl::string_view line, RecordBatch* batch) override;
  void ReadFlow(Path path, RecordBatch* batch);

  JsonFields fields_{Paths()};
  JsonRecord record_;
};

void ZeekJsonReader::ReadLine(absl::string_view line, RecordBatch* batch) {
  const Note note = record_.Read(line, &fields_);
  if (note != Note::kNone) return batch->AddNote(line_, note);
  const Path path = PathOf(record_);
  if (path == Path::kOther || (!record_.Has(kDstKey) && !record_.Has(kSrcKey))) {
    return batch->AddNote(line_, Note::kNotAFlow);
  }
  ReadFlow(path, batch);
}

void ZeekJsonReader::ReadFlow(Path path, RecordBatch* batch) {
  const size_t i = batch->Add(line_);
  ReadSrc(record_[kSrcKey], i, batch);
  ReadDst(record_[kDstKey], i, batch);
  ReadSrcPort(record_[kSrcPortKey], i, batch);
  ReadDstPort(record_[kDstPortKey], i, batch);
  ReadProtocol(record_[kProtoKey], i, batch);
  if (path == Path::kSsl || path == Path::kQuic) ReadHost(record_[kServerName], i, batch);
  if (path == Path::kHttp) ReadHostPort(record_[kHostKey], i, batch);
  if (!record_.Has(kProtoKey)) {
    const bool datagrams = path == Path::kQuic || absl::StartsWith(record_[kVersion], "DTLS");
    batch->protocol[i] = datagrams ? 17 : 6;
    if (path != Path::kFlow) batch->parts[i] |= kProtocolPart;
  }
  batch->parts[i] |= kSrcBegan;
  if (record_[kSrcInsideKey] == "true") batch->parts[i] |= kSrcInside;
  if (record_[kDstInsideKey] == "true") batch->parts[i] |= kDstInside;
  FinishPorts(i, batch);
  if (batch->note[i] == Note::kNone && !batch->HasDst(i)) batch->note[i] = Note::kNoData;
}

bool IsZeekLine(absl::string_view line) {
  line = absl::StripLeadingAsciiWhitespace(line);
  if (!absl::StartsWith(line, "{")) return false;
  if (absl::StrContains(line, "\"id.resp_h\"") || absl::StrContains(line, "\"id_resp_h\""))
    return true;
  if (absl::StrContains(line, "\"orig_h\"") && absl::StrContains(line, "\"resp_h\"")) return true;
  return absl::StrContains(line, "\"ts\"") &&
         (absl::StrContains(line, "\"_path\"") ||
          absl::StrContains(line, "\"certificate.version\"") ||
          absl::StrContains(line, "\"fuid\"") || absl::StrContains(line, "\"uid\""));
}

}  // namespace

int ZeekJsonScore(const Sample& sample) {
  size_t lines = 0;
  for (const absl::string_view line : sample) lines += IsZeekLine(line);
  return sample.empty() ? 0 : static_cast<int>(100 * lines / sample.size());
}

std::unique_ptr<Reader> NewZeekJsonReader(const ReaderOptions&) {
  return std::make_unique<ZeekJsonReader>();
}

}  // namespace allowmatch
