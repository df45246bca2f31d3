#include "bench/listing.h"

#include <variant>

#include "bench/addresses.h"
#include "tests/painted_map.h"
#include "tests/random_policy.h"

namespace allowmatch {
namespace {

std::vector<AddressRange> RangesOf(const Policy& policy, Family family) {
  std::vector<AddressRange> ranges;
  for (const Rule& rule : policy.rules) {
    for (const Destination& to : rule.to) {
      const auto* const range = std::get_if<AddressRange>(&to);
      if (range != nullptr && range->family() == family) ranges.push_back(*range);
    }
  }
  return ranges;
}

}  // namespace

std::vector<Address> MakeAddresses(const Policy& policy, Family family, size_t count) {
  Random random(count);
  const std::vector<AddressRange> ranges = RangesOf(policy, family);
  std::vector<Address> addresses;
  for (size_t i = 0; i < count; ++i) {
    const bool listed = random.OneIn(2) && !ranges.empty();
    addresses.push_back(listed ? AddressIn(random.Of(ranges), &random)
                               : AddressAnywhere(family, &random));
  }
  return addresses;
}

std::vector<uint32_t> Words4(const std::vector<Address>& addresses) {
  std::vector<uint32_t> words;
  for (const Address& address : addresses) words.push_back(address.v4());
  return words;
}

std::vector<uint64_t> Words6(const std::vector<Address>& addresses) {
  std::vector<uint64_t> words;
  for (const Address& address : addresses) {
    words.push_back(address.high());
    words.push_back(address.low());
  }
  return words;
}

CheckedListing::CheckedListing(const Subject& subject, Family family,
                               const std::vector<Address>& addresses) {
  const CompileOptions options = SubjectOptions();
  const std::vector<bool> active = *ActiveRules(subject.policy(), options.selection);
  const PaintedMap painted(family, subject.policy(), active, options.self);
  for (const Address& address : addresses) expected_.push_back(painted.RuleOf(address.bits()));
}

}  // namespace allowmatch
