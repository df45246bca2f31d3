#include "matcher/matcher.h"

#include <emmintrin.h>

#include <algorithm>

#include "matcher/block.h"
#include "matcher/lookup.h"
#include "matcher/plain.h"

namespace allowmatch {
namespace {

// Addresses whose classes stay in the first cache until their rules are found.
constexpr size_t kListingChunk = 512;

// Fewer addresses than this are quicker one by one.
constexpr size_t kFew = 4;

// As many rules do not stay in the cache: written past it, they leave it to the tables.
constexpr size_t kStreamFrom = size_t{1} << 20;

// Store, where the class is the rule.
void StoreFollowing(const uint32_t* classes, size_t count, bool stream, uint32_t* rules) {
  size_t i = 0;
  if (stream && reinterpret_cast<uintptr_t>(rules) % sizeof(__m128i) == 0) {
    const __m128i one = _mm_set1_epi32(1);
    const __m128i mask = _mm_set1_epi32(kNoRuleId);
    for (; i + 4 <= count; i += 4) {
      const __m128i ids = _mm_loadu_si128(reinterpret_cast<const __m128i*>(classes + i));
      _mm_stream_si128(reinterpret_cast<__m128i*>(rules + i),
                       _mm_and_si128(_mm_sub_epi32(ids, one), mask));
    }
  }
  for (; i < count; ++i) rules[i] = Database::RuleOfClass(classes[i]);
}

}  // namespace

Matcher::Matcher(const Database* database, Kernel kernel)
    : database_(database), kernel_(kernel), address_decides_(Lookup(*database).AddressDecides()) {}

void Matcher::Classify(const TupleColumns& tuples, Verdict* verdicts) const {
  // Plain tuples first, all as if they were; then those that are not, again.
  constexpr size_t kChunk = 16 * Block::kSize;
  const bool plain = address_decides_ && tuples.remote4 != nullptr && tuples.protocol != nullptr &&
                     tuples.port != nullptr;
  const bool all_plain = plain && tuples.parts == nullptr && IsPlain(tuples.all_parts);
  Block block(*database_, kernel_);
  const size_t step = all_plain ? tuples.size : kChunk;
  for (size_t chunk = 0; chunk < tuples.size; chunk += step) {
    const size_t end = std::min(chunk + step, tuples.size);
    if (plain) {
      const PlainColumns columns = {tuples.remote4 + chunk, tuples.protocol + chunk,
                                    tuples.port + chunk};
      ClassifyPlain(*database_, kernel_, columns, end - chunk, verdicts + chunk);
    }
    if (all_plain) continue;
    for (size_t at = chunk; at < end; at += Block::kSize) {
      block.Classify(tuples, at, std::min(Block::kSize, end - at), plain, verdicts + at);
    }
  }
}

Verdict Matcher::Classify(uint32_t remote4, uint8_t protocol, uint16_t port) const {
  const Database& d = *database_;
  if (!address_decides_) {
    Tuple tuple;
    tuple.remote = Address::V4(remote4);
    tuple.protocol = protocol;
    tuple.port = port;
    return Classify(tuple);
  }
  return d.verdicts().AddressVerdict(d.class_row(d.ip4().Lookup(remote4)),
                                     d.services().Lookup(protocol, port));
}

Verdict Matcher::Classify(const Tuple& tuple) const {
  if (address_decides_ && IsPlain(tuple)) {
    return Classify(tuple.remote->v4(), *tuple.protocol, *tuple.port);
  }
  if (tuple.invalid) return kInvalidVerdict;
  const Database& d = *database_;
  const Lookup lookup(d);
  Classes c;
  c.inbound = tuple.direction == Direction::kIn;
  c.has_address = tuple.remote.has_value();
  c.has_name = tuple.name.has_value();
  c.service =
      d.services().Lookup(tuple.protocol.has_value() ? *tuple.protocol : ServiceTable::kNoProtocol,
                          tuple.port.has_value() ? *tuple.port : ServiceTable::kNoPort);
  c.address = c.has_address ? lookup.AddressOf(*tuple.remote) : d.meta().absent_class;
  if (c.inbound && tuple.local.has_value()) {
    c.local = d.address_class(lookup.AddressOf(*tuple.local)).local;
  }
  if (!c.has_name && address_decides_) return lookup.AddressVerdict(c);
  uint32_t name = kNoCell;
  if (c.has_name && !lookup.NameCell(*tuple.name, c, &name)) return kInvalidVerdict;
  return lookup.Decide(lookup.AddressCell(c), name, c);
}

uint32_t Matcher::ListingRule4(uint32_t address) const {
  return database_->listing_rule(database_->ip4().Lookup(address));
}

void Matcher::ListingRules4(const uint32_t* addresses, size_t count, uint32_t* rules) const {
  const Database& d = *database_;
  if (count < kFew) {
    for (size_t i = 0; i < count; ++i) rules[i] = ListingRule4(addresses[i]);
    return;
  }
  if (const RegisterTables* const tables = RegisterTablesFor(d, kernel_); tables != nullptr) {
    RegisterListingRulesVbmi(*tables, addresses, count, rules);
    return;
  }
  for (size_t at = 0; at < count; at += kListingChunk) {
    const size_t size = std::min(kListingChunk, count - at);
    uint32_t classes[kListingChunk];
    d.ip4().Lookup(kernel_, addresses + at, size, classes);
    Store(classes, size, count >= kStreamFrom, rules + at);
  }
  if (count >= kStreamFrom) _mm_sfence();
}

void Matcher::ListingRulesOfNames(const NameColumns& names, size_t count, uint32_t* rules) const {
  const Database& d = *database_;
  const uint32_t none = d.meta().rank_count;
  for (size_t at = 0; at < count; at += kListingChunk) {
    const size_t size = std::min(kListingChunk, count - at);
    const NameColumns some = {names.bytes, names.offset + at, names.size + at};
    uint32_t ranks[kListingChunk];
    d.names().Classes(kernel_, some, size, ranks);
    for (size_t i = 0; i < size; ++i) {
      const uint32_t id = ranks[i];
      ranks[i] = id < NameTable::kSeveral ? d.name_classes().ListingRank(id) : none;
      d.PrefetchRankRule(ranks[i]);
      if (id == NameTable::kSeveral) {
        ranks[i] = ListingRankOf({some.bytes + some.offset[i], some.size[i]});
      }
    }
    for (size_t i = 0; i < size; ++i) rules[at + i] = d.rank_rule(ranks[i]);
  }
}

uint32_t Matcher::ListingRankOf(absl::string_view name) const {
  uint32_t least = database_->meta().rank_count;
  CanonicalText text;
  if (CanonicalName(name, text.text, &text.size) != Fault::kNone) return least;
  database_->names().Walk(text, [&](uint32_t id) {
    least = std::min(least, database_->name_classes().ListingRank(id));
  });
  return least;
}

void Matcher::Store(const uint32_t* classes, size_t count, bool stream, uint32_t* rules) const {
  const Database& d = *database_;
  if (d.classes_follow_rules()) {
    StoreFollowing(classes, count, stream, rules);
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    const uint32_t rule = d.listing_rule(classes[i]);
    if (stream) {
      _mm_stream_si32(reinterpret_cast<int*>(rules + i), static_cast<int>(rule));
    } else {
      rules[i] = rule;
    }
  }
}

void Matcher::ListingRules6(const uint64_t* addresses, size_t count, uint32_t* rules) const {
  const Database& d = *database_;
  for (size_t at = 0; at < count; at += kListingChunk) {
    const size_t size = std::min(kListingChunk, count - at);
    const uint64_t* const from = addresses + 2 * at;
    uint32_t classes[kListingChunk];
    d.ip6().Lookup(kernel_, from, size, classes);
    bool may_be_mapped = false;
    for (size_t i = 0; i < size; ++i) may_be_mapped |= from[2 * i] == 0;
    for (size_t i = 0; may_be_mapped && i < size; ++i) {
      const uint64_t* const address = from + 2 * i;
      if (IsMapped(address[0], address[1])) {
        classes[i] = d.ip4().Lookup(static_cast<uint32_t>(address[1]));
      }
    }
    Store(classes, size, count >= kStreamFrom, rules + at);
  }
  if (count >= kStreamFrom) _mm_sfence();
}

}  // namespace allowmatch
