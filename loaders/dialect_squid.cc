// Squid: acl NAME dstdomain, or ssl::server_name, and the files of values that
// such lines name.
//
//   x    x alone
//   .x   x and all below it
//
// A list that an access line denies, or that it allows all but, blocks.

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

bool IsNameType(absl::string_view type) {
  return type == "dstdomain" || type == "ssl::server_name";
}

bool IsRegexType(absl::string_view type) {
  return type == "dstdom_regex" || type == "ssl::server_name_regex";
}

class SquidReader {
 public:
  explicit SquidReader(NameSink* sink) : sink_(sink) {}

  // Looks whether this is a configuration, and which lists its access lines
  // deny, which may stand behind the lists.
  void Survey(absl::string_view text);
  void Read(absl::string_view text);

 private:
  void ReadLine(const ListLines& lines, const std::vector<absl::string_view>& words);
  void ReadAcl(const ListLines& lines, const std::vector<absl::string_view>& words);
  void ReadValue(Position at, absl::string_view value);

  NameSink* sink_;
  bool is_configuration_ = false;  // otherwise a file of values
  std::set<std::string> blocked_;
  Role role_ = Role::kListed;  // of the values that are read
  bool continued_ = false;     // the line goes on with values
};

void SquidReader::Survey(absl::string_view text) {
  for (ListLines lines(text); lines.Next();) {
    const std::vector<absl::string_view> words = Words(WithoutComment(lines.line(), '#'));
    is_configuration_ |= words.size() >= 3 && words[0] == "acl";
    if (words.size() < 3 || !absl::EndsWith(words[0], "_access")) continue;
    for (size_t i = 2; i < words.size(); ++i) {
      absl::string_view name = words[i];
      const bool negated = absl::ConsumePrefix(&name, "!");
      if ((words[1] == "deny") != negated) blocked_.emplace(name);
    }
  }
}

void SquidReader::ReadValue(Position at, absl::string_view value) {
  absl::string_view name = value;
  if (absl::StartsWith(value, "\"")) {
    return sink_->Unread(at, role_, value, "it names a file with more names",
                         "load that file as well");
  }
  const Pattern::Head head = absl::ConsumePrefix(&name, ".") ? Pattern::Head::kSelfAndBelow
                                                            : Pattern::Head::kNone;
  if (absl::StrContains(name, "*")) {
    return sink_->Unread(at, role_, value, "Squid has no *, so it matches no name",
                         "Squid writes .x for x and all below it");
  }
  sink_->Name(at, role_, value, head, name);
}

void SquidReader::ReadAcl(const ListLines& lines, const std::vector<absl::string_view>& words) {
  role_ = blocked_.count(std::string(words[1])) != 0 ? Role::kBlocked : Role::kListed;
  size_t at = 3;
  while (at < words.size() && (words[at][0] == '-' || words[at][0] == '+')) ++at;
  if (IsRegexType(words[2])) {
    for (; at < words.size(); ++at) {
      sink_->Unread(lines.At(words[at]), role_, words[at], "it is a regular expression",
                    "write rules for the names that are meant");
    }
  } else if (IsNameType(words[2])) {
    for (; at < words.size(); ++at) ReadValue(lines.At(words[at]), words[at]);
  } else {
    sink_->Ignored(lines.At(words[1]), words[1], "no list of names");
  }
}

void SquidReader::ReadLine(const ListLines& lines, const std::vector<absl::string_view>& words) {
  if (continued_) {
    for (const absl::string_view word : words) ReadValue(lines.At(word), word);
  } else if (words[0] == "acl" && words.size() >= 3) {
    ReadAcl(lines, words);
  } else if (is_configuration_) {
    sink_->Ignored(lines.At(words[0]), words[0], "no list of names");
  } else {
    role_ = Role::kListed;
    for (const absl::string_view word : words) ReadValue(lines.At(word), word);
  }
}

void SquidReader::Read(absl::string_view text) {
  for (ListLines lines(text); lines.Next();) {
    absl::string_view line = WithoutComment(lines.line(), '#');
    const bool goes_on = absl::ConsumeSuffix(&line, "\\");
    const std::vector<absl::string_view> words = Words(line);
    if (words.empty()) {
      continued_ = continued_ && goes_on;
      continue;
    }
    const bool names = words.size() >= 3 && words[0] == "acl" && IsNameType(words[2]);
    if (goes_on && !continued_ && !names) {
      return sink_->Refuse(lines.At(words[0]), "this line goes on in the next",
                           "write it as one line");
    }
    ReadLine(lines, words);
    continued_ = goes_on;
  }
}

}  // namespace

void ReadSquid(absl::string_view text, NameSink* sink) {
  SquidReader reader(sink);
  reader.Survey(text);
  reader.Read(text);
}

bool IsSquid(const ListOpening& opening) {
  const std::vector<absl::string_view> words = Words(opening.first);
  return words.size() >= 4 && words[0] == "acl" && (IsNameType(words[2]) || IsRegexType(words[2]));
}

}  // namespace allowmatch
