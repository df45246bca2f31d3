// nginx: the arguments of server_name, and the keys of a map of host names.
//
//   x        x alone
//   *.x      all below x, at any depth
//   .x       x and all below it
//   x.*, ~re not read
//
// In a map without `hostnames` keys are compared as text, so that only whole
// names mean something there. A key whose value is "" or 0, which is how maps
// say no, is an exception. Text outside blocks that is no directive is read as
// the inside of a map with hostnames, which people keep in files of their own.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

struct NginxWord {
  std::string text;
  Position at;
};

// Splits a configuration into words and the marks ; { }.
class NginxScanner {
 public:
  enum class Kind { kWord, kSemicolon, kOpen, kClose, kEnd, kOpenQuote };

  explicit NginxScanner(absl::string_view text) : text_(text) {}

  Kind Next(NginxWord* word);

 private:
  void Advance() {
    if (text_[at_++] == '\n') {
      ++line_;
      line_start_ = at_;
    }
  }
  void SkipBlanksAndComments();
  Kind Quoted(char quote, NginxWord* word);
  Kind Bare(NginxWord* word);

  absl::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
  size_t line_start_ = 0;
};

void NginxScanner::SkipBlanksAndComments() {
  while (at_ < text_.size()) {
    if (text_[at_] == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) {
      Advance();
    } else {
      return;
    }
  }
}

NginxScanner::Kind NginxScanner::Quoted(char quote, NginxWord* word) {
  for (Advance(); at_ < text_.size(); Advance()) {
    if (text_[at_] == quote) {
      Advance();
      return Kind::kWord;
    }
    const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                         (text_[at_ + 1] == quote || text_[at_ + 1] == '\\');
    if (escaped) Advance();
    word->text += text_[at_];
  }
  return Kind::kOpenQuote;
}

// As nginx does it: a brace that closes nothing, and ${, are parts of a word.
NginxScanner::Kind NginxScanner::Bare(NginxWord* word) {
  const size_t begin = at_;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    const bool variable = c == '{' && at_ > begin && text_[at_ - 1] == '$';
    if (absl::ascii_isspace(static_cast<unsigned char>(c)) || c == ';') break;
    if (c == '{' && !variable) break;
    if (c == '\\' && at_ + 1 < text_.size()) Advance();
    Advance();
  }
  word->text.assign(text_.data() + begin, at_ - begin);
  return Kind::kWord;
}

NginxScanner::Kind NginxScanner::Next(NginxWord* word) {
  SkipBlanksAndComments();
  word->text.clear();
  word->at = {line_, 1 + static_cast<int>(at_ - line_start_)};
  if (at_ == text_.size()) return Kind::kEnd;
  const char c = text_[at_];
  if (c == '"' || c == '\'') return Quoted(c, word);
  if (c != ';' && c != '{' && c != '}') return Bare(word);
  Advance();
  return c == ';' ? Kind::kSemicolon : c == '{' ? Kind::kOpen : Kind::kClose;
}

// Variables that hold the name that a client asked for.
bool IsHostVariable(absl::string_view name) {
  return name == "$host" || name == "$http_host" || name == "$ssl_server_name" ||
         name == "$ssl_preread_server_name" || name == "$server_name";
}

class NginxReader {
 public:
  NginxReader(absl::string_view text, NameSink* sink) : scanner_(text), sink_(sink) {}

  void Read();

 private:
  enum class Block : uint8_t { kOther, kHosts, kHostnames };  // the last two are maps

  Block Opened() const;
  void Statement();
  void Entry();
  void Value(bool has_wildcards, const NginxWord& word);

  NginxScanner scanner_;
  NameSink* sink_;
  std::vector<Block> blocks_;
  std::vector<NginxWord> words_;  // of the statement so far
};

NginxReader::Block NginxReader::Opened() const {
  if (words_.size() != 3 || words_[0].text != "map") return Block::kOther;
  return IsHostVariable(words_[1].text) ? Block::kHosts : Block::kOther;
}

