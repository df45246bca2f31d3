#include "flowlog/remote_end.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "flowlog/field_parse.h"

namespace allowmatch {
namespace {

Address A(const char* text) {
  Address address;
  EXPECT_EQ(ParseAddress(text, &address), Fault::kNone) << text;
  return address;
}

AddressRange R(const char* text) {
  AddressRange range;
  EXPECT_EQ(ParseRange(text, &range), Fault::kNone) << text;
  return range;
}

// A record of a log, as its fields.
struct Row {
  const char* src = "";
  int src_port = -1;
  const char* dst = "";
  int dst_port = -1;
  int protocol = 6;
  uint16_t flags = 0;
  const char* name = "";
};

class RemoteEndTest : public testing::Test {
 protected:
  // "out REMOTE PORT", "in REMOTE PORT", with the name, "?" if guessed, or the note.
  std::string Orient(const Row& row, ForcedEnd forced = ForcedEnd::kNone) {
    records_->Clear();
    const size_t i = records_->Add(1);
    records_->parts[i] |= row.flags;
    if (*row.src) records_->SetSrc(i, A(row.src));
    if (*row.dst) records_->SetDst(i, A(row.dst));
    if (row.src_port >= 0)
      records_->parts[i] |= kSrcPort, records_->src_port[i] = static_cast<uint16_t>(row.src_port);
    if (row.dst_port >= 0)
      records_->parts[i] |= kDstPort, records_->dst_port[i] = static_cast<uint16_t>(row.dst_port);
    records_->parts[i] |= kProtocolPart;
    records_->protocol[i] = static_cast<uint8_t>(row.protocol);
    if (*row.name) records_->SetName(i, row.name);
    RemoteEnd(inside_, forced, &facts_).Orient(records_.get(), tuples_.get());
    if (records_->note[i] != Note::kNone) return NoteName(records_->note[i]);
    const uint16_t parts = tuples_->parts[i];
    return absl::StrCat(parts & kInbound ? "in " : "out ",
                        parts & (kRemoteV4 | kRemoteV6) ? tuples_->Remote(i).ToString() : "-", " ",
                        parts & kHasPort ? absl::StrCat(tuples_->port[i]) : "-",
                        parts & kHasName ? absl::StrCat(" ", std::string(records_->Name(i))) : "",
                        tuples_->guessed[i] ? " ?" : "");
  }

