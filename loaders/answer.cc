#include "loaders/answer.h"

#include "matcher/address.h"

namespace allowmatch {

Answer AnswerOf(absl::string_view text) {
  Address address;
  if (ParseAddress(text.substr(0, text.find('%')), &address) != Fault::kNone) {
    return Answer::kNoAddress;
  }
  if (!address.is_v4()) return address.bits() <= 1 ? Answer::kNowhere : Answer::kAddress;
  const uint32_t block = address.v4() >> 24;
  return block == 0 || block == 127 || address.v4() == 0xffffffff ? Answer::kNowhere
                                                                  : Answer::kAddress;
}

}  // namespace allowmatch
