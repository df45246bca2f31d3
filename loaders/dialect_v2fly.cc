// v2fly's domain-list-community: one rule a line.
//
//   x, domain:x       x and all below it
//   full:x            x alone
//   keyword:, regexp: not read
//   include:NAME      the entries of another list
//   @attribute        kept on the rule; behind include: only the entries with
//                     it, and with @-attribute only those without it
//   &list             the entry is in that list as well: not of this one

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "loaders/name_dialects.h"

namespace allowmatch {
namespace {

constexpr size_t kMaxIncludes = 10000;
constexpr size_t kMaxIncludedBytes = size_t{256} << 20;
constexpr size_t kMaxDepth = 64;

// Which entries are taken: those with all of `with` and none of `without`.
struct Filter {
  std::set<std::string> with;
  std::set<std::string> without;

  bool Takes(const std::set<std::string>& attributes) const {
    for (const std::string& name : with) {
      if (attributes.count(name) == 0) return false;
    }
    for (const std::string& name : without) {
      if (attributes.count(name) != 0) return false;
    }
    return true;
  }

  std::string Key() const {
    return absl::StrCat("@", absl::StrJoin(with, "@"), "-", absl::StrJoin(without, "-"));
  }
};

struct Entry {
  absl::string_view type;
  absl::string_view value;
  std::set<std::string> attributes;
  absl::string_view wrong;  // a word that may not stand behind a rule
};

Entry EntryOf(const std::vector<absl::string_view>& words) {
  Entry entry{"domain", words[0], {}, {}};
  if (const size_t colon = words[0].find(':'); colon != absl::string_view::npos) {
    entry.type = words[0].substr(0, colon);
    entry.value = words[0].substr(colon + 1);
  }
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i][0] == '@') {
      entry.attributes.insert(absl::AsciiStrToLower(words[i].substr(1)));
    } else if (words[i][0] != '&') {
      entry.wrong = words[i];
    }
  }
  return entry;
}

// Names of lists stand in one folder: nothing leads out of it.
bool IsListName(absl::string_view name) {
  for (const char c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '!') {
      return false;
    }
  }
  return !name.empty();
}

class V2flyReader {
 public:
  explicit V2flyReader(NameSink* sink) : sink_(sink) {}

  void Read(absl::string_view text, const Filter& filter) {
    for (ListLines lines(text); lines.Next() && !sink_->refused();) {
      const std::vector<absl::string_view> words =
          Words(lines.line().substr(0, lines.line().find('#')));
      if (!words.empty()) ReadEntry(lines.At(words[0]), words, filter);
    }
  }

 private:
  void ReadEntry(Position at, const std::vector<absl::string_view>& words, const Filter& filter);
  void Include(Position at, const Entry& entry, const Filter& filter);
  bool MayInclude(Position at, absl::string_view name, absl::string_view bytes);
  void SetAttributes(const std::set<std::string>& attributes);

  NameSink* sink_;
  std::set<std::string> attributes_;  // of the entry before
  std::set<std::string> done_;  // the lists that were included, each with its filter
  size_t depth_ = 0;
  size_t bytes_ = 0;
};

void V2flyReader::ReadEntry(Position at, const std::vector<absl::string_view>& words,
                            const Filter& filter) {
  const Entry entry = EntryOf(words);
  if (!entry.wrong.empty()) {
    return sink_->Unread(at, Role::kListed, entry.wrong,
                         "behind a rule only @attribute and &list may stand");
  }
  if (entry.type == "include") return Include(at, entry, filter);
  if (!filter.Takes(entry.attributes)) return;
  SetAttributes(entry.attributes);
  if (entry.type == "domain") {
    sink_->Name(at, Role::kListed, words[0], Pattern::Head::kSelfAndBelow, entry.value);
  } else if (entry.type == "full") {
    sink_->Name(at, Role::kListed, words[0], Pattern::Head::kNone, entry.value);
  } else if (entry.type == "keyword") {
    sink_->Unread(at, Role::kListed, words[0], "it matches anywhere in a name",
                  "write rules for the names that are meant");
  } else if (entry.type == "regexp") {
    sink_->Unread(at, Role::kListed, words[0], "it is a regular expression",
                  "write rules for the names that are meant");
  } else {
    sink_->Unread(at, Role::kListed, words[0], "this is no kind of rule",
                  "they are domain, full, keyword, regexp and include");
  }
}

// On the rules that follow; most entries have none.
void V2flyReader::SetAttributes(const std::set<std::string>& attributes) {
  if (attributes == attributes_) return;
  attributes_ = attributes;
  std::map<std::string, std::string>& other = sink_->common()->other;
  other.erase("attributes");
  if (!attributes.empty()) other["attributes"] = absl::StrJoin(attributes, ",");
}

bool V2flyReader::MayInclude(Position at, absl::string_view name, absl::string_view bytes) {
  bytes_ += bytes.size();
  if (done_.size() > kMaxIncludes || bytes_ > kMaxIncludedBytes) {
    sink_->Refuse(at, "too much is included", "");
  } else if (bytes.find('\0') != absl::string_view::npos) {
    sink_->Refuse(at, absl::StrCat("the list ", name, " holds a NUL byte"), "it is no text");
  }
  return !sink_->refused();
}

void V2flyReader::Include(Position at, const Entry& entry, const Filter& filter) {
  Filter inner = filter;
  for (const std::string& attribute : entry.attributes) {
    const bool without = absl::StartsWith(attribute, "-");
    (without ? inner.without : inner.with).insert(attribute.substr(without ? 1 : 0));
  }
  const std::string token = absl::StrCat("include:", entry.value);
  if (!IsListName(entry.value)) {
    return sink_->Unread(at, Role::kListed, token, "this is no name of a list");
  }
  const std::string name = absl::AsciiStrToLower(entry.value);
  if (done_.count(name + inner.Key()) != 0) return;  // which also ends a circle
  std::string bytes;
  if (!sink_->options().include || !sink_->options().include(name, &bytes)) {
    return sink_->Unread(at, Role::kListed, token, "there is no such list beside this one",
                         "put it into the same folder, or load it as well");
  }
  if (depth_ == kMaxDepth) return sink_->Refuse(at, "lists include each other too deeply");
  if (!MayInclude(at, name, bytes)) return;
  done_.insert(name + inner.Key());
  const std::string outer_file = sink_->file();
  sink_->SetFile(name);
  ++depth_;
  absl::string_view text = bytes;
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  Read(text, inner);
  --depth_;
  sink_->SetFile(outer_file);
}

}  // namespace

void ReadV2fly(absl::string_view text, NameSink* sink) { V2flyReader(sink).Read(text, {}); }

bool IsV2fly(const ListOpening& opening) {
  for (const absl::string_view type : {"domain:", "full:", "keyword:", "regexp:", "include:"}) {
    if (absl::StartsWith(opening.first, type) && opening.first.size() > type.size() &&
        !absl::ascii_isspace(static_cast<unsigned char>(opening.first[type.size()]))) {
      return true;
    }
  }
  return false;
}

}  // namespace allowmatch
