#include "flowlog/summary.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "flowlog/output_text.h"

namespace allowmatch {
namespace {

// TopKey::rest of a denied or undecided record.
constexpr uint64_t kPortBit = 1u << 16;      // bits 0..15: the port
constexpr uint64_t kProtocolBit = 1u << 25;  // bits 17..24: the protocol
constexpr uint64_t kInboundBit = 1u << 26;
constexpr uint64_t kNamedBit = 1u << 27;
constexpr uint64_t kV6Bit = 1u << 28;
constexpr int kReasonShift = 29;

uint64_t ServiceBits(const Classified& batch, size_t i) {
  const uint16_t parts = batch.tuples.parts[i];
  uint64_t rest = static_cast<uint64_t>(batch.verdicts[i].reason()) << kReasonShift;
  if (parts & kHasPort) rest |= kPortBit | batch.tuples.port[i];
  if (parts & kHasProtocol) {
    rest |= kProtocolBit | static_cast<uint64_t>(batch.records.protocol[i]) << 17;
  }
  if (parts & kInbound) rest |= kInboundBit;
  return rest;
}

std::string AddressText(const TopKey& key) {
  return key.rest & kV6Bit ? Address::V6(key.high, key.low).ToString()
                           : Address::V4(static_cast<uint32_t>(key.low)).ToString();
}

Summary::ServiceCount ServiceOf(const TopCounter::Count& entry) {
  const uint64_t rest = entry.key.rest;
  Summary::ServiceCount service;
  service.protocol = rest & kProtocolBit ? ProtocolText(static_cast<uint8_t>(rest >> 17)) : "?";
  service.port = rest & kPortBit ? static_cast<int>(rest & 0xffff) : -1;
  service.inbound = rest & kInboundBit;
  service.reason = static_cast<Reason>(rest >> kReasonShift);
  service.records = entry.count;
  return service;
}

Outcome OutcomeOfReason(Reason reason) {
  return reason == Reason::kNameNeeded ? Outcome::kUndecided : Outcome::kDeny;
}

bool MoreRecords(const Summary::ServiceCount& a, const Summary::ServiceCount& b) {
  if (a.records != b.records) return a.records > b.records;
  return std::tie(a.protocol, a.port, a.inbound) < std::tie(b.protocol, b.port, b.inbound);
}

}  // namespace

Summary::Summary(const PolicyFacts* facts) : facts_(facts), rules_(facts->rules.size()) {}

void Summary::AddFile(FileReport file) { files_.push_back(std::move(file)); }

bool Summary::AddsUp() const {
  uint64_t outcomes = 0;
  for (const uint64_t count : outcomes_) outcomes += count;
  uint64_t read = 0;
  for (const FileReport& file : files_) read += file.records;
  return outcomes == records_ && read == records_;
}

bool Summary::partial() const {
  return std::any_of(files_.begin(), files_.end(),
                     [](const FileReport& file) { return !file.error.empty(); });
}

void Summary::Add(const Classified& batch) {
  records_ += batch.records.size;
  denied_.clear();
  for (size_t i = 0; i < batch.records.size; ++i) {
    const Note note = batch.records.note[i];
    if (note == Note::kNone) {
      AddVerdict(batch, i);
    } else {
      ++notes_[static_cast<size_t>(note)];
      ++outcomes_[static_cast<size_t>(IsSkip(note) ? Outcome::kSkipped : Outcome::kInvalid)];
    }
  }
  destinations_.Add(denied_);
}

void Summary::AddVerdict(const Classified& batch, size_t i) {
  const Verdict& verdict = batch.verdicts[i];
  ++outcomes_[static_cast<size_t>(verdict.decision())];
  ++reasons_[static_cast<size_t>(verdict.reason())];
  guessed_ += batch.tuples.guessed[i];
  if (verdict.reason() == Reason::kAllowRule) {
    ++rules_[verdict.rule()].allow;
    ++basis_[static_cast<size_t>(verdict.basis())];
    return;
  }
  if (verdict.reason() == Reason::kInvalid) return;
  if (verdict.reason() == Reason::kDenyRule) ++rules_[verdict.rule()].denied_by_rule;
  if (verdict.reason() == Reason::kWrongService) ++rules_[verdict.rule()].wrong_service;
  if (verdict.reason() == Reason::kNoRule && !(batch.tuples.parts[i] & kHasName)) {
    unnamed_no_rule_ += facts_->any_service_names > 0;
  }
  NoteDestination(batch, i);
}

void Summary::NoteDestination(const Classified& batch, size_t i) {
  const uint16_t parts = batch.tuples.parts[i];
  TopKey key;
  key.rest = ServiceBits(batch, i);
  absl::string_view name;
  if (parts & kHasName) {
    name = batch.records.Name(i);
    key.rest |= kNamedBit;
    key.low = absl::Hash<absl::string_view>()(name);
  } else if (parts & kRemoteV4) {
    key.low = batch.tuples.remote4[i];
  } else {
    key.rest |= kV6Bit;
    key.high = batch.tuples.remote6[2 * i];
    key.low = batch.tuples.remote6[2 * i + 1];
  }
  denied_.push_back({key, name});
}

std::map<std::string, uint64_t> Summary::Reasons(Outcome outcome) const {
  std::map<std::string, uint64_t> counts;
  const bool noted = outcome == Outcome::kSkipped || outcome == Outcome::kInvalid;
  for (size_t i = 1; i < notes_.size() && noted; ++i) {
    const Note note = static_cast<Note>(i);
    if (notes_[i] > 0 && IsSkip(note) == (outcome == Outcome::kSkipped)) {
      counts[NoteName(note)] += notes_[i];
    }
  }
  for (size_t i = 0; i <= static_cast<size_t>(Reason::kNoRule); ++i) {
    const Reason reason = static_cast<Reason>(i);
    const Outcome of = reason == Reason::kInvalid     ? Outcome::kInvalid
                       : reason == Reason::kAllowRule ? Outcome::kAllow
                                                      : OutcomeOfReason(reason);
    if (reasons_[i] > 0 && of == outcome) counts[ReasonName(reason)] += reasons_[i];
  }
  return counts;
}

std::vector<Summary::Destination> Summary::Top(Outcome outcome, size_t most) const {
  absl::flat_hash_map<std::string, Destination> by_name;
  for (size_t i = 0; i < destinations_.counts().size(); ++i) {
    const TopCounter::Count& entry = destinations_.counts()[i];
    ServiceCount service = ServiceOf(entry);
    if (OutcomeOfReason(service.reason) != outcome) continue;
    const bool named = entry.key.rest & kNamedBit;
    Destination& destination = by_name[named ? destinations_.name(i) : AddressText(entry.key)];
    destination.records += service.records;
    destination.services.push_back(std::move(service));
  }
  std::vector<Destination> top;
  for (auto& [name, destination] : by_name) {
    destination.name = name;
    top.push_back(std::move(destination));
  }
  const auto more = [](const Destination& a, const Destination& b) {
    return a.records != b.records ? a.records > b.records : a.name < b.name;
  };
  const size_t size = std::min(most, top.size());
  std::partial_sort(top.begin(), top.begin() + static_cast<std::ptrdiff_t>(size), top.end(), more);
  top.resize(size);
  for (Destination& destination : top) {
    std::sort(destination.services.begin(), destination.services.end(), MoreRecords);
  }
  return top;
}

}  // namespace allowmatch
