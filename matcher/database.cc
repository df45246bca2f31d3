#include "matcher/database.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("not a usable database: ", what, "; compile the rules again"));
}

absl::string_view Text(absl::Span<const char> bytes) { return {bytes.data(), bytes.size()}; }

// Whether `words` are `count` bits, `set` of them set, and zeros behind them.
bool AreBits(absl::Span<const uint64_t> words, uint64_t count, uint64_t set) {
  if (words.size() != (count + 63) / 64) return false;
  if (count % 64 != 0 && words.back() >> count % 64 != 0) return false;
  for (const uint64_t word : words) set -= static_cast<uint64_t>(__builtin_popcountll(word));
  return set == 0;
}

// Whether `text` is `count` lines, and `begin` where each begins and the end.
bool AreLines(absl::string_view text, absl::Span<const uint64_t> begin, uint64_t count) {
  if (begin.size() != count + 1 || begin.front() != 0 || begin.back() != text.size()) return false;
  for (uint64_t line = 0; line < count; ++line) {
    if (begin[line + 1] <= begin[line] || begin[line + 1] > text.size()) return false;
    if (text[begin[line + 1] - 1] != '\n') return false;
  }
  return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n')) == count;
}

}  // namespace

absl::StatusOr<Database> Database::Open(absl::string_view bytes) { return Open(Image(bytes)); }

absl::StatusOr<Database> Database::Open(Image image) {
  const absl::StatusOr<Kernel> kernel = KernelFromEnvironment();
  if (!kernel.ok()) return kernel.status();
  Database database;
  database.kernel_ = *kernel;
  database.image_ = std::move(image);
  absl::StatusOr<ImageReader> reader = ImageReader::Open(database.image_.bytes());
  if (!reader.ok()) return reader.status();
  if (absl::Status s = database.Bind(*reader); !s.ok()) return s;
  if (absl::Status s = reader->Unread(); !s.ok()) return s;
  return database;
}

absl::StatusOr<Database> Database::Map(const std::string& path) {
  absl::StatusOr<Image> image = Image::Map(path);
  if (!image.ok()) return image.status();
  absl::StatusOr<Database> database = Open(*std::move(image));
  if (database.ok()) return database;
  return absl::Status(database.status().code(),
                      absl::StrCat(path, ": ", database.status().message()));
}

absl::Status Database::Bind(const ImageReader& reader) {
  policy_digest_ = reader.header().policy_digest;
  if (absl::Status s = BindMeta(reader); !s.ok()) return s;
  if (absl::Status s = BindRules(reader); !s.ok()) return s;
  if (absl::Status s = BindVerdicts(reader); !s.ok()) return s;
  if (absl::Status s = BindAddresses(reader); !s.ok()) return s;
  if (absl::Status s = BindRegisterTables(reader); !s.ok()) return s;
  return BindNames(reader);
}

absl::Status Database::BindMeta(const ImageReader& reader) {
  const auto meta = reader.Section<DatabaseMeta>(SectionId::kMeta);
  if (meta.size() != 1) return Broken("section meta is missing");
  meta_ = meta.data();
  if ((meta_->flags & ~(DatabaseMeta::kBasisBoth | DatabaseMeta::kRanksAreRules)) != 0) {
    return Broken("an unknown flag is set");
  }
  if (meta_->rule_count > kNoRuleId) return Broken("it has too many rules");
  rank_rules_ = reader.Section<uint32_t>(SectionId::kRankRules);
  const bool are_rules = (meta_->flags & DatabaseMeta::kRanksAreRules) != 0;
  if (rank_rules_.size() != (are_rules ? 0 : uint64_t{meta_->rank_count} + 1)) {
    return Broken("it has not as many ranks as it says");
  }
  if (are_rules && meta_->rank_count > meta_->rule_count) return Broken("a rank has no rule");
  if (are_rules) return absl::OkStatus();
  if (rank_rules_.back() != kNoRuleId ||
      !std::all_of(rank_rules_.begin(), rank_rules_.end() - 1,
                   [this](uint32_t rule) { return rule < meta_->rule_count; })) {
    return Broken("a rank has no rule");
  }
  return absl::OkStatus();
}

