// A compiled policy, ready for lookups.
//
//   absl::StatusOr<Database> database = Database::Open(bytes);
//   if (!database.ok()) ...          // says what is wrong with the bytes
//   Matcher matcher(&*database);
//
// Open checks everything once: magic, versions, checksum, section table, and
// then, whatever the checksum says, every offset, class, row and rank in every
// table. Afterwards the tables are trusted and lookups have no error path.
//
// Immutable, so any number of threads may use it. Movable, not copyable.

#ifndef ALLOWMATCH_MATCHER_DATABASE_H_
#define ALLOWMATCH_MATCHER_DATABASE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "matcher/image.h"
#include "matcher/ip4_table.h"
#include "matcher/ip6_table.h"
#include "matcher/kernel.h"
#include "matcher/name_classes.h"
#include "matcher/name_table.h"
#include "matcher/register_tables.h"
#include "matcher/service_table.h"
#include "matcher/verdict.h"
#include "matcher/verdict_table.h"

namespace allowmatch {

// What the tables share. Classes and rows of "nothing known" are here.
struct DatabaseMeta {
  uint32_t rule_count;  // of the whole policy; verdicts name rules below it
  uint32_t rank_count;
  uint32_t deny_count;  // ranks below belong to deny rules
  uint32_t service_class_count;
  uint32_t row_count;
  uint32_t inbound_count;
  uint32_t local_count;
  uint32_t flags;              // kBasisBoth, kRanksAreRules
  uint32_t absent_class;       // the address class of a tuple without an address
  uint32_t undecided_out;      // row of the allow name rules with a stated service
  uint32_t undecided_in;       // the same as an inbound row
  uint32_t any_service_out;    // allow name rules for any service, outbound
  uint32_t any_service_in;     // and inbound
  uint32_t active_rule_count;  // rules that took part
  uint64_t name_seed;
  uint32_t ip4_direct_bits;    // Ip4TrieArrays; 0 if there is a tree
  uint32_t ip6_root;           // Ip6Arrays
  uint32_t ip6_window_first;
  uint32_t ip6_window_size;
  uint32_t name_word_size;     // NameTableArrays
  uint32_t name_top_labels;    // the same

  static constexpr uint32_t kBasisBoth = 1;
  static constexpr uint32_t kRanksAreRules = 2;  // rank r is of rule r; there is no rank_rules
};
static_assert(sizeof(DatabaseMeta) == 88);

// What an address stands for: as the remote of an outbound flow, of an inbound
// flow, and as the local end.
struct AddressClass {
  uint32_t out_row;
  uint32_t in_row;
  uint32_t local;
};

class Database {
 public:
  // Copies `bytes` into private memory. They need no alignment.
  static absl::StatusOr<Database> Open(absl::string_view bytes);

  // Takes the image over without a copy.
  static absl::StatusOr<Database> Open(Image image);

  // Uses the file in place: see Image::Map, which says what must not be done to
  // the file meanwhile. All of it is read and checked here. The error begins
  // with the path.
  static absl::StatusOr<Database> Map(const std::string& path);

  // Chosen when it was opened: KernelFromEnvironment.
  Kernel kernel() const { return kernel_; }

  Database(Database&&) = default;
  Database& operator=(Database&&) = default;

  absl::string_view bytes() const { return image_.bytes(); }

  // Of the rules and options that it was compiled from: equal policies have
  // equal digests, whatever the order in which they were written.
  uint64_t policy_digest() const { return policy_digest_; }

  // Rules of the policy, and how many of them the selection made active.
  uint32_t rule_count() const { return meta_->rule_count; }
  uint32_t active_rule_count() const { return meta_->active_rule_count; }

  // The content hash of each rule, by rule id.
  absl::Span<const uint64_t> rule_hashes() const { return rule_hashes_; }

  // What was selected at compile time: "vendor=kudo basis=both", with the
  // quoting of .rules text. Empty if nothing was.
  absl::string_view selection() const { return selection_; }

  // The rules as .rules text, with their attributes and sources, one line each:
  // line n, counted from 0, is rule n. Its grammar is not checked here.
  absl::string_view rules_text() const { return rules_text_; }

