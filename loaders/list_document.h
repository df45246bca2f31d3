// A JSON or YAML document as a tree with places, for lists that come as one.
//
// simdjson and libyaml read it. Neither aliases of YAML nor duplicate keys are
// accepted, and depth and size are bounded.

#ifndef ALLOWMATCH_LOADERS_LIST_DOCUMENT_H_
#define ALLOWMATCH_LOADERS_LIST_DOCUMENT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/encoding.h"

namespace allowmatch {

struct DocumentLimits {
  size_t bytes = size_t{128} << 20;
  size_t nodes = size_t{8} << 20;  // some hundred bytes of memory each
  int depth = 64;                  // of YAML; that of JSON is kMaxJsonDepth
};

struct ListNode {
  enum class Kind : uint8_t { kString, kOther, kList, kMap };

  struct Key {
    std::string text;
    Position at;
  };

  Kind kind = Kind::kOther;     // kOther: a number, true, null
  Position at;
  std::string text;             // of a string or another scalar
  std::vector<ListNode> items;  // of a list; the values of a map
  std::vector<Key> keys;        // of a map

  // The value of `key`; null if this is no map or has no such key.
  const ListNode* Find(absl::string_view key) const;

  // The items of a list, or the one value that stands for a list of one.
  std::vector<const ListNode*> AsList() const;
};

// Lines and columns of offsets in a text that only grow.
class PlaceCounter {
 public:
  explicit PlaceCounter(absl::string_view text) : text_(text) {}

  Position At(size_t offset);

 private:
  absl::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
  size_t line_start_ = 0;
};

struct DocumentError {
  Position at;
  std::string what;
};

// Reads one JSON value. False, with `*error`, if it is none.
bool ReadJsonDocument(absl::string_view text, ListNode* root, DocumentError* error,
                      const DocumentLimits& limits = {});

// Reads a stream of YAML documents, which JSON is one as well.
bool ReadYamlDocuments(absl::string_view text, std::vector<ListNode>* roots, DocumentError* error,
                       const DocumentLimits& limits = {});

// Whether a key of the map `node` stands twice: then `*error` says which.
bool HasDuplicateKey(const ListNode& node, DocumentError* error);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_LIST_DOCUMENT_H_
