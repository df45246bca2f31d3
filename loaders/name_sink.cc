#include "loaders/name_sink.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rules/quoting.h"
#include "rules/utf8.h"

namespace allowmatch {
namespace {

constexpr size_t kMaxErrors = 100;

// A name of 253 octets with each of them a character of UTF-8, and more. What
// is longer is not even split into labels.
constexpr size_t kMaxTokenSize = 2048;
constexpr size_t kMaxShownSize = 120;

bool IsPlain(absl::string_view token) {
  const auto is_control = [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); };
  return token.size() <= kMaxShownSize && std::none_of(token.begin(), token.end(), is_control) &&
         FindInvalidUtf8(token) == absl::string_view::npos;
}

std::string Shown(absl::string_view token) {
  return IsPlain(token) ? std::string(token) : ShowText(token);
}

bool HasWildcard(absl::string_view name) {
  return absl::StrContains(name, '*') || absl::StrContains(name, '?');
}

const char* HeadText(Pattern::Head head) {
  switch (head) {
    case Pattern::Head::kNone: return "";
    case Pattern::Head::kBelow: return "*.";
    case Pattern::Head::kSelfAndBelow: return ".";
    case Pattern::Head::kOneBelow: return "?.";
  }
  return "";
}

const char* FaultHint(Fault fault) {
  switch (fault) {
    case Fault::kTooBroad:
      return "name a domain below the public suffix, or use --allow-broad";
    case Fault::kNumericName: return "write a rule for the address";
    case Fault::kIdnaInvalid:
      return "write internationalised labels in lower case and composed (NFC), or as xn--";
    default: return "";
  }
}

}  // namespace

NameSink::NameSink(const NameListOptions& options, LoadReport* report, Diagnostics* errors)
    : options_(options), report_(report), errors_(errors), file_(options.source) {
  common_.vendor = options.vendor;
}

Action NameSink::ActionOf(Role role) const {
  if (options_.action.has_value()) return *options_.action;
  return role == Role::kListed ? Action::kAllow : Action::kDeny;
}

// An exception takes from the list what the list gives: if the list allows,
// more is allowed without the exception.
bool NameSink::AllowsMoreWithout(Role role) const {
  switch (role) {
    case Role::kListed:
    case Role::kBlocked: return ActionOf(role) == Action::kDeny;
    case Role::kUnlisted: return ActionOf(Role::kListed) == Action::kAllow;
    case Role::kUnblocked: return ActionOf(Role::kBlocked) == Action::kAllow;
    case Role::kUnknown: return true;
  }
  return true;
}

ReportEntry NameSink::Entry(ReportEntry::Kind kind, Position at, absl::string_view token,
                            std::string reason, std::string hint) const {
  ReportEntry entry{kind, at.line, at.column, Shown(token), std::move(reason), std::move(hint)};
  if (file_ != options_.source) entry.file = file_;
  return entry;
}

void NameSink::Name(Position at, Role role, absl::string_view token, Pattern::Head head,
                    absl::string_view name) {
  const Fault fault = name.empty()                      ? Fault::kEmpty
                      : name[0] == '.'                  ? Fault::kLabelEmpty
                      : name.size() > kMaxTokenSize     ? Fault::kNameTooLong
                      : HasWildcard(name)                 ? Fault::kWildcardForm
                                                        : Fault::kNone;
  if (fault != Fault::kNone) return Unread(at, role, token, FaultText(fault), FaultHint(fault));
  const absl::string_view before = HeadText(head);
  if (before.empty()) return Form(at, role, token, name);
  form_.assign(before.data(), before.size());
  form_.append(name.data(), name.size());
  Form(at, role, token, form_);
}

void NameSink::Form(Position at, Role role, absl::string_view token, absl::string_view pattern) {
  const Fault fault = pattern.size() > kMaxTokenSize
                          ? Fault::kNameTooLong
                          : ReadPattern(pattern, options_.policy, &pattern_);
  if (fault != Fault::kNone) return Unread(at, role, token, FaultText(fault), FaultHint(fault));
  ++report_->tokens;
  ++report_->ruled;
  if (role == Role::kBlocked && !options_.action.has_value() && blocked_++ == 0) {
    first_blocked_ = at;
  }
  for (const uint32_t frame : FramesOf(ActionOf(role))) {
    policy_.AddPattern(frame, pattern_, at.line);
  }
}

