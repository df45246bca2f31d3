#include "flowlog/generic_record.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "flowlog/field_parse.h"

namespace allowmatch {
namespace {

bool IsAnyOf(absl::string_view word, std::initializer_list<const char*> list) {
  for (const char* const known : list) {
    if (absl::EqualsIgnoreCase(word, known)) return true;
  }
  return false;
}

bool SameName(absl::string_view a, absl::string_view b) {
  return absl::EqualsIgnoreCase(absl::StripSuffix(a, "."), absl::StripSuffix(b, "."));
}

}  // namespace

const GenericRecord::Value* GenericRecord::Best(Field field) const {
  const Value* best = nullptr;
  for (const Value& value : values_) {
    if ((*aliases_)[value.alias].field != field || IsMissing(value.text)) continue;
    if (best == nullptr || value.alias < best->alias) best = &value;
  }
  return best;
}

void GenericRecord::Fill(size_t i, RecordBatch* batch) const {
  FillEnds(i, batch);
  if (const Value* value = Best(Field::kSrcPort)) ReadSrcPort(value->text, i, batch);
  if (const Value* value = Best(Field::kDstPort)) ReadDstPort(value->text, i, batch);
  if (const Value* value = Best(Field::kProtocol)) ReadProtocol(value->text, i, batch);
  FillNames(/*weak=*/false, i, batch);
  if (!batch->HasDst(i) && !(batch->parts[i] & kName)) FillNames(/*weak=*/true, i, batch);
  FillDirection(i, batch);
  FinishPorts(i, batch);
  const bool has_destination = batch->HasDst(i) || (batch->parts[i] & kName);
  if (batch->note[i] == Note::kNone && !has_destination) batch->note[i] = Note::kNoData;
}

void GenericRecord::FillEnds(size_t i, RecordBatch* batch) const {
  if (const Value* value = Best(Field::kDst)) FillDestination(*value, i, batch);
  const Value* const src = Best(Field::kSrc);
  if (src == nullptr) return;
  const Shape shape = (*aliases_)[src->alias].shape;
  Address address;
  if (shape == Shape::kEndpoint) {
    ReadSrcEndpoint(src->text, i, batch);
  } else if (shape == Shape::kPlain || ParseLogAddress(src->text, &address) == Fault::kNone) {
    ReadSrc(src->text, i, batch);
  }  // else the client has a name, which no rule asks for
}

void GenericRecord::FillDestination(const Value& value, size_t i, RecordBatch* batch) const {
  const Shape shape = (*aliases_)[value.alias].shape;
  Address address;
  if (shape == Shape::kPlain || ParseLogAddress(value.text, &address) == Fault::kNone) {
    ReadDst(value.text, i, batch);
  } else if (shape == Shape::kHost) {
    ReadHost(value.text, i, batch);
  } else {
    ReadEndpoint(value.text, i, batch);
  }
}

void GenericRecord::FillNames(bool weak, size_t i, RecordBatch* batch) const {
  for (const Value& value : values_) {
    const Alias& alias = (*aliases_)[value.alias];
    if (alias.field != Field::kName || (alias.shape == Shape::kWeakName) != weak) continue;
    const bool had_name = batch->parts[i] & kName;
    const uint32_t offset = batch->name_offset[i];
    const uint16_t size = batch->name_size[i];
    batch->parts[i] = static_cast<uint16_t>(batch->parts[i] & ~kName);
    if (alias.shape == Shape::kEndpoint) {
      ReadEndpoint(value.text, i, batch);
    } else {
      ReadHost(value.text, i, batch);
    }
    if (!had_name) continue;
    const absl::string_view first = absl::string_view(batch->names).substr(offset, size);
    const bool agrees = !(batch->parts[i] & kName) || SameName(first, batch->Name(i));
    batch->parts[i] |= kName;
    batch->name_offset[i] = offset;
    batch->name_size[i] = size;
    if (!agrees && batch->note[i] == Note::kNone) batch->note[i] = Note::kConflict;
  }
}

void GenericRecord::FillDirection(size_t i, RecordBatch* batch) const {
  const Value* const value = Best(Field::kDirection);
  if (value == nullptr) return;
  if (IsAnyOf(value->text, {"egress", "outbound", "out", "outgoing", "O", "send", "src"})) {
    batch->parts[i] |= kEgress;
  } else if (IsAnyOf(value->text,
                     {"ingress", "inbound", "in", "incoming", "I", "receive", "dest"})) {
    batch->parts[i] |= kIngress;
  }
}

}  // namespace allowmatch
