// The register tables by byte permutes, 64 tuples at a time.
//
// Stage by stage over a chunk that stays in the first cache: a stage keeps its
// tables in registers, and reads and writes planes, i.e. one byte of each tuple.
// The tuples of 64 stand in a plane in such an order that putting four planes
// together to words, by unpacking within 128-bit lanes, gives them in theirs.

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "matcher/register_tables.h"
#include "matcher/target.h"

namespace allowmatch {
namespace {

constexpr size_t kLanes = 64;
constexpr size_t kChunk = 8 * kLanes;

// Position 16 l + o of a plane has tuple 16 (o / 4) + 4 l + o % 4.
constexpr uint8_t TupleAt(size_t position) {
  const size_t l = position / 16;
  const size_t o = position % 16;
  return static_cast<uint8_t>(16 * (o / 4) + 4 * l + o % 4);
}

struct alignas(64) Order {
  uint8_t at[64];
};

// Which bytes of two vectors of 16 addresses make half planes: `byte` of each of
// the 32, then the byte below it. A half plane has, for each l, the eight tuples of
// positions 16 l to 16 l + 7; that of the next 32 addresses has the other eight.
constexpr Order PairOrder(unsigned byte) {
  Order order = {};
  for (size_t i = 0; i < 64; ++i) {
    const size_t half = i % 32;                 // l = half / 8, o = half % 8
    const size_t tuple = TupleAt(16 * (half / 8) + half % 8);  // below 32
    order.at[i] = static_cast<uint8_t>(4 * tuple + byte - i / 32);
  }
  return order;
}

// Puts the halves of two such vectors together: eight bytes of each in turn.
struct alignas(64) WordOrder {
  uint64_t at[8];
};
constexpr WordOrder JoinOrder(bool upper) {
  WordOrder order = {};
  for (size_t q = 0; q < 8; ++q) order.at[q] = q / 2 + (upper ? 4 : 0) + (q % 2 != 0 ? 8 : 0);
  return order;
}

constexpr Order PlaneOrder(size_t stride, size_t offset) {
  Order order = {};
  for (size_t i = 0; i < 64; ++i) order.at[i] = static_cast<uint8_t>(stride * TupleAt(i) + offset);
  return order;
}

constexpr Order kHighBytes = PairOrder(3);
constexpr Order kLowBytes = PairOrder(1);
constexpr WordOrder kJoinFirst = JoinOrder(false);
constexpr WordOrder kJoinSecond = JoinOrder(true);
constexpr Order kPortHigh = PlaneOrder(2, 1);
constexpr Order kPortLow = PlaneOrder(2, 0);
constexpr Order kProtocol = PlaneOrder(1, 0);

// Planes of a chunk.
struct alignas(64) Planes {
  uint8_t slot[kChunk];
  uint8_t c[kChunk];
  uint8_t d[kChunk];
  uint8_t shape[kChunk];
  uint8_t first[kChunk];
  uint8_t service[kChunk];
  uint64_t owned[kChunk / kLanes];
};

}  // namespace
}  // namespace allowmatch

ALLOWMATCH_TARGET_BEGIN(ALLOWMATCH_VBMI)

