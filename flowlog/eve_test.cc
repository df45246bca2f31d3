#include "flowlog/eve.h"

#include <gtest/gtest.h>

#include "flowlog/reader_testing.h"

namespace allowmatch {
namespace {

using Records = std::vector<std::string>;

constexpr char kEnds[] =
    R"("src_ip":"10.0.0.1","src_port":51000,"dest_ip":"198.51.100.7","dest_port":443,"proto":"TCP")";

Records Read(absl::string_view text) { return ReadWith(NewEveReader({}).get(), text).records; }

std::string Event(absl::string_view type, absl::string_view more = "") {
  return absl::StrCat("{\"flow_id\":1,\"event_type\":\"", type, "\",", kEnds, more,
                      ",\"host\":\"sensor.example\"}\n");
}

TEST(EveTest, FlowsAndNames) {
  EXPECT_EQ(Read(Event("flow") + Event("tls", ",\"tls\":{\"sni\":\"a.example\"}") +
                 Event("quic", ",\"quic\":{\"sni\":\"a.example\"}") +
                 Event("http", ",\"http\":{\"hostname\":\"198.51.100.7\"}")),
            (Records{"10.0.0.1 51000 > 198.51.100.7 443 6 - B",
                     "10.0.0.1 51000 > 198.51.100.7 443 6 a.example B",
                     "10.0.0.1 51000 > 198.51.100.7 443 6 a.example B",
                     "10.0.0.1 51000 > 198.51.100.7 443 6 - B"}));
}

TEST(EveTest, NobodyKnowsWhoBeganANetflowRow) {
  EXPECT_EQ(Read(Event("netflow")), Records{"10.0.0.1 51000 > 198.51.100.7 443 6 -"});
}

TEST(EveTest, TheNameThatWasAskedForIsNotTheResolvers) {
  EXPECT_EQ(
      Read(Event("dns",
                 ",\"dns\":{\"rrname\":\"listed.example\"},\"tls\":{\"sni\":\"listed.example\"}")),
      Records{"10.0.0.1 51000 > 198.51.100.7 443 6 -"});
}

TEST(EveTest, OtherEventsAreSkipped) {
  for (const char* const type : {"alert", "fileinfo", "anomaly", "stats", "ssh", ""}) {
    EXPECT_EQ(Read(Event(type)), Records{"not-a-flow"}) << type;
  }
}

TEST(EveTest, AwsNetworkFirewall) {
  EXPECT_EQ(Read("{\"firewall_name\":\"f\",\"event\":" +
                 Event("netflow").substr(0, Event("netflow").size() - 1) + "}\n"),
            Records{"10.0.0.1 51000 > 198.51.100.7 443 6 -"});
}

TEST(EveTest, Detection) {
  EXPECT_EQ(EveScore(SampleLines(Event("flow"), true)), 100);
  EXPECT_EQ(EveScore(SampleLines("{\"dst\":\"198.51.100.7\"}\n", true)), 0);
}

}  // namespace
}  // namespace allowmatch
