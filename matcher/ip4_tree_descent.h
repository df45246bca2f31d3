// How a batch goes down the IPv4 tree. Included by each kernel within its target region
// (target.h), so that it is compiled for that; `Count` is a type of the kernel's own, whose
// Below(line, key) counts the keys of a line that are below `key`.

#ifndef ALLOWMATCH_MATCHER_IP4_TREE_DESCENT_H_
#define ALLOWMATCH_MATCHER_IP4_TREE_DESCENT_H_

#include "matcher/ip4_tree.h"

namespace allowmatch {

template <typename Count>
void Ip4Tree::DescendBy(Batch* batch) const {
  const auto all = [](auto step) {
    for (size_t i = 0; i < kBatch; i += 4) {
      step(i);
      step(i + 1);
      step(i + 2);
      step(i + 3);
    }
  };
  const int32_t* const root = levels_[0];
  all([&](size_t i) { batch->nodes[i] = Count::Below(root, batch->keys[i]); });
  for (size_t level = 1; level < level_count_; ++level) {
    const int32_t* const lines = levels_[level];
    const uint32_t fanout = level + 1 < level_count_ ? kFanout : kKeys;
    all([&](size_t i) {
      const uint32_t node = batch->nodes[i];
      batch->nodes[i] = node * fanout + Count::Below(lines + size_t{node} * kKeys, batch->keys[i]);
    });
  }
}

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IP4_TREE_DESCENT_H_