namespace allowmatch {
namespace {

inline __m512i Load(const void* at) { return _mm512_loadu_si512(at); }

// 256 bytes in registers.
struct Wide {
  explicit Wide(const ByteTable& table)
      : t0(Load(table)), t1(Load(table + 64)), t2(Load(table + 128)), t3(Load(table + 192)) {}
  __m512i operator[](__m512i at) const { return At(at, _mm512_movepi8_mask(at)); }
  // `high` has the top bit of each index: it is the same for several tables.
  __m512i At(__m512i at, __mmask64 high) const {
    return _mm512_mask_mov_epi8(_mm512_permutex2var_epi8(t0, at, t1), high,
                                _mm512_permutex2var_epi8(t2, at, t3));
  }
  __m512i t0, t1, t2, t3;
};

// The first 128 bytes of a table.
struct Narrow {
  explicit Narrow(const ByteTable& table) : t0(Load(table)), t1(Load(table + 64)) {}
  __m512i operator[](__m512i at) const { return _mm512_permutex2var_epi8(t0, at, t1); }
  __m512i t0, t1;
};

// 1 added where `mask` is set.
inline __m512i Count(__m512i value, __mmask64 mask) {
  return _mm512_mask_sub_epi8(value, mask, value, _mm512_set1_epi8(-1));
}

// From addresses to slots.
void FindSlots(const RegisterTables& t, const uint32_t* addresses, size_t vectors, Planes* p) {
  const __m512i high = Load(&kHighBytes);
  const __m512i low = Load(&kLowBytes);
  const __m512i first = Load(&kJoinFirst);
  const __m512i second = Load(&kJoinSecond);
  const Wide page(t.page);
  const Wide owner(t.owner);
  for (size_t v = 0; v < vectors; ++v) {
    const uint32_t* const from = addresses + v * kLanes;
    const __m512i z0 = Load(from), z1 = Load(from + 16), z2 = Load(from + 32), z3 = Load(from + 48);
    const __m512i ab01 = _mm512_permutex2var_epi8(z0, high, z1);
    const __m512i ab23 = _mm512_permutex2var_epi8(z2, high, z3);
    const __m512i cd01 = _mm512_permutex2var_epi8(z0, low, z1);
    const __m512i cd23 = _mm512_permutex2var_epi8(z2, low, z3);
    const __m512i a = _mm512_permutex2var_epi64(ab01, first, ab23);
    const __m512i b = _mm512_permutex2var_epi64(ab01, second, ab23);
    const __m512i row = page[a];
    const __m512i slot = _mm512_add_epi8(row, b);
    p->owned[v] = _mm512_cmpeq_epi8_mask(owner[slot], row);
    _mm512_store_si512(p->slot + v * kLanes, slot);
    _mm512_store_si512(p->c + v * kLanes, _mm512_permutex2var_epi64(cd01, first, cd23));
    _mm512_store_si512(p->d + v * kLanes, _mm512_permutex2var_epi64(cd01, second, cd23));
  }
}

// From slots to the nodes of boxes, in place.
void FindBoxes(const RegisterTables& t, size_t vectors, Planes* p) {
  const Wide split0(t.split[0]), next0(t.next[0]);
  const Narrow split1(t.split[1]), next1(t.next[1]), split2(t.split[2]), next2(t.next[2]);
  for (size_t v = 0; v < vectors; ++v) {
    const __m512i c = Load(p->c + v * kLanes);
    const __m512i d = Load(p->d + v * kLanes);
    __m512i node = Load(p->slot + v * kLanes);
    const __mmask64 high = _mm512_movepi8_mask(node);
    node = Count(next0.At(node, high), _mm512_cmpgt_epu8_mask(c, split0.At(node, high)));
    node = Count(next1[node], _mm512_cmpgt_epu8_mask(c, split1[node]));
    node = Count(next2[node], _mm512_cmpgt_epu8_mask(d, split2[node]));
    _mm512_store_si512(p->slot + v * kLanes, node);
  }
}

// The codes of the addresses of one vector.
struct Codes {
  explicit Codes(const RegisterTables& t)
      : box_c(t.box_c), size_c(t.size_c), box_d(t.box_d), size_d(t.size_d), base(t.base) {}

  __m512i Of(const Planes& p, size_t v) const {
    const __m512i node = Load(p.slot + v * kLanes);
    const __m512i c = _mm512_sub_epi8(Load(p.c + v * kLanes), box_c[node]);
    const __m512i d = _mm512_sub_epi8(Load(p.d + v * kLanes), box_d[node]);
    const __mmask64 in_c = _mm512_cmple_epu8_mask(c, size_c[node]);
    const __mmask64 in_box = _mm512_mask_cmple_epu8_mask(in_c, d, size_d[node]);
    return _mm512_maskz_mov_epi8(p.owned[v], Count(base[node], in_box));
  }

