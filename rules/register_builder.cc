#include "rules/register_builder.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "matcher/service_table.h"
#include "rules/box_tree.h"

namespace allowmatch {
namespace {

constexpr size_t kMaxIntervals = 4096;  // more never fit, and need not be tried
constexpr size_t kBytes = 256;
constexpr int kNever = 255;  // no byte is greater

uint8_t Byte(size_t value) { return static_cast<uint8_t>(value); }

// Numbers from 0 on in the order of first occurrence.
template <typename Key>
class Numbers {
 public:
  uint32_t Of(const Key& key) {
    const auto [at, is_new] = numbers_.try_emplace(key, static_cast<uint32_t>(keys_.size()));
    if (is_new) keys_.push_back(key);
    return at->second;
  }
  const std::vector<Key>& keys() const { return keys_; }

 private:
  std::map<Key, uint32_t> numbers_;
  std::vector<Key> keys_;
};

// What is said of an address: the shape and first cell of its row, and the rule
// that lists it.
using Saying = std::tuple<uint32_t, uint32_t, uint32_t>;

class AddressPart {
 public:
  AddressPart(const AddressTables& addresses, const VerdictTables& verdicts, RegisterTables* tables)
      : t_(*tables) {
    for (const Interval& interval : addresses.intervals4) {
      const AddressClass& c = addresses.classes[interval.id];
      const VerdictRow& row = verdicts.rows[c.out_row];
      const uint32_t code = sayings_.Of(
          {row.shape, row.first, addresses.listing_rules[interval.id]});
      const uint32_t first = static_cast<uint32_t>(interval.first);
      if (runs_.empty() || runs_.back().code != code) runs_.push_back({first, code});
    }
  }

  // False if it does not fit.
  bool Build() {
    bytes_.push_back(0);  // what is said of addresses that are in no slot
    std::fill(std::begin(t_.owner), std::end(t_.owner), uint8_t{255});
    return FindSlots() && LayRows() && FillNodes();
  }

  // By code: what is said.
  std::vector<Saying> Sayings() const {
    std::vector<Saying> said;
    for (const uint32_t code : bytes_) said.push_back(sayings_.keys()[code]);
    return said;
  }

 private:
  // A /16 in which not all is code 0.
  struct Slot {
    uint32_t upper;  // the first two bytes
    std::vector<CodeRun> runs;
    uint8_t at = 0;
  };

  uint64_t End(size_t run) const {
    return run + 1 < runs_.size() ? runs_[run + 1].first : uint64_t{1} << 32;
  }

  // Cuts the runs into /16s.
  bool FindSlots() {
    for (size_t run = 0; run < runs_.size(); ++run) {
      for (uint64_t at = runs_[run].first; at < End(run);) {
        const uint32_t upper = static_cast<uint32_t>(at >> 16);
        const uint64_t stop = std::min(End(run), (uint64_t{upper} + 1) << 16);
        const bool is_whole = (at & 0xffff) == 0 && stop == (uint64_t{upper} + 1) << 16;
        if (!is_whole || runs_[run].code != 0) {
          if (slots_.empty() || slots_.back().upper != upper) slots_.push_back({upper, {}});
          slots_.back().runs.push_back({static_cast<uint32_t>(at & 0xffff), runs_[run].code});
          if (slots_.size() > kBytes) return false;
          at = stop;
        } else {
          at = End(run) & ~uint64_t{0xffff};  // all whole /16s of code 0
        }
      }
    }
    return true;
  }

  // Gives every first byte its row, the fullest first.
  bool LayRows() {
    std::map<uint32_t, std::vector<Slot*>> by_page;
    for (Slot& slot : slots_) by_page[slot.upper >> 8].push_back(&slot);
    std::vector<std::pair<uint32_t, std::vector<Slot*>>> rows(by_page.begin(), by_page.end());
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
      return a.second.size() > b.second.size();
    });
    std::vector<bool> row_taken(kBytes, false);
    row_taken[0] = row_taken[255] = true;  // of no slot: pages without any, slots without owner
    for (const auto& [page, slots] : rows) {
      size_t row = 0;
      while (row < kBytes && (row_taken[row] || !Fits(row, slots))) ++row;
      if (row == kBytes) return false;
      row_taken[row] = true;
      t_.page[page] = Byte(row);
      for (Slot* const slot : slots) {
        slot->at = Byte(row + (slot->upper & 255));
        t_.owner[slot->at] = Byte(row);
      }
    }
    return true;
  }

  bool Fits(size_t row, const std::vector<Slot*>& slots) const {
    return std::all_of(slots.begin(), slots.end(), [&](const Slot* slot) {
      return t_.owner[Byte(row + (slot->upper & 255))] == 255;
    });
  }

  bool FillNodes() {
    for (const Slot& slot : slots_) {
      const std::unique_ptr<BoxTree> tree = BuildBoxTree(slot.runs);
      if (tree == nullptr || !Place(0, slot.at, *tree)) return false;
    }
    return true;
  }

