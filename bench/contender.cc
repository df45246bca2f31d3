// allowmatch in the comparison of bench/duel.py.
//
//   contender FOLDER
//
// reads commands from stdin and answers each with a line of JSON:
//
//   load NAME   {"ready": true, "table_bytes": .., "build_ms": .., "detail": ".."}
//   run         {"ns": .., "queries": .., "sum": .., "cycles": .., "cache_misses": ..}
//   quit
//
// or {"unsupported": "why"}, {"error": "why"}. What a run times is the pass over
// the queries and nothing else: reading, compiling and adding up are outside.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "bench/counters.h"
#include "matcher/matcher.h"
#include "rules/compile.h"

namespace allowmatch {
namespace {

using Clock = std::chrono::steady_clock;

// A pass over few queries is repeated until it lasts this long.
constexpr int64_t kLeastPassNs = 50'000'000;

int64_t NsSince(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Allocates whole cache lines. Where an array begins in one would otherwise be
// chance, and differ from run to run.
template <typename T>
struct LineAllocator {
  static constexpr std::align_val_t kLine{64};
  using value_type = T;

  LineAllocator() = default;
  template <typename U>
  LineAllocator(const LineAllocator<U>&) {}

  T* allocate(size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), kLine));
  }
  void deallocate(T* array, size_t) { ::operator delete(array, kLine); }
  friend bool operator==(LineAllocator, LineAllocator) { return true; }
};

template <typename T>
using Column = std::vector<T, LineAllocator<T>>;

template <typename T>
Column<T> ReadColumn(const std::string& path) {
  const std::string bytes = ReadText(path);
  Column<T> column(bytes.size() / sizeof(T));
  std::copy_n(bytes.data(), column.size() * sizeof(T), reinterpret_cast<char*>(column.data()));
  return column;
}

std::map<std::string, std::string> ReadAbout(const std::string& path) {
  std::map<std::string, std::string> about;
  std::ifstream file(path);
  for (std::string key, value; file >> key >> value;) about[key] = value;
  return about;
}

class Contest {
 public:
  // `folder` is what make_workloads wrote for one workload.
  static absl::StatusOr<std::unique_ptr<Contest>> Load(const std::string& folder) {
    auto contest = std::unique_ptr<Contest>(new Contest);
    if (absl::Status s = contest->ReadQueries(folder); !s.ok()) return s;
    if (absl::Status s = contest->Build(folder + "/policy.rules"); !s.ok()) return s;
    contest->Calibrate();
    return contest;
  }

  std::string ReadyLine() const {
    return absl::StrCat("{\"ready\": true, \"table_bytes\": ", database_->bytes().size(),
                        ", \"build_ms\": ", build_ns_ / 1000000, ", \"detail\": \"",
                        KernelName(database_->kernel()), "\"}");
  }

  void Run(const Counters& counters) {
    // What a run leaves unwritten must not look like a miss.
    std::fill(verdicts_.begin(), verdicts_.end(), Verdict(Reason::kAllowRule, Basis::kIp, 0));
    std::fill(rules_.begin(), rules_.end(), 0u);
    counters_start(&counters);
    const Clock::time_point start = Clock::now();
    for (size_t i = 0; i < repeats_; ++i) Pass();
    const int64_t ns = NsSince(start);
    counters_stop(&counters);
    std::printf("{\"ns\": %lld, \"queries\": %zu, \"sum\": %llu, ", static_cast<long long>(ns),
                size() * repeats_, static_cast<unsigned long long>(Sum()));
    counters_print(&counters, stdout);
    std::printf("}\n");
  }

 private:
  Contest() = default;

  bool is_tuples() const { return !protocol_.empty(); }
  size_t size() const { return is_six_ ? address6_.size() / 2 : address4_.size(); }

  absl::Status ReadQueries(const std::string& folder) {
    std::map<std::string, std::string> about = ReadAbout(folder + "/about");
    if (about.empty()) return absl::NotFoundError(absl::StrCat(folder, ": no workload"));
    is_single_ = about["calls"] == "single";
    is_six_ = about["kind"] == "addresses6";
    if (is_six_) {
      address6_ = ReadColumn<uint64_t>(folder + "/address.bin");
    } else {
      address4_ = ReadColumn<uint32_t>(folder + "/address.bin");
    }
    if (about["kind"] == "tuples") {
      protocol_ = ReadColumn<uint8_t>(folder + "/protocol.bin");
      port_ = ReadColumn<uint16_t>(folder + "/port.bin");
      verdicts_.resize(size());
    } else {
      rules_.resize(size());
    }
    return absl::OkStatus();
  }

