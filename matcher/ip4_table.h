// IPv4 address -> address class: one of two shapes behind one view.
//
//   Ip4Tree   a search among the ends of intervals; small, and quick as long as
//             there are not too many of them
//   Ip4Trie   an array over the first bits and blocks of bits below; for the routing
//             table of the internet
//
// The compiler takes the one that suits the policy (rules/ip4_builder.h).
//
// A view: it refers to the bytes of the image. Thread-safe.

#ifndef ALLOWMATCH_MATCHER_IP4_TABLE_H_
#define ALLOWMATCH_MATCHER_IP4_TABLE_H_

#include <cstddef>
#include <cstdint>

#include "matcher/ip4_tree.h"
#include "matcher/ip4_trie.h"
#include "matcher/kernel.h"

namespace allowmatch {

class Ip4Table {
 public:
  Ip4Table() = default;
  explicit Ip4Table(const Ip4Tree& tree) : is_tree_(true), tree_(tree) {}
  explicit Ip4Table(const Ip4Trie& trie) : is_tree_(false), trie_(trie) {}

  bool is_tree() const { return is_tree_; }

  // The class of an address in host order.
  uint32_t Lookup(uint32_t address) const {
    return is_tree_ ? tree_.Lookup(address) : trie_.Lookup(address);
  }

  // classes[i] for each of `count` addresses.
  void Lookup(Kernel kernel, const uint32_t* addresses, size_t count, uint32_t* classes) const {
    if (is_tree_) {
      tree_.Lookup(kernel, addresses, count, classes);
    } else {
      trie_.Lookup(kernel, addresses, count, classes);
    }
  }

 private:
  bool is_tree_ = true;
  Ip4Tree tree_;
  Ip4Trie trie_;
};

}  // namespace allowmatch

#endif  // ALLOWMATCH_MATCHER_IP4_TABLE_H_
