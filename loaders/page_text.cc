#include "loaders/page_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace allowmatch {
namespace {

struct Replacement {
  absl::string_view from;
  absl::string_view to;
};

// UTF-8 sequences and entities with a plain equivalent. Zero-width characters
// are left in place on purpose: inside a name they make it a different name.
constexpr Replacement kPlain[] = {
    {"\xc2\xa0", " "},      {"\xe2\x80\xaf", " "}, {"\xe3\x80\x80", " "}, {"\xe2\x80\x82", " "},
    {"\xe2\x80\x83", " "},  {"\xe2\x80\x89", " "}, {"\xe2\x80\x90", "-"}, {"\xe2\x80\x91", "-"},
    {"\xe2\x80\x92", "-"},  {"\xe2\x80\x93", "-"}, {"\xe2\x80\x94", "-"}, {"\xe2\x88\x92", "-"},
    {"\xe2\x80\x98", "'"},  {"\xe2\x80\x99", "'"}, {"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""},
    {"\xe3\x80\x81", ","},  {"\xef\xbc\x8c", ","}, {"\xef\xbc\x9b", ";"}, {"\xef\xbc\x9a", ":"},
    {"\xef\xbc\x88", "("},  {"\xef\xbc\x89", ")"}, {"\xe2\x86\x92", " "},
};
constexpr Replacement kEntities[] = {
    {"&lt;", "<"},  {"&gt;", ">"},  {"&amp;", "&"},  {"&quot;", "\""}, {"&apos;", "'"},
    {"&#39;", "'"}, {"&nbsp;", " "}, {"&ndash;", "-"}, {"&mdash;", "-"}, {"&middot;", "-"},
};
constexpr absl::string_view kBullets[] = {"\xe2\x80\xa2", "\xe2\x97\xa6", "\xe2\x96\xaa",
                                          "\xe2\x97\x8f", "\xc2\xb7",     "\xe2\x80\xa3",
                                          "\xe2\x96\xa0", "\xe2\x97\x8b"};
// Tags that are markup; any other <word> is text, most often a placeholder.
constexpr absl::string_view kTags[] = {
    "a",  "abbr", "b",  "blockquote", "code", "del", "div", "em",    "font",  "h1", "h2",    "h3",
    "h4", "i",    "img", "ins",       "kbd",  "li",  "ol",  "p",     "pre",   "s",  "small", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
    "dl", "dt", "dd", "h5", "h6", "html", "head", "body", "main", "section", "article", "header",
    "footer", "nav", "figure", "caption", "tfoot", "hr", "button", "form", "label", "title",
    "center", "tt", "var", "samp", "details", "summary", "aside"};

constexpr size_t kLongestTag = 2000;
// Longer lines are read in pieces, which bounds the work for each.
constexpr size_t kLongestPiece = 8192;

// Copies one line into its clean form.
class Cleaner {
 public:
  Cleaner(absl::string_view raw, bool* in_comment, PageLine* line)
      : raw_(raw), in_comment_(in_comment), line_(line) {}

  void Run() {
    while (at_ < raw_.size()) Step();
    while (!line_->text.empty() && absl::ascii_isspace(line_->text.back())) {
      line_->text.pop_back();
    }
    line_->columns.resize(line_->text.size());
  }

 private:
  bool Starts(absl::string_view prefix) const { return absl::StartsWith(raw_.substr(at_), prefix); }

  // Runs of blanks count as one, but for the indent.
  void Put(absl::string_view text) {
    for (const char c : text) {
      if (c == ' ' && !line_->text.empty() && line_->text.back() == ' ' && indented_) continue;
      indented_ = indented_ || c != ' ';
      line_->text.push_back(c);
      line_->columns.push_back(static_cast<int>(at_) + 1);
    }
  }

  void Replace(size_t size, absl::string_view text) {
    Put(text);
    at_ += size;
  }

  void Step() {
    if (*in_comment_) return SkipComment();
    if (Starts("<!--")) {
      *in_comment_ = true;
      return;
    }
    if (line_->code) return Replace(1, raw_.substr(at_, 1));
    if (raw_[at_] == '\\' && at_ + 1 < raw_.size() && absl::ascii_ispunct(raw_[at_ + 1])) {
      line_->escaped = true;
      ++at_;
      return Replace(1, raw_.substr(at_, 1));
    }
    if (Known(kPlain) || Known(kEntities) || Bullet() || Tag() || Emphasis() || Link()) return;
    Replace(1, raw_[at_] == '\r' ? " " : raw_.substr(at_, 1));
  }

  void SkipComment() {
    const size_t end = raw_.find("-->", at_);
    if (end == absl::string_view::npos) {
      at_ = raw_.size();
    } else {
      at_ = end + 3;
      *in_comment_ = false;
    }
  }

  template <size_t n>
  bool Known(const Replacement (&table)[n]) {
    const char c = raw_[at_];
    if (c != '&' && static_cast<unsigned char>(c) < 0x80) return false;
    for (const Replacement& entry : table) {
      if (!Starts(entry.from)) continue;
      Replace(entry.from.size(), entry.to);
      return true;
    }
    return false;
  }

  bool Bullet() {
    if (static_cast<unsigned char>(raw_[at_]) < 0x80) return false;
    for (const absl::string_view bullet : kBullets) {
      if (!Starts(bullet)) continue;
      const bool leads = absl::StripAsciiWhitespace(line_->text).empty();
      Replace(bullet.size(), leads ? "- " : " ");
      return true;
    }
    return false;
  }

  bool Tag() {
    if (raw_[at_] != '<') return false;
    const size_t size = raw_.substr(at_, kLongestTag).find('>');
    if (size == absl::string_view::npos) return false;
    const size_t end = at_ + size;
    absl::string_view inside = raw_.substr(at_ + 1, end - at_ - 1);
    absl::ConsumePrefix(&inside, "/");
    const size_t word_end = std::min(inside.find_first_of(" \t/"), inside.size());
    const std::string name = absl::AsciiStrToLower(inside.substr(0, word_end));
    if (name == "br") {
      Replace(end + 1 - at_, " , ");
      return true;
    }
    if (std::find(std::begin(kTags), std::end(kTags), name) == std::end(kTags)) return false;
    for (const absl::string_view attribute : {"href=", "src="}) {
      const size_t begin = inside.find(attribute);
      if (begin == absl::string_view::npos) continue;
      absl::string_view target = inside.substr(begin + attribute.size());
      target = target.substr(0, target.find_first_of(" \t"));
      line_->links.push_back({std::string(target), static_cast<int>(at_) + 1});
    }
    if (name == "del" || name == "s" || name == "strike") Strike(name == "s" ? "</s>" : "</" + name);
    // A footnote mark never becomes a digit of the number before it.
    Replace(std::min(end + 1, raw_.size()) - std::min(at_, end + 1), name == "sup" ? " " : "");
    return true;
  }

  // Leaves out what an opening <del> strikes; at_ then stands on the closing tag.
  void Strike(const std::string& closing) {
    if (raw_[at_ + 1] == '/') return;
    const size_t end = raw_.find(closing, at_);
    if (end == absl::string_view::npos) return;
    line_->struck.push_back({std::string(raw_.substr(at_, end - at_)), static_cast<int>(at_) + 1});
    at_ = end;
  }

  bool Emphasis() {
    const char c = raw_[at_];
    if (c == '`') {
      ++at_;
      return true;
    }
    if (Starts("~~")) {
      const size_t end = raw_.find("~~", at_ + 2);
      if (end == absl::string_view::npos) return false;
      line_->struck.push_back(
          {std::string(raw_.substr(at_ + 2, end - at_ - 2)), static_cast<int>(at_) + 3});
      at_ = end + 2;
      return true;
    }
    if (Starts("**") && !Starts("**.")) {
      at_ += 2;
      return true;
    }
    return false;
  }

  // [text](target) and ![text](target): the text stays, the target is kept apart.
  bool Link() {
    if (raw_[at_] == '!' && at_ + 1 < raw_.size() && raw_[at_ + 1] == '[') {
      ++at_;
      return true;
    }
    if (!Starts("](")) return false;
    const size_t end = raw_.find(')', at_ + 2);
    if (end == absl::string_view::npos || line_->text.find('[') == std::string::npos) return false;
    line_->links.push_back(
        {std::string(raw_.substr(at_ + 2, end - at_ - 2)), static_cast<int>(at_) + 3});
    const size_t open = line_->text.rfind('[');
    line_->text[open] = ' ';
    at_ = end + 1;
    Put(" ");
    return true;
  }

  absl::string_view raw_;
  size_t at_ = 0;
  bool indented_ = false;  // something but blanks was put
  bool* in_comment_;
  PageLine* line_;
};

// Where a long line is cut: behind a blank, or anywhere if it has none.
size_t PieceEnd(absl::string_view raw) {
  if (raw.size() <= kLongestPiece) return raw.size();
  const size_t blank = raw.substr(0, kLongestPiece).rfind(' ');
  return blank == absl::string_view::npos || blank < kLongestPiece / 2 ? kLongestPiece : blank + 1;
}

bool IsFence(absl::string_view raw) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(raw);
  // A longer line of tildes is the underline of a heading.
  return absl::StartsWith(text, "```") ||
         (absl::StartsWith(text, "~~~") && !absl::StartsWith(text, "~~~~"));
}

}  // namespace

std::vector<PageLine> ReadPageLines(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xef\xbb\xbf");
  std::vector<PageLine> lines;
  bool in_comment = false;
  bool in_fence = false;
  int number = 0;
  // Lines end at LF, CRLF or a lone CR.
  size_t at = 0;
  while (at <= bytes.size()) {
    const size_t end = std::min(bytes.find_first_of("\r\n", at), bytes.size());
    absl::string_view raw = bytes.substr(at, end - at);
    ++number;
    int column = 0;
    do {
      const size_t size = PieceEnd(raw);
      PageLine line;
      line.number = number;
      if (IsFence(raw)) {
        line.fence = true;
        in_fence = !in_fence;
        raw = "";
      } else {
        line.code = in_fence;
        Cleaner(raw.substr(0, size), &in_comment, &line).Run();
        for (int& at_column : line.columns) at_column += column;
        raw.remove_prefix(size);
        column += static_cast<int>(size);
      }
      lines.push_back(std::move(line));
    } while (!raw.empty());
    if (end == bytes.size()) break;
    at = end + (bytes.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return lines;
}

}  // namespace allowmatch