const std::vector<uint32_t>& NameSink::FramesOf(Action action) {
  std::vector<uint32_t>& frames = frames_[static_cast<size_t>(action)];
  if (!frames.empty()) return frames;
  Rule rule = common_;
  rule.action = action;
  rule.sources = {{file_, 0}};
  for (const ListService& service : services_) {
    rule.protocol = service.protocol;
    rule.ports = service.ports;
    frames.push_back(policy_.FrameOf(rule));
  }
  return frames;
}

void NameSink::ForgetFrames() {
  for (std::vector<uint32_t>& frames : frames_) frames.clear();
}

void NameSink::SetServices(std::vector<ListService> services) {
  services_ = std::move(services);
  ForgetFrames();
}

Rule* NameSink::common() {
  ForgetFrames();
  return &common_;
}

void NameSink::SetFile(const std::string& file) {
  file_ = file;
  ForgetFrames();
}

void NameSink::Unread(Position at, Role role, absl::string_view token, std::string reason,
                      std::string hint) {
  ++report_->tokens;
  ReportEntry entry = Entry(ReportEntry::Kind::kQuarantined, at, token, std::move(reason),
                            std::move(hint));
  if (!AllowsMoreWithout(role)) {
    report_->entries.push_back(std::move(entry));
  } else if (++lost_ <= std::max(options_.quarantine, kMaxErrors)) {
    lost_entries_.push_back(std::move(entry));
  }
}

void NameSink::Ignored(Position at, absl::string_view token, std::string reason) {
  ++report_->tokens;
  report_->entries.push_back(
      Entry(ReportEntry::Kind::kIgnored, at, token, std::move(reason), ""));
}

void NameSink::Refuse(Position at, std::string what, std::string hint) {
  refused_ = true;
  errors_->push_back({file_, at.line, at.column, std::move(what), std::move(hint)});
}

void NameSink::RefuseLost() {
  lost_entries_.resize(std::min(lost_entries_.size(), kMaxErrors));
  for (ReportEntry& entry : lost_entries_) {
    errors_->push_back({entry.file.empty() ? options_.source : entry.file, entry.line,
                        entry.column, absl::StrCat(entry.token, ": ", entry.reason),
                        std::move(entry.suggestion)});
  }
  errors_->push_back({options_.source, 0, 0,
                      absl::StrCat(lost_, lost_ == 1 ? " entry" : " entries",
                                   " could not be read, without which more would be allowed"),
                      absl::StrCat("--quarantine ", lost_, " leaves them out")});
}

void NameSink::NoteBlocked() {
  if (blocked_ == 0) return;
  report_->entries.push_back(Entry(
      ReportEntry::Kind::kNote, first_blocked_, "",
      absl::StrCat("the list blocks names, ", blocked_, " in all, so their rules deny"),
      "--action allow reads them as names to allow"));
}

bool NameSink::Finish(PackedPolicy* policy) {
  if (!refused_ && lost_ > options_.quarantine) {
    RefuseLost();
    refused_ = true;
  } else {
    std::move(lost_entries_.begin(), lost_entries_.end(), std::back_inserter(report_->entries));
  }
  if (!refused_ && policy_.empty()) {
    Refuse({0, 0}, "no name could be read from the list",
           report_->tokens == 0 ? "it has no entry of this format"
                                : "the report says what became of each entry");
  }
  NoteBlocked();
  std::stable_sort(report_->entries.begin(), report_->entries.end(),
                   [](const ReportEntry& a, const ReportEntry& b) {
                     if (a.file != b.file) return a.file < b.file;
                     return a.line != b.line ? a.line < b.line : a.column < b.column;
                   });
  if (refused_) return false;
  policy_.Canonicalize();
  report_->rules = policy_.size();
  policy->Append(std::move(policy_));
  return true;
}

}  // namespace allowmatch
