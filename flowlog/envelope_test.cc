#include "flowlog/envelope.h"

#include <gtest/gtest.h>

#include "flowlog/readers.h"

namespace allowmatch {
namespace {

constexpr char kRow[] = "2 123456789012 eni-1 10.0.0.1 198.51.100.7 51000 443 6 1 60 1 2 ACCEPT OK";

std::string Inner(const std::string& text) {
  auto envelope = DetectEnvelope(SampleLines(text, true), {});
  if (envelope == nullptr) return "no envelope";
  auto source = NewEnvelopeSource(
      std::move(envelope), std::make_unique<Blocks>(NewMemorySource(text.data(), text.size())));
  std::string out(100000, '\0');
  out.resize(source->Read(out.data(), out.size()));
  return out;
}

TEST(EnvelopeTest, JsonAroundALine) {
  const std::string row = kRow;
  EXPECT_EQ(Inner("{\"message\":\"" + row + "\"}\n"), row + "\n");
  EXPECT_EQ(
      Inner("{\"@timestamp\":\"x\",\"body\":\"" + row + "\\n\",\"event\":{\"name\":\"flow\"}}\n"),
      row + "\n");
  EXPECT_EQ(Inner("{\"log\":\"" + row + "\\n\",\"stream\":\"stdout\"}\n"), row + "\n");
}

TEST(EnvelopeTest, TimeBeforeALine) {
  const std::string row = kRow;
  EXPECT_EQ(Inner("2025-01-01T00:00:00.000Z " + row + "\n"), row + "\n");
  EXPECT_EQ(Inner("2025-01-01T00:00:00+01:00 {\"message\":\"" + row + "\"}\n"),
            "{\"message\":\"" + row + "\"}\n");
}

TEST(EnvelopeTest, LinesThatAreNotInIt) {
  const std::string row = kRow;
  std::string log, expected;
  for (int i = 0; i < 10; ++i) {
    log += "{\"message\":\"" + row + "\"}\n";
    expected += row + "\n";
  }
  for (const char* const other : {"{\"other\":1}\n", "{\"message\":1}\n"}) {
    log += other;
    expected += other;
  }
  EXPECT_EQ(Inner(log), expected);
  EXPECT_EQ(Inner("{\"message\":\"hello\"}\n"), "no envelope");
  EXPECT_EQ(Inner(row + "\n"), "no envelope");
}

TEST(DetectFormatTest, ParticularBeforeGeneral) {
  const auto name = [](const std::string& text) {
    const Format* const format = DetectFormat(SampleLines(text, true), {});
    return std::string(format == nullptr ? "none" : format->name);
  };
  EXPECT_EQ(name(std::string(kRow) + "\n"), "aws-vpc");
  EXPECT_EQ(name("#separator \\x09\n"), "zeek");
  EXPECT_EQ(name("{\"uid\":\"C1\",\"id.resp_h\":\"198.51.100.7\",\"ts\":1}\n"), "zeek-json");
  EXPECT_EQ(name("{\"event_type\":\"flow\",\"flow_id\":1,\"dest_ip\":\"198.51.100.7\"}\n"), "eve");
  EXPECT_EQ(name("{\"dest_ip\":\"198.51.100.7\"}\n"), "ndjson");
  EXPECT_EQ(name("src_ip,dest_ip\n"), "csv");
  EXPECT_EQ(name("hello\n"), "none");
  EXPECT_EQ(name(""), "none");
}

}  // namespace
}  // namespace allowmatch
