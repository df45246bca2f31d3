#include "rules/box_tree.h"

#include <algorithm>
#include <set>

namespace allowmatch {
namespace {

struct Segment {
  int d0;
  int d1;
  uint32_t code;

  friend bool operator==(const Segment& a, const Segment& b) {
    return a.d0 == b.d0 && a.d1 == b.d1 && a.code == b.code;
  }
};

class Square {
 public:
  explicit Square(const std::vector<CodeRun>& runs) {
    for (size_t i = 0; i < runs.size(); ++i) {
      const uint32_t end = i + 1 < runs.size() ? runs[i + 1].first : 65536;
      for (uint32_t at = runs[i].first; at < end;) {
        const uint32_t stop = std::min(end, (at | 255) + 1);
        lines_[at >> 8].push_back(
            {static_cast<int>(at & 255), static_cast<int>((stop - 1) & 255), runs[i].code});
        at = stop;
      }
    }
  }

  std::unique_ptr<BoxTree> Cut(int level, const Region& region) const {
    auto tree = std::make_unique<BoxTree>();
    if (level == BoxTree::kLevels) {
      const std::optional<Box> box = OneBox(region);
      if (!box) return nullptr;
      tree->box = *box;
      return tree;
    }
    tree->low = Cut(level + 1, region);
    if (tree->low != nullptr) return tree;
    const bool by_d = level == BoxTree::kLevels - 1;
    for (const int at : by_d ? CutsOfD(region) : CutsOfC(region)) {
      Region low = region;
      Region high = region;
      (by_d ? low.d1 : low.c1) = at;
      (by_d ? high.d0 : high.c0) = at + 1;
      tree->low = Cut(level + 1, low);
      if (tree->low != nullptr) tree->high = Cut(level + 1, high);
      if (tree->high == nullptr) continue;
      tree->at = at;
      return tree;
    }
    return nullptr;
  }

 private:
  std::vector<int> CutsOfC(const Region& region) const {
    std::vector<int> cuts;
    for (int c = region.c0; c < region.c1; ++c) {
      if (!(lines_[c] == lines_[c + 1])) cuts.push_back(c);
    }
    return cuts;
  }

  std::vector<int> CutsOfD(const Region& region) const {
    std::set<int> cuts;
    for (int c = region.c0; c <= region.c1; ++c) {
      for (const Segment& s : lines_[c]) {
        if (s.d1 >= region.d0 && s.d1 < region.d1) cuts.insert(s.d1);
      }
    }
    return {cuts.begin(), cuts.end()};
  }

  std::vector<Segment> Clipped(int c, const Region& region) const {
    std::vector<Segment> clipped;
    for (const Segment& s : lines_[c]) {
      const int d0 = std::max(s.d0, region.d0);
      const int d1 = std::min(s.d1, region.d1);
      if (d0 <= d1) clipped.push_back({d0, d1, s.code});
    }
    return clipped;
  }

  // The region as one box, if it is that.
  std::optional<Box> OneBox(const Region& region) const {
    std::set<uint32_t> codes;
    std::vector<std::vector<Segment>> lines;
    for (int c = region.c0; c <= region.c1; ++c) {
      lines.push_back(Clipped(c, region));
      for (const Segment& s : lines.back()) codes.insert(s.code);
      if (codes.size() > 2) return std::nullopt;
    }
    // Of one code only: inside everywhere, so that what is outside does not matter.
    if (codes.size() == 1) return Box{{0, 255, 0, 255}, *codes.begin(), 0};
    for (const uint32_t outside : codes) {
      if (std::optional<Box> box = BoxIn(region, lines, outside)) return box;
    }
    return std::nullopt;
  }

  // The lines of `region` are one box on `outside`.
  static std::optional<Box> BoxIn(const Region& region,
                                  const std::vector<std::vector<Segment>>& lines,
                                  uint32_t outside) {
    std::optional<Segment> inside;
    Box box;
    for (size_t i = 0; i < lines.size(); ++i) {
      const int c = region.c0 + static_cast<int>(i);
      std::vector<Segment> others;
      std::copy_if(lines[i].begin(), lines[i].end(), std::back_inserter(others),
                   [outside](const Segment& s) { return s.code != outside; });
      if (others.empty()) continue;
      if (others.size() > 1) return std::nullopt;
      if (!inside) {
        inside = others[0];
        box = {{c, c, others[0].d0, others[0].d1}, others[0].code, outside};
      } else if (!(*inside == others[0]) || box.region.c1 != c - 1) {
        return std::nullopt;
      }
      box.region.c1 = c;
    }
    return inside ? std::optional<Box>(box) : std::nullopt;
  }

  std::array<std::vector<Segment>, 256> lines_;
};

}  // namespace

std::unique_ptr<BoxTree> BuildBoxTree(const std::vector<CodeRun>& runs) {
  return Square(runs).Cut(0, Region());
}

}  // namespace allowmatch