void NginxReader::Value(bool has_wildcards, const NginxWord& word) {
  absl::string_view name = word.text;
  Pattern::Head head = Pattern::Head::kNone;
  if (absl::StartsWith(name, "~")) {
    return sink_->Unread(word.at, Role::kListed, name, "it is a regular expression",
                         "write rules for the names that are meant");
  }
  if (name.empty() || name == "_") {
    return sink_->Ignored(word.at, word.text.empty() ? "\"\"" : word.text, "no client asks for it");
  }
  if (absl::EndsWith(name, ".*")) {
    return sink_->Unread(word.at, Role::kListed, name, "its * is any end of a name",
                         "write rules for the names that are meant");
  }
  const bool wild = name[0] == '.' || absl::StartsWith(name, "*.");
  if (wild && !has_wildcards) {
    return sink_->Unread(word.at, Role::kListed, name,
                         "a map without hostnames compares it as text, so it matches no name",
                         "add hostnames to the map");
  }
  if (absl::ConsumePrefix(&name, "*.")) {
    head = Pattern::Head::kBelow;
  } else if (absl::ConsumePrefix(&name, ".")) {
    head = Pattern::Head::kSelfAndBelow;
  }
  sink_->Name(word.at, Role::kListed, word.text, head, name);
}

// A statement inside a map.
void NginxReader::Entry() {
  NginxWord& key = words_[0];
  if (key.text == "hostnames" && words_.size() == 1) {
    if (!blocks_.empty()) blocks_.back() = Block::kHostnames;
    return;
  }
  if (key.text == "volatile" && words_.size() == 1) return;
  if (key.text == "include") {
    return sink_->Unread(key.at, Role::kUnknown, words_.back().text, "another file is read here",
                         "put its entries into this one");
  }
  if (words_.size() != 2) {
    return sink_->Unread(key.at, Role::kUnknown, key.text, "an entry of a map is a key and a value");
  }
  const bool no = words_[1].text.empty() || words_[1].text == "0";
  if (key.text == "default") {
    if (no) return;
    return sink_->Unread(key.at, Role::kListed, key.text, "it stands for every other name");
  }
  if (no) {
    return sink_->Unread(key.at, Role::kUnlisted, key.text, "its value makes it an exception",
                         "write a rule that denies it");
  }
  if (absl::StartsWith(key.text, "\\")) key.text.erase(0, 1);
  Value(blocks_.empty() || blocks_.back() == Block::kHostnames, key);
}

void NginxReader::Statement() {
  if (words_.empty()) return;
  const bool in_map = !blocks_.empty() && blocks_.back() != Block::kOther;
  const bool fragment = blocks_.empty() && absl::StrContains(words_[0].text, ".");
  if (in_map || fragment) return Entry();
  if (words_[0].text == "hostnames" && !blocks_.empty()) {
    blocks_.back() = Block::kHostnames;  // of another variable
  } else if (words_[0].text == "server_name") {
    for (size_t i = 1; i < words_.size(); ++i) Value(true, words_[i]);
  }
}

void NginxReader::Read() {
  using Kind = NginxScanner::Kind;
  NginxWord word;
  for (Kind kind = scanner_.Next(&word); !sink_->refused(); kind = scanner_.Next(&word)) {
    if (kind == Kind::kWord) {
      words_.push_back(std::move(word));
      continue;
    }
    if (kind == Kind::kOpenQuote) return sink_->Refuse(word.at, "the quote is not closed");
    if (kind == Kind::kSemicolon) {
      Statement();
    } else if (kind == Kind::kOpen) {
      blocks_.push_back(Opened());
    } else if (!words_.empty()) {
      return sink_->Refuse(words_.back().at, "there is no ; behind it");
    } else if (kind == Kind::kEnd) {
      if (!blocks_.empty()) sink_->Refuse(word.at, "a block is not closed", "the text is cut");
      return;
    } else if (blocks_.empty()) {
      return sink_->Refuse(word.at, "this } closes nothing");
    } else {
      blocks_.pop_back();
    }
    words_.clear();
  }
}

}  // namespace

void ReadNginx(absl::string_view text, NameSink* sink) { NginxReader(text, sink).Read(); }

bool IsNginx(const ListOpening& opening) {
  const std::vector<absl::string_view> words = Words(opening.first);
  if (words.size() < 2) return false;
  if (words[0] == "server_name") return absl::EndsWith(opening.first, ";");
  if (words[0] == "server" || words[0] == "http" || words[0] == "stream") {
    return words.size() == 2 && words[1] == "{";
  }
  return words[0] == "map" && words.size() == 4 && words[1][0] == '$' && words[2][0] == '$' &&
         words[3] == "{";
}

}  // namespace allowmatch
