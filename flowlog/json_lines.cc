#include "flowlog/json_lines.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"

namespace allowmatch {
namespace {

class JsonLines : public ByteSource {
 public:
  explicit JsonLines(std::unique_ptr<ByteSource> json) : json_(std::move(json)), in_(64 * 1024) {}

  size_t Read(char* out, size_t size) override;
  absl::Status status() const override { return json_->status(); }

 private:
  // The byte that stands for `c`, or 0 for none. At most one for one.
  char Next(char c);
  char OutsideString(char c);

  std::unique_ptr<ByteSource> json_;
  std::vector<char> in_;
  bool began_ = false;
  bool array_ = false;  // the elements of the outermost array are the records
  bool in_string_ = false;
  bool escaped_ = false;
  int depth_ = 0;  // inside a record
};

size_t JsonLines::Read(char* out, size_t size) {
  size_t made = 0;
  while (made == 0) {
    const size_t got = json_->Read(in_.data(), std::min(size, in_.size()));
    if (got == 0) return 0;
    for (size_t i = 0; i < got; ++i) {
      const char c = Next(in_[i]);
      if (c != '\0') out[made++] = c;
    }
  }
  return made;
}

char JsonLines::Next(char c) {
  if (!in_string_) return OutsideString(c);
  if (escaped_) {
    escaped_ = false;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    in_string_ = false;
  }
  // A raw line end in a string is an error; the record is judged as it stands.
  return c == '\n' || c == '\r' ? ' ' : c == '\0' ? '\x01' : c;
}

char JsonLines::OutsideString(char c) {
  if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
    return depth_ > 0 ? ' ' : array_ ? '\0' : '\n';
  }
  if (!began_ && c == '[') {
    began_ = array_ = true;
    return '\0';
  }
  began_ = true;
  if (depth_ == 0 && array_ && (c == ',' || c == ']')) return c == ',' ? '\n' : '\0';
  if (c == '"') in_string_ = true;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') depth_ = std::max(depth_ - 1, 0);
  return c == '\0' ? '\x01' : c;
}

}  // namespace

bool IsManyLineJson(absl::string_view head) {
  head = absl::StripLeadingAsciiWhitespace(head);
  if (head.empty() || (head[0] != '{' && head[0] != '[')) return false;
  if (head[0] == '[') {
    const absl::string_view first = absl::StripLeadingAsciiWhitespace(head.substr(1));
    return first.empty() || first[0] == '{' || first[0] == ']';
  }
  const absl::string_view line =
      absl::StripTrailingAsciiWhitespace(head.substr(0, head.find('\n')));
  return line == "{";
}

std::unique_ptr<ByteSource> NewJsonLines(std::unique_ptr<ByteSource> json) {
  return std::make_unique<JsonLines>(std::move(json));
}

}  // namespace allowmatch
