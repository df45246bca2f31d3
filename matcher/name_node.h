// A node of the trie of names as bytes. A small subtree is one stretch of them: the
// node with all that is below it *inside*.
//
//   head           the size of the packed label in 6 bits, and a NameShape above it
//   the label      packed: 1 to 42 bytes
//   a word         if the shape has one; its upper three bits say what it is (NameForm)
//   a second word  if the shape has two: the number of the node
//   a size         of what is inside, 1 byte, if the shape has it
//   what is inside
//
// Words have 3 bytes, or 4 in a large table; lower bytes come first.

#ifndef ALLOWMATCH_MATCHER_NAME_NODE_H_
#define ALLOWMATCH_MATCHER_NAME_NODE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace allowmatch {

enum NameShape : uint32_t {
  kOnlyInside = 0,  // no pattern ends here
  kOneWord = 1,
  kTwoWords = 2,
  kWordAndInside = 3,
};

// The upper three bits of a first word. Its other bits are
//
//   a class; then a second word, the number of the node, if it has children elsewhere
//   the number of the node, if it has children elsewhere and no pattern ends there
//   the number of a NameBranch, if it has children that are not literal, or two classes
enum NameForm : uint32_t {
  kToBranch = 0,
  kForExact = 1,  // the class is that of the name that ends here
  kForBelow = 2,  // the class is that of the names below
  kHasChildren = 4,
};

class NameNode {
 public:
  static constexpr uint32_t kSizeBits = 6;
  static constexpr uint32_t kSizeMask = (1 << kSizeBits) - 1;

  // `word_size` of the table. Refers to the bytes.
  NameNode(const uint8_t* bytes, uint32_t word_size)
      : bytes_(bytes), word_size_(word_size), words_end_(1 + label_size() + WordBytes()) {}

  static uint8_t Head(uint32_t label_size, NameShape shape) {
    return static_cast<uint8_t>(label_size | shape << kSizeBits);
  }

  uint32_t label_size() const { return *bytes_ & kSizeMask; }
  const uint8_t* label() const { return bytes_ + 1; }
  uint32_t shape() const { return *bytes_ >> kSizeBits; }

  // 1 or 0, for arithmetic without branches.
  uint32_t has_word() const { return shape() != kOnlyInside; }
  uint32_t has_inside() const { return 9u >> shape() & 1; }

  // These read on behind the node if it has no such word.
  uint32_t first_word() const { return Word(bytes_ + 1 + label_size()); }
  uint32_t second_word() const { return Word(bytes_ + 1 + label_size() + word_size_); }

  // The size of what is inside, if there is anything; the bytes follow.
  const uint8_t* inside() const { return bytes_ + words_end_; }

  // Behind the node and all that is inside.
  const uint8_t* end() const { return inside() + (has_inside() != 0 ? 1 + size_t{*inside()} : 0); }

 private:
  uint32_t WordBytes() const { return (0x1210u >> 4 * shape() & 15) * word_size_; }
  uint32_t Word(const uint8_t* at) const {
    uint32_t word;
    std::memcpy(&word, at, 4);
    return word & ~uint32_t{0} >> (32 - 8 * word_size_);
  }

  const uint8_t* bytes_;
  uint32_t word_size_;
  uint32_t words_end_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_NAME_NODE_H_
