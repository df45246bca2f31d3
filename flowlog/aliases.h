// The names under which logs keep the fields that are read: what makes the
// generic readers work on exports of SIEMs and databases without --map.

#ifndef ALLOWMATCH_FLOWLOG_ALIASES_H_
#define ALLOWMATCH_FLOWLOG_ALIASES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace allowmatch {

enum class Field : uint8_t { kSrc, kDst, kSrcPort, kDstPort, kProtocol, kName, kDirection };
constexpr int kFieldCount = 7;

// "src", "dst", "sport", "dport", "proto", "name", "direction".
const char* FieldName(Field field);

// What a column may hold.
enum class Shape : uint8_t {
  kPlain,     // an address, a port, a host name, a word
  kEndpoint,  // also ADDRESS:PORT, HOST:PORT or a URL
  kHost,      // an address or a name
  kWeakName,  // a name of the destination only where the record has no
              // destination address; else the sensor's, or one asked of a resolver
};

struct Alias {
  std::string name;  // a column, or a path with dots
  Field field = Field::kDst;
  Shape shape = Shape::kPlain;
};

// The aliases in order of preference: of two columns for one field the
// earlier alias wins. Immutable.
class Aliases {
 public:
  // The built-in table, where each field of `map` (--map) has that one column
  // instead. Error: an unknown field; the message names the known ones.
  static absl::StatusOr<Aliases> Make(const std::map<std::string, std::string>& map);

  const Alias& operator[](int id) const { return list_[static_cast<size_t>(id)]; }
  int size() const { return static_cast<int>(list_.size()); }

  // The id of a column's alias, or -1: the exact name first, then without case
  // and with '-', '_', ' ' and '.' as one.
  int Find(absl::string_view column) const;

  // The same for the number of a column (1-based) that --map names.
  int FindNumber(size_t column) const;

 private:
  std::vector<Alias> list_;
  absl::flat_hash_map<std::string, int> exact_;
  absl::flat_hash_map<std::string, int> folded_;
  absl::flat_hash_map<size_t, int> numbers_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_FLOWLOG_ALIASES_H_
