// hosts(5): an address and its names on each line. A name is that name alone.

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "loaders/answer.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

// What a system calls itself and its networks in this file.
bool IsOwnName(absl::string_view name) {
  for (const absl::string_view own :
       {"localhost", "localhost.localdomain", "localhost4", "localhost6", "local", "loopback",
        "localhost4.localdomain4", "localhost6.localdomain6", "broadcasthost", "ip6-localhost",
        "ip6-loopback", "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters",
        "ip6-allhosts", "0.0.0.0"}) {
    if (absl::EqualsIgnoreCase(name, own)) return true;
  }
  return false;
}

absl::string_view Content(absl::string_view line) { return line.substr(0, line.find('#')); }

void ReadLine(const ListLines& lines, NameSink* sink) {
  const std::vector<absl::string_view> words = Words(Content(lines.line()));
  if (words.empty()) return;
  const Answer answer = AnswerOf(words[0]);
  if (answer == Answer::kNoAddress || words.size() == 1) {
    return sink->Unread(lines.At(words[0]), Role::kUnknown, words[0],
                        "a line of a hosts file is an address and names",
                        answer == Answer::kNoAddress ? "another format has names alone" : "");
  }
  const Role role = answer == Answer::kNowhere ? Role::kBlocked : Role::kListed;
  for (size_t i = 1; i < words.size(); ++i) {
    if (IsOwnName(words[i])) {
      sink->Ignored(lines.At(words[i]), words[i], "a name of the system itself");
    } else {
      sink->Name(lines.At(words[i]), role, words[i], Pattern::Head::kNone, words[i]);
    }
  }
}

}  // namespace

void ReadHosts(absl::string_view text, NameSink* sink) {
  for (ListLines lines(text); lines.Next();) ReadLine(lines, sink);
}

// A page may name addresses beside hosts as well; it does not begin with the
// loopback address, and not each of its lines has this form.
bool IsHosts(const ListOpening& opening) {
  const std::vector<absl::string_view> first = Words(Content(opening.first));
  if (first.size() < 2 || AnswerOf(first[0]) != Answer::kNowhere) return false;
  for (ListLines lines(opening.text); lines.Next();) {
    const std::vector<absl::string_view> words = Words(Content(lines.line()));
    if (words.size() == 1) return false;
    if (!words.empty() && AnswerOf(words[0]) == Answer::kNoAddress) return false;
  }
  return true;
}

}  // namespace allowmatch
