// A policy of many rules in little memory.
//
// The rules of a list differ in one destination and in the line where it stands. What
// is left of a rule without these is its *frame*, which is kept once; a rule is then the
// number of its frame, its line, and the text of its destination: some 16 bytes and
// the text, where a Rule is 432 bytes and several allocations. Rules of several
// destinations or sources have a frame of their own.
//
//   PackedPolicy policy;
//   policy.Add(rule);                                  // any rule
//   const uint32_t frame = policy.FrameOf(common);     // many that are alike
//   policy.AddPattern(frame, ".example.com", 7);
//   policy.Canonicalize();
//   policy.rule(0).vendor;
//
// The canonical text of a rule is frame.before, its destinations, frame.after.

#ifndef ALLOWMATCH_RULES_PACKED_POLICY_H_
#define ALLOWMATCH_RULES_PACKED_POLICY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "rules/policy.h"
#include "rules/text_store.h"

namespace allowmatch {

class PackedPolicy {
 public:
  struct Frame {
    Rule rule;  // normalized; if shared, without a destination, and the line of its source is 0
    bool shared = false;
    bool has_line = false;     // shared, and its rules have a source
    bool to_any = false;       // whether one of the rules is to any destination
    std::string to;            // the destinations, if it is not shared
    std::string before;        // "allow out tcp 443 to "
    std::string after;         // " vendor=kudo"
    std::string origin;        // " dated=2022-10-31 src=kudo.txt:", if shared up to the line
    std::string origin_after;  // and behind that
    uint64_t hash_of_before = 0;
  };

  PackedPolicy() = default;
  explicit PackedPolicy(Policy policy);

  // Room for as many rules, which costs nothing if they do not come.
  void Reserve(size_t rules) { entries_.reserve(rules); }

  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }

  void Add(Rule rule);

  // The frame of rules like `common`, whose destinations do not count. It has one
  // source at most, and of that the file counts.
  uint32_t FrameOf(const Rule& common);

  // Adds a rule for the pattern of that canonical text.
  void AddPattern(uint32_t frame, absl::string_view pattern, int line);

  // Appends the rules of `other`.
  void Append(PackedPolicy other);

  // As Policy::Canonicalize; the index of a rule is then its id.
  void Canonicalize();

  const std::vector<Frame>& frames() const { return frames_; }
  uint32_t frame_of(size_t id) const { return entries_[id].frame; }
  const Frame& frame(size_t id) const { return frames_[frame_of(id)]; }

  // The destinations as they stand in the text of the rule.
  absl::string_view to(size_t id) const { return to(entries_[id]); }

  // Of a rule whose frame is shared: its one destination. A pattern is a view into
  // this policy.
  bool IsPattern(size_t id) const { return entries_[id].kind == kPattern; }
  bool IsRange(size_t id) const { return entries_[id].kind == kRange; }
  PatternView pattern(size_t id) const;
  AddressRange range(size_t id) const;
  Destination destination(size_t id) const;

  // The rule, put together.
  Rule rule(size_t id) const;
  Policy Unpack() &&;

  uint64_t ContentHash(size_t id) const;

  // The line of the rule as a database keeps it, with its provenance and a newline.
  size_t LineSize(size_t id) const;
  // Writes all lines. Memory is given back on the way.
  void WriteLines(char* out) &&;

 private:
  enum Kind : uint8_t { kAny, kSelf, kRange, kPattern, kFeed };  // as in Destination

  struct Entry {
    uint32_t frame;
    int32_t line;
    uint64_t text : 45;  // in texts_
    uint64_t size : 16;  // 0: the frame has the text
    uint64_t kind : 3;
  };
  static_assert(sizeof(Entry) == 16);

  absl::string_view to(const Entry& entry) const {
    return entry.size == 0 ? absl::string_view(frames_[entry.frame].to)
                           : texts_.Text(entry.text, entry.size);
  }
  Entry EntryOf(Rule rule);
  Entry MakeEntry(uint32_t frame, Kind kind, absl::string_view text, int line);
  uint32_t NewFrame(Rule rule, bool shared);
  bool HasOddOrigin(size_t id) const;
  std::string OddOrigin(size_t id) const;
  char* WriteLine(size_t id, char* out) const;  // returns its end
  int Compare(const Entry& a, const Entry& b) const;
  void Sort();
  void Unite();

  std::vector<Frame> frames_;
  std::vector<Entry> entries_;
  TextStore texts_;
  absl::flat_hash_map<std::string, uint32_t> shared_;  // the shared frames, by their texts
  uint32_t last_shared_ = 0;                           // the one that was asked for last
  // While rules are sorted: the place of each frame in the order of their `before`, and
  // of their `after`.
  std::vector<uint32_t> before_;
  std::vector<uint32_t> after_;
};

// As the functions of policy.h.
bool ParseRules(absl::string_view text, absl::string_view file, const PolicyOptions& options,
                PackedPolicy* policy, Diagnostics* errors);

}  // namespace allowmatch

#endif  // ALLOWMATCH_RULES_PACKED_POLICY_H_
