// Looks up a given number of items and nothing else: for counting
// instructions. Everything but the lookups is the same whatever the number, so
// that the difference of two runs is the work of the kernel alone.
//
//   kernel_work tuples 4096
//
// Prints the kernel and a hash of the answers, which every kernel must have in
// common.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "bench/listing.h"
#include "bench/subject.h"
#include "matcher/matcher.h"

namespace allowmatch {
namespace {

constexpr size_t kMost = 1 << 16;

std::vector<uint32_t> Tuples(size_t items) {
  FlowMix mix;
  mix.inbound = 0;
  const Policy policy = DefaultPolicy();
  const Agreement agreement(policy, SubjectOptions());
  const TupleBatch flows = MakeFlows(policy, mix, kMost);
  TupleColumns columns = flows.columns();
  columns.size = items;
  std::vector<Verdict> verdicts(kMost);
  Matcher(&agreement.database()).Classify(columns, verdicts.data());
  std::vector<uint32_t> words;
  for (const Verdict verdict : verdicts) words.push_back(verdict.word());
  return words;
}

std::vector<uint32_t> Listing4(size_t items) {
  const Policy policy = DefaultPolicy();
  const Agreement agreement(policy, SubjectOptions());
  const std::vector<uint32_t> words = Words4(MakeAddresses(policy, Family::kV4, kMost));
  std::vector<uint32_t> rules(kMost);
  Matcher(&agreement.database()).ListingRules4(words.data(), items, rules.data());
  return rules;
}

// The built-in policy has no IPv6.
std::vector<uint32_t> Listing6(size_t items) {
  const Policy policy = VendorLikePolicy();
  const Agreement agreement(policy, SubjectOptions());
  const std::vector<uint64_t> words = Words6(MakeAddresses(policy, Family::kV6, kMost));
  std::vector<uint32_t> rules(kMost);
  Matcher(&agreement.database()).ListingRules6(words.data(), items, rules.data());
  return rules;
}

struct {
  const char* name;
  std::vector<uint32_t> (*answers)(size_t items);
} constexpr kWork[] = {{"tuples", &Tuples}, {"listing4", &Listing4}, {"listing6", &Listing6}};

// FNV-1a over the words.
uint64_t Hash(const std::vector<uint32_t>& words) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const uint32_t word : words) hash = (hash ^ word) * 0x100000001b3;
  return hash;
}

int Main(int argc, char** argv) {
  size_t items = 0;
  if (argc == 3 && absl::SimpleAtoi(argv[2], &items) && items <= kMost) {
    for (const auto& work : kWork) {
      if (std::string(argv[1]) != work.name) continue;
      const absl::StatusOr<Kernel> kernel = KernelFromEnvironment();
      if (!kernel.ok()) {
        std::fprintf(stderr, "%s\n", std::string(kernel.status().message()).c_str());
        return 2;
      }
      std::printf("%s %016llx\n", KernelName(*kernel),
                  static_cast<unsigned long long>(Hash(work.answers(items))));
      return 0;
    }
  }
  std::fprintf(stderr, "usage: kernel_work tuples|listing4|listing6 ITEMS (at most %zu)\n", kMost);
  return 2;
}

}  // namespace
}  // namespace allowmatch

int main(int argc, char** argv) { return allowmatch::Main(argc, argv); }
