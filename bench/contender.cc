// allowmatch in the comparison of bench/duel.py.
//
//   contender FOLDER
//
// with the commands of contest.py on stdin. What a run times is the pass over the
// queries and nothing else: reading, compiling and adding up are outside.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/contest.h"
#include "cli/image_facts.h"
#include "matcher/matcher.h"
#include "rules/compile.h"

namespace allowmatch {
namespace {

// Which rule lists each query. Rules that a run leaves unwritten must not look like a
// miss: they are 0.
class ListingContest : public Contest {
 public:
  ListingContest(Database database, size_t size, bool single)
      : database_(std::move(database)), matcher_(&database_), single_(single), rules_(size) {}

  size_t size() const override { return rules_.size(); }
  void Clear() override { std::fill(rules_.begin(), rules_.end(), 0u); }

  uint64_t Sum() const override {
    uint64_t sum = 0;
    for (const uint32_t rule : rules_) sum += rule;
    return sum;
  }

 protected:
  const Matcher& matcher() const { return matcher_; }
  bool is_single() const { return single_; }
  uint32_t* rules() { return rules_.data(); }

 private:
  const Database database_;
  const Matcher matcher_;
  const bool single_;
  Column<uint32_t> rules_;
};

class Addresses4 : public ListingContest {
 public:
  Addresses4(Database database, Column<uint32_t> addresses, bool single)
      : ListingContest(std::move(database), addresses.size(), single),
        addresses_(std::move(addresses)) {}

  void Pass() override {
    if (!is_single()) {
      matcher().ListingRules4(addresses_.data(), size(), rules());
      return;
    }
    for (size_t i = 0; i < size(); ++i) rules()[i] = matcher().ListingRule4(addresses_[i]);
  }

 private:
  const Column<uint32_t> addresses_;
};

class Addresses6 : public ListingContest {
 public:
  Addresses6(Database database, Column<uint64_t> words, bool single)
      : ListingContest(std::move(database), words.size() / 2, single), words_(std::move(words)) {}

  void Pass() override {
    const size_t step = is_single() ? 1 : size();
    for (size_t i = 0; i < size(); i += step) {
      matcher().ListingRules6(&words_[2 * i], step, &rules()[i]);
    }
  }

 private:
  const Column<uint64_t> words_;
};

class NamesContest : public ListingContest {
 public:
  NamesContest(Database database, NameQueries names, bool single)
      : ListingContest(std::move(database), names.size.size(), single), names_(std::move(names)) {}

  void Pass() override {
    const size_t step = is_single() ? 1 : size();
    for (size_t i = 0; i < size(); i += step) {
      matcher().ListingRulesOfNames({names_.bytes.data(), &names_.offset[i], &names_.size[i]}, step,
                                    &rules()[i]);
    }
  }

 private:
  const NameQueries names_;
};

// Which rule decides each tuple. All tuples are plain, so there is no column of parts.
class TuplesContest : public Contest {
 public:
  TuplesContest(Database database, const std::string& folder, bool single)
      : database_(std::move(database)),
        matcher_(&database_),
        single_(single),
        address_(ReadColumn<uint32_t>(folder + "/address.bin")),
        protocol_(ReadColumn<uint8_t>(folder + "/protocol.bin")),
        port_(ReadColumn<uint16_t>(folder + "/port.bin")),
        verdicts_(address_.size()) {}

  size_t size() const override { return address_.size(); }

  void Clear() override {
    std::fill(verdicts_.begin(), verdicts_.end(), Verdict(Reason::kAllowRule, Basis::kIp, 0));
  }

  void Pass() override { single_ ? ClassifyEach() : ClassifyAll(); }

  uint64_t Sum() const override {
    uint64_t sum = 0;
    for (const Verdict verdict : verdicts_) {
      const bool by_rule =
          verdict.reason() == Reason::kAllowRule || verdict.reason() == Reason::kDenyRule;
      sum += by_rule ? verdict.rule() : kNoRuleId;
    }
    return sum;
  }

 private:
  void ClassifyAll() {
    TupleColumns columns;
    columns.size = size();
    columns.all_parts = kPlainTuple;
    columns.remote4 = address_.data();
    columns.protocol = protocol_.data();
    columns.port = port_.data();
    matcher_.Classify(columns, verdicts_.data());
  }

  void ClassifyEach() {
    for (size_t i = 0; i < size(); ++i) {
      verdicts_[i] = matcher_.Classify(address_[i], protocol_[i], port_[i]);
    }
  }

  const Database database_;
  const Matcher matcher_;
  const bool single_;
  const Column<uint32_t> address_;
  const Column<uint8_t> protocol_;
  const Column<uint16_t> port_;
  Column<Verdict> verdicts_;
};

std::unique_ptr<Contest> MakeContest(const std::string& folder, const std::string& kind,
                                     bool single, Database database) {
  if (kind == "tuples") {
    return std::make_unique<TuplesContest>(std::move(database), folder, single);
  }
  if (kind == "names") {
    return std::make_unique<NamesContest>(std::move(database), ReadNames(folder), single);
  }
  const std::string addresses = folder + "/address.bin";
  if (kind == "addresses6") {
    return std::make_unique<Addresses6>(std::move(database), ReadColumn<uint64_t>(addresses),
                                        single);
  }
  return std::make_unique<Addresses4>(std::move(database), ReadColumn<uint32_t>(addresses), single);
}

absl::StatusOr<Policy> ReadPolicy(const std::string& path) {
  Policy policy;
  Diagnostics errors;
  PolicyOptions reading;
  reading.allow_broad = true;
  if (!ParseRules(ReadText(path), path, reading, &policy, &errors)) {
    return absl::InvalidArgumentError(errors.front().ToString());
  }
  policy.Canonicalize();
  return policy;
}

absl::StatusOr<Database> Build(const Policy& policy) {
  CompileOptions options;
  options.allow_broad = true;
  absl::StatusOr<Image> image = Compile(policy, options);
  if (!image.ok()) return image.status();
  return Database::Open(*std::move(image));
}

// `folder` is what make_workloads wrote for one workload.
Loaded Load(const std::string& folder) {
  std::map<std::string, std::string> about = ReadAbout(folder);
  if (about.empty()) return Failed(folder + ": no workload");
  const absl::StatusOr<Policy> policy = ReadPolicy(folder + "/policy.rules");
  if (!policy.ok()) return Failed(std::string(policy.status().message()));
  const Stopwatch watch;
  absl::StatusOr<Database> database = Build(*policy);
  if (!database.ok()) return Failed(std::string(database.status().message()));
  Loaded loaded;
  loaded.build_ns = watch.ns();
  loaded.table_bytes = FactsOf(*database).lookup_bytes;
  loaded.detail = KernelName(database->kernel());
  loaded.contest =
      MakeContest(folder, about["kind"], about["calls"] == "single", *std::move(database));
  return loaded;
}

}  // namespace
}  // namespace allowmatch

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: contender FOLDER\n");
    return 2;
  }
  allowmatch::Serve(argv[1], &allowmatch::Load);
  return 0;
}
