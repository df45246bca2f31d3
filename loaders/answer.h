// What a resolver is told to answer for a name.

#ifndef ALLOWMATCH_LOADERS_ANSWER_H_
#define ALLOWMATCH_LOADERS_ANSWER_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace allowmatch {

enum class Answer : uint8_t {
  kNoAddress,  // the text is none
  kNowhere,    // 0.0.0.0, 127.0.0.1, ::, ::1 ...: lists give it to names that they block
  kAddress,
};

// `text` may have a zone, as fe80::1%lo0.
Answer AnswerOf(absl::string_view text);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_ANSWER_H_
