// Writes workloads for the contenders of bench/duel.py.
//
//   make_workloads --list
//   make_workloads FOLDER NAME...
//
// FOLDER/NAME receives, all integers little-endian:
//
//   policy.rules   the policy; rule ids are as allowmatch numbers them
//   prefixes.txt   "PREFIX ID" a line, of one family: the longest prefix of an address
//                  gives the rule that lists it (address workloads)
//   rules.txt      "ID ORDER PREFIX PROTOCOL FIRST LAST" a line: a part of rule ID, a
//                  protocol number or -1, a range of ports; where several match, the
//                  lowest ORDER decides (tuple workloads)
//   patterns.txt   "PATTERN ID" a line, in the order of primary rules: the first pattern that
//                  covers a name gives the rule that lists it (name workloads)
//   address.bin    u32 in host order, or for IPv6 two u64, the high half first
//   protocol.bin   u8 (tuples)
//   port.bin       u16 (tuples)
//   names.bin      the bytes of the names, in any case, one in 64 with a final dot
//   offset.bin     u32: where in names.bin each name begins
//   size.bin       u16
//   about          "KEY VALUE" lines: kind, calls, queries, rules, sum, listed; written last
//
// `sum` is what the answers must add up to modulo 2^64: rule ids, and 16777215
// where no rule decides. `listed`, of name workloads, is for contenders that tell yes from
// no alone: the sum of the places, from 1, of the queries that a rule lists.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/expected.h"
#include "bench/name_answers.h"
#include "bench/workload.h"
#include "rules/compile.h"
#include "tests/painted_map.h"

namespace allowmatch {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "make_workloads: %s\n", what.c_str());
  std::exit(2);
}

void WriteBytes(const std::string& path, const void* bytes, size_t size) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  const bool good = file != nullptr && std::fwrite(bytes, 1, size, file) == size;
  if (!good || std::fclose(file) != 0) Fail(absl::StrCat(path, ": cannot be written"));
}

void WriteText(const std::string& path, const std::string& text) {
  WriteBytes(path, text.data(), text.size());
}

template <typename T>
void WriteColumn(const std::string& path, const std::vector<T>& column) {
  if (!column.empty()) WriteBytes(path, column.data(), column.size() * sizeof(T));
}

std::string PrefixLines(const std::vector<PrefixRule>& table) {
  std::string text;
  for (const PrefixRule& entry : table) {
    absl::StrAppend(&text, entry.prefix.ToString(), " ", entry.rule, "\n");
  }
  return text;
}

std::vector<int> Protocols(const Protocol& protocol) {
  if (protocol.is_any()) return {-1};
  std::vector<int> numbers;
  for (int number = 0; number < 256; ++number) {
    if (protocol.Covers(static_cast<uint8_t>(number))) numbers.push_back(number);
  }
  return numbers;
}

std::string RuleLines(const Policy& policy, const std::vector<Listing>& listings) {
  std::string text;
  for (size_t order = 0; order < listings.size(); ++order) {
    const Rule& rule = policy.rules[listings[order].rule];
    std::vector<PortRange> ports = rule.ports.ranges();
    if (ports.empty()) ports.push_back({0, 65535});
    for (const Prefix& prefix : listings[order].range.Cover()) {
      for (const int protocol : Protocols(rule.protocol)) {
        for (const PortRange& range : ports) {
          absl::StrAppend(&text, listings[order].rule, " ", order, " ", prefix.ToString(), " ",
                          protocol, " ", range.first, " ", range.last, "\n");
        }
      }
    }
  }
  return text;
}

uint64_t AddressSum(Family family, const Queries& queries, const PaintedMap& painted) {
  uint64_t sum = 0;
  if (family == Family::kV4) {
    for (const uint32_t address : queries.address4) sum += painted.RuleOf(address);
  }
  for (size_t i = 0; i < queries.address6.size(); i += 2) {
    sum += painted.RuleOf(uint128{queries.address6[i]} << 64 | queries.address6[i + 1]);
  }
  return sum;
}

std::string PatternLines(const std::vector<NameListing>& listings) {
  std::string text;
  for (const NameListing& listing : listings) {
    absl::StrAppend(&text, listing.pattern->ToString(), " ", listing.rule, "\n");
  }
  return text;
}

// What the answers must add up to; see `about`.
struct Sums {
  uint64_t sum = 0;
  uint64_t listed = 0;
};

Sums NameSums(const Names& names, const NameAnswers& answers) {
  Sums sums;
  for (size_t i = 0; i < names.count(); ++i) {
    const uint32_t rule = answers.RuleOf(names[i]);
    sums.sum += rule;
    if (rule != kNoRuleId) sums.listed += i + 1;
  }
  return sums;
}

