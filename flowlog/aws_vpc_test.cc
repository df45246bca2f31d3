#include "flowlog/aws_vpc.h"

#include <gtest/gtest.h>

#include "flowlog/reader_testing.h"

namespace allowmatch {
namespace {

using Records = std::vector<std::string>;

ReadLog Read(absl::string_view text, const ReaderOptions& options = {}) {
  return ReadWith(NewAwsVpcReader(options).get(), text);
}

constexpr char kHeader[] =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start "
    "end action log-status\n";
constexpr char kRow[] =
    "2 123456789012 eni-1 10.0.0.1 198.51.100.7 51000 443 6 1 60 1 2 ACCEPT OK\n";
constexpr char kRecord[] = "10.0.0.1 51000 > 198.51.100.7 443 6 -";

TEST(AwsVpcTest, DefaultFormatWithAndWithoutHeader) {
  EXPECT_EQ(Read(std::string(kHeader) + kRow).records, Records{kRecord});
  EXPECT_EQ(Read(kRow).records, Records{kRecord});
  EXPECT_EQ(Read(std::string(kHeader) + kRow).lines, std::vector<uint64_t>{2});
}

TEST(AwsVpcTest, RowsWithoutData) {
  EXPECT_EQ(Read("2 123 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n"
                 "2 123 eni-1 - - - - - - - 1431280876 1431280934 - SKIPDATA\n")
                .records,
            (Records{"nodata", "nodata"}));
  // The status word alone says nothing.
  EXPECT_EQ(Read("2 123 eni-1 10.0.0.1 198.51.100.7 51000 443 6 1 60 1 2 - NODATA\n").records,
            Records{kRecord});
}

TEST(AwsVpcTest, IcmpAndIpv6) {
  EXPECT_EQ(Read("2 1 eni-1 203.0.113.12 10.0.0.1 0 0 1 4 336 1 2 ACCEPT OK\n"
                 "2 1 eni-1 2001:db8::1 2001:db8::2 34892 22 6 5 8 1 2 ACCEPT OK\n"
                 "2 1 eni-1 10.0.0.1 203.0.113.12 0 0 47 4 336 1 2 ACCEPT OK\n"
                 "2 1 eni-1 10.0.0.1 203.0.113.12 0 0 6 4 336 1 2 ACCEPT OK\n")
                .records,
            (Records{"203.0.113.12 - > 10.0.0.1 - 1 -", "2001:db8::1 34892 > 2001:db8::2 22 6 -",
                     "10.0.0.1 - > 203.0.113.12 - 47 -", "10.0.0.1 0 > 203.0.113.12 0 6 -"}));
}

TEST(AwsVpcTest, CustomOrderPacketAddressesAndDirection) {
  const std::string log =
      "flow-direction dstaddr pkt-dstaddr pkt-srcaddr srcaddr dstport srcport protocol\n"
      "egress 192.0.2.1 198.51.100.7 10.9.9.9 10.0.0.1 443 51000 6\n"
      "ingress 10.0.0.1 - - 192.0.2.1 51000 443 6\n";
  EXPECT_EQ(Read(log).records, (Records{"10.9.9.9 51000 > 198.51.100.7 443 6 - E",
                                        "192.0.2.1 443 > 10.0.0.1 51000 6 - I"}));
  ReaderOptions interface;
  interface.interface_addresses = true;
  EXPECT_EQ(Read(log, interface).records[0], "10.0.0.1 51000 > 192.0.2.1 443 6 - E");
}

TEST(AwsVpcTest, HeaderComesAgainInAnotherOrder) {
  const ReadLog log = Read(std::string(kHeader) + kRow +
                           "dstaddr srcaddr dstport srcport protocol account-id\n"
                           "198.51.100.8 10.0.0.2 80 40000 6 123456789012\n");
  EXPECT_EQ(log.records, (Records{kRecord, "10.0.0.2 40000 > 198.51.100.8 80 6 -"}));
}

TEST(AwsVpcTest, HeaderWithoutAddressesIsAnError) {
  const ReadLog log = Read("version account-id srcaddr dstport\n2 1 10.0.0.1 443\n");
  EXPECT_TRUE(log.records.empty());
  EXPECT_EQ(log.status.message(), "schema_mismatch: the header has no column dstaddr");
}

TEST(AwsVpcTest, NumberOfFieldsTellsTheVersion) {
  EXPECT_EQ(
      Read("5 64111117617 eni-1 192.0.2.20 10.200.0.0 50041 33004 17 52 1 1 2 REJECT OK vpc-1 "
           "subnet-1 i-1 1 IPv4 192.0.2.20 10.200.0.80 us-east-1 use1-az5 - - AMAZON "
           "CLOUDFRONT ingress 1\n")
          .records,
      Records{"192.0.2.20 50041 > 10.200.0.80 33004 17 - I"});
  EXPECT_EQ(
      Read("6 TransitGateway 123456789012 tgw-1 tgw-attach-1 1 1 vpc-1 vpc-2 subnet-1 subnet-2 "
           "eni-1 eni-2 az-1 az-2 tgw-pair 10.0.0.1 198.51.100.7 51000 443 6 1 60 1 2 OK IPv4 "
           "0 0 0 0 1 us-east-1 egress - -\n")
          .records,
      Records{kRecord});
}

TEST(AwsVpcTest, BadLinesDoNotStopIt) {
  const ReadLog log = Read(std::string(kHeader) + "bogus line\n" + kRow + "\n   \n" +
                           "2 1 eni-1 010.0.0.1 198.51.100.7 51000 443 6 1 60 1 2 ACCEPT OK\n"
                           "2 1 eni-1 10.0.0.1 198.51.100.7 51000 65979 6 1 60 1 2 ACCEPT OK\n"
                           "2 1 eni-1 10.0.0.1 198.51.100.7 51000 443 256 1 60 1 2 ACCEPT OK\n"
                           "2 1 eni-1  10.0.0.1 198.51.100.7 51000 443 6 1 60 1 2 ACCEPT OK\n" +
                           kRow);
  EXPECT_EQ(log.records, (Records{"field_count", kRecord, "leading_zero", "port_range",
                                  "proto_range", "field_count", kRecord}));
  EXPECT_EQ(log.lines, (std::vector<uint64_t>{2, 3, 6, 7, 8, 9, 10}));
}

TEST(AwsVpcTest, LineEndsAndMissingLastOne) {
  const std::string unix = std::string(kHeader) + kRow + kRow;
  for (const char* const end : {"\r\n", "\r"}) {
    std::string text;
    for (const char c : unix) c == '\n' ? text += end : text += c;
    EXPECT_EQ(Read(text).records, Read(unix).records);
  }
  EXPECT_EQ(Read(unix.substr(0, unix.size() - 1)).records, Read(unix).records);
}

TEST(AwsVpcTest, LongLinesAreOneInvalidRecord) {
  const std::string log =
      std::string(3 * kMaxLine, 'x') + "\n" + kRow + std::string(300 * kMaxLine, ' ') + "\n" + kRow;
  EXPECT_EQ(Read(log).records, (Records{"line_too_long", kRecord, "line_too_long", kRecord}));
}

TEST(AwsVpcTest, ManyRecordsOverManyBlocksAndBatches) {
  std::string log = kHeader;
  for (int i = 0; i < 20000; ++i) log += kRow;
  const ReadLog read = Read(log);
  ASSERT_EQ(read.records.size(), 20000u);
  EXPECT_EQ(read.lines.back(), 20001u);
  for (const std::string& record : read.records) ASSERT_EQ(record, kRecord);
}

TEST(AwsVpcTest, EveryPrefixOfALogIsRead) {
  const std::string log = std::string(kHeader) + kRow + kRow;
  for (size_t size = 0; size <= log.size(); ++size) {
    EXPECT_LE(Read(log.substr(0, size)).records.size(), 2u);
  }
}

TEST(AwsVpcTest, Detection) {
  EXPECT_EQ(AwsVpcScore(SampleLines(kHeader, true)), 100);
  EXPECT_EQ(AwsVpcScore(SampleLines(kRow, true)), 100);
  EXPECT_EQ(AwsVpcScore(SampleLines("a b c\nd e f\n", true)), 0);
  EXPECT_EQ(AwsVpcScore(SampleLines("src,dst\n", true)), 0);
}

}  // namespace
}  // namespace allowmatch
