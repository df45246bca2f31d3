#include "flowlog/pipeline.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "flowlog/blocks.h"
#include "flowlog/envelope.h"

namespace allowmatch {
namespace {

constexpr int kMaxEnvelopes = 2;

}  // namespace

struct Pipeline::Opened {
  const Format* format = nullptr;  // null: an empty file
  std::unique_ptr<Reader> reader;
  std::unique_ptr<Blocks> blocks;
};

Pipeline::Pipeline(const PipelineOptions& options, const RemoteEnd* remote_end,
                   const Matcher* matcher, std::vector<Sink*> sinks)
    : options_(options),
      remote_end_(remote_end),
      matcher_(matcher),
      sinks_(std::move(sinks)),
      records_(std::make_unique<RecordBatch>()),
      tuples_(std::make_unique<TupleBatch>()),
      verdicts_(RecordBatch::kCapacity) {}

// Finds the format, inside of envelopes if need be.
absl::StatusOr<Pipeline::Opened> Pipeline::Open(std::unique_ptr<ByteSource> source) const {
  Opened opened;
  opened.blocks = std::make_unique<Blocks>(std::move(source));
  const Format* const forced = options_.format.empty() ? nullptr : FindFormat(options_.format);
  for (int level = 0;; ++level) {
    if (!opened.blocks->Fill()) return opened;
    const Sample sample = SampleLines(opened.blocks->text(), opened.blocks->last());
    if (sample.empty()) {  // blank lines only
      opened.blocks->Use(opened.blocks->text().size());
      --level;
      continue;
    }
    opened.format = DetectFormat(sample, options_.reader);
    if (forced != nullptr && opened.format != forced && forced->score(sample) < kEnoughScore) {
      opened.format = nullptr;
    }
    std::unique_ptr<Envelope> envelope;
    const bool general = opened.format == nullptr || !opened.format->particular;
    if (general && level < kMaxEnvelopes) envelope = DetectEnvelope(sample, options_.reader);
    if (envelope == nullptr) break;
    opened.blocks =
        std::make_unique<Blocks>(NewEnvelopeSource(std::move(envelope), std::move(opened.blocks)));
  }
  if (forced != nullptr) opened.format = forced;
  if (opened.format == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("unknown format, tried ", FormatNames(),
                                                   "; name it with --format, or its columns with "
                                                   "--map FIELD=COLUMN"));
  }
  absl::StatusOr<std::unique_ptr<Reader>> reader = opened.format->make(options_.reader);
  if (!reader.ok()) return reader.status();
  opened.reader = *std::move(reader);
  return opened;
}

FileReport Pipeline::Run(const std::string& path, FileProgress* progress,
                         std::vector<std::string>* remarks) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = OpenLog(path, progress);
  if (source.ok()) return Run(path, *std::move(source), remarks);
  FileReport report;
  report.path = path;
  report.error = std::string(source.status().message());
  return report;
}

FileReport Pipeline::Run(const std::string& name, std::unique_ptr<ByteSource> source,
                         std::vector<std::string>* remarks) {
  FileReport report;
  report.path = name;
  absl::StatusOr<Opened> opened = Open(std::move(source));
  if (!opened.ok()) {
    report.error = std::string(opened.status().message());
    return report;
  }
  Blocks& blocks = *opened->blocks;
  if (opened->format != nullptr) {
    report.format = opened->format->name;
    Reader& reader = *opened->reader;
    bool going = true;
    do {
      size_t used = 1;
      while (going && used > 0 && !blocks.text().empty() && reader.status().ok()) {
        records_->Clear();
        used = reader.Read(blocks.text(), blocks.last(), records_.get());
        blocks.Use(used);
        report.records += records_->size;
        going = ClassifyBatch();
      }
    } while (going && reader.status().ok() && blocks.Fill());
    if (!reader.status().ok()) report.error = std::string(reader.status().message());
    for (std::string& remark : reader.Remarks())
      remarks->push_back(absl::StrCat(name, ": ", remark));
  }
  if (report.error.empty()) report.error = std::string(blocks.status().message());
  return report;
}

bool Pipeline::ClassifyBatch() {
  if (records_->size > 0) {
    remote_end_->Orient(records_.get(), tuples_.get());
    matcher_->Classify(tuples_->Columns(*records_), verdicts_.data());
    const Classified batch{*records_, *tuples_, verdicts_.data()};
    for (Sink* const sink : sinks_) sink->Add(batch);
  }
  return after_batch_ == nullptr || after_batch_();
}

}  // namespace allowmatch
