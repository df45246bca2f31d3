#include "flowlog/writers.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "flowlog/output_text.h"

namespace allowmatch {
namespace {

constexpr size_t kFlushBytes = 64 * 1024;

bool HasVerdict(const Classified& batch, size_t i) { return batch.records.note[i] == Note::kNone; }

bool HasRule(const Classified& batch, size_t i) {
  return HasVerdict(batch, i) && batch.verdicts[i].rule() != kNoRuleId;
}

// The remote address, empty if there is none.
std::string RemoteText(const Classified& batch, size_t i) {
  const bool has = HasVerdict(batch, i) && (batch.tuples.parts[i] & (kRemoteV4 | kRemoteV6));
  return has ? batch.tuples.Remote(i).ToString() : "";
}

// A name that cannot be read is shown as well.
absl::string_view NameOf(const Classified& batch, size_t i) {
  const bool has = HasVerdict(batch, i) ? (batch.tuples.parts[i] & kHasName) != 0
                                        : (batch.records.parts[i] & kName) != 0;
  return has ? batch.records.Name(i) : absl::string_view();
}

std::string ProtocolOf(const Classified& batch, size_t i) {
  return batch.records.parts[i] & kProtocolPart ? ProtocolText(batch.records.protocol[i]) : "";
}

std::string PortOf(const Classified& batch, size_t i) {
  const bool has = HasVerdict(batch, i) && (batch.tuples.parts[i] & kHasPort);
  return has ? absl::StrCat(batch.tuples.port[i]) : "";
}

const char* BasisOf(const Classified& batch, size_t i) {
  const Basis basis = HasVerdict(batch, i) ? batch.verdicts[i].basis() : Basis::kNone;
  return basis == Basis::kNone ? "" : BasisName(basis);
}

std::string StringOrNull(absl::string_view text) {
  return text.empty() ? "null" : JsonString(text);
}

}  // namespace

RecordWriter::RecordWriter(RecordOutput output, OutcomeSet only, const PolicyFacts* facts,
                           FILE* out)
    : output_(output), only_(only), facts_(facts), out_(out) {
  if (output_ == RecordOutput::kTsv) {
    buffer_ = "line\tverdict\treason\trule\tvendor\tbasis\tremote\tname\tprotocol\tport\n";
  }
}

const std::string* RecordWriter::VendorOf(const Classified& batch, size_t i) const {
  if (!HasRule(batch, i)) return nullptr;
  const std::string& vendor = facts_->rules[batch.verdicts[i].rule()].vendor;
  return vendor.empty() ? nullptr : &vendor;
}

void RecordWriter::Add(const Classified& batch) {
  for (size_t i = 0; i < batch.records.size && status_.ok(); ++i) {
    if (!(only_ >> static_cast<int>(batch.OutcomeOf(i)) & 1)) continue;
    if (output_ == RecordOutput::kTsv) {
      AddTsv(batch, i);
    } else {
      AddNdjson(batch, i);
    }
    if (buffer_.size() >= kFlushBytes) Flush();
  }
}

void RecordWriter::AddTsv(const Classified& batch, size_t i) {
  const std::string* const vendor = VendorOf(batch, i);
  absl::StrAppend(&buffer_, batch.records.line[i], "\t", OutcomeName(batch.OutcomeOf(i)), "\t",
                  batch.ReasonOf(i), "\t");
  if (HasRule(batch, i)) absl::StrAppend(&buffer_, batch.verdicts[i].rule());
  absl::StrAppend(&buffer_, "\t", vendor == nullptr ? "" : PlainText(*vendor), "\t",
                  BasisOf(batch, i), "\t", RemoteText(batch, i), "\t");
  absl::StrAppend(&buffer_, PlainText(NameOf(batch, i)), "\t", ProtocolOf(batch, i), "\t",
                  PortOf(batch, i), "\n");
}

void RecordWriter::AddNdjson(const Classified& batch, size_t i) {
  const std::string* const vendor = VendorOf(batch, i);
  absl::StrAppend(&buffer_, "{\"line\":", batch.records.line[i], ",\"verdict\":\"",
                  OutcomeName(batch.OutcomeOf(i)), "\",\"reason\":\"", batch.ReasonOf(i),
                  "\",\"rule\":");
  if (HasRule(batch, i)) {
    absl::StrAppend(&buffer_, batch.verdicts[i].rule());
  } else {
    buffer_ += "null";
  }
  const std::string port = PortOf(batch, i);
  absl::StrAppend(&buffer_, ",\"vendor\":", vendor == nullptr ? "null" : JsonString(*vendor),
                  ",\"basis\":", StringOrNull(BasisOf(batch, i)),
                  ",\"remote\":", StringOrNull(RemoteText(batch, i)));
  absl::StrAppend(&buffer_, ",\"name\":", StringOrNull(NameOf(batch, i)),
                  ",\"protocol\":", StringOrNull(ProtocolOf(batch, i)),
                  ",\"port\":", port.empty() ? "null" : port, "}\n");
}

void RecordWriter::Flush() {
  if (!status_.ok()) return;
  const size_t wrote = fwrite(buffer_.data(), 1, buffer_.size(), out_);
  if (wrote != buffer_.size() || fflush(out_) != 0) {
    status_ = absl::UnavailableError(strerror(errno));
  }
  buffer_.clear();
}

}  // namespace allowmatch
