#include "cli/load.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/file.h"
#include "cli/source.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

struct LoadOptions {
  SourceOptions source;
  std::string format = "auto";
  std::string output = "rules";
  std::string report = "text";
  bool strict = false;
  bool quiet = false;
};

void PrintReport(const LoadReport& report, const LoadOptions& options) {
  if (options.quiet || report.source.empty() || (report.tokens == 0 && report.rules == 0)) return;
  const std::string text = options.report == "json" ? report.ToJson() : report.ToText();
  std::fputs(text.c_str(), stderr);
}

int Load(LoadOptions options) {
  std::string bytes;
  std::string error;
  const std::string& path = options.source.path;
  if (!ReadFile(path, &bytes, &error)) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 2;
  }
  if (options.source.source.empty()) options.source.source = path == "-" ? "stdin" : BaseName(path);
  PackedPolicy packed;
  LoadReport report;
  Diagnostics errors;
  const std::string format = options.format == "auto" ? DetectFormat(path, bytes) : options.format;
  const bool loaded = ReadSource(bytes, format, options.source, &packed, &report, &errors);
  PrintReport(report, options);
  for (const Diagnostic& diagnostic : errors) {
    std::fprintf(stderr, "%s\n", diagnostic.ToString().c_str());
  }
  if (!loaded) return 2;
  const Policy policy = std::move(packed).Unpack();
  const std::string out = options.output == "json" ? FormatRulesJson(policy) : FormatRules(policy);
  std::fwrite(out.data(), 1, out.size(), stdout);
  const size_t quarantined = report.Count(ReportEntry::Kind::kQuarantined);
  return options.strict && quarantined > 0 ? 2 : 0;
}

}  // namespace

void AddLoad(CLI::App* app, int* exit_code) {
  auto options = std::make_shared<LoadOptions>();
  CLI::App* load = app->add_subcommand(
      "load",
      "Reads a vendor's page, a name list of another program, or rules, into canonical "
      "rules.\n\n"
      "  allowmatch load firewall.txt > vendor.rules\n"
      "  allowmatch load --as kudo --source-name kudo.txt page.txt\n"
      "  pdftotext -layout guide.pdf - | allowmatch load --as tute - --output json\n"
      "  allowmatch load --format squid --as acme allow.acl > acme.rules\n\n"
      "The rules go to stdout, the report on every token to stderr.\n");
  std::vector<std::string> formats = SourceFormats();
  formats.insert(formats.begin(), "auto");
  load->footer(DialectHelp());
  load->add_option("source", options->source.path, "the page or list as text; - is stdin")
      ->required();
  load->add_option("--format", options->format, "what the source is, instead of detecting it")
      ->check(CLI::IsMember(formats))
      ->capture_default_str();
  load->add_option("--output", options->output, "rules or json")
      ->check(CLI::IsMember({"rules", "json"}))
      ->capture_default_str();
  load->add_option("--report", options->report, "text or json, on stderr")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  load->add_option("--as", options->source.vendor, "the vendor's name, instead of inferring it");
  load->add_option("--source-name", options->source.source, "the name that rules carry in src=");
  load->add_flag("--allow-special", options->source.allow_special, "accept special-use addresses");
  load->add_flag("--allow-broad", options->source.policy.allow_broad, "accept wildcards on public suffixes");
  load->add_flag("--mask-host-bits", options->source.policy.mask_host_bits,
                 "read 10.0.0.1/8 as 10.0.0.0/8");
  AddListFlags(load, &options->source);
  load->add_flag("--strict", options->strict, "exit 2 if anything was quarantined");
  load->add_flag("-q,--quiet", options->quiet, "no report");
  load->callback([options, exit_code] { *exit_code = Load(*options); });
}

}  // namespace allowmatch
