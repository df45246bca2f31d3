// Where the readers of the dialects put what they find in a list.

#ifndef ALLOWMATCH_LOADERS_NAME_SINK_H_
#define ALLOWMATCH_LOADERS_NAME_SINK_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "loaders/name_list.h"
#include "rules/encoding.h"
#include "rules/packed_policy.h"

namespace allowmatch {

// What an entry is to the program that the list is written for.
enum class Role : uint8_t {
  kListed,     // a name of the list
  kBlocked,    // a name that is blocked
  kUnlisted,   // an exception to the names of the list
  kUnblocked,  // an exception to the names that are blocked
  kUnknown,    // it cannot be told
};

struct ListService {
  Protocol protocol;
  PortSet ports;
};

class NameSink {
 public:
  NameSink(const NameListOptions& options, LoadReport* report, Diagnostics* errors);

  // How many names the list has at most, more or less.
  void Expect(size_t names) { policy_.Reserve(names); }

  // A name, of which `head` says what else is meant: `name` itself has no
  // wildcard and no leading dot, or it is no name. `token` is how it is written.
  void Name(Position at, Role role, absl::string_view token, Pattern::Head head,
            absl::string_view name);

  // A pattern in our own forms, into which the dialect's was translated.
  void Form(Position at, Role role, absl::string_view token, absl::string_view pattern);

  // An entry that no pattern of ours expresses, or that is wrong. `role` is
  // that of a list or of an exception: what is lost with it.
  void Unread(Position at, Role role, absl::string_view token, std::string reason,
              std::string hint = "");

  // Something that is no entry of the list, though it may look like one.
  void Ignored(Position at, absl::string_view token, std::string reason);

  // The whole text is of no use.
  void Refuse(Position at, std::string what, std::string hint = "");
  bool refused() const { return refused_; }

  // For what the names that follow are listed, any service at first: each name
  // becomes a rule for each of them. Attributes of theirs are set in common().
  void SetServices(std::vector<ListService> services);
  Rule* common();

  const NameListOptions& options() const { return options_; }

  // The file that is read from here on, for one that includes others.
  void SetFile(const std::string& file);
  const std::string& file() const { return file_; }

  // Moves the rules to `*policy`, or says why not.
  bool Finish(PackedPolicy* policy);

 private:
  Action ActionOf(Role role) const;
  bool AllowsMoreWithout(Role role) const;
  ReportEntry Entry(ReportEntry::Kind kind, Position at, absl::string_view token,
                    std::string reason, std::string hint) const;
  void RefuseLost();
  void NoteBlocked();
  const std::vector<uint32_t>& FramesOf(Action action);
  void ForgetFrames();

  const NameListOptions& options_;
  LoadReport* report_;
  Diagnostics* errors_;
  std::string file_;
  Rule common_;
  std::vector<ListService> services_ = std::vector<ListService>(1);
  PackedPolicy policy_;
  // By action: a frame for each service; empty if they are not known yet.
  std::vector<uint32_t> frames_[2];
  std::string form_;     // of the name that is read
  std::string pattern_;  // and its pattern
  size_t lost_ = 0;                    // entries without which more is allowed
  std::vector<ReportEntry> lost_entries_;  // the first of them
  size_t blocked_ = 0;                     // names that are denied because the list blocks them
  Position first_blocked_;
  bool refused_ = false;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_NAME_SINK_H_
