#include "rules/packed_policy.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "rules/rule_line.h"

namespace allowmatch {
namespace {

// Whether a destination is the same again if it is read from its text, as all are that
// a reader makes.
bool IsItsText(const Destination& destination) {
  if (const auto* pattern = std::get_if<Pattern>(&destination)) return !pattern->body().empty();
  const auto* range = std::get_if<AddressRange>(&destination);
  if (range == nullptr) return true;
  if (range->first.family() != range->last.family() || range->last < range->first) return false;
  const bool mapped = range->first.bits() >> 32 == 0xffff && range->last.bits() >> 32 == 0xffff;
  return range->family() == Family::kV4 || !mapped;
}

// Whether rules that differ from these in destination and line alone are alike.
bool AreAlike(const Rule& a, const Rule& b) {
  const bool same_source = a.sources.size() == b.sources.size() &&
                           (a.sources.empty() || a.sources[0].file == b.sources[0].file);
  return same_source && a.action == b.action && a.direction == b.direction &&
         a.protocol == b.protocol && a.ports == b.ports && a.from == b.from &&
         a.require == b.require && a.source_ports == b.source_ports && a.vendor == b.vendor &&
         a.service == b.service && a.region == b.region && a.profile == b.profile &&
         a.condition == b.condition && a.app == b.app && a.other == b.other &&
         a.inferred == b.inferred && a.dated == b.dated;
}

// What stands behind the attributes: with a line, before its number and after it.
std::pair<std::string, std::string> OriginOf(const Rule& rule, bool has_line) {
  std::string origin;
  if (!has_line) {
    AppendProvenance(rule, &origin);
    return {origin, ""};
  }
  Rule first = rule;
  first.sources[0].line = 1;
  AppendProvenance(first, &origin);
  const size_t line = origin.rfind('1');
  return {origin.substr(0, line), origin.substr(line + 1)};
}

// The place of each text in their order; equal texts have one place.
std::vector<uint32_t> PlacesOf(const std::vector<absl::string_view>& texts) {
  std::vector<uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&texts](uint32_t a, uint32_t b) { return texts[a] < texts[b]; });
  std::vector<uint32_t> places(texts.size());
  for (size_t i = 1; i < order.size(); ++i) {
    const bool is_new = texts[order[i]] != texts[order[i - 1]];
    places[order[i]] = places[order[i - 1]] + is_new;
  }
  return places;
}

// The first eight bytes as a number: texts are in the order of these, or equal so far.
uint64_t Opening(absl::string_view text) {
  uint64_t word = 0;
  std::memcpy(&word, text.data(), std::min<size_t>(text.size(), 8));
  return __builtin_bswap64(word);
}

size_t DigitsOf(int32_t number) {
  size_t digits = 1;
  for (; number >= 10; number /= 10) ++digits;
  return digits;
}

char* PutNumber(int32_t number, char* out) {
  char* const end = out + DigitsOf(number);
  for (char* at = end; at != out; number /= 10) *--at = static_cast<char>('0' + number % 10);
  return end;
}

