#include "flowlog/envelope.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace allowmatch {
namespace {

// Where shippers put the line.
std::vector<JsonFields::Path> Paths() {
  return {{"message", 0}, {"event.original", 1}, {"body", 2},
          {"log", 3},     {"MESSAGE", 4},        {"value", 5}};
}

// The size of `2024-01-01T00:00:00.000Z ` at the start of the line, or 0.
size_t IsoTimeSize(absl::string_view line) {
  static constexpr absl::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (line.size() < kShape.size()) return 0;
  for (size_t i = 0; i < kShape.size(); ++i) {
    const bool fits = kShape[i] == 'd' ? absl::ascii_isdigit(static_cast<unsigned char>(line[i]))
                                       : line[i] == kShape[i];
    if (!fits) return 0;
  }
  const size_t blank = line.find(' ');
  return blank == absl::string_view::npos || blank > 40 ? 0 : blank + 1;
}

// As many as make a format (readers.h).
bool IsMost(std::ptrdiff_t lines, const Sample& sample) {
  return static_cast<size_t>(lines) * 100 >= sample.size() * 80;
}

class EnvelopeSource : public ByteSource {
 public:
  EnvelopeSource(std::unique_ptr<Envelope> envelope, std::unique_ptr<Blocks> blocks)
      : envelope_(std::move(envelope)), blocks_(std::move(blocks)) {}

  size_t Read(char* out, size_t size) override {
    while (at_ == inner_.size()) {
      if (!blocks_->Fill()) return 0;
      OpenBlock();
    }
    const size_t got = std::min(size, inner_.size() - at_);
    memcpy(out, inner_.data() + at_, got);
    at_ += got;
    return got;
  }

  absl::Status status() const override { return blocks_->status(); }

 private:
  void OpenBlock();

  std::unique_ptr<Envelope> envelope_;
  std::unique_ptr<Blocks> blocks_;
  std::string inner_;
  size_t at_ = 0;
};

void EnvelopeSource::OpenBlock() {
  inner_.clear();
  at_ = 0;
  absl::string_view text = blocks_->text();
  while (!text.empty()) {
    const size_t end = text.find('\n');
    envelope_->Open(text.substr(0, end), &inner_);
    inner_.push_back('\n');
    text.remove_prefix(end + 1);
  }
  blocks_->Use(blocks_->text().size());
}

}  // namespace

Envelope::Envelope(Kind kind) : kind_(kind), fields_(Paths()) {}

std::unique_ptr<Envelope> Envelope::Detect(const Sample& sample) {
  if (sample.empty()) return nullptr;
  const auto times = std::count_if(sample.begin(), sample.end(), IsoTimeSize);
  if (IsMost(times, sample)) return std::make_unique<Envelope>(Kind::kIsoTime);
  const auto objects = std::count_if(sample.begin(), sample.end(), [](absl::string_view line) {
    return absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "{");
  });
  return IsMost(objects, sample) ? std::make_unique<Envelope>(Kind::kJson) : nullptr;
}

void Envelope::Open(absl::string_view line, std::string* inner) {
  if (kind_ == Kind::kIsoTime) {
    line.remove_prefix(IsoTimeSize(line));
  } else {
    values_.clear();
    const Note note = line.size() <= kMaxLine ? fields_.Read(line, &values_) : Note::kLineTooLong;
    const auto best =
        std::min_element(values_.begin(), values_.end(),
                         [](const JsonValue& a, const JsonValue& b) { return a.id < b.id; });
    if (note == Note::kNone && best != values_.end() && best->is_string) {
      line = absl::StripTrailingAsciiWhitespace(best->text);
    }
  }
  const size_t from = inner->size();
  inner->append(line.data(), line.size());
  for (size_t i = from; i < inner->size(); ++i) {
    if ((*inner)[i] == '\n' || (*inner)[i] == '\r') (*inner)[i] = ' ';
  }
}

std::unique_ptr<ByteSource> NewEnvelopeSource(std::unique_ptr<Envelope> envelope,
                                              std::unique_ptr<Blocks> blocks) {
  return std::make_unique<EnvelopeSource>(std::move(envelope), std::move(blocks));
}

}  // namespace allowmatch
