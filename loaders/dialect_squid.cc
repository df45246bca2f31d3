// Squid: acl NAME dstdomain, or ssl::server_name, and the files of values that
// such lines name.
//
//   x    x alone
//   .x   x and all below it
//
// A list that an access line denies, or that it allows all but, blocks. A list that
// http_access does not allow by itself is not read: its names would be allowed more
// than Squid does (squid_access.h).

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "loaders/name_dialects.h"
#include "loaders/squid_access.h"

namespace allowmatch {
namespace {

using WordList = std::vector<absl::string_view>;

class SquidReader {
 public:
  explicit SquidReader(NameSink* sink) : sink_(sink) {}

  // Looks whether this is a configuration, and what its access lines, which may
  // stand behind the lists, do with these.
  void Survey(absl::string_view text);
  void Read(absl::string_view text);

 private:
  void ReadLine(const ListLines& lines, const WordList& words);
  void ReadAcl(const ListLines& lines, const WordList& words);
  void ReadValue(Position at, absl::string_view value);

  NameSink* sink_;
  bool is_configuration_ = false;  // otherwise a file of values
  SquidAccess access_;
  Role role_ = Role::kListed;  // of the values that are read
  std::string not_allowed_;    // why they are not; empty if they are
  bool continued_ = false;     // the line goes on with values
};

void SquidReader::Survey(absl::string_view text) {
  for (ListLines lines(text); lines.Next();) {
    const WordList words = Words(WithoutComment(lines.line(), '#'));
    if (words.size() < 3 || words[0] != "acl") continue;
    is_configuration_ = true;
    access_.AddList(words);
  }
  for (ListLines lines(text); lines.Next();) {
    const WordList words = Words(WithoutComment(lines.line(), '#'));
    if (words.size() >= 3 && absl::EndsWith(words[0], "_access")) access_.AddAccess(words);
  }
}

void SquidReader::ReadValue(Position at, absl::string_view value) {
  absl::string_view name = value;
  if (absl::StartsWith(value, "\"")) {
    return sink_->Unread(at, role_, value, "it names a file with more names",
                         "load that file as well");
  }
  const Pattern::Head head =
      absl::ConsumePrefix(&name, ".") ? Pattern::Head::kSelfAndBelow : Pattern::Head::kNone;
  if (absl::StrContains(name, "*")) {
    return sink_->Unread(at, role_, value, "Squid has no *, so it matches no name",
                         "Squid writes .x for x and all below it");
  }
  if (role_ == Role::kListed && !not_allowed_.empty()) {
    return sink_->Unread(at, role_, value, not_allowed_, "--action allow reads it all the same");
  }
  sink_->Name(at, role_, value, head, name);
}

void SquidReader::ReadAcl(const ListLines& lines, const WordList& words) {
  const std::string list(words[1]);
  const bool as_is = sink_->options().action.has_value();
  role_ = access_.Blocks(list) ? Role::kBlocked : Role::kListed;
  not_allowed_ = as_is ? "" : access_.WhyNot(list);
  const bool has_services = role_ == Role::kListed && !as_is && not_allowed_.empty();
  sink_->SetServices(has_services ? access_.ServicesOf(list) : std::vector<ListService>(1));
  size_t at = 3;
  while (at < words.size() && (words[at][0] == '-' || words[at][0] == '+')) ++at;
  if (SquidAccess::IsRegexType(words[2])) {
    for (; at < words.size(); ++at) {
      sink_->Unread(lines.At(words[at]), role_, words[at], "it is a regular expression",
                    "write rules for the names that are meant");
    }
  } else if (SquidAccess::IsNameType(words[2])) {
    for (; at < words.size(); ++at) ReadValue(lines.At(words[at]), words[at]);
  } else {
    sink_->Ignored(lines.At(words[1]), words[1], "no list of names");
  }
}

void SquidReader::ReadLine(const ListLines& lines, const WordList& words) {
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
    const WordList words = Words(line);
    if (words.empty()) {
      continued_ = continued_ && goes_on;
      continue;
    }
    const bool names = words.size() >= 3 && words[0] == "acl" && SquidAccess::IsNameType(words[2]);
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
  const WordList words = Words(opening.first);
  return words.size() >= 4 && words[0] == "acl" &&
         (SquidAccess::IsNameType(words[2]) || SquidAccess::IsRegexType(words[2]));
}

}  // namespace allowmatch
