// Damaged sources: a reader gives errors or a policy that reads back the same,
// and nothing else.

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

constexpr int kRounds = 100000;

constexpr char kText[] =
    "allow out tcp 443,8801-8810 to *.kudoway.com,192.0.2.0/24,192.0.2.0 255.255.255.0,"
    "2001:db8::1-2001:db8::9,@aws:S3@us vendor=kudo service=\"a \\\"b\\\" \\x41\" sport=5 src=f:5\n"
    "deny in any any from b\xc3\xbc" "cher.example to self # comment\n";

constexpr char kJson[] =
    R"([{"action":"allow","direction":"in","protocol":"udp","ports":[[3478,3478],[1,2]],)"
    R"("from":["192.0.2.64/27","*.a.example"],"destinations":["self"],"vendor":"t\u00fcte",)"
    R"("sport":[[1,65535]],"inferred":["x"],"sources":[{"file":"t.txt","line":12}]},)"
    R"({"action":"deny","direction":"out","protocol":6,"destinations":["any"],"n":"\n"}])";

using Parser = bool (*)(absl::string_view, absl::string_view, const PolicyOptions&, Policy*,
                        Diagnostics*);

class Mutator {
 public:
  explicit Mutator(std::string seed_text) : text_(std::move(seed_text)) {}

  std::string Next() {
    static constexpr char kTempting[] = "\"\\#,=[]{}:. \n\r\t\0\xff\xc3*/-0919atu";
    std::string text = text_;
    for (size_t i = Below(4) + 1; i > 0 && !text.empty(); --i) {
      const size_t at = Below(text.size());
      const char byte = kTempting[Below(sizeof(kTempting) - 1)];
      switch (Below(5)) {
        case 0: text[at] = byte; break;
        case 1: text.insert(at, 1, byte); break;
        case 2: text.erase(at, Below(8) + 1); break;
        case 3: text.insert(at, text.substr(Below(text.size()), Below(30))); break;
        default: text[at] = static_cast<char>(text[at] ^ (1 << Below(8))); break;
      }
    }
    return text;
  }

 private:
  size_t Below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random_); }

  std::string text_;
  std::mt19937 random_{7};
};

// In a heap block of exactly its size, so that a sanitizer sees a byte too far.
bool ParseExact(Parser parse, const std::string& text, Policy* policy, Diagnostics* errors) {
  const std::unique_ptr<char[]> block(new char[text.size()]);
  text.copy(block.get(), text.size());
  return parse(absl::string_view(block.get(), text.size()), "t", {}, policy, errors);
}

void Check(Parser parse, std::string (*format)(const Policy&), const std::string& original) {
  Mutator mutator(original);
  int good = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = mutator.Next();
    Policy policy;
    Diagnostics errors;
    if (!ParseExact(parse, text, &policy, &errors)) {
      ASSERT_FALSE(errors.empty()) << text;
      ASSERT_TRUE(policy.rules.empty()) << text;
      continue;
    }
    ++good;
    ASSERT_TRUE(errors.empty()) << text;
    const std::string written = format(policy);
    Policy read;
    ASSERT_TRUE(parse(written, "t", {}, &read, &errors)) << errors[0].ToString() << "\n" << written;
    ASSERT_EQ(format(read), written);
  }
  EXPECT_GT(good, kRounds / 100);  // the mutations are not all fatal
  EXPECT_LT(good, kRounds);
}

TEST(Mutation, Text) { Check(ParseRules, FormatRules, kText); }

TEST(Mutation, Json) { Check(ParseRulesJson, FormatRulesJson, kJson); }

}  // namespace
}  // namespace allowmatch