  // One of these lines, without its newline. `id` is below rule_count().
  absl::string_view rule_text(uint32_t id) const {
    return rules_text_.substr(rule_begin_[id], rule_begin_[id + 1] - rule_begin_[id] - 1);
  }

  // Whether the selection kept a rule. `id` is below rule_count().
  bool is_active(uint32_t id) const { return (active_[id / 64] >> id % 64 & 1) != 0; }

  // Whether allow needs both the address and the name.
  bool basis_both() const { return (meta_->flags & DatabaseMeta::kBasisBoth) != 0; }

  // How many active allow rules name a name and no service. They never make a
  // flow undecided, so a summary of flows without names counts them apart.
  uint32_t any_service_name_rules(Direction direction) const {
    return direction == Direction::kOut ? meta_->any_service_out : meta_->any_service_in;
  }

  // For the matcher.
  const DatabaseMeta& meta() const { return *meta_; }
  const Ip4Table& ip4() const { return ip4_; }
  const Ip6Table& ip6() const { return ip6_; }
  const NameTable& names() const { return names_; }
  const ServiceTable& services() const { return services_; }
  const VerdictTable& verdicts() const { return verdicts_; }
  const AddressClass& address_class(uint32_t id) const { return address_classes_[id]; }
  // The primary outbound rule that lists the addresses of a class, whatever the
  // service; kNoRuleId if none does.
  uint32_t listing_rule(uint32_t id) const { return listing_rules_[id]; }
  // Whether it is always RuleOfClass(id): with a class for each rule, and one for none.
  bool classes_follow_rules() const { return classes_follow_rules_; }
  static uint32_t RuleOfClass(uint32_t id) { return (id - 1) & kNoRuleId; }
  // Of the shapes form of the verdict table: the outbound row of a class.
  VerdictRow class_row(uint32_t id) const { return class_rows_[id]; }
  const VerdictRow* class_rows() const { return class_rows_.data(); }
  // Null if the policy does not fit into them.
  const RegisterTables* register_tables() const { return register_tables_; }
  const NameClasses& name_classes() const { return name_classes_; }
  // kNoRuleId for the rank after the last.
  // The rule of a rank; kNoRuleId for the number of ranks.
  uint32_t rank_rule(uint32_t rank) const {
    if (!rank_rules_.empty()) return rank_rules_[rank];
    return rank < meta_->rank_count ? rank : kNoRuleId;
  }
  void PrefetchRankRule(uint32_t rank) const {
    if (!rank_rules_.empty()) __builtin_prefetch(&rank_rules_[rank]);
  }

 private:
  Database() = default;
  absl::Status Bind(const ImageReader& reader);
  absl::Status BindMeta(const ImageReader& reader);
  absl::Status BindRules(const ImageReader& reader);
  absl::Status BindVerdicts(const ImageReader& reader);
  absl::Status BindAddresses(const ImageReader& reader);
  absl::Status BindIp4(const ImageReader& reader);
  absl::Status BindClassRows(const ImageReader& reader);
  absl::Status BindRegisterTables(const ImageReader& reader);
  absl::Status BindNames(const ImageReader& reader);

  Image image_;
  Kernel kernel_ = Kernel::kScalar;
  uint64_t policy_digest_ = 0;
  const DatabaseMeta* meta_ = nullptr;
  Ip4Table ip4_;
  Ip6Table ip6_;
  NameTable names_;
  ServiceTable services_;
  VerdictTable verdicts_;
  absl::Span<const AddressClass> address_classes_;
  absl::Span<const uint32_t> listing_rules_;
  bool classes_follow_rules_ = false;
  absl::Span<const VerdictRow> class_rows_;
  const RegisterTables* register_tables_ = nullptr;
  NameClasses name_classes_;
  absl::Span<const uint32_t> rank_rules_;
  absl::Span<const uint64_t> rule_hashes_;
  absl::string_view selection_;
  absl::Span<const uint64_t> active_;
  absl::string_view rules_text_;
  absl::Span<const uint64_t> rule_begin_;
};

// The digest of a policy: of the content hashes of its rules, of which of them
// are active (a bit each, the lowest first), and of the selection.
uint64_t PolicyDigest(absl::Span<const uint64_t> hashes, absl::Span<const uint64_t> active,
                      absl::string_view selection);

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_DATABASE_H_
