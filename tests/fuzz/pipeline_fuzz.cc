// A whole run over any bytes: unpacked, detected, read, oriented, matched and
// summed up. Every record is accounted for.

#include "flowlog/pipeline.h"
#include "rules/compile.h"
#include "tests/fuzz/exact_copy.h"
#include "tests/fuzz/require.h"

namespace allowmatch {
namespace {

constexpr char kRules[] =
    "allow out tcp 443 to *.kudoway.com,198.51.100.0/24,2001:db8::/32\n"
    "deny out any any to 198.51.100.7\n"
    "allow in udp 3478 from 203.0.113.0/24 to any\n";

absl::StatusOr<Database> MakeDatabase() {
  Policy policy;
  Diagnostics errors;
  Require(ParseRules(kRules, "fuzz", {}, &policy, &errors), "the rules are read");
  policy.Canonicalize();
  CompileOptions options;
  options.allow_broad = true;
  return Database::Open(*Compile(policy, options));
}

void Run(absl::string_view text) {
  static const auto* const database = new absl::StatusOr<Database>(MakeDatabase());
  static const auto* const facts = [] {
    auto* made = new PolicyFacts;
    made->rules.resize((*database)->rule_count());
    return made;
  }();
  static const auto* const end = new RemoteEnd(Inside(), ForcedEnd::kNone, facts);
  const Matcher matcher(&**database);
  Summary summary(facts);
  Pipeline pipeline({}, end, &matcher, {&summary});
  pipeline.set_after_batch([&summary] { return summary.records() < 100000; });  // a packed input
  absl::StatusOr<std::unique_ptr<ByteSource>> source =
      Unpack(NewMemorySource(text.data(), text.size()));
  if (!source.ok()) return;
  std::vector<std::string> remarks;
  summary.AddFile(pipeline.Run("input", *std::move(source), &remarks));
  Require(summary.AddsUp(), "every record is accounted for", SummaryText(summary, false));
  SummaryJson(summary);
}

}  // namespace
}  // namespace allowmatch

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const allowmatch::ExactCopy copy(data, size);
  allowmatch::Run(copy.text());
  return 0;
}
