#include "matcher/fault.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

TEST(Fault, EachHasANameAndATextOfItsOwn) {
  std::set<std::string> names;
  std::set<std::string> texts;
  const int count = static_cast<int>(Fault::kTooBroad) + 1;
  for (int i = 0; i < count; ++i) {
    names.insert(FaultName(static_cast<Fault>(i)));
    texts.insert(FaultText(static_cast<Fault>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(count));
  EXPECT_EQ(texts.size(), static_cast<size_t>(count));
}

// Names are what other programs compare with: they are pinned.
TEST(Fault, NamesFollowTheEnum) {
  EXPECT_STREQ(FaultName(Fault::kNone), "none");
  EXPECT_STREQ(FaultName(Fault::kLeadingZero), "leading_zero");
  EXPECT_STREQ(FaultName(Fault::kZone), "zone_not_allowed");
  EXPECT_STREQ(FaultName(Fault::kBadPrefixLength), "bad_prefix_len");
  EXPECT_STREQ(FaultName(Fault::kHostBits), "host_bits_set");
  EXPECT_STREQ(FaultName(Fault::kMaskNotation), "netmask_notation");
  EXPECT_STREQ(FaultName(Fault::kPortReversed), "port_reversed");
  EXPECT_STREQ(FaultName(Fault::kProtocolName), "proto_name");
  EXPECT_STREQ(FaultName(Fault::kLabelTooLong), "label_too_long");
  EXPECT_STREQ(FaultName(Fault::kTooBroad), "too_broad");
}

}  // namespace
}  // namespace allowmatch
