#include "matcher/name_branches.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "matcher/name.h"
#include "matcher/packed_label.h"
#include "matcher/pattern.h"

namespace allowmatch {
namespace {

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("not a usable database: the name table: ", what));
}

bool IsGlob(absl::string_view text) {
  return absl::StrContains(text, '*') &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsLabelChar(c) || c == '*'; });
}

// Notes that `branch` is below some node; false if it is none, or below another.
bool Own(uint32_t branch, std::vector<bool>* owned) {
  if (branch == 0 || branch >= owned->size() || (*owned)[branch]) return false;
  (*owned)[branch] = true;
  return true;
}

bool IsFiledAlike(const NameGlob& a, const NameGlob& b) {
  return a.owner == b.owner && a.affixes == b.affixes;
}

bool Has(absl::string_view label, NameAffixes sizes, absl::string_view glob) {
  return label.substr(0, sizes.prefix) == glob.substr(0, sizes.prefix) &&
         label.substr(label.size() - sizes.suffix) == glob.substr(glob.size() - sizes.suffix);
}

bool Ascend(absl::Span<const NameAffixes> affixes) {
  return std::adjacent_find(affixes.begin(), affixes.end(),
                            [](NameAffixes a, NameAffixes b) { return !(a < b); }) == affixes.end();
}

}  // namespace

NameAffixes NameBranches::AffixesOf(absl::string_view glob) {
  return {static_cast<uint8_t>(glob.find('*')),
          static_cast<uint8_t>(glob.size() - 1 - glob.rfind('*'))};
}

uint64_t NameBranches::Hash(uint64_t seed, uint32_t owner, NameAffixes affixes,
                            absl::string_view label) {
  uint64_t hash = Mix(seed ^ owner, kLabelMultiplier ^ (affixes.prefix << 8 | affixes.suffix));
  const auto add = [&hash](absl::string_view part) {
    for (const char c : part) hash = Mix(hash ^ static_cast<uint8_t>(c), kLabelMultiplier);
  };
  add(label.substr(0, affixes.prefix));
  add(label.substr(label.size() - affixes.suffix));
  return hash;
}

uint32_t NameBranches::FirstGlob(uint32_t owner, NameAffixes affixes,
                                 absl::string_view label) const {
  const uint64_t hash = Hash(seed_, owner, affixes, label);
  const size_t mask = a_.slots.size() - 1;
  for (uint32_t probe = 0; probe < kMaxProbes; ++probe) {
    const uint32_t slot = a_.slots[(hash + probe) & mask];
    if (slot == 0) return 0;
    const NameGlob& glob = a_.globs[slot - 1];
    if (glob.owner == owner && glob.affixes == affixes && Has(label, affixes, TextOf(glob))) {
      return slot;
    }
  }
  return 0;
}

uint32_t NameBranches::Next(Cursor* cursor, absl::string_view label) const {
  const NameBranch& branch = a_.branches[cursor->branch];
  if (!cursor->star_done) {
    cursor->star_done = true;
    if (branch.star != 0) return branch.star;
  }
  if (branch.affixes_count == 0 || absl::StartsWith(label, "xn--")) return 0;
  while (true) {
    while (cursor->glob != 0) {
      const NameGlob& glob = a_.globs[cursor->glob - 1];
      cursor->glob = glob.next;
      if (GlobMatches(TextOf(glob), label)) return glob.branch;
    }
    if (cursor->affixes == branch.affixes_count) return 0;
    const NameAffixes affixes = a_.affixes[branch.affixes_begin + cursor->affixes++];
    if (label.size() < size_t{affixes.prefix} + affixes.suffix) continue;
    cursor->glob = FirstGlob(cursor->branch, affixes, label);
  }
}

absl::Status NameBranches::CheckGlobs() const {
  for (uint32_t i = 0; i < a_.globs.size(); ++i) {
    const NameGlob& glob = a_.globs[i];
    if (glob.owner >= a_.branches.size()) return Broken("a partial label is below nothing");
    // A list goes on with later ones, so it ends.
    if (glob.next != 0 && (glob.next <= i + 1 || glob.next > a_.globs.size() ||
                           !IsFiledAlike(glob, a_.globs[glob.next - 1]))) {
      return Broken("a list of partial labels leads elsewhere");
    }
    if (glob.reserved != 0) return Broken("a reserved field is not zero");
    if (glob.size > kMaxLabelSize || glob.text > a_.texts.size() ||
        a_.texts.size() - glob.text < glob.size || !IsGlob(TextOf(glob))) {
      return Broken("a partial label leads outside");
    }
    if (!(AffixesOf(TextOf(glob)) == glob.affixes)) {
      return Broken("a partial label is filed wrongly");
    }
  }
  return absl::OkStatus();
}

absl::Status NameBranches::Bind(const NameBranchArrays& arrays, uint64_t seed,
                                uint64_t class_count, std::vector<bool>* owned) {
  a_ = arrays;
  seed_ = seed;
  owned->assign(a_.branches.size(), false);
  for (const NameBranch& branch : a_.branches) {
    if (branch.exact >= class_count || branch.below >= class_count) return Broken("unknown class");
    if (branch.star != 0 && !Own(branch.star, owned)) return Broken("a star is below two nodes");
    if (branch.affixes_begin > a_.affixes.size() ||
        a_.affixes.size() - branch.affixes_begin < branch.affixes_count) {
      return Broken("partial labels lead outside");
    }
    if (branch.affixes_count != 0 && a_.slots.empty()) return Broken("its hash table");
    if (!Ascend(a_.affixes.subspan(branch.affixes_begin, branch.affixes_count))) {
      return Broken("the sizes of partial labels do not ascend");
    }
  }
  if ((a_.slots.size() & (a_.slots.size() - 1)) != 0) return Broken("its hash table");
  for (const uint32_t slot : a_.slots) {
    if (slot > a_.globs.size()) return Broken("a slot leads outside");
  }
  for (const NameAffixes& affixes : a_.affixes) {
    if (affixes.prefix + affixes.suffix >= int{kMaxLabelSize}) return Broken("an affix is too long");
  }
  for (const NameGlob& glob : a_.globs) {
    if (!Own(glob.branch, owned)) return Broken("a partial label is below two nodes");
  }
  return CheckGlobs();
}

}  // namespace allowmatch
