#include "matcher/register_tables.h"

#include "absl/strings/str_cat.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the register tables: ", what));
}

uint8_t Byte(uint32_t value) { return static_cast<uint8_t>(value); }

// Of an address: where shape, first and listing are looked up.
uint8_t CodeOf(const RegisterTables& t, uint32_t address) {
  const uint8_t b = Byte(address >> 16);
  const uint8_t c = Byte(address >> 8);
  const uint8_t d = Byte(address);
  const uint8_t row = t.page[address >> 24];
  const uint8_t slot = Byte(row + b);
  uint8_t node = Byte(t.next[0][slot] + (c > t.split[0][slot]));
  node = Byte(t.next[1][node] + (c > t.split[1][node]));
  node = Byte(t.next[2][node] + (d > t.split[2][node]));
  const unsigned in_c = Byte(c - t.box_c[node]) <= t.size_c[node];
  const unsigned in_d = Byte(d - t.box_d[node]) <= t.size_d[node];
  const unsigned in_box = in_c & in_d;
  return Byte((t.base[node] + in_box) & (0u - (t.owner[slot] == row)));
}

uint8_t PortsOf(const RegisterTables& t, uint16_t port) {
  const uint8_t low = Byte(port);
  const uint8_t group = t.port_group[port >> 8];
  const uint8_t node = Byte(t.port_next[group] + (low > t.port_split[group]));
  unsigned ports = t.port_base[node];
  for (const ByteTable& pivot : t.port_pivot) ports += low > pivot[node];
  const unsigned dense = 0u - (group == t.dense_group);
  return Byte((ports & ~dense) | (t.dense[low] & dense));
}

}  // namespace

absl::Status CheckRegisterTables(const RegisterTables& tables, uint32_t rule_count) {
  if (tables.lane_count == 0 || tables.lane_count > RegisterTables::kMaxLanes) {
    return Broken("a count is wrong");
  }
  for (const uint8_t byte : tables.unused) {
    if (byte != 0) return Broken("a reserved field is not zero");
  }
  for (int i = 0; i < 256; ++i) {
    if (tables.lane_of[i] >= RegisterTables::kMaxLanes) return Broken("a protocol has no lane");
    const uint32_t rule = tables.word[0][i] | tables.word[1][i] << 8 | tables.word[2][i] << 16;
    const uint32_t reason = tables.word[3][i] & 15;
    const uint32_t basis = tables.word[3][i] >> 4;
    if ((rule >= rule_count && rule != kNoRuleId) ||
        reason > static_cast<uint32_t>(Reason::kNoRule) ||
        basis > static_cast<uint32_t>(Basis::kBoth)) {
      return Broken("a verdict has no rule");
    }
    const uint32_t listing =
        tables.listing[0][i] | tables.listing[1][i] << 8 | tables.listing[2][i] << 16;
    if (listing >= rule_count && listing != kNoRuleId) return Broken("an address has no rule");
  }
  return absl::OkStatus();
}

Verdict RegisterVerdict(const RegisterTables& t, uint32_t address, uint8_t protocol,
                        uint16_t port) {
  const uint8_t code = CodeOf(t, address);
  const uint8_t service = t.lane_service[t.lane_of[protocol]][PortsOf(t, port) & 127];
  const uint8_t cell = Byte(t.first[code] + t.places[Byte(t.shape[code] + service)]);
  return Verdict::FromWord(t.word[0][cell] | uint32_t{t.word[1][cell]} << 8 |
                           uint32_t{t.word[2][cell]} << 16 | uint32_t{t.word[3][cell]} << 24);
}

uint32_t RegisterListingRule(const RegisterTables& t, uint32_t address) {
  const uint8_t code = CodeOf(t, address);
  return t.listing[0][code] | uint32_t{t.listing[1][code]} << 8 | uint32_t{t.listing[2][code]} << 16;
}

}  // namespace allowmatch