uint64_t TupleSum(const Queries& queries, const TupleAnswers& answers) {
  uint64_t sum = 0;
  for (size_t i = 0; i < queries.address4.size(); ++i) {
    sum += answers.RuleOf(queries.address4[i], queries.protocol[i], queries.port[i]);
  }
  return sum;
}

Sums WriteNames(const std::string& folder, const Policy& policy, const std::vector<bool>& active,
                const Names& names) {
  const std::vector<NameListing> listings = NameListingsOf(policy, active);
  WriteText(folder + "/patterns.txt", PatternLines(listings));
  WriteText(folder + "/names.bin", names.bytes);
  WriteColumn(folder + "/offset.bin", names.offset);
  WriteColumn(folder + "/size.bin", names.size);
  return NameSums(names, NameAnswers(listings));
}

// Writes the rules as peers want them, and returns the expected sums.
Sums WriteRules(const std::string& folder, const Workload& workload, const Policy& policy,
                const std::vector<bool>& active, const Queries& queries) {
  if (workload.kind == QueryKind::kNames) return WriteNames(folder, policy, active, queries.names);
  const Family family = workload.kind == QueryKind::kAddresses6 ? Family::kV6 : Family::kV4;
  const std::vector<Listing> listings = ListingsOf(policy, active, family);
  if (workload.kind == QueryKind::kTuples) {
    WriteText(folder + "/rules.txt", RuleLines(policy, listings));
    return {TupleSum(queries, TupleAnswers(policy, listings))};
  }
  const PaintedMap painted(family, policy, active, {});
  WriteText(folder + "/prefixes.txt", PrefixLines(LongestPrefixTable(family, listings, painted)));
  return {AddressSum(family, queries, painted)};
}

std::string About(const Workload& workload, const Policy& policy, const Sums& sums) {
  std::string about =
      absl::StrCat("kind ", QueryKindName(workload.kind), "\ncalls ",
                   workload.calls == Calls::kBatch ? "batch" : "single", "\nqueries ",
                   workload.queries, "\nrules ", policy.rules.size(), "\nsum ", sums.sum, "\n");
  if (workload.kind == QueryKind::kNames) absl::StrAppend(&about, "listed ", sums.listed, "\n");
  return about;
}

// False if the data that it needs is not there.
bool Write(const std::string& folder, const Workload& workload) {
  const Policy policy = MakeWorkloadPolicy(workload.policy);
  if (policy.rules.empty()) return false;
  const absl::StatusOr<std::vector<bool>> active = ActiveRules(policy, {});
  if (!active.ok()) Fail(active.status().ToString());
  const Queries queries = MakeQueries(workload, policy, *active);
  if (workload.kind == QueryKind::kNames && queries.names.count() == 0) return false;
  std::filesystem::create_directories(folder);
  std::remove((folder + "/about").c_str());
  const Sums sums = WriteRules(folder, workload, policy, *active, queries);
  WriteText(folder + "/policy.rules", FormatRules(policy));
  WriteColumn(folder + "/address.bin", queries.address4);
  WriteColumn(folder + "/address.bin", queries.address6);
  WriteColumn(folder + "/protocol.bin", queries.protocol);
  WriteColumn(folder + "/port.bin", queries.port);
  WriteText(folder + "/about", About(workload, policy, sums));
  return true;
}

const Workload& Find(const std::string& name) {
  for (const Workload& workload : Workloads()) {
    if (workload.name == name) return workload;
  }
  Fail(absl::StrCat("unknown workload ", name));
}

void List() {
  for (const Workload& workload : Workloads()) {
    std::printf("%s\t%s\t%s\n", workload.name.c_str(), workload.policy.c_str(),
                workload.what.c_str());
  }
}

}  // namespace
}  // namespace allowmatch

int main(int argc, char** argv) {
  using namespace allowmatch;
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words == std::vector<std::string>{"--list"}) {
    List();
    return 0;
  }
  if (words.size() < 2) Fail("usage: make_workloads --list | FOLDER NAME...");
  int missing = 0;
  for (size_t i = 1; i < words.size(); ++i) {
    const Workload& workload = Find(words[i]);
    if (Write(absl::StrCat(words[0], "/", workload.name), workload)) continue;
    std::fprintf(stderr, "make_workloads: %s: ALLOWMATCH_SHARED names no folder with its data\n",
                 words[i].c_str());
    ++missing;
  }
  return missing == 0 ? 0 : 3;
}