  Narrow box_c, size_c, box_d, size_d, base;
};

void FindRows(const RegisterTables& t, size_t vectors, Planes* p) {
  const Codes codes(t);
  const Wide shape(t.shape), first(t.first);
  for (size_t v = 0; v < vectors; ++v) {
    const __m512i code = codes.Of(*p, v);
    const __mmask64 high = _mm512_movepi8_mask(code);
    _mm512_store_si512(p->shape + v * kLanes, shape.At(code, high));
    _mm512_store_si512(p->first + v * kLanes, first.At(code, high));
  }
}

// From protocols and ports to services.
void FindServices(const RegisterTables& t, const uint8_t* protocols, const uint16_t* ports,
                  size_t vectors, Planes* p) {
  const __m512i high_order = Load(&kPortHigh);
  const __m512i low_order = Load(&kPortLow);
  const __m512i protocol_order = Load(&kProtocol);
  const Wide group(t.port_group), dense(t.dense);
  const Narrow split(t.port_split), next(t.port_next), base(t.port_base);
  const Narrow pivot0(t.port_pivot[0]), pivot1(t.port_pivot[1]), pivot2(t.port_pivot[2]);
  const __m512i dense_group = _mm512_set1_epi8(static_cast<char>(t.dense_group));
  const size_t last_lane = t.lane_count - 1u;
  for (size_t v = 0; v < vectors; ++v) {
    const __m512i p0 = Load(ports + v * kLanes);
    const __m512i p1 = Load(ports + v * kLanes + 32);
    const __m512i low = _mm512_permutex2var_epi8(p0, low_order, p1);
    const __m512i g = group[_mm512_permutex2var_epi8(p0, high_order, p1)];
    const __m512i node = Count(next[g], _mm512_cmpgt_epu8_mask(low, split[g]));
    __m512i found = base[node];
    found = Count(found, _mm512_cmpgt_epu8_mask(low, pivot0[node]));
    found = Count(found, _mm512_cmpgt_epu8_mask(low, pivot1[node]));
    found = Count(found, _mm512_cmpgt_epu8_mask(low, pivot2[node]));
    found = _mm512_mask_mov_epi8(found, _mm512_cmpeq_epi8_mask(g, dense_group), dense[low]);
    const __m512i protocol =
        _mm512_maskz_permutexvar_epi8(~__mmask64{0}, protocol_order, Load(protocols + v * kLanes));
    __m512i service = Narrow(t.lane_service[last_lane])[found];
    for (size_t lane = 0; lane < last_lane; ++lane) {
      const __mmask64 here = _mm512_cmpeq_epi8_mask(
          protocol, _mm512_set1_epi8(static_cast<char>(t.lane_protocol[lane])));
      service = _mm512_mask_mov_epi8(service, here, Narrow(t.lane_service[lane])[found]);
    }
    _mm512_store_si512(p->service + v * kLanes, service);
  }
}

// Four planes to 64 words, in the order of the tuples.
template <bool stream>
inline void StoreWords(const __m512i bytes[4], uint32_t* to) {
  const __m512i low_01 = _mm512_unpacklo_epi8(bytes[0], bytes[1]);
  const __m512i high_01 = _mm512_unpackhi_epi8(bytes[0], bytes[1]);
  const __m512i low_23 = _mm512_unpacklo_epi8(bytes[2], bytes[3]);
  const __m512i high_23 = _mm512_unpackhi_epi8(bytes[2], bytes[3]);
  const __m512i words[4] = {
      _mm512_unpacklo_epi16(low_01, low_23), _mm512_unpackhi_epi16(low_01, low_23),
      _mm512_unpacklo_epi16(high_01, high_23), _mm512_unpackhi_epi16(high_01, high_23)};
  for (int i = 0; i < 4; ++i) {
    if constexpr (stream) {
      _mm512_stream_si512(reinterpret_cast<__m512i*>(to + 16 * i), words[i]);
    } else {
      _mm512_storeu_si512(to + 16 * i, words[i]);
    }
  }
}

template <bool stream>
void FindVerdicts(const RegisterTables& t, size_t vectors, const Planes& p, uint32_t* words) {
  const Wide places(t.places);
  const Wide word0(t.word[0]), word1(t.word[1]), word2(t.word[2]), word3(t.word[3]);
  // Fewer than 256 rules: the middle byte of a rule is as its high one.
  const bool small = std::memcmp(t.word[1], t.word[2], sizeof(ByteTable)) == 0;
  for (size_t v = 0; v < vectors; ++v) {
    const __m512i shape = Load(p.shape + v * kLanes);
    const __m512i place = places[_mm512_add_epi8(shape, Load(p.service + v * kLanes))];
    const __m512i cell = _mm512_add_epi8(Load(p.first + v * kLanes), place);
    const __mmask64 high = _mm512_movepi8_mask(cell);
    const __m512i middle = word1.At(cell, high);
    const __m512i bytes[4] = {word0.At(cell, high), middle,
                              small ? middle : word2.At(cell, high), word3.At(cell, high)};
    StoreWords<stream>(bytes, words + v * kLanes);
  }
}

template <bool stream>
void FindListingRules(const RegisterTables& t, size_t vectors, const Planes& p, uint32_t* rules) {
  const Codes codes(t);
  const Wide rule0(t.listing[0]), rule1(t.listing[1]);
  const bool small = std::memcmp(t.listing[1], t.listing[2], sizeof(ByteTable)) == 0;
  for (size_t v = 0; v < vectors; ++v) {
    const __m512i code = codes.Of(p, v);
    const __mmask64 high = _mm512_movepi8_mask(code);
    const __m512i middle = rule1.At(code, high);
    const __m512i bytes[4] = {rule0.At(code, high), middle,
                              small ? middle : Wide(t.listing[2]).At(code, high),
                              _mm512_setzero_si512()};
    StoreWords<stream>(bytes, rules + v * kLanes);
  }
}

template <bool stream>
void VerdictChunk(const RegisterTables& t, const uint32_t* addresses, const uint8_t* protocols,
                  const uint16_t* ports, size_t vectors, uint32_t* words) {
  Planes p;
  FindSlots(t, addresses, vectors, &p);
  FindBoxes(t, vectors, &p);
  FindRows(t, vectors, &p);
  FindServices(t, protocols, ports, vectors, &p);
  FindVerdicts<stream>(t, vectors, p, words);
}

template <bool stream>
void ListingChunk(const RegisterTables& t, const uint32_t* addresses, size_t vectors,
                  uint32_t* rules) {
  Planes p;
  FindSlots(t, addresses, vectors, &p);
  FindBoxes(t, vectors, &p);
  FindListingRules<stream>(t, vectors, p, rules);
}

// Results that do not stay in the cache anyway go past it, if they can.
constexpr size_t kStreamFrom = 1 << 20;
bool Streams(const void* to, size_t count) {
  return count >= kStreamFrom && reinterpret_cast<uintptr_t>(to) % 64 == 0;
}

}  // namespace

void RegisterVerdictsVbmi(const RegisterTables& tables, const uint32_t* addresses,
                          const uint8_t* protocols, const uint16_t* ports, size_t count,
                          Verdict* verdicts) {
  uint32_t* const words = reinterpret_cast<uint32_t*>(verdicts);
  const auto chunk = Streams(words, count) ? VerdictChunk<true> : VerdictChunk<false>;
  const size_t whole = count / kLanes * kLanes;
  for (size_t at = 0; at < whole; at += kChunk) {
    chunk(tables, addresses + at, protocols + at, ports + at,
          std::min(kChunk, whole - at) / kLanes, words + at);
  }
  _mm_sfence();
  if (whole == count) return;
  // The rest, in a vector of its own.
  alignas(64) uint32_t address[kLanes] = {};
  alignas(64) uint16_t port[kLanes] = {};
  alignas(64) uint8_t protocol[kLanes] = {};
  alignas(64) uint32_t word[kLanes];
  const size_t rest = count - whole;
  std::memcpy(address, addresses + whole, rest * sizeof(address[0]));
  std::memcpy(port, ports + whole, rest * sizeof(port[0]));
  std::memcpy(protocol, protocols + whole, rest);
  VerdictChunk<false>(tables, address, protocol, port, 1, word);
  std::memcpy(words + whole, word, rest * sizeof(word[0]));
}

void RegisterListingRulesVbmi(const RegisterTables& tables, const uint32_t* addresses, size_t count,
                              uint32_t* rules) {
  const auto chunk = Streams(rules, count) ? ListingChunk<true> : ListingChunk<false>;
  const size_t whole = count / kLanes * kLanes;
  for (size_t at = 0; at < whole; at += kChunk) {
    chunk(tables, addresses + at, std::min(kChunk, whole - at) / kLanes, rules + at);
  }
  _mm_sfence();
  if (whole == count) return;
  alignas(64) uint32_t address[kLanes] = {};
  alignas(64) uint32_t rule[kLanes];
  const size_t rest = count - whole;
  std::memcpy(address, addresses + whole, rest * sizeof(address[0]));
  ListingChunk<false>(tables, address, 1, rule);
  std::memcpy(rules + whole, rule, rest * sizeof(rule[0]));
}

}  // namespace allowmatch

ALLOWMATCH_TARGET_END