  absl::Status Build(const std::string& path) {
    Policy policy;
    Diagnostics errors;
    PolicyOptions reading;
    reading.allow_broad = true;
    if (!ParseRules(ReadText(path), path, reading, &policy, &errors)) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read"));
    }
    policy.Canonicalize();
    CompileOptions options;
    options.allow_broad = true;
    const Clock::time_point start = Clock::now();
    absl::StatusOr<Image> image = Compile(policy, options);
    if (!image.ok()) return image.status();
    absl::StatusOr<Database> database = Database::Open(*std::move(image));
    if (!database.ok()) return database.status();
    build_ns_ = NsSince(start);
    database_ = std::make_unique<Database>(*std::move(database));
    matcher_ = std::make_unique<Matcher>(database_.get());
    return absl::OkStatus();
  }

  void Calibrate() {
    Pass();
    const Clock::time_point start = Clock::now();
    Pass();
    repeats_ = static_cast<size_t>(kLeastPassNs / std::max<int64_t>(NsSince(start), 1)) + 1;
  }

  void Pass() {
    if (is_tuples()) {
      is_single_ ? ClassifyEach() : ClassifyAll();
    } else if (is_six_) {
      ListAddresses6();
    } else {
      ListAddresses4();
    }
  }

  // All tuples are plain, so there is no column of parts.
  void ClassifyAll() {
    TupleColumns columns;
    columns.size = size();
    columns.all_parts = kPlainTuple;
    columns.remote4 = address4_.data();
    columns.protocol = protocol_.data();
    columns.port = port_.data();
    matcher_->Classify(columns, verdicts_.data());
  }

  void ClassifyEach() {
    for (size_t i = 0; i < address4_.size(); ++i) {
      verdicts_[i] = matcher_->Classify(address4_[i], protocol_[i], port_[i]);
    }
  }

  void ListAddresses4() {
    if (!is_single_) {
      matcher_->ListingRules4(address4_.data(), size(), rules_.data());
      return;
    }
    for (size_t i = 0; i < size(); ++i) rules_[i] = matcher_->ListingRule4(address4_[i]);
  }

  void ListAddresses6() {
    const size_t step = is_single_ ? 1 : size();
    for (size_t i = 0; i < size(); i += step) {
      matcher_->ListingRules6(&address6_[2 * i], step, &rules_[i]);
    }
  }

  uint64_t Sum() const {
    uint64_t sum = 0;
    for (const uint32_t rule : rules_) sum += rule;
    for (const Verdict verdict : verdicts_) {
      const bool by_rule =
          verdict.reason() == Reason::kAllowRule || verdict.reason() == Reason::kDenyRule;
      sum += by_rule ? verdict.rule() : kNoRuleId;
    }
    return sum;
  }

  bool is_single_ = false;
  bool is_six_ = false;
  Column<uint32_t> address4_;
  Column<uint64_t> address6_;
  Column<uint8_t> protocol_;
  Column<uint16_t> port_;
  Column<uint32_t> rules_;    // answers of address workloads
  Column<Verdict> verdicts_;  // answers of tuple workloads
  std::unique_ptr<Database> database_;
  std::unique_ptr<Matcher> matcher_;
  int64_t build_ns_ = 0;
  size_t repeats_ = 1;
};

void PrintError(const std::string& what) {
  std::printf("{\"error\": \"%s\"}\n",
              absl::StrReplaceAll(what, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "; "}}).c_str());
}

void Serve(const std::string& folder) {
  Counters counters;
  counters_open(&counters);
  std::unique_ptr<Contest> contest;
  for (std::string command, name; std::cin >> command && command != "quit";) {
    if (command == "load" && std::cin >> name) {
      contest.reset();  // before the next one, so that memory holds one table
      absl::StatusOr<std::unique_ptr<Contest>> loaded =
          Contest::Load(absl::StrCat(folder, "/", name));
      if (loaded.ok()) {
        contest = *std::move(loaded);
        std::printf("%s\n", contest->ReadyLine().c_str());
      } else {
        PrintError(std::string(loaded.status().message()));
      }
    } else if (command == "run" && contest != nullptr) {
      contest->Run(counters);
    } else {
      PrintError(absl::StrCat("cannot ", command));
    }
    std::fflush(stdout);
  }
}

}  // namespace
}  // namespace allowmatch

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: contender FOLDER\n");
    return 2;
  }
  allowmatch::Serve(argv[1]);
  return 0;
}
