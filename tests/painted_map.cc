#include "tests/painted_map.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "matcher/verdict.h"

namespace allowmatch {
namespace {

struct Stroke {
  uint128 first;
  uint128 last;
  bool allow;
  bool wide;  // more than one address
  int fixed;  // leading bits that all its addresses share
  int ports;  // how many
  uint32_t rule;
};

bool IsMoreImportant(const Stroke& a, const Stroke& b) {
  return std::tuple(a.allow, a.wide, -a.fixed, a.ports, a.rule) <
         std::tuple(b.allow, b.wide, -b.fixed, b.ports, b.rule);
}

int SharedBits(uint128 first, uint128 last, int width) {
  int shared = width;
  for (uint128 differing = first ^ last; differing != 0; differing >>= 1) --shared;
  return shared;
}

int PortCount(const PortSet& ports) {
  if (ports == PortSet()) return 65536;
  int count = 0;
  for (const PortRange& range : ports.ranges()) count += range.last - range.first + 1;
  return count;
}

class Palette {
 public:
  Palette(Family family, const std::vector<AddressRange>& self) : family_(family), self_(self) {}

  void AddRule(const Rule& rule, uint32_t id) {
    if (rule.direction == RuleDirection::kIn) return;
    for (const Destination& to : rule.to) {
      if (std::holds_alternative<AnyDestination>(to)) {
        Add(rule, id, 0, MaxBits(family_), 0);
      } else if (std::holds_alternative<SelfDestination>(to)) {
        for (const AddressRange& own : self_) AddRange(rule, id, own);
      } else if (const auto* range = std::get_if<AddressRange>(&to)) {
        AddRange(rule, id, *range);
      }
    }
  }

  // The most important first.
  std::vector<Stroke> Strokes() && {
    std::sort(strokes_.begin(), strokes_.end(), IsMoreImportant);
    return std::move(strokes_);
  }

 private:
  void AddRange(const Rule& rule, uint32_t id, const AddressRange& range) {
    if (range.first.family() != family_) return;
    const uint128 first = range.first.bits();
    const uint128 last = range.last.bits();
    Add(rule, id, first, last, SharedBits(first, last, Width(family_)));
  }

  void Add(const Rule& rule, uint32_t id, uint128 first, uint128 last, int fixed) {
    strokes_.push_back({first, last, rule.action == Action::kAllow, first != last, fixed,
                        PortCount(rule.ports), id});
  }

  const Family family_;
  const std::vector<AddressRange>& self_;
  std::vector<Stroke> strokes_;
};

// The addresses between two neighbouring ends of strokes are painted as one.
class Canvas {
 public:
  explicit Canvas(const std::vector<Stroke>& strokes, uint128 end) {
    cells_.push_back(0);
    for (const Stroke& stroke : strokes) {
      cells_.push_back(stroke.first);
      if (stroke.last != end) cells_.push_back(stroke.last + 1);
    }
    std::sort(cells_.begin(), cells_.end());
    cells_.erase(std::unique(cells_.begin(), cells_.end()), cells_.end());
    rules_.assign(cells_.size(), kNoRuleId);
    bare_.resize(cells_.size() + 1);
    std::iota(bare_.begin(), bare_.end(), size_t{0});
  }

  void Paint(const Stroke& stroke) {
    size_t at = static_cast<size_t>(std::lower_bound(cells_.begin(), cells_.end(), stroke.first) -
                                    cells_.begin());
    for (at = Bare(at); at < cells_.size() && cells_[at] <= stroke.last; at = Bare(at)) {
      rules_[at] = stroke.rule;
      bare_[at] = at + 1;
    }
  }

  std::vector<PaintedMap::Piece> Pieces() const {
    std::vector<PaintedMap::Piece> pieces;
    for (size_t at = 0; at < cells_.size(); ++at) {
      if (pieces.empty() || pieces.back().rule != rules_[at]) {
        pieces.push_back({cells_[at], rules_[at]});
      }
    }
    return pieces;
  }

 private:
  // The first cell from `at` on without paint.
  size_t Bare(size_t at) {
    while (bare_[at] != at) at = bare_[at] = bare_[bare_[at]];
    return at;
  }

  std::vector<uint128> cells_;  // where each begins
  std::vector<uint32_t> rules_;
  std::vector<size_t> bare_;  // itself, or a later cell that may be bare
};

}  // namespace

PaintedMap::PaintedMap(Family family, const Policy& policy, const std::vector<bool>& active,
                       const std::vector<AddressRange>& self)
    : shift_(Width(family) - 16) {
  Palette palette(family, self);
  for (uint32_t id = 0; id < policy.rules.size(); ++id) {
    if (active[id]) palette.AddRule(policy.rules[id], id);
  }
  const std::vector<Stroke> strokes = std::move(palette).Strokes();
  Canvas canvas(strokes, MaxBits(family));
  for (const Stroke& stroke : strokes) canvas.Paint(stroke);
  pieces_ = canvas.Pieces();
  IndexSlices();
}

void PaintedMap::IndexSlices() {
  size_t at = 0;
  for (uint64_t slice = 0; slice < 65536; ++slice) {
    const uint128 first = uint128{slice} << shift_;
    while (at + 1 < pieces_.size() && pieces_[at + 1].first <= first) ++at;
    slice_begin_.push_back(static_cast<uint32_t>(at));
  }
  slice_begin_.push_back(static_cast<uint32_t>(pieces_.size()) - 1);
}

size_t PaintedMap::PieceOf(uint128 address) const {
  const uint64_t slice = Slice(address);
  const auto begin = pieces_.begin() + slice_begin_[slice];
  const auto end = pieces_.begin() + slice_begin_[slice + 1] + 1;
  const auto next = std::upper_bound(
      begin, end, address, [](uint128 bits, const Piece& piece) { return bits < piece.first; });
  return static_cast<size_t>(next - pieces_.begin()) - 1;
}

}  // namespace allowmatch
