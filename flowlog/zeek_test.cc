#include <gtest/gtest.h>

#include "flowlog/reader_testing.h"
#include "flowlog/zeek_json.h"
#include "flowlog/zeek_tsv.h"

namespace allowmatch {
namespace {

using Records = std::vector<std::string>;

ReadLog Tsv(absl::string_view text) { return ReadWith(NewZeekTsvReader({}).get(), text); }
ReadLog Json(absl::string_view text) { return ReadWith(NewZeekJsonReader({}).get(), text); }

std::string Header(absl::string_view path, absl::string_view fields) {
  return absl::StrCat(
      "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n", "#path\t",
      path, "\n#open\t2025\n#fields\t", fields, "\n#types\tx\n");
}

constexpr char kIds[] = "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p";
constexpr char kEnds[] = "1.5\tCabcdefgh1\t10.0.0.1\t51000\t198.51.100.7\t443";

TEST(ZeekTsvTest, Conn) {
  const std::string header =
      Header("conn", absl::StrCat("_node_name\t", kIds, "\tproto\tlocal_orig\tlocal_resp"));
  EXPECT_EQ(
      Tsv(absl::StrCat(header, "w1\t", kEnds, "\ttcp\tT\tF\n", "w1\t", kEnds, "\ticmp\t-\tT\n",
                       "w1\t", kEnds, "\tunknown_transport\t-\t-\n#close\t2025\n"))
          .records,
      (Records{"10.0.0.1 51000 > 198.51.100.7 443 6 - Bs", "10.0.0.1 - > 198.51.100.7 - 1 - Bd",
               "10.0.0.1 51000 > 198.51.100.7 443 - - B"}));
}

TEST(ZeekTsvTest, NamesAndAssumedProtocols) {
  EXPECT_EQ(Tsv(absl::StrCat(Header("ssl", absl::StrCat(kIds, "\tversion\tserver_name")), kEnds,
                             "\tTLSv12\twww.example.com\n", kEnds, "\tDTLSv12\t-\n", kEnds,
                             "\tTLSv12\t198.51.100.7\n"))
                .records,
            (Records{"10.0.0.1 51000 > 198.51.100.7 443 6 www.example.com B",
                     "10.0.0.1 51000 > 198.51.100.7 443 17 - B",
                     "10.0.0.1 51000 > 198.51.100.7 443 6 - B"}));
  EXPECT_EQ(
      Tsv(absl::StrCat(Header("quic", absl::StrCat(kIds, "\tserver_name")), kEnds, "\ta.example\n"))
          .records,
      Records{"10.0.0.1 51000 > 198.51.100.7 443 17 a.example B"});
  EXPECT_EQ(
      Tsv(absl::StrCat(Header("http", absl::StrCat(kIds, "\thost")), kEnds, "\ta.example:80\n"))
          .records,
      Records{"10.0.0.1 51000 > 198.51.100.7 443 6 a.example B"});
}

TEST(ZeekTsvTest, DnsQueryIsNoNameOfTheResolver) {
  EXPECT_EQ(Tsv(absl::StrCat(Header("dns", absl::StrCat(kIds, "\tproto\tquery\tserver_name\thost")),
                             kEnds, "\tudp\tlisted.example\tlisted.example\tlisted.example\n"))
                .records,
            Records{"10.0.0.1 51000 > 198.51.100.7 443 17 - B"});
}

TEST(ZeekTsvTest, OtherPathsAreSkipped) {
  EXPECT_EQ(Tsv(Header("x509", "ts\tid") + "1.5\tF1\n").records, Records{"not-a-flow"});
}

TEST(ZeekTsvTest, HeadersInMidFileAndBeforeATab) {
  const std::string conn =
      absl::StrCat(Header("conn", absl::StrCat(kIds, "\tproto")), kEnds, "\ttcp\n");
  const std::string other =
      absl::StrCat(Header("conn", absl::StrCat("proto\t", kIds)), "udp\t", kEnds, "\n");
  EXPECT_EQ(Tsv("\t" + conn + "#close\t2025\n" + other).records,
            (Records{"10.0.0.1 51000 > 198.51.100.7 443 6 - B",
                     "10.0.0.1 51000 > 198.51.100.7 443 17 - B"}));
}

TEST(ZeekTsvTest, NoHeader) {
  EXPECT_EQ(Tsv(absl::StrCat(kEnds, "\ttcp\t-\t0.1\n", kEnds, "\tGET\t/\n")).records,
            (Records{"10.0.0.1 51000 > 198.51.100.7 443 6 - B", "no_header"}));
  EXPECT_EQ(ZeekTsvScore(SampleLines(absl::StrCat(kEnds, "\ttcp\n"), true)), 100);
}

TEST(ZeekTsvTest, CutAndDamagedRows) {
  const std::string header = Header("conn", absl::StrCat(kIds, "\tproto"));
  EXPECT_EQ(
      Tsv(absl::StrCat(header, kEnds, "\n", "1.5\tC\t10.0.0.1\t70000\t198.51.100.7\t443\ttcp\n",
                       "1.5\tC\tfe80::1%eth0\t1\tff02::1\t443\tudp\n", "1.5\tC\t-\t-\t-\t-\t-\n"))
          .records,
      (Records{"field_count", "port_range", "fe80::1 1 > ff02::1 443 17 - B", "nodata"}));
}

TEST(ZeekTsvTest, MissingColumnIsAnError) {
  EXPECT_EQ(Tsv(Header("conn", "ts\tid.orig_h") + "1\t10.0.0.1\n").status.message(),
            "schema_mismatch: #fields has no column id.resp_h");
}

constexpr char kJsonIds[] =
    R"("ts":1.5,"uid":"Cabcdefgh1","id.orig_h":"10.0.0.1","id.orig_p":51000,"id.resp_h":"198.51.100.7","id.resp_p":443)";

TEST(ZeekJsonTest, PathsGivenAndTold) {
  EXPECT_EQ(
      Json(absl::StrCat("{\"_path\":\"conn\",", kJsonIds,
                        ",\"proto\":\"tcp\",\"local_orig\":true,\"local_resp\":false}\n", "{",
                        kJsonIds, ",\"proto\":\"udp\",\"query\":\"listed.example\"}\n", "{",
                        kJsonIds, ",\"established\":true,\"server_name\":\"a.example\"}\n", "{",
                        kJsonIds, ", \"trans_depth\" : 1, \"host\" : \"a.example\"}\n", "{",
                        kJsonIds, ",\"client_initial_dcid\":\"0\",\"server_name\":\"a.example\"}\n",
                        "{\"_path\":\"files\",\"fuid\":\"F1\"}\n", "{\"_path\":\"weird\",",
                        kJsonIds, "}\n"))
          .records,
      (Records{"10.0.0.1 51000 > 198.51.100.7 443 6 - Bs",
               "10.0.0.1 51000 > 198.51.100.7 443 17 - B",
               "10.0.0.1 51000 > 198.51.100.7 443 6 a.example B",
               "10.0.0.1 51000 > 198.51.100.7 443 6 a.example B",
               "10.0.0.1 51000 > 198.51.100.7 443 17 a.example B", "not-a-flow", "not-a-flow"}));
}

TEST(ZeekJsonTest, OtherSpellingsOfTheIds) {
  EXPECT_EQ(Json("{\"id\":{\"orig_h\":\"10.0.0.1\",\"orig_p\":1,\"resp_h\":\"198.51.100.7\",\"resp_"
                 "p\":2},\"proto\":\"tcp\"}\n"
                 "{\"id_orig_h\":\"10.0.0.1\",\"id_orig_p\":1,\"id_resp_h\":\"198.51.100.7\",\"id_"
                 "resp_p\":2,\"proto\":\"tcp\"}\n")
                .records,
            (Records{"10.0.0.1 1 > 198.51.100.7 2 6 - B", "10.0.0.1 1 > 198.51.100.7 2 6 - B"}));
}

TEST(ZeekJsonTest, DamagedLines) {
  EXPECT_EQ(Json(absl::StrCat("{", kJsonIds, "\n", "{", kJsonIds,
                              ",\"id.resp_h\":\"192.0.2.1\",\"proto\":\"tcp\"}\n", "{", kJsonIds,
                              ",\"id.resp\\u005fh\":\"192.0.2.1\",\"proto\":\"tcp\"}\n", "{",
                              kJsonIds, ",\"proto\":\"tcp\"} x\n", "{", kJsonIds,
                              ",\"proto\":\"tcp\"}{}\n", "[]\nnull\n{\n"))
                .records,
            (Records{"json_syntax", "json_dup_key", "json_dup_key", "json_syntax", "json_syntax",
                     "json_syntax", "json_syntax", "json_syntax"}));
}

TEST(ZeekJsonTest, InvalidUtf8ElsewhereDoesNoHarm) {
  EXPECT_EQ(
      Json(absl::StrCat("{", kJsonIds, ",\"proto\":\"tcp\",\"user\":\"\xff\xfe\"}\n")).records,
      Records{"10.0.0.1 51000 > 198.51.100.7 443 6 - B"});
  EXPECT_EQ(Json(absl::StrCat("{", kJsonIds,
                              ",\"established\":true,\"server_name\":\"a\xff.example\"}\n"))
                .records,
            Records{"bad_char"});
}

}  // namespace
}  // namespace allowmatch
