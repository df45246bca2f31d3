// Records of a log as columns, as the readers write them.
//
// A record has two ends as the log names them, source and destination; which
// of them is the remote one is decided later (remote_end.h). Each part may be
// absent. A record with a note is skipped or invalid, and its other columns
// mean nothing.

#ifndef ALLOWMATCH_FLOWLOG_RECORD_BATCH_H_
#define ALLOWMATCH_FLOWLOG_RECORD_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "flowlog/note.h"
#include "matcher/address.h"

namespace allowmatch {

// Bits of RecordBatch::parts: what a record has, and what its log says of the
// orientation.
enum RecordPart : uint16_t {
  kSrcV4 = 1 << 0,
  kSrcV6 = 1 << 1,
  kDstV4 = 1 << 2,
  kDstV6 = 1 << 3,
  kSrcPort = 1 << 4,
  kDstPort = 1 << 5,
  kProtocolPart = 1 << 6,
  kName = 1 << 7,        // of the destination
  kSrcBegan = 1 << 8,    // the source opened the flow: the destination is the server
  kEgress = 1 << 9,      // leaves the inside: the destination is remote
  kIngress = 1 << 10,    // enters the inside: the source is remote
  kSrcInside = 1 << 11,  // the log counts the source as inside
  kDstInside = 1 << 12,
};

// Some 260 KB: allocate it once and reuse it.
struct RecordBatch {
  static constexpr size_t kCapacity = 4096;

  size_t size = 0;
  uint16_t parts[kCapacity];
  Note note[kCapacity];
  uint8_t protocol[kCapacity];
  uint16_t src_port[kCapacity];
  uint16_t dst_port[kCapacity];
  uint32_t src4[kCapacity];
  uint32_t dst4[kCapacity];
  uint64_t src6[2 * kCapacity];  // the high half, the low half
  uint64_t dst6[2 * kCapacity];
  uint32_t name_offset[kCapacity];  // into `names`
  uint16_t name_size[kCapacity];
  uint64_t line[kCapacity];  // where the record begins, 1-based
  std::string names;

  bool full() const { return size == kCapacity; }
  void Clear() {
    size = 0;
    names.clear();
  }

  // Begins a record without any part and returns its index.
  size_t Add(uint64_t at_line) {
    const size_t i = size++;
    parts[i] = 0;
    note[i] = Note::kNone;
    line[i] = at_line;
    return i;
  }

  void AddNote(uint64_t at_line, Note why) { note[Add(at_line)] = why; }

  void SetSrc(size_t i, const Address& address);
  void SetDst(size_t i, const Address& address);
  // A name beyond any valid length is cut; it stays too long to be valid.
  void SetName(size_t i, absl::string_view name);

  bool HasSrc(size_t i) const { return parts[i] & (kSrcV4 | kSrcV6); }
  bool HasDst(size_t i) const { return parts[i] & (kDstV4 | kDstV6); }
  Address Src(size_t i) const;  // of a record that has one
  Address Dst(size_t i) const;
  absl::string_view Name(size_t i) const {
    return absl::string_view(names).substr(name_offset[i], name_size[i]);
  }
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_RECORD_BATCH_H_
