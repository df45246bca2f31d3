#include <gtest/gtest.h>

#include "flowlog/generic_csv.h"
#include "flowlog/generic_json.h"
#include "flowlog/reader_testing.h"

namespace allowmatch {
namespace {

using Records = std::vector<std::string>;
using Map = std::map<std::string, std::string>;

ReadLog Csv(absl::string_view text, const Map& map = {}) {
  ReaderOptions options;
  options.map = map;
  return ReadWith(NewGenericCsvReader(options)->get(), text);
}

ReadLog Json(absl::string_view text, const Map& map = {}) {
  ReaderOptions options;
  options.map = map;
  return ReadWith(NewGenericJsonReader(options)->get(), text);
}

TEST(GenericCsvTest, SeparatorsAndSpellings) {
  const Records expected = {"10.0.0.1 51000 > 198.51.100.7 443 6 a.example"};
  EXPECT_EQ(
      Csv("src,spt,dst,dpt,proto,sni\n10.0.0.1,51000,198.51.100.7,443,tcp,a.example\n").records,
      expected);
  EXPECT_EQ(
      Csv("SRC IP;Src "
          "Port;Dst-Ip;dst.port;Protocol;SNI\n10.0.0.1;51000;198.51.100.7;443;TCP;a.example\n")
          .records,
      expected);
  EXPECT_EQ(Csv("src_ip\tsrc_port\tdst_ip\tdst_port\tproto\tsni\n10.0.0.1\t51000\t198.51.100."
                "7\t443\t6\ta.example\n")
                .records,
            expected);
  EXPECT_EQ(Csv("\"srcaddr\",\"srcport\",\"dstaddr\",\"dstport\",\"protocol\",\"server_name\"\n"
                "\"10.0.0.1\",\"51000\",\"198.51.100.7\",\"443\",\"6\",\"a.example\"\n")
                .records,
            expected);
}

TEST(GenericCsvTest, QuotesSeparatorsAndLineEndsInCells) {
  const ReadLog log =
      Csv("user,dst,port\n\"Berg, Tom\",198.51.100.7,443\n\"said \"\"no\"\"\nand "
          "left\",198.51.100.8,80\n"
          "x,198.51.100.9,22\n");
  EXPECT_EQ(log.records, (Records{"- - > 198.51.100.7 443 - -", "- - > 198.51.100.8 80 - -",
                                  "- - > 198.51.100.9 22 - -"}));
  EXPECT_EQ(log.lines, (std::vector<uint64_t>{2, 3, 5}));
}

TEST(GenericCsvTest, OpenQuoteCostsOneLine) {
  EXPECT_EQ(Csv("dst,user\n198.51.100.7,\"open\n198.51.100.8,x\n").records,
            (Records{"open_quote", "- - > 198.51.100.8 - - -"}));
  EXPECT_EQ(Csv("dst,user\n198.51.100.7,\"a\"b\n198.51.100.8,x\n").records,
            (Records{"open_quote", "- - > 198.51.100.8 - - -"}));
  std::string log = "dst,user\n198.51.100.7,\"open\n";
  for (int i = 0; i < 30000; ++i) log += "198.51.100.8,x\n";
  const ReadLog read = Csv(log);
  ASSERT_EQ(read.records.size(), 30001u);
  EXPECT_EQ(read.records[0], "open_quote");
  EXPECT_EQ(read.records[30000], "- - > 198.51.100.8 - - -");
}

TEST(GenericCsvTest, RowsOfTheWrongSize) {
  EXPECT_EQ(Csv("dst,dpt\n198.51.100.7\n198.51.100.7,443,\n198.51.100.7,443,x\n\n").records,
            (Records{"field_count", "- - > 198.51.100.7 443 - -", "field_count"}));
}

TEST(GenericCsvTest, HeaderComesAgain) {
  EXPECT_EQ(Csv("dst,dpt\n198.51.100.7,443\ndst,dpt\n198.51.100.8,80\ndpt,dst\n22,198.51.100.9\n")
                .records,
            (Records{"- - > 198.51.100.7 443 - -", "- - > 198.51.100.8 80 - -",
                     "- - > 198.51.100.9 22 - -"}));
}

TEST(GenericCsvTest, HeaderErrors) {
  EXPECT_EQ(Csv("src,sport\n10.0.0.1,1\n").status.message(),
            "schema_mismatch: no column for the destination among src, sport; say --map dst=COLUMN "
            "or --map name=COLUMN");
  EXPECT_EQ(Csv("dst,dst\n").status.message(),
            "schema_mismatch: the header names the column dst twice");
}

TEST(GenericCsvTest, MappedColumns) {
  EXPECT_EQ(
      Csv("a,b,c\n198.51.100.7,443,x.example\n", {{"dst", "a"}, {"dport", "2"}, {"name", "c"}})
          .records,
      Records{"- - > 198.51.100.7 443 - x.example"});
  ReaderOptions options;
  options.map = {{"destination", "a"}};
  EXPECT_FALSE(NewGenericCsvReader(options).ok());
}

TEST(GenericCsvTest, NamesThatMislead) {
  // With a destination address `host` may be the sensor, `query` a question to it.
  EXPECT_EQ(Csv("dst,host,query\n198.51.100.7,listed.example,listed.example\n").records,
            Records{"- - > 198.51.100.7 - - -"});
  EXPECT_EQ(Csv("src,query\n10.0.0.1,a.example\n").records,
            Records{"10.0.0.1 - > - - - a.example"});
  EXPECT_EQ(Csv("dst,host\n198.51.100.7,a.example\n", {{"name", "host"}}).records,
            Records{"- - > 198.51.100.7 - - a.example"});
}

TEST(GenericCsvTest, DestinationThatIsAName) {
  EXPECT_EQ(
      Csv("src,dest,dpt\n10.0.0.1,a.example,443\n10.0.0.1,010.0.0.1,443\nclient,198.51.100.7,443\n")
          .records,
      (Records{"10.0.0.1 - > - 443 - a.example", "numeric_name", "- - > 198.51.100.7 443 - -"}));
}

TEST(GenericCsvTest, EndpointsAndUrls) {
  EXPECT_EQ(
      Csv("src_ip,url\n10.0.0.1,https://a.example/x\n10.0.0.1,a.example:65979\n10.0.0.1,http://"
          "u@a.example:8080/\n")
          .records,
      (Records{"10.0.0.1 - > - 443 - a.example", "port_range", "10.0.0.1 - > - 8080 - a.example"}));
  EXPECT_EQ(
      Csv("upstream_host,downstream_remote_address\n198.51.100.7:443,10.0.0.1:51000\n").records,
      Records{"10.0.0.1 51000 > 198.51.100.7 443 - -"});
}

TEST(GenericCsvTest, Direction) {
  EXPECT_EQ(Csv("src,dst,direction\n10.0.0.1,198.51.100.7,Outbound\n10.0.0.1,198.51.100.7,"
                "ingress\n10.0.0.1,198.51.100.7,?\n")
                .records,
            (Records{"10.0.0.1 - > 198.51.100.7 - - - E", "10.0.0.1 - > 198.51.100.7 - - - I",
                     "10.0.0.1 - > 198.51.100.7 - - -"}));
}

TEST(GenericCsvTest, Detection) {
  EXPECT_EQ(GenericCsvScore(SampleLines("src,dst\n", true)), 100);
  EXPECT_EQ(GenericCsvScore(SampleLines("apples,pears\n", true)), 0);
  EXPECT_EQ(GenericCsvScore(SampleLines("dst\n", true)), 0);
}

TEST(GenericJsonTest, NestedFlatAndFolded) {
  const Records expected = {"10.0.0.1 51000 > 198.51.100.7 443 6 -"};
  EXPECT_EQ(
      Json(
          R"({"source":{"ip":"10.0.0.1","port":51000},"destination":{"ip":"198.51.100.7","port":443},"network":{"transport":"tcp"}})")
          .records,
      expected);
  EXPECT_EQ(
      Json(
          R"({"source.ip":"10.0.0.1","source.port":51000,"destination.ip":"198.51.100.7","destination.port":"443","network.transport":"tcp"})")
          .records,
      expected);
  EXPECT_EQ(
      Json(
          R"({"SourceIP":"10.0.0.1","SourcePort":51000,"DestinationIP":"198.51.100.7","DestinationPort":443,"Protocol":"TCP"})")
          .records,
      expected);
}

TEST(GenericJsonTest, OneFieldTwice) {
  EXPECT_EQ(Json(R"({"dst":"10.0.0.1","dst":"8.8.8.8"})").records, Records{"json_dup_key"});
  EXPECT_EQ(Json(R"({"destination":{"ip":"10.0.0.1"},"destination":{"ip":"8.8.8.8"}})").records,
            Records{"json_dup_key"});
  EXPECT_EQ(Json(R"({"dst":"198.51.100.7","sni":"a.example","http_host":"b.example"})").records,
            Records{"value_conflict"});
  EXPECT_EQ(
      Json(R"({"dst":"198.51.100.7","sni":"a.example","http_host":"A.example.:443"})").records,
      Records{"- - > 198.51.100.7 443 - a.example"});
  EXPECT_EQ(Json(R"({"dst":"198.51.100.7","sni":["a.example","b.example"]})").records,
            Records{"value_conflict"});
  EXPECT_EQ(Json(R"({"dst":"198.51.100.7","sni":["a.example","a.example"]})").records,
            Records{"- - > 198.51.100.7 - - a.example"});
  EXPECT_EQ(Json(R"({"dst":"198.51.100.7","sni":"a.example,b.example"})").records,
            Records{"bad_char"});
}

TEST(GenericJsonTest, ValuesThatAreNone) {
  EXPECT_EQ(Json("{\"dst\":null,\"a\":1}\n{\"dst\":167772160}\n{\"dst\":true}\n{\"dst\":{\"x\":1}}"
                 "\n{\"dst\":\"198.51.100.7\",\"dport\":443.0}\n"
                 "{\"dst\":\"198.51.100.7\",\"dport\":4.43e2}\n{\"dst\":\"198.51.100.7\",\"dport\":"
                 "18446744073709552059}\n")
                .records,
            (Records{"nodata", "numeric_name", "json_type", "nodata", "port_syntax", "port_syntax",
                     "port_range"}));
}

TEST(GenericJsonTest, MappedPaths) {
  EXPECT_EQ(Json(R"({"flow":{"IP":[{"to":"198.51.100.7"}]},"p":443})",
                 {{"dst", "flow.IP[0].to"}, {"dport", "p"}})
                .records,
            Records{"- - > 198.51.100.7 443 - -"});
}

TEST(GenericJsonTest, Detection) {
  EXPECT_EQ(GenericJsonScore(SampleLines("{\"dst_ip\":\"198.51.100.7\"}\n", true)), 100);
  EXPECT_EQ(GenericJsonScore(SampleLines("{\"apples\":1}\n", true)), 0);
}

}  // namespace
}  // namespace allowmatch
