#include "flowlog/readers.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "flowlog/aws_vpc.h"
#include "flowlog/eve.h"
#include "flowlog/generic_csv.h"
#include "flowlog/generic_json.h"
#include "flowlog/zeek_json.h"
#include "flowlog/zeek_tsv.h"

namespace allowmatch {
namespace {

template <std::unique_ptr<Reader> (*kNew)(const ReaderOptions&)>
absl::StatusOr<std::unique_ptr<Reader>> Make(const ReaderOptions& options) {
  return kNew(options);
}

// Particular formats before general ones.
constexpr Format kFormats[] = {
    {"zeek", "Zeek, tab-separated", true, ZeekTsvScore, Make<NewZeekTsvReader>},
    {"aws-vpc", "AWS VPC flow log, text", true, AwsVpcScore, Make<NewAwsVpcReader>},
    {"eve", "Suricata EVE, AWS Network Firewall", true, EveScore, Make<NewEveReader>},
    {"zeek-json", "Zeek, JSON", true, ZeekJsonScore, Make<NewZeekJsonReader>},
    {"ndjson", "JSON objects with known keys", false, GenericJsonScore, NewGenericJsonReader},
    {"csv", "table with a header line", false, GenericCsvScore, NewGenericCsvReader},
};

}  // namespace

const Format* FindFormat(absl::string_view name) {
  if (name == "tsv") name = "csv";  // the header tells the separator
  for (const Format& format : kFormats) {
    if (name == format.name) return &format;
  }
  return nullptr;
}

const Format* DetectFormat(const Sample& sample, const ReaderOptions& options) {
  for (const Format& format : kFormats) {
    if (format.score(sample) >= kEnoughScore) return &format;
  }
  // Whoever names the columns has a table or objects.
  if (options.map.empty() || sample.empty()) return nullptr;
  return FindFormat(absl::StartsWith(sample[0], "{") ? "ndjson" : "csv");
}

std::unique_ptr<Envelope> DetectEnvelope(const Sample& sample, const ReaderOptions& options) {
  std::unique_ptr<Envelope> envelope = Envelope::Detect(sample);
  if (envelope == nullptr) return nullptr;
  std::vector<std::string> lines;
  for (const absl::string_view line : sample) {
    std::string padded(line);
    padded.append(kBlockPadding, '\0');
    envelope->Open(absl::string_view(padded).substr(0, line.size()), &lines.emplace_back());
  }
  const Sample inner(lines.begin(), lines.end());
  if (inner == sample) return nullptr;
  const Format* const format = DetectFormat(inner, options);
  const bool found = format != nullptr && format->particular;
  return found || DetectEnvelope(inner, options) != nullptr ? std::move(envelope) : nullptr;
}

std::string FormatNames() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) names.push_back(format.name);
  return absl::StrJoin(names, ", ");
}

}  // namespace allowmatch
