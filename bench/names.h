// Names to ask for, as columns, and the mixes in which benchmarks draw them.

#ifndef ALLOWMATCH_BENCH_NAMES_H_
#define ALLOWMATCH_BENCH_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "matcher/name_table.h"
#include "rules/policy.h"

namespace allowmatch {

struct Names {
  std::string bytes;
  std::vector<uint32_t> offset;
  std::vector<uint16_t> size;

  void Add(absl::string_view name);
  size_t count() const { return size.size(); }
  absl::string_view operator[](size_t i) const {
    return absl::string_view(bytes).substr(offset[i], size[i]);
  }
  NameColumns columns(size_t first = 0) const {
    return {bytes.data(), &offset[first], &size[first]};
  }
};

enum class NameMix {
  kHits,     // listed names; popular ones come often, by Zipf's law
  kUniform,  // listed names, each as often as any other
  kBelow,    // one to three labels more than a popular name
  kMisses,   // not listed; share the last label or the last two with a listed name
  kMixed,    // a third each of kHits, kBelow and kMisses
  kHalf,     // listed names and names that have nothing to do with them; half have a label more
  kLogs,     // drawn from those in the logs of the folder in ALLOWMATCH_SHARED
};

// The names that the outbound patterns of a policy are about: their labels, with "q"
// for each `*`.
std::vector<std::string> ListedNames(const Policy& policy);

// `count` names; the same for the same input. One in 16 has upper case letters, as some
// resolvers and browsers send them, and one in 64 a final dot. Empty if there are no logs.
Names MakeNames(NameMix mix, const std::vector<std::string>& listed, size_t count);

// Names that nobody has: two or three labels.
std::vector<std::string> MadeUpNames(size_t count);

// `count` patterns with partial labels, *-t7.a.example.
std::vector<std::string> PartialPatterns(size_t count);

// A rule for any service for each name, `.x`, but for names that no rule may have (a few real
// ones are no IDNA); and one for each of PartialPatterns(partials).
Policy NameListPolicy(const std::vector<std::string>& names, size_t partials);

// The `limit` of the names that ALLOWMATCH_SHARED has whose hashes are the lowest; 0 is all.
std::vector<std::string> SampleOfSharedNames(size_t limit);

}  // namespace allowmatch

#endif  // ALLOWMATCH_BENCH_NAMES_H_