  // Puts `tree` at node `node` of `level`.
  bool Place(int level, size_t node, const BoxTree& tree) {
    if (level == BoxTree::kLevels) return PlaceBox(node, tree.box);
    const size_t below = node_count_[level];
    node_count_[level] += tree.at ? 2 : 1;
    if (node_count_[level] > RegisterTables::kMaxNodes) return false;
    t_.split[level][node] = Byte(static_cast<size_t>(tree.at.value_or(kNever)));
    t_.next[level][node] = Byte(below);
    return Place(level + 1, below, *tree.low) && (!tree.at || Place(level + 1, below + 1, *tree.high));
  }

  bool PlaceBox(size_t node, const Box& box) {
    t_.box_c[node] = Byte(static_cast<size_t>(box.region.c0));
    t_.size_c[node] = Byte(static_cast<size_t>(box.region.c1 - box.region.c0));
    t_.box_d[node] = Byte(static_cast<size_t>(box.region.d0));
    t_.size_d[node] = Byte(static_cast<size_t>(box.region.d1 - box.region.d0));
    t_.base[node] = Byte(PairAt(box.outside, box.inside));
    return bytes_.size() <= kBytes;
  }

  // Where `outside` and, behind it, `inside` stand among the bytes.
  size_t PairAt(uint32_t outside, uint32_t inside) {
    for (size_t at = 0; at + 1 < bytes_.size(); ++at) {
      if (bytes_[at] == outside && bytes_[at + 1] == inside) return at;
    }
    if (bytes_.back() != outside) bytes_.push_back(outside);
    bytes_.push_back(inside);
    return bytes_.size() - 2;
  }

  RegisterTables& t_;
  Numbers<Saying> sayings_;
  std::vector<CodeRun> runs_;  // over the whole space
  std::vector<Slot> slots_;
  size_t node_count_[BoxTree::kLevels] = {};
  std::vector<uint32_t> bytes_;  // by the byte that a lookup ends with: the code
};

// Shapes, cells and verdicts of the rows that addresses lead to.
class VerdictPart {
 public:
  VerdictPart(const VerdictTables& verdicts, size_t class_count, RegisterTables* tables)
      : verdicts_(verdicts), class_count_(class_count), t_(*tables) {}

  bool Build(const std::vector<Saying>& said) {
    for (size_t code = 0; code < kBytes; ++code) {
      const auto& [shape, first, listing] = said[code < said.size() ? code : 0];
      const size_t shape_at = shapes_.Of(shape) * class_count_;
      if (shape_at + class_count_ > kBytes) return false;
      const auto [at, is_new] = firsts_.try_emplace(first, words_.size());
      if (is_new && !AddCells(shape, first)) return false;
      t_.shape[code] = Byte(shape_at);
      t_.first[code] = Byte(at->second);
      for (int byte = 0; byte < 3; ++byte) t_.listing[byte][code] = Byte(listing >> (8 * byte));
    }
    for (size_t i = 0; i < shapes_.keys().size(); ++i) {
      const uint8_t* const places = verdicts_.places.data() + shapes_.keys()[i] * class_count_;
      std::copy(places, places + class_count_, t_.places + i * class_count_);
    }
    words_.resize(kBytes, Verdict().word());
    for (size_t i = 0; i < kBytes; ++i) {
      for (int byte = 0; byte < 4; ++byte) t_.word[byte][i] = Byte(words_[i] >> (8 * byte));
    }
    return true;
  }

 private:
  bool AddCells(uint32_t shape, uint32_t first) {
    const uint8_t* const places = verdicts_.places.data() + shape * class_count_;
    const size_t last = *std::max_element(places, places + class_count_);
    for (size_t place = 0; place <= last; ++place) {
      words_.push_back(verdicts_.verdicts[first + place].word());
    }
    return words_.size() <= kBytes;
  }

  const VerdictTables& verdicts_;
  const size_t class_count_;
  RegisterTables& t_;
  Numbers<uint32_t> shapes_;
  std::map<uint32_t, size_t> firsts_;  // cell -> where its words begin
  std::vector<uint32_t> words_;
};

class ServicePart {
 public:
  ServicePart(const ServiceArrays& services, RegisterTables* tables)
      : services_(services), t_(*tables) {}

  bool Build() { return FindLanes() && FindEnds() && FillPages(); }

 private:
  uint32_t ClassOf(uint32_t lane, uint32_t port) const {
    const uint32_t page =
        services_.lane_pages[lane * ServiceTable::kPagesOfLane + port / ServiceTable::kPageSize];
    return services_.pages[page * ServiceTable::kPageSize + port % ServiceTable::kPageSize];
  }

