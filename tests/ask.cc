#include "tests/ask.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matcher/database.h"
#include "matcher/matcher.h"

namespace allowmatch {
namespace {

std::optional<Address> ReadAddress(const std::string& text) {
  if (text.empty()) return std::nullopt;
  Address address;
  EXPECT_EQ(ParseAddress(text, &address), Fault::kNone) << text;
  return address;
}

Tuple MakeTuple(const Flow& flow) {
  Tuple tuple;
  tuple.remote = ReadAddress(flow.address);
  tuple.local = ReadAddress(flow.local);
  if (!flow.name.empty()) tuple.name = flow.name;
  if (flow.protocol >= 0) tuple.protocol = static_cast<uint8_t>(flow.protocol);
  if (flow.port >= 0) tuple.port = static_cast<uint16_t>(flow.port);
  tuple.direction = flow.inbound ? Direction::kIn : Direction::kOut;
  tuple.invalid = flow.invalid;
  return tuple;
}

}  // namespace

Policy ReadRules(absl::string_view rules) {
  PolicyOptions options;
  options.allow_broad = true;
  Policy policy;
  Diagnostics errors;
  EXPECT_TRUE(ParseRules(rules, "test.rules", options, &policy, &errors))
      << (errors.empty() ? "" : errors[0].ToString());
  policy.Canonicalize();
  return policy;
}

std::string Ask(const Policy& policy, const Flow& flow, const CompileOptions& options) {
  absl::StatusOr<Image> image = Compile(policy, options);
  if (!image.ok()) return std::string(image.status().message());
  absl::StatusOr<Database> database = Database::Open(*std::move(image));
  if (!database.ok()) return std::string(database.status().message());
  const Verdict verdict = Matcher(&*database).Classify(MakeTuple(flow));
  return absl::StrCat(DecisionName(verdict.decision()), " ", ReasonName(verdict.reason()), " ",
                      BasisName(verdict.basis()), " ",
                      verdict.rule() == kNoRuleId ? "-" : policy.rules[verdict.rule()].vendor);
}

std::string Ask(absl::string_view rules, const Flow& flow, CompileOptions options) {
  options.allow_broad = true;
  return Ask(ReadRules(rules), flow, options);
}

std::string Decide(absl::string_view rules, const Flow& flow, CompileOptions options) {
  const std::string answer = Ask(rules, flow, std::move(options));
  return answer.substr(0, answer.find(' '));
}

std::string Winner(absl::string_view rules, const Flow& flow) {
  const std::string answer = Ask(rules, flow);
  return answer.substr(answer.rfind(' ') + 1);
}

bool Allows(absl::string_view destination, const Flow& flow) {
  return Decide(absl::StrCat("allow out tcp 443 to ", destination), flow) == "allow";
}

Flow Inbound(const std::string& remote, const std::string& local) {
  Flow flow = {.address = remote};
  flow.inbound = true;
  flow.local = local;
  return flow;
}

CompileOptions OwnServer(absl::string_view range) {
  CompileOptions options;
  options.self.emplace_back();
  EXPECT_EQ(ParseRange(range, &options.self.back()), Fault::kNone);
  return options;
}

std::string CompileError(absl::string_view rules, const CompileOptions& options) {
  const absl::StatusOr<Image> image = Compile(ReadRules(rules), options);
  return image.ok() ? "" : std::string(image.status().message());
}

}  // namespace allowmatch
