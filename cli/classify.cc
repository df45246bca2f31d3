#include "cli/classify.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/log_facts.h"
#include "cli/policy_source.h"
#include "cli/progress.h"
#include "flowlog/aliases.h"
#include "flowlog/pipeline.h"
#include "flowlog/writers.h"

namespace allowmatch {
namespace {

constexpr const char* kExamples =
    "Which flows of a log are on the vendors' allowlists?\n\n"
    "  allowmatch classify vpc-flow.log.gz\n"
    "  allowmatch classify --output ndjson --only deny,undecided conn.log ssl.log\n"
    "  allowmatch classify --policy office.rules --internal 203.0.113.0/24 export.csv\n"
    "  zcat logs/*.gz | allowmatch classify -\n";

struct ClassifyFlags {
  PolicyFlags policy;
  std::vector<std::string> logs;
  std::string format;
  std::string output = "summary";
  bool json = false;
  std::vector<std::string> only;
  std::vector<std::string> internal = {"default"};
  std::string remote;
  std::vector<std::string> map;
  bool interface_addresses = false;
  bool fail_on_deny = false;
};

int Fail(absl::string_view message) {
  std::fprintf(stderr, "%s\n", std::string(message).c_str());
  return 2;
}

absl::StatusOr<PipelineOptions> PipelineOptionsOf(const ClassifyFlags& flags) {
  PipelineOptions options;
  options.format = flags.format;
  options.reader.interface_addresses = flags.interface_addresses;
  if (!flags.format.empty() && FindFormat(flags.format) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("--format ", flags.format, ": expected one of ", FormatNames(), ", tsv"));
  }
  for (const std::string& map : flags.map) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(map, absl::MaxSplits('=', 1));
    options.reader.map[parts.first] = parts.second;
  }
  const absl::StatusOr<Aliases> aliases = Aliases::Make(options.reader.map);
  if (!aliases.ok()) return aliases.status();
  return options;
}

OutcomeSet OnlyOf(const ClassifyFlags& flags) {
  if (flags.only.empty()) return kAllOutcomes;
  OutcomeSet set = 0;
  for (int i = 0; i < kOutcomeCount; ++i) {
    for (const std::string& name : flags.only) {
      if (name == OutcomeName(static_cast<Outcome>(i))) set |= 1u << i;
    }
  }
  return set;
}

ForcedEnd ForcedOf(const ClassifyFlags& flags) {
  return flags.remote.empty()    ? ForcedEnd::kNone
         : flags.remote == "src" ? ForcedEnd::kSrc
                                 : ForcedEnd::kDst;
}

// One run of the subcommand.
class Classify {
 public:
  Classify(const ClassifyFlags& flags, const LoadedPolicy& loaded, const Inside& inside,
           const PipelineOptions& options)
      : flags_(flags),
        facts_(LogFacts(loaded, inside)),
        matcher_(&loaded.database),
        remote_end_(inside, ForcedOf(flags), &facts_),
        summary_(&facts_) {
    std::vector<Sink*> sinks = {&summary_};
    if (flags.output != "summary") {
      writer_.emplace(flags.output == "tsv" ? RecordOutput::kTsv : RecordOutput::kNdjson,
                      OnlyOf(flags), &facts_, stdout);
      sinks.push_back(&*writer_);
    }
    pipeline_.emplace(options, &remote_end_, &matcher_, sinks);
  }

  int Run();

 private:
  void RunFiles();
  void Report(const FileReport& file);
  absl::Status WriteSummary() const;
  int ExitCode() const;

  const ClassifyFlags& flags_;
  const PolicyFacts facts_;
  const Matcher matcher_;
  const RemoteEnd remote_end_;
  Summary summary_;
  std::optional<RecordWriter> writer_;
  std::optional<Pipeline> pipeline_;
};

void Classify::RunFiles() {
  Progress progress;
  FileProgress bytes;
  pipeline_->set_after_batch([&] {
    progress.Update(bytes.read, bytes.size, summary_.records());
    return !writer_ || writer_->status().ok();
  });
  std::vector<std::string> remarks;
  for (const std::string& path : flags_.logs) {
    if (writer_ && !writer_->status().ok()) break;
    summary_.AddFile(pipeline_->Run(path, &bytes, &remarks));
    Report(summary_.files().back());
  }
  for (const std::string& remark : remarks) std::fprintf(stderr, "%s\n", remark.c_str());
}

