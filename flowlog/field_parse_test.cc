#include "flowlog/field_parse.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "flowlog/reader_testing.h"
#include "flowlog/v4_text.h"
#include "matcher/service.h"

namespace allowmatch {
namespace {

std::string Padded(absl::string_view text) { return absl::StrCat(text, std::string(64, '7')); }

// The fast path accepts what ParseAddress does for IPv4, and nothing else.
void ExpectAgreement(absl::string_view text) {
  const std::string padded = Padded(text);
  uint32_t bits = 0;
  const bool fast = ReadV4Padded(padded.data(), text.size(), &bits);
  Address address;
  const bool slow = ParseAddress(text, &address) == Fault::kNone && address.is_v4() &&
                    text.find(':') == absl::string_view::npos;
  ASSERT_EQ(fast, slow) << text;
  if (fast) {
    ASSERT_EQ(bits, address.v4()) << text;
  }
}

TEST(ReadV4PaddedTest, AgreesWithParseAddressOnEveryOctetInEveryPlace) {
  for (int octet = 0; octet <= 999; ++octet) {
    for (const char* const form :
         {"%d.0.0.0", "1.%d.22.3", "255.25.%d.1", "10.200.3.%d", "%02d.1.1.1", "1.1.1.%03d"}) {
      char text[32];
      snprintf(text, sizeof(text), form, octet);
      ExpectAgreement(text);
    }
  }
}

TEST(ReadV4PaddedTest, AgreesWithParseAddressOnDamagedAddresses) {
  std::mt19937 random(1);
  const std::string alphabet = "0123456789..::abcf /%-\xc2\xb2";
  for (int round = 0; round < 300000; ++round) {
    std::string text =
        absl::StrCat(random() % 256, ".", random() % 256, ".", random() % 256, ".", random() % 256);
    for (uint32_t edits = random() % 3; edits > 0 && !text.empty(); --edits) {
      const size_t at = random() % text.size();
      const char c = alphabet[random() % alphabet.size()];
      switch (random() % 3) {
        case 0:
          text[at] = c;
          break;
        case 1:
          text.erase(at, 1);
          break;
        default:
          text.insert(text.begin() + static_cast<std::ptrdiff_t>(at), c);
      }
    }
    ExpectAgreement(text);
  }
}

TEST(ReadNumberPaddedTest, AgreesWithParsePort) {
  for (int number = 0; number <= 120000; ++number) {
    const std::string text = absl::StrCat(number);
    uint32_t fast = 0, plain = 0;
    uint16_t port = 0;
    const bool good = ParsePort(text, &port) == Fault::kNone;
    const std::string padded = Padded(text);
    ASSERT_EQ(ReadNumberPadded(padded.data(), text.size(), 65535, &fast), good) << text;
    ASSERT_EQ(ReadNumber(text.data(), text.data() + text.size(), 65535, &plain), good) << text;
    if (good) {
      ASSERT_EQ(fast, port);
      ASSERT_EQ(plain, port);
    }
  }
  for (const char* const text :
       {"", "0443", "00", "+44", "4 3", "44a", "-", "x", "443\n", "\xef\xbc\x94"}) {
    uint32_t number = 0;
    const std::string padded = Padded(text);
    EXPECT_FALSE(ReadNumberPadded(padded.data(), strlen(text), 65535, &number)) << text;
    EXPECT_FALSE(ReadNumber(text, text + strlen(text), 65535, &number)) << text;
  }
}

TEST(ParseLogAddressTest, DropsZonesOfIpv6Only) {
  Address address;
  EXPECT_EQ(ParseLogAddress("fe80::1%eth0", &address), Fault::kNone);
  EXPECT_EQ(address.ToString(), "fe80::1");
  EXPECT_EQ(ParseLogAddress("198.51.100.7%eth0", &address), Fault::kZone);
  EXPECT_EQ(ParseLogAddress("fe80::1%", &address), Fault::kZone);
  EXPECT_EQ(ParseLogAddress("fe80::1%a/b", &address), Fault::kZone);
  EXPECT_EQ(ParseLogAddress("::ffff:198.51.100.9", &address), Fault::kNone);
  EXPECT_EQ(address.ToString(), "198.51.100.9");
}

// One record of one field.
class FieldTest : public testing::Test {
 protected:
  using Function = void (*)(absl::string_view, size_t, RecordBatch*);
  std::string Read(Function function, absl::string_view text) {
    batch_->Clear();
    function(text, batch_->Add(1), batch_.get());
    return ShowRecord(*batch_, 0);
  }
  std::unique_ptr<RecordBatch> batch_ = std::make_unique<RecordBatch>();
};

TEST_F(FieldTest, AddressesThatAreNone) {
  for (const auto& [text, note] : std::initializer_list<std::pair<absl::string_view, const char*>>{
           {"010.0.0.1", "leading_zero"},
           {"0177.0.0.1", "leading_zero"},
           {"127.1", "part_count"},
           {"1.2.3", "part_count"},
           {"2130706433", "part_count"},
           {"256.1.1.1", "octet_range"},
           {"4294967297.0.0.1", "octet_range"},
           {"1.2.3.4.5", "part_count"},
           {"1.2..4", "empty_part"},
           {absl::string_view("1.2.3.4\0.evil", 13), "nul"},
           {"\xef\xbc\x91.2.3.4", "non_digit"},
           {"1:2:3:4::5:6:7:8", "group_count"},
           {"1::2::3", "multiple_elision"},
           {"12345::", "group_range"},
           {"fe80:tail::", "non_hex"}}) {
    EXPECT_EQ(Read(ReadDst, text), note) << text;
  }
  for (const char* const missing :
       {"", "-", "(empty)", "null", "None", "N/A", "unknown", "<NOSRV>"}) {
    EXPECT_EQ(Read(ReadDst, missing), "- - > - - - -") << missing;
  }
}

TEST_F(FieldTest, Ports) {
  EXPECT_EQ(Read(ReadDstPort, "443"), "- - > - 443 - -");
  EXPECT_EQ(Read(ReadDstPort, "0"), "- - > - 0 - -");
  EXPECT_EQ(Read(ReadDstPort, "65536"), "port_range");
  EXPECT_EQ(Read(ReadDstPort, "65979"), "port_range");
  EXPECT_EQ(Read(ReadDstPort, "4294967739"), "port_range");
  EXPECT_EQ(Read(ReadDstPort, "0443"), "port_syntax");
  EXPECT_EQ(Read(ReadDstPort, "443.0"), "port_syntax");
  EXPECT_EQ(Read(ReadDstPort, "https"), "port_syntax");
  EXPECT_EQ(Read(ReadSrcPort, "-"), "- - > - - - -");
}

TEST_F(FieldTest, Protocols) {
  EXPECT_EQ(Read(ReadProtocol, "6"), "- - > - - 6 -");
  EXPECT_EQ(Read(ReadProtocol, "TCP"), "- - > - - 6 -");
  EXPECT_EQ(Read(ReadProtocol, "IPv6-ICMP"), "- - > - - 58 -");
  EXPECT_EQ(Read(ReadProtocol, "https"), "- - > - - 6 -");
  EXPECT_EQ(Read(ReadProtocol, "QUIC"), "- - > - - 17 -");
  EXPECT_EQ(Read(ReadProtocol, "unknown_transport"), "- - > - - - -");
  EXPECT_EQ(Read(ReadProtocol, "256"), "proto_range");
  EXPECT_EQ(Read(ReadProtocol, "tcp6"), "proto_name");
  EXPECT_EQ(Read(ReadProtocol, "-1"), "proto_name");
}

TEST_F(FieldTest, Hosts) {
  EXPECT_EQ(Read(ReadHost, "live.example.com"), "- - > - - - live.example.com");
  EXPECT_EQ(Read(ReadHost, "198.51.100.7"), "- - > 198.51.100.7 - - -");
  EXPECT_EQ(Read(ReadHost, "*"), "- - > - - - -");
  EXPECT_EQ(Read(ReadHost, "example.com:443"), "bad_char");
  EXPECT_EQ(Read(ReadHost, "a.example.com,b.example.com"), "bad_char");
  EXPECT_EQ(Read(ReadHost, " example.com"), "bad_char");
  EXPECT_EQ(Read(ReadHost, "example..com"), "label_empty");
  EXPECT_EQ(Read(ReadHost, "\xe2\x84\xaa.example.com"), "non_ascii");
  EXPECT_EQ(Read(ReadHost, absl::string_view("example.com\0.evil.com", 21)), "nul");
  EXPECT_EQ(Read(ReadHost, "[::1%25.example.com]:443"), "bad_char");
  EXPECT_EQ(Read(ReadHost, "010.0.0.1"), "numeric_name");
}

TEST_F(FieldTest, HostsWithPortsAndUrls) {
  EXPECT_EQ(Read(ReadHostPort, "example.com:443"), "- - > - 443 - example.com");
  EXPECT_EQ(Read(ReadHostPort, "example.com:65979"), "port_range");
  EXPECT_EQ(Read(ReadHostPort, "[2001:db8::1]:443"), "- - > 2001:db8::1 443 - -");
  EXPECT_EQ(Read(ReadEndpoint, "https://example.com/a?b"), "- - > - 443 - example.com");
  EXPECT_EQ(Read(ReadEndpoint, "http://listed.example@evil.example/"), "- - > - 80 - evil.example");
  EXPECT_EQ(Read(ReadEndpoint, "http://evil.example\\@listed.example/"), "bad_char");
  EXPECT_EQ(Read(ReadEndpoint, "http://evil.example/@listed.example"), "- - > - 80 - evil.example");
  EXPECT_EQ(Read(ReadEndpoint, "[::1%25.example.com]:443"), "bad_char");
  EXPECT_EQ(Read(ReadEndpoint, "/path"), "- - > - - - -");
  EXPECT_EQ(Read(ReadEndpoint, "GET / HTTP/1.1"), "- - > - - - -");
  EXPECT_EQ(Read(ReadDstEndpoint, "192.0.2.1:443"), "- - > 192.0.2.1 443 - -");
}

}  // namespace
}  // namespace allowmatch
