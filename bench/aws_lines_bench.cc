// AWS VPC flow-log lines, from bytes in memory to the finished summary, with
// the built-in policy. The log is made here; before anything is timed, its
// counts are checked against those that its rows must have.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/suite.h"
#include "cli/log_facts.h"
#include "cli/policy_source.h"
#include "flowlog/pipeline.h"

namespace allowmatch {
namespace {

constexpr size_t kLines = 300000;

struct Log {
  std::string text;
  uint64_t records = 0;
  uint64_t skipped = 0;
  uint64_t allow = 0;  // at least: rows to an address that an allow rule lists for tcp 443
};

// The single addresses to which the policy allows tcp 443.
std::vector<uint32_t> ListedAddresses(const LoadedPolicy& loaded) {
  std::vector<uint32_t> listed;
  for (size_t id = 0; id < loaded.policy.rules.size(); ++id) {
    const Rule& rule = loaded.policy.rules[id];
    const bool usable = loaded.active[id] && rule.action == Action::kAllow &&
                        rule.AppliesTo(false) && rule.protocol == Protocol::Tcp() &&
                        rule.ports.Contains(443);
    for (const Destination& destination : rule.to) {
      const auto* const range = std::get_if<AddressRange>(&destination);
      if (usable && range != nullptr && range->family() == Family::kV4) {
        listed.push_back(range->first.v4() + (range->last.v4() - range->first.v4()) / 2);
      }
    }
  }
  return listed;
}

std::string Row(const std::string& src, uint32_t sport, const std::string& dst, uint32_t dport,
                int protocol, std::mt19937* random) {
  return absl::StrCat("2 123456789012 eni-0a1b2c3d4e5f60718 ", src, " ", dst, " ", sport, " ",
                      dport, " ", protocol, " ", (*random)() % 5000, " ", (*random)() % 5000000,
                      " 1735689600 1735689660 ACCEPT OK\n");
}

// Both directions of each conversation; half of them to listed addresses. The remotes
// repeat as they do in real logs.
Log MakeLog(const LoadedPolicy& loaded) {
  static constexpr struct {
    int protocol;
    uint32_t port;
  } kServices[] = {{6, 443},  {6, 443}, {6, 443}, {6, 443},   {6, 443},
                   {17, 443}, {6, 80},  {17, 53}, {17, 3478}, {6, 22}};
  const std::vector<uint32_t> listed = ListedAddresses(loaded);
  std::mt19937 random(1);
  std::vector<uint32_t> others(20000);
  for (uint32_t& other : others) other = 0x2d000000 + random() % 0x10000000;
  Log log;
  log.text =
      "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes "
      "start end action log-status\n";
  while (log.records < kLines) {
    if (random() % 500 == 0) {
      log.text +=
          "2 123456789012 eni-0a1b2c3d4e5f60718 - - - - - - - 1735689600 1735689660 - NODATA\n";
      ++log.records;
      ++log.skipped;
      continue;
    }
    const bool is_listed = random() % 2;
    const double skew = std::uniform_real_distribution<>(0, 1)(random);
    const std::vector<uint32_t>& pool = is_listed ? listed : others;
    const uint32_t address =
        pool[static_cast<size_t>(skew * skew * static_cast<double>(pool.size()))];
    const auto service = kServices[random() % std::size(kServices)];
    const std::string client =
        absl::StrCat("10.", random() % 4, ".", random() % 256, ".", 4 + random() % 250);
    const std::string remote = Address::V4(address).ToString();
    const uint32_t port = 32768 + random() % 32768;
    log.text += Row(client, port, remote, service.port, service.protocol, &random);
    log.text += Row(remote, service.port, client, port, service.protocol, &random);
    log.records += 2;
    log.allow += is_listed && service.protocol == 6 && service.port == 443 ? 2 : 0;
  }
  return log;
}

struct Setup {
  Setup()
      : loaded(Load()),
        facts(LogFacts(loaded, inside)),
        matcher(&loaded.database),
        remote_end(inside, ForcedEnd::kNone, &facts),
        log(MakeLog(loaded)) {
    const std::unique_ptr<Summary> summary = Run();
    const bool right = summary->AddsUp() && summary->records() == log.records &&
                       summary->count(Outcome::kSkipped) == log.skipped &&
                       summary->count(Outcome::kInvalid) == 0 &&
                       summary->count(Outcome::kAllow) >= log.allow &&
                       summary->count(Outcome::kDeny) > 0;
    if (right) return;
    std::fprintf(stderr, "wrong counts:\n%s", SummaryText(*summary, false).c_str());
    std::exit(1);
  }

  static LoadedPolicy Load() {
    absl::StatusOr<LoadedPolicy> loaded = LoadPolicy(PolicyFlags());
    if (loaded.ok()) return *std::move(loaded);
    std::fprintf(stderr, "%s\n", std::string(loaded.status().message()).c_str());
    std::exit(1);
  }

  std::unique_ptr<Summary> Run() const {
    auto summary = std::make_unique<Summary>(&facts);
    Pipeline pipeline({}, &remote_end, &matcher, {summary.get()});
    std::vector<std::string> remarks;
    summary->AddFile(
        pipeline.Run("log", NewMemorySource(log.text.data(), log.text.size()), &remarks));
    return summary;
  }

  const Inside inside;
  const LoadedPolicy loaded;
  const PolicyFacts facts;
  const Matcher matcher;
  const RemoteEnd remote_end;
  const Log log;
};

const Setup& TheSetup() {
  static const Setup* const setup = new Setup;
  return *setup;
}

void AwsLinesToSummary(benchmark::State& state) {
  const Setup& setup = TheSetup();
  for (auto _ : state) benchmark::DoNotOptimize(setup.Run());
  CountItems(state, setup.log.records, "line");
}

// The reader alone: what parsing costs of it.
void AwsLinesRead(benchmark::State& state) {
  const Setup& setup = TheSetup();
  auto batch = std::make_unique<RecordBatch>();
  for (auto _ : state) {
    const auto reader = FindFormat("aws-vpc")->make({});
    Blocks blocks(NewMemorySource(setup.log.text.data(), setup.log.text.size()));
    uint64_t records = 0;
    while (blocks.Fill()) {
      while (!blocks.text().empty()) {
        batch->Clear();
        blocks.Use((*reader)->Read(blocks.text(), blocks.last(), batch.get()));
        records += batch->size;
      }
    }
    if (records != setup.log.records) state.SkipWithError("wrong number of records");
  }
  CountItems(state, setup.log.records, "line");
}

}  // namespace

void RegisterAwsLines() {
  benchmark::RegisterBenchmark("aws_lines/summary", &AwsLinesToSummary)
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("aws_lines/read", &AwsLinesRead)->Unit(benchmark::kMillisecond);
}

}  // namespace allowmatch