void Classify::Report(const FileReport& file) {
  const std::string name = file.path == "-" ? "stdin" : file.path;
  if (!file.error.empty()) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), file.error.c_str());
  } else if (file.records == 0) {
    std::fprintf(stderr, "%s: no records\n", name.c_str());
  }
}

absl::Status Classify::WriteSummary() const {
  const bool color = isatty(STDOUT_FILENO) && std::getenv("NO_COLOR") == nullptr;
  const std::string text = flags_.json ? SummaryJson(summary_) : SummaryText(summary_, color);
  const size_t wrote = std::fwrite(text.data(), 1, text.size(), stdout);
  return wrote == text.size() && std::fflush(stdout) == 0 ? absl::OkStatus()
                                                          : absl::UnavailableError("cannot write");
}

int Classify::ExitCode() const {
  const bool all_invalid =
      summary_.records() > 0 && summary_.count(Outcome::kInvalid) == summary_.records();
  if (summary_.partial() || all_invalid) return 2;
  return flags_.fail_on_deny && summary_.count(Outcome::kDeny) > 0 ? 1 : 0;
}

int Classify::Run() {
  RunFiles();
  absl::Status written;
  if (writer_) {
    writer_->Flush();
    written = writer_->status();
  } else {
    written = WriteSummary();
  }
  if (!written.ok()) return Fail(absl::StrCat("stdout: ", written.message()));
  if (!summary_.AddsUp()) return Fail("internal error: the verdicts do not add up to the records");
  return ExitCode();
}

int RunClassify(const ClassifyFlags& flags) {
  const absl::StatusOr<PipelineOptions> options = PipelineOptionsOf(flags);
  if (!options.ok()) return Fail(options.status().message());
  const absl::StatusOr<Inside> inside = Inside::Make(flags.internal);
  if (!inside.ok()) return Fail(inside.status().message());
  const absl::StatusOr<LoadedPolicy> loaded = LoadPolicy(flags.policy);
  if (!loaded.ok()) return Fail(loaded.status().message());
  return Classify(flags, *loaded, *inside, *options).Run();
}

}  // namespace

void AddClassify(CLI::App* app, int* exit_code) {
  auto flags = std::make_shared<ClassifyFlags>();
  CLI::App* const classify = app->add_subcommand("classify", kExamples);
  classify->add_option("LOG", flags->logs, "Flow logs; - is stdin")->required();
  classify->add_option("--format", flags->format, "Instead of detecting it: " + FormatNames())
      ->type_name("NAME");
  classify->add_option("--output", flags->output, "What to print")
      ->check(CLI::IsMember({"summary", "tsv", "ndjson"}))
      ->capture_default_str();
  classify->add_flag("--json", flags->json, "The summary as one JSON object");
  classify->add_option("--only", flags->only, "Records to print")
      ->delimiter(',')
      ->expected(1)
      ->take_all()
      ->check(CLI::IsMember({"allow", "deny", "undecided", "invalid", "skipped"}));
  classify
      ->add_option("--internal", flags->internal,
                   "Your own networks; `default` is RFC 1918, ULA, link-local and CGNAT")
      ->type_name("PREFIX")
      ->delimiter(',')
      ->expected(1)
      ->take_all();
  classify
      ->add_option("--remote", flags->remote,
                   "The end that is the vendor's, where the log cannot tell")
      ->check(CLI::IsMember({"src", "dst"}));
  classify
      ->add_option("--map", flags->map,
                   "A field's column: src, dst, sport, dport, proto, name, direction")
      ->type_name("FIELD=COLUMN")
      ->expected(1)
      ->take_all();
  classify->add_flag("--interface-addresses", flags->interface_addresses,
                     "AWS: srcaddr and dstaddr even where pkt-srcaddr and pkt-dstaddr are there");
  classify->add_flag("--fail-on-deny", flags->fail_on_deny, "Exit 1 if any record is denied");
  flags->policy.AddTo(classify);
  classify->callback([flags, exit_code] { *exit_code = RunClassify(*flags); });
}

}  // namespace allowmatch