absl::Status Database::BindRules(const ImageReader& reader) {
  const uint64_t count = meta_->rule_count;
  rule_hashes_ = reader.Section<uint64_t>(SectionId::kRuleHashes);
  active_ = reader.Section<uint64_t>(SectionId::kActiveRules);
  rules_text_ = Text(reader.Section<char>(SectionId::kRuleText));
  rule_begin_ = reader.Section<uint64_t>(SectionId::kRuleBegin);
  selection_ = Text(reader.Section<char>(SectionId::kSelection));
  if (rule_hashes_.size() != count) return Broken("it has not as many rules as it says");
  if (!AreBits(active_, count, meta_->active_rule_count)) {
    return Broken("it has not as many active rules as it says");
  }
  for (uint32_t rank = 0; rank < meta_->rank_count; ++rank) {
    if (!is_active(rank_rule(rank))) return Broken("a rank has a rule that takes no part");
  }
  if (!AreLines(rules_text_, rule_begin_, count)) return Broken("the text of a rule is not a line");
  if (policy_digest_ != PolicyDigest(rule_hashes_, active_, selection_)) {
    return Broken("the rules and the selection do not have its digest");
  }
  return absl::OkStatus();
}

absl::Status Database::BindVerdicts(const ImageReader& reader) {
  VerdictArrays a;
  a.row_count = meta_->row_count;
  a.inbound_count = meta_->inbound_count;
  a.local_count = meta_->local_count;
  a.class_count = meta_->service_class_count;
  a.rank_count = meta_->rank_count;
  a.deny_count = meta_->deny_count;
  a.rank_rules = rank_rules_;
  a.rows = reader.Section<VerdictRow>(SectionId::kRows);
  a.places = reader.Section<uint8_t>(SectionId::kPlaces);
  a.cells = reader.Section<uint32_t>(SectionId::kCells);
  a.verdicts = reader.Section<Verdict>(SectionId::kVerdicts);
  a.pair_rows = reader.Section<uint32_t>(SectionId::kPairRows);
  a.row_begin = reader.Section<uint32_t>(SectionId::kRowBegin);
  a.row_ranks = reader.Section<uint32_t>(SectionId::kRowRanks);
  a.rank_service = reader.Section<uint32_t>(SectionId::kRankService);
  a.rank_guard = reader.Section<uint32_t>(SectionId::kRankGuard);
  a.run_begin = reader.Section<uint32_t>(SectionId::kRunBegin);
  a.runs = reader.Section<ClassRun>(SectionId::kRuns);
  a.guard_begin = reader.Section<uint32_t>(SectionId::kGuardBegin);
  a.guards = reader.Section<uint32_t>(SectionId::kGuards);
  if (absl::Status s = verdicts_.Bind(a); !s.ok()) return s;
  if (meta_->undecided_out >= a.row_count || meta_->undecided_in >= a.inbound_count) {
    return Broken("a row leads outside");
  }
  return services_.Bind(reader.Section<uint32_t>(SectionId::kProtocolLanes),
                        reader.Section<uint32_t>(SectionId::kLanePages),
                        reader.Section<uint32_t>(SectionId::kServicePages), a.class_count);
}

absl::Status Database::BindAddresses(const ImageReader& reader) {
  address_classes_ = reader.Section<AddressClass>(SectionId::kAddressClasses);
  for (const AddressClass& c : address_classes_) {
    if (c.out_row >= meta_->row_count || c.in_row >= meta_->inbound_count ||
        c.local >= meta_->local_count) {
      return Broken("an address class leads outside");
    }
  }
  listing_rules_ = reader.Section<uint32_t>(SectionId::kListingRules);
  if (listing_rules_.size() != address_classes_.size() ||
      !std::all_of(listing_rules_.begin(), listing_rules_.end(), [this](uint32_t rule) {
        return rule < meta_->rule_count || rule == kNoRuleId;
      })) {
    return Broken("an address class has an unknown rule");
  }
  classes_follow_rules_ = true;
  for (uint32_t id = 0; id < listing_rules_.size(); ++id) {
    classes_follow_rules_ &= listing_rules_[id] == RuleOfClass(id);
  }
  if (meta_->absent_class >= address_classes_.size()) return Broken("an address class is missing");
  if (absl::Status s = BindClassRows(reader); !s.ok()) return s;
  if (absl::Status s = BindIp4(reader); !s.ok()) return s;
  Ip6Arrays ip6;
  ip6.root = meta_->ip6_root;
  ip6.window_first = meta_->ip6_window_first;
  ip6.window_size = meta_->ip6_window_size;
  ip6.words = reader.Section<uint32_t>(SectionId::kWords6);
  ip6.lines = reader.Section<Ip6Line>(SectionId::kLines6);
  return ip6_.Bind(ip6, address_classes_.size());
}