char* Put(absl::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

PackedPolicy::PackedPolicy(Policy policy) {
  entries_.reserve(policy.rules.size());
  for (Rule& rule : policy.rules) Add(std::move(rule));
}

void PackedPolicy::Add(Rule rule) {
  rule.Normalize();
  entries_.push_back(EntryOf(std::move(rule)));
}

// `rule` is normalized.
PackedPolicy::Entry PackedPolicy::EntryOf(Rule rule) {
  if (rule.to.size() == 1 && rule.sources.size() < 2 && IsItsText(rule.to[0])) {
    const std::string text = DestinationToString(rule.to[0]);
    if (text.size() <= TextStore::kMaxSize) {
      const Kind kind = static_cast<Kind>(rule.to[0].index());
      return MakeEntry(FrameOf(rule), kind, text, rule.sources.empty() ? 0 : rule.sources[0].line);
    }
  }
  return {NewFrame(std::move(rule), false), 0, 0, 0, kAny};
}

PackedPolicy::Entry PackedPolicy::MakeEntry(uint32_t frame, Kind kind, absl::string_view text,
                                            int line) {
  frames_[frame].to_any |= kind == kAny;
  return {frame, line, texts_.Add(text), text.size(), kind};
}

uint32_t PackedPolicy::FrameOf(const Rule& common) {
  const bool alike = last_shared_ < frames_.size() && frames_[last_shared_].shared &&
                     AreAlike(frames_[last_shared_].rule, common);
  if (alike) return last_shared_;
  Rule rule = common;
  rule.to.clear();
  for (Source& source : rule.sources) source.line = 0;
  const auto [origin, behind] = OriginOf(rule, !rule.sources.empty());
  const std::string key = absl::StrCat(RuleLine(rule), "\n", origin, "\n", behind);
  const auto known = shared_.find(key);
  if (known != shared_.end()) return last_shared_ = known->second;
  last_shared_ = NewFrame(std::move(rule), true);
  shared_.emplace(key, last_shared_);
  return last_shared_;
}

uint32_t PackedPolicy::NewFrame(Rule rule, bool shared) {
  Frame frame;
  frame.rule = std::move(rule);
  frame.shared = shared;
  frame.to_any = std::any_of(frame.rule.to.begin(), frame.rule.to.end(), [](const auto& to) {
    return std::holds_alternative<AnyDestination>(to);
  });
  frame.to = RuleLineDestinations(frame.rule);
  frame.before = RuleLineBefore(frame.rule);
  frame.after = RuleLineAfter(frame.rule);
  frame.has_line = shared && !frame.rule.sources.empty();
  std::tie(frame.origin, frame.origin_after) = OriginOf(frame.rule, frame.has_line);
  frame.hash_of_before = Rule::HashOfText(frame.before);
  frames_.push_back(std::move(frame));
  return static_cast<uint32_t>(frames_.size() - 1);
}

void PackedPolicy::AddPattern(uint32_t frame, absl::string_view pattern, int line) {
  const std::string word = IsGrammarWord(pattern) ? absl::StrCat(pattern, ".") : "";
  entries_.push_back(MakeEntry(frame, kPattern, word.empty() ? pattern : word, line));
}

void PackedPolicy::Append(PackedPolicy other) {
  if (empty()) {
    *this = std::move(other);
    return;
  }
  std::vector<uint32_t> frames;
  for (Frame& frame : other.frames_) {
    const bool to_any = frame.to_any;
    frames.push_back(frame.shared ? FrameOf(frame.rule) : NewFrame(std::move(frame.rule), false));
    frames_[frames.back()].to_any |= to_any;
  }
  const uint64_t shift = texts_.Take(std::move(other.texts_));
  entries_.reserve(entries_.size() + other.entries_.size());
  for (Entry entry : other.entries_) {
    entry.frame = frames[entry.frame];
    entry.text += shift;
    entries_.push_back(entry);
  }
}

void PackedPolicy::Canonicalize() {
  std::vector<absl::string_view> before, after;
  for (const Frame& frame : frames_) {
    before.push_back(frame.before);
    after.push_back(frame.after);
  }
  before_ = PlacesOf(before);
  after_ = PlacesOf(after);
  bool ascends = true;  // without equal rules
  bool sorted = true;
  for (size_t id = 1; id < entries_.size() && sorted; ++id) {
    const int order = Compare(entries_[id - 1], entries_[id]);
    sorted = order <= 0;
    ascends &= order < 0;
  }
  if (!sorted) Sort();
  if (!ascends) Unite();
  before_.clear();
  after_.clear();
}

int PackedPolicy::Compare(const Entry& a, const Entry& b) const {
  if (before_[a.frame] != before_[b.frame]) return before_[a.frame] < before_[b.frame] ? -1 : 1;
  if (const int order = to(a).compare(to(b)); order != 0) return order;
  return static_cast<int>(after_[a.frame]) - static_cast<int>(after_[b.frame]);
}

// Sorts the entries, and lays their texts in the same order, so that who goes over all
// rules does not jump between them.
void PackedPolicy::Sort() {
  struct Key {
    uint64_t opening;
    uint32_t before;
    uint32_t entry;
  };
  std::vector<Key> keys;
  keys.reserve(entries_.size());
  for (uint32_t i = 0; i < entries_.size(); ++i) {
    keys.push_back({Opening(to(entries_[i])), before_[entries_[i].frame], i});
  }
  std::sort(keys.begin(), keys.end(), [this](const Key& a, const Key& b) {
    if (a.before != b.before) return a.before < b.before;
    if (a.opening != b.opening) return a.opening < b.opening;
    return Compare(entries_[a.entry], entries_[b.entry]) < 0;
  });
  std::vector<Entry> entries;
  entries.reserve(keys.size());
  TextStore texts;
  for (const Key& key : keys) {
    Entry entry = entries_[key.entry];
    if (entry.size != 0) entry.text = texts.Add(texts_.Text(entry.text, entry.size));
    entries.push_back(entry);
  }
  entries_ = std::move(entries);
  texts_ = std::move(texts);
}

// Rules that say the same thing stand side by side.
void PackedPolicy::Unite() {
  std::vector<Entry> united;
  united.reserve(entries_.size());
  for (size_t begin = 0, end = 0; begin < entries_.size(); begin = end) {
    for (end = begin + 1; end < entries_.size() && Compare(entries_[begin], entries_[end]) == 0;) {
      ++end;
    }
    if (end == begin + 1) {
      united.push_back(entries_[begin]);
      continue;
    }
    Rule rule = this->rule(begin);
    for (size_t id = begin + 1; id < end; ++id) rule.UniteWith(this->rule(id));
    rule.Normalize();
    united.push_back(EntryOf(std::move(rule)));
    before_.resize(frames_.size(), before_[entries_[begin].frame]);
    after_.resize(frames_.size(), after_[entries_[begin].frame]);
  }
  entries_ = std::move(united);
}

Destination PackedPolicy::destination(size_t id) const {
  const absl::string_view text = to(id);
  switch (entries_[id].kind) {
    case kAny:
      return AnyDestination();
    case kSelf:
      return SelfDestination();
    case kFeed:
      return FeedReference{std::string(text.substr(1))};
    case kPattern:
      return Pattern(pattern(id));
    case kRange:
      break;
  }
  return range(id);
}

AddressRange PackedPolicy::range(size_t id) const {
  AddressRange range;
  ParseRange(to(id), &range);
  return range;
}

PatternView PackedPolicy::pattern(size_t id) const {
  absl::string_view text = to(id);
  absl::ConsumeSuffix(&text, ".");  // of a name that is a word of the grammar
  return PatternView(text);
}

Rule PackedPolicy::rule(size_t id) const {
  const Frame& frame = this->frame(id);
  Rule rule = frame.rule;
  if (!frame.shared) return rule;
  rule.to.emplace_back(destination(id));
  if (!rule.sources.empty()) rule.sources[0].line = entries_[id].line;
  return rule;
}

Policy PackedPolicy::Unpack() && {
  Policy policy;
  policy.rules.reserve(size());
  for (size_t id = 0; id < size(); ++id) {
    Frame& frame = frames_[entries_[id].frame];
    policy.rules.push_back(frame.shared ? rule(id) : std::move(frame.rule));
  }
  return policy;
}

uint64_t PackedPolicy::ContentHash(size_t id) const {
  const Frame& frame = this->frame(id);
  return Rule::HashOfText(frame.after, Rule::HashOfText(to(id), frame.hash_of_before));
}

// Of a rule whose source has no line, which is rare, it is not made of the frame's parts.
bool PackedPolicy::HasOddOrigin(size_t id) const {
  return frame(id).has_line && entries_[id].line <= 0;
}

std::string PackedPolicy::OddOrigin(size_t id) const {
  std::string text;
  AppendProvenance(rule(id), &text);
  return text;
}

size_t PackedPolicy::LineSize(size_t id) const {
  const Frame& frame = this->frame(id);
  const size_t size = frame.before.size() + to(id).size() + frame.after.size() + 1;
  if (HasOddOrigin(id)) return size + OddOrigin(id).size();
  const size_t digits = frame.has_line ? DigitsOf(entries_[id].line) : 0;
  return size + frame.origin.size() + digits + frame.origin_after.size();
}

char* PackedPolicy::WriteLine(size_t id, char* out) const {
  const Frame& frame = this->frame(id);
  out = Put(frame.before, out);
  out = Put(to(id), out);
  out = Put(frame.after, out);
  if (HasOddOrigin(id)) {
    out = Put(OddOrigin(id), out);
  } else {
    out = Put(frame.origin, out);
    if (frame.has_line) out = PutNumber(entries_[id].line, out);
    out = Put(frame.origin_after, out);
  }
  *out = '\n';
  return out + 1;
}

void PackedPolicy::WriteLines(char* out) && {
  const bool laid = std::is_sorted(entries_.begin(), entries_.end(),
                                   [](const Entry& a, const Entry& b) { return a.text < b.text; });
  for (size_t id = 0; id < size(); ++id) {
    out = WriteLine(id, out);
    if (laid) texts_.ForgetBefore(entries_[id].text);
  }
  *this = PackedPolicy();
}

}  // namespace allowmatch