  Inside inside_;
  PolicyFacts facts_;
  std::unique_ptr<RecordBatch> records_ = std::make_unique<RecordBatch>();
  std::unique_ptr<TupleBatch> tuples_ = std::make_unique<TupleBatch>();
};

TEST_F(RemoteEndTest, RequestAndReplyRowsAreOneFlow) {
  EXPECT_EQ(Orient({"10.0.0.1", 51000, "198.51.100.7", 443}), "out 198.51.100.7 443");
  EXPECT_EQ(Orient({"198.51.100.7", 443, "10.0.0.1", 51000}), "out 198.51.100.7 443");
  EXPECT_EQ(Orient({"203.0.113.9", 39000, "10.0.0.1", 22}), "in 203.0.113.9 22");
  EXPECT_EQ(Orient({"10.0.0.1", 22, "203.0.113.9", 39000}), "in 203.0.113.9 22");
}

TEST_F(RemoteEndTest, ListedPortsTellTheServer) {
  facts_.ports.bits[3478] = ListedPorts::kUdpOut;
  facts_.ports.bits[40000] = ListedPorts::kUdpIn;
  EXPECT_EQ(Orient({"10.0.0.1", 2000, "198.51.100.7", 3478, 17}), "out 198.51.100.7 3478");
  EXPECT_EQ(Orient({"198.51.100.7", 3478, "10.0.0.1", 2000, 17}), "out 198.51.100.7 3478");
  EXPECT_EQ(Orient({"198.51.100.7", 3478, "10.0.0.1", 2000, 6}), "out 198.51.100.7 3478 ?");
  EXPECT_EQ(Orient({"198.51.100.7", 3478, "10.0.0.1", 40000, 17}), "out 198.51.100.7 3478");
}

TEST_F(RemoteEndTest, EphemeralPortsAreAGuess) {
  EXPECT_EQ(Orient({"10.0.0.1", 51000, "198.51.100.7", 8443}), "out 198.51.100.7 8443 ?");
  EXPECT_EQ(Orient({"198.51.100.7", 51000, "10.0.0.1", 8443}), "in 198.51.100.7 8443 ?");
  EXPECT_EQ(Orient({"10.0.0.1", 40000, "198.51.100.7", 50000}), "out 198.51.100.7 50000 ?");
  EXPECT_EQ(Orient({"10.0.0.1", 123, "198.51.100.7", 123, 17}), "out 198.51.100.7 123 ?");
}

TEST_F(RemoteEndTest, WhoBeganDecides) {
  EXPECT_EQ(Orient({"10.0.0.1", 443, "198.51.100.7", 51000, 6, kSrcBegan}),
            "out 198.51.100.7 51000");
  EXPECT_EQ(Orient({"198.51.100.7", 443, "10.0.0.1", 51000, 6, kSrcBegan}),
            "in 198.51.100.7 51000");
}

TEST_F(RemoteEndTest, OnePortIsTheDestinations) {
  EXPECT_EQ(Orient({"10.0.0.1", -1, "198.51.100.7", 443}), "out 198.51.100.7 443");
  EXPECT_EQ(Orient({"198.51.100.7", -1, "10.0.0.1", 443}), "in 198.51.100.7 443");
  EXPECT_EQ(Orient({"", -1, "198.51.100.7", 443}), "out 198.51.100.7 443");
}

TEST_F(RemoteEndTest, NoPorts) {
  EXPECT_EQ(Orient({"10.0.0.1", -1, "198.51.100.7", -1, 1}), "out 198.51.100.7 -");
  EXPECT_EQ(Orient({"198.51.100.7", -1, "10.0.0.1", -1, 1}), "out 198.51.100.7 - ?");
}

TEST_F(RemoteEndTest, BothOutside) {
  EXPECT_EQ(Orient({"203.0.113.1", 51000, "198.51.100.7", 443}), "out 198.51.100.7 443 ?");
  EXPECT_EQ(Orient({"198.51.100.7", 443, "203.0.113.1", 51000}), "out 198.51.100.7 443 ?");
  EXPECT_EQ(Orient({"203.0.113.1", 40000, "198.51.100.7", 50000}), "out 198.51.100.7 50000 ?");
  EXPECT_EQ(Orient({"203.0.113.1", 443, "198.51.100.7", 51000, 6, kSrcBegan}),
            "out 198.51.100.7 51000 ?");
  EXPECT_EQ(Orient({"2001:db8::1", 443, "2001:db8:1::2", 51000}), "out 2001:db8::1 443 ?");
}

TEST_F(RemoteEndTest, TheLogsOwnDirection) {
  EXPECT_EQ(Orient({"203.0.113.1", 51000, "198.51.100.7", 443, 6, kEgress}),
            "out 198.51.100.7 443");
  EXPECT_EQ(Orient({"198.51.100.7", 443, "203.0.113.1", 51000, 6, kIngress}),
            "out 198.51.100.7 443");
  EXPECT_EQ(Orient({"203.0.113.1", 51000, "198.51.100.7", 22, 6, kIngress}), "in 203.0.113.1 22");
  EXPECT_EQ(Orient({"203.0.113.1", 1, "198.51.100.7", 443, 6, kSrcBegan | kSrcInside}),
            "out 198.51.100.7 443");
  // An ingress row of a NAT gateway's interface names the inside end.
  EXPECT_EQ(Orient({"10.0.0.1", 51000, "198.51.100.7", 443, 6, kIngress}), "out 198.51.100.7 443");
}

TEST_F(RemoteEndTest, InternalPrefixes) {
  inside_ = *Inside::Make({"203.0.113.0/24"});
  EXPECT_EQ(Orient({"203.0.113.1", 51000, "198.51.100.7", 443}), "out 198.51.100.7 443");
  EXPECT_EQ(Orient({"203.0.113.1", 51000, "10.0.0.1", 443}), "out 10.0.0.1 443");
  EXPECT_EQ(Orient({"203.0.113.1", 51000, "203.0.113.2", 443}), "internal");
  EXPECT_EQ(Orient({"203.0.113.1", 51000, "224.0.0.251", 443}), "internal");
  inside_ = *Inside::Make({"default", "203.0.113.0/24"});
  EXPECT_EQ(Orient({"203.0.113.1", 51000, "10.0.0.1", 443}), "internal");
  EXPECT_FALSE(Inside::Make({"203.0.113.1/24"}).ok());
}

TEST_F(RemoteEndTest, InsideFlowsOnlyWhereRulesNameThem) {
  const Row row = {"10.0.0.1", 51000, "10.0.0.2", 443};
  const Row reply = {"10.0.0.2", 443, "10.0.0.1", 51000};
  EXPECT_EQ(Orient(row), "internal");
  facts_.named_out = {R("10.0.0.2")};
  EXPECT_EQ(Orient(row), "out 10.0.0.2 443");
  EXPECT_EQ(Orient(reply), "out 10.0.0.2 443");
  facts_.named_out.clear();
  facts_.named_local = {R("10.0.0.2")};
  EXPECT_EQ(Orient(row), "in 10.0.0.1 443");
  EXPECT_EQ(Orient(reply), "in 10.0.0.1 443");
  facts_.named_local.clear();
  facts_.named_in = {R("10.0.0.1")};
  EXPECT_EQ(Orient(row), "in 10.0.0.1 443");
  EXPECT_EQ(Orient({"10.0.0.3", 51000, "10.0.0.2", 443}), "internal");
}

TEST_F(RemoteEndTest, ForcedEnd) {
  const Row row = {"203.0.113.1", 51000, "198.51.100.7", 443};
  EXPECT_EQ(Orient(row, ForcedEnd::kDst), "out 198.51.100.7 443");
  EXPECT_EQ(Orient(row, ForcedEnd::kSrc), "in 203.0.113.1 443");
  EXPECT_EQ(Orient({"", -1, "198.51.100.7", 443}, ForcedEnd::kSrc), "nodata");
}

TEST_F(RemoteEndTest, ForcedEndComesFirst) {
  EXPECT_EQ(Orient({"203.0.113.1", 51000, "198.51.100.7", 443, 6, kIngress}, ForcedEnd::kDst),
            "out 198.51.100.7 443");
  EXPECT_EQ(Orient({"198.51.100.7", 51000, "10.0.0.1", 443}, ForcedEnd::kDst), "out 10.0.0.1 443");
  EXPECT_EQ(Orient({"10.0.0.2", 51000, "10.0.0.1", 443}, ForcedEnd::kDst), "out 10.0.0.1 443");
}

TEST_F(RemoteEndTest, NamesAreTheDestinations) {
  EXPECT_EQ(Orient({"10.0.0.1", 1, "198.51.100.7", 443, 6, kSrcBegan, "a.example"}),
            "out 198.51.100.7 443 a.example");
  EXPECT_EQ(Orient({"10.0.0.1", -1, "", 443, 6, 0, "a.example"}), "out - 443 a.example");
  // The name of our own server says nothing about its client.
  EXPECT_EQ(Orient({"203.0.113.1", 1, "10.0.0.1", 443, 6, kSrcBegan, "a.example"}),
            "in 203.0.113.1 443");
}

TEST(InsideTest, EveryEdgeOfTheDefault) {
  const Inside inside;
  for (const char* const text :
       {"10.0.0.0",        "10.255.255.255",  "172.16.0.0", "172.31.255.255",
        "192.168.0.0",     "192.168.255.255", "100.64.0.0", "100.127.255.255",
        "169.254.169.254", "127.0.0.1",       "0.0.0.0",    "224.0.0.0",
        "239.255.255.255", "255.255.255.255", "fc00::",     "fdff::1",
        "fe80::1",         "ff02::fb",        "::",         "::1",
        "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(inside.Has(A(text))) << text;
  }
  for (const char* const text : {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0",
                                 "192.167.255.255", "192.169.0.0", "100.63.255.255", "100.128.0.0",
                                 "1.0.0.0", "126.255.255.255", "223.255.255.255", "240.0.0.0",
                                 "255.255.255.254", "fbff::1", "fec0::1", "2001:db8::1", "::2"}) {
    EXPECT_FALSE(inside.Has(A(text))) << text;
  }
}

TEST(InsideTest, RangesThatSplitASixteenBitBlock) {
  const Inside inside = *Inside::Make({"198.51.100.8-198.51.101.3"});
  EXPECT_FALSE(inside.Has(A("198.51.100.7")));
  EXPECT_TRUE(inside.Has(A("198.51.100.8")));
  EXPECT_TRUE(inside.Has(A("198.51.101.3")));
  EXPECT_FALSE(inside.Has(A("198.51.101.4")));
  EXPECT_FALSE(inside.Has(A("10.0.0.1")));
}

}  // namespace
}  // namespace allowmatch