  // One lane for each protocol that is not like most.
  bool FindLanes() {
    std::map<uint32_t, size_t> protocols;  // by lane
    for (int protocol = 0; protocol < 256; ++protocol) ++protocols[services_.lanes[protocol]];
    const uint32_t usual = std::max_element(protocols.begin(), protocols.end(),
                                            [](const auto& a, const auto& b) {
                                              return a.second < b.second;
                                            })->first;
    for (int protocol = 0; protocol < 256; ++protocol) {
      if (services_.lanes[protocol] == usual) continue;
      if (lanes_.size() + 1 == RegisterTables::kMaxLanes) return false;
      t_.lane_protocol[lanes_.size()] = Byte(static_cast<size_t>(protocol));
      lanes_.push_back(services_.lanes[protocol]);
    }
    lanes_.push_back(usual);
    t_.lane_count = Byte(lanes_.size());
    for (size_t protocol = 0; protocol < kBytes; ++protocol) {
      const auto own = std::find(t_.lane_protocol, t_.lane_protocol + lanes_.size() - 1, protocol);
      t_.lane_of[protocol] = Byte(static_cast<size_t>(own - t_.lane_protocol));
    }
    return true;
  }

  // The ports at which any lane has another class than before.
  bool FindEnds() {
    for (uint32_t port = 0; port < 65536; ++port) {
      const bool changes = port > 0 && std::any_of(lanes_.begin(), lanes_.end(), [&](uint32_t lane) {
                             return ClassOf(lane, port) != ClassOf(lane, port - 1);
                           });
      if (changes) ends_.push_back(port);
      if (port > 0 && !changes) continue;
      if (ends_.size() >= RegisterTables::kMaxNodes) return false;
      for (size_t lane = 0; lane < lanes_.size(); ++lane) {
        t_.lane_service[lane][ends_.size()] = Byte(ClassOf(lanes_[lane], port));
      }
    }
    return services_.class_count <= kBytes;
  }

  // Which ends lie within a page, as low bytes; the code that it begins with.
  std::pair<std::vector<uint8_t>, size_t> Page(uint32_t high) const {
    const auto begin = std::upper_bound(ends_.begin(), ends_.end(), high * 256);
    const auto end = std::lower_bound(begin, ends_.end(), (high + 1) * 256);
    std::vector<uint8_t> low;
    for (auto at = begin; at != end; ++at) low.push_back(Byte(*at & 255));
    return {low, static_cast<size_t>(begin - ends_.begin())};
  }

  bool FillPages() {
    uint32_t fullest = 0;
    for (uint32_t high = 1; high < kBytes; ++high) {
      if (Page(high).first.size() > Page(fullest).first.size()) fullest = high;
    }
    std::map<size_t, size_t> uniform;  // code -> group
    size_t groups = 0;
    size_t nodes = 0;
    for (uint32_t high = 0; high < kBytes; ++high) {
      const auto [low, code] = Page(high);
      if (low.empty()) {
        const auto [at, is_new] = uniform.try_emplace(code, groups);
        t_.port_group[high] = Byte(at->second);
        if (!is_new) continue;
      }
      if (groups == RegisterTables::kMaxNodes) return false;
      t_.port_group[high] = Byte(groups);
      if (high == fullest) FillDense(groups, low, code);
      if (!FillGroup(groups++, high == fullest ? std::vector<uint8_t>() : low, code, &nodes)) {
        return false;
      }
    }
    return true;
  }

  void FillDense(size_t group, const std::vector<uint8_t>& low, size_t code) {
    t_.dense_group = Byte(group);
    size_t passed = 0;
    for (size_t port = 0; port < kBytes; ++port) {
      while (passed < low.size() && low[passed] <= port) ++passed;
      t_.dense[port] = Byte(code + passed);
    }
  }

  // Up to three ends in one node, up to seven in two.
  bool FillGroup(size_t group, const std::vector<uint8_t>& low, size_t code, size_t* nodes) {
    constexpr size_t kPivots = 3;
    if (low.size() > 2 * kPivots + 1) return false;
    const bool cut = low.size() > kPivots;
    t_.port_split[group] = Byte(cut ? low[kPivots] - 1u : size_t{kNever});
    t_.port_next[group] = Byte(*nodes);
    for (size_t from = 0; from < (cut ? 2 : 1); ++from) {
      if (*nodes == RegisterTables::kMaxNodes) return false;
      const size_t first = from * (kPivots + 1);
      for (size_t i = 0; i < kPivots; ++i) {
        t_.port_pivot[i][*nodes] = Byte(first + i < low.size() ? low[first + i] - 1u : size_t{kNever});
      }
      t_.port_base[(*nodes)++] = Byte(code + first);
    }
    return true;
  }

  const ServiceArrays& services_;
  RegisterTables& t_;
  std::vector<uint32_t> lanes_;  // the usual one last
  std::vector<uint32_t> ends_;
};

}  // namespace

std::optional<RegisterTables> BuildRegisterTables(const AddressTables& addresses,
                                                  const ServiceArrays& services,
                                                  const VerdictTables& verdicts) {
  if (verdicts.rows.empty() || addresses.intervals4.size() > kMaxIntervals) return std::nullopt;
  RegisterTables tables = {};
  AddressPart address(addresses, verdicts, &tables);
  if (!address.Build()) return std::nullopt;
  if (!VerdictPart(verdicts, services.class_count, &tables).Build(address.Sayings())) {
    return std::nullopt;
  }
  if (!ServicePart(services, &tables).Build()) return std::nullopt;
  return tables;
}

}  // namespace allowmatch
