// Filter lists in the syntax of Adblock Plus, as far as they speak of whole
// hosts, which is what AdGuard's DNS filters are made of.
//
//   ||x^     x and all below it
//   ||*.x^   all below x
//   |x^      x alone
//   @@...    an exception
//
// All else that they hold is about parts of an address (paths, options,
// regular expressions, `*`) or about what a page shows.

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

bool IsComment(absl::string_view line) {
  return line[0] == '!' || (line[0] == '[' && absl::EndsWith(line, "]")) || line == "#" ||
         absl::StartsWith(line, "# ");
}

bool IsCosmetic(absl::string_view line) {
  for (const absl::string_view mark : {"##", "#@#", "#?#", "#$#", "#%#", "#@?#", "#@$#", "#@%#",
                                       "$$", "$@$"}) {
    if (absl::StrContains(line, mark)) return true;
  }
  return false;
}

// Why the text behind the host is more than its end; empty if it is not.
std::string MoreThanAHost(absl::string_view rest) {
  if (rest == "^") return "";
  if (rest.empty()) return "without ^ any name that begins like this matches";
  absl::ConsumePrefix(&rest, "^");
  if (absl::StartsWith(rest, "$")) return "its options restrict it, or change what it does";
  return "it is about a part of an address behind the host";
}

void ReadHost(Position at, absl::string_view line, absl::string_view rest, bool anchored_once,
              NameSink* sink) {
  const size_t end = rest.find_first_of("^/$|:");
  absl::string_view host = rest.substr(0, end);
  const std::string more = MoreThanAHost(rest.substr(host.size()));
  if (!more.empty()) {
    return sink->Unread(at, Role::kBlocked, line, more,
                        absl::StrContains(line, "/") ? "" : "a whole host is ||HOST^");
  }
  Pattern::Head head = anchored_once ? Pattern::Head::kNone : Pattern::Head::kSelfAndBelow;
  if (!anchored_once && absl::ConsumePrefix(&host, "*.")) head = Pattern::Head::kBelow;
  if (absl::StrContains(host, "*")) {
    return sink->Unread(at, Role::kBlocked, line, "its * is any characters, also across dots",
                        "write a rule for the names that are meant");
  }
  sink->Name(at, Role::kBlocked, line, head, host);
}

void ReadLine(Position at, absl::string_view line, NameSink* sink) {
  absl::string_view rest = line;
  if (absl::StartsWith(line, "@@")) {
    return sink->Unread(at, Role::kUnblocked, line, "it is an exception to what others block",
                        "a rule that denies a name cannot be excepted from");
  }
  if (IsCosmetic(line)) return sink->Ignored(at, line, "it is about what a page shows");
  if (absl::ConsumePrefix(&rest, "||")) return ReadHost(at, line, rest, false, sink);
  if (absl::StartsWith(line, "/")) {
    return sink->Unread(at, Role::kBlocked, line, "it is a regular expression or a path");
  }
  if (absl::ConsumePrefix(&rest, "|")) return ReadHost(at, line, rest, true, sink);
  sink->Unread(at, Role::kBlocked, line,
               "programs differ on it: a name alone, or any address with this in it",
               "write ||HOST^ or |HOST^");
}

}  // namespace

void ReadAdblock(absl::string_view text, NameSink* sink) {
  for (ListLines lines(text); lines.Next();) {
    const absl::string_view line = absl::StripAsciiWhitespace(lines.line());
    if (!line.empty() && !IsComment(line)) ReadLine(lines.At(line), line, sink);
  }
}

bool IsAdblock(const ListOpening& opening) {
  if (absl::StartsWithIgnoreCase(opening.first, "[adblock")) return true;
  for (ListLines lines(opening.text); lines.Next();) {
    absl::string_view line = absl::StripAsciiWhitespace(lines.line());
    if (line.empty() || IsComment(line)) continue;
    absl::ConsumePrefix(&line, "@@");
    return absl::StartsWith(line, "||") && absl::StrContains(line, "^");
  }
  return false;
}

}  // namespace allowmatch