absl::Status Database::BindIp4(const ImageReader& reader) {
  const uint32_t direct_bits = meta_->ip4_direct_bits;
  const auto lines = reader.Section<int32_t>(SectionId::kLines4);
  const auto entries = reader.Section<Ip4Entry>(SectionId::kEntries4);
  const auto leaves16 = reader.Section<uint16_t>(SectionId::kLeaves4);
  const auto leaves32 = reader.Section<uint32_t>(SectionId::kLeaves4);
  Ip4Tree tree;
  Ip4Trie trie;
  if (lines.empty()) {
    absl::Status status =
        trie.Bind({direct_bits, entries, leaves16, leaves32}, address_classes_.size());
    ip4_ = Ip4Table(trie);
    return status;
  }
  if (!entries.empty()) return Broken("it has two IPv4 tables");
  if (direct_bits != 0) return Broken("a tree has no direct bits");
  absl::Status status = tree.Bind({lines, leaves16, leaves32}, address_classes_.size());
  ip4_ = Ip4Table(tree);
  return status;
}

absl::Status Database::BindClassRows(const ImageReader& reader) {
  class_rows_ = reader.Section<VerdictRow>(SectionId::kClassRows);
  if (!verdicts_.has_shapes()) return absl::OkStatus();
  if (class_rows_.size() != address_classes_.size()) return Broken("an address class has no row");
  for (size_t id = 0; id < class_rows_.size(); ++id) {
    if (!(class_rows_[id] == verdicts_.arrays().rows[address_classes_[id].out_row])) {
      return Broken("an address class has two rows");
    }
  }
  return absl::OkStatus();
}

absl::Status Database::BindRegisterTables(const ImageReader& reader) {
  const auto tables = reader.Section<RegisterTables>(SectionId::kRegisterTables);
  if (tables.empty()) return absl::OkStatus();
  if (tables.size() != 1) return Broken("the register tables are there twice");
  register_tables_ = tables.data();
  return CheckRegisterTables(*register_tables_, meta_->rule_count);
}

absl::Status Database::BindNames(const ImageReader& reader) {
  NameClassArrays classes;
  classes.general = reader.Section<NameClass>(SectionId::kNameClasses);
  classes.listing = reader.Section<uint32_t>(SectionId::kNameListing);
  classes.runs = reader.Section<uint32_t>(SectionId::kNameRuns);
  classes.services = reader.Section<uint8_t>(SectionId::kNameRunServices);
  classes.rank_count = meta_->rank_count;
  classes.deny_count = meta_->deny_count;
  classes.service_class_count = meta_->service_class_count;
  if (absl::Status s = name_classes_.Bind(classes, meta_->row_count, meta_->inbound_count);
      !s.ok()) {
    return s;
  }
  NameTableArrays names;
  names.seed = meta_->name_seed;
  names.word_size = meta_->name_word_size;
  names.top_labels = meta_->name_top_labels;
  names.lines = reader.Section<NameLine>(SectionId::kNameLines);
  names.records = reader.Section<uint8_t>(SectionId::kNameRecords);
  names.tops = reader.Section<NameTop>(SectionId::kNameTops);
  names.branches.branches = reader.Section<NameBranch>(SectionId::kNameBranches);
  names.branches.affixes = reader.Section<NameAffixes>(SectionId::kNameAffixes);
  names.branches.globs = reader.Section<NameGlob>(SectionId::kNameGlobs);
  names.branches.texts = Text(reader.Section<char>(SectionId::kGlobTexts));
  names.branches.slots = reader.Section<uint32_t>(SectionId::kGlobSlots);
  return names_.Bind(names, name_classes_.end());
}

uint64_t PolicyDigest(absl::Span<const uint64_t> hashes, absl::Span<const uint64_t> active,
                      absl::string_view selection) {
  uint64_t digest = 0xcbf29ce484222325u;  // FNV-1a
  const auto add = [&digest](uint64_t value) { digest = (digest ^ value) * 0x100000001b3u; };
  for (size_t id = 0; id < hashes.size(); ++id) {
    for (int shift = 0; shift < 64; shift += 8) add(hashes[id] >> shift & 255);
    add(active[id / 64] >> id % 64 & 1);
  }
  for (const char c : selection) add(static_cast<uint8_t>(c));
  return digest;
}

}  // namespace allowmatch
