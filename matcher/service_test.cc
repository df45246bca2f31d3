#include "matcher/service.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace allowmatch {
namespace {

std::string ProtocolOf(const std::string& text) {
  Protocol protocol = Protocol::Number(99);
  const Fault fault = ParseProtocol(text, &protocol);
  if (fault == Fault::kNone) return protocol.ToString();
  EXPECT_EQ(protocol, Protocol::Number(99));
  return FaultName(fault);
}

std::string PortsOf(const std::string& text) {
  PortSet ports({{7, 7}});
  const Fault fault = ParsePorts(text, &ports);
  if (fault == Fault::kNone) return ports.ToString();
  EXPECT_EQ(ports.ToString(), "7");
  return FaultName(fault);
}

TEST(Protocol, Parses) {
  const char* cases[][2] = {{"tcp", "tcp"}, {"TCP", "tcp"},   {"6", "tcp"},   {"udp", "udp"},
                            {"17", "udp"},  {"icmp", "icmp"}, {"any", "any"}, {"ANY", "any"},
                            {"0", "0"},     {"255", "255"},   {"1", "1"},     {"58", "58"}};
  for (const auto& [text, canonical] : cases) EXPECT_EQ(ProtocolOf(text), canonical);
}

TEST(Protocol, Refuses) {
  for (const char* text : {"256", "-1", "-0", "99999999999999999999"}) {
    EXPECT_EQ(ProtocolOf(text), "proto_range") << text;
  }
  for (const char* text : {"tcp6", "", "tcp ", "t", "0x6", "6.0", "-", "+6"}) {
    EXPECT_EQ(ProtocolOf(text), "proto_name") << text;
  }
  EXPECT_EQ(ProtocolOf("06"), "leading_zero");
}

TEST(Protocol, Covers) {
  EXPECT_TRUE(Protocol::Icmp().Covers(1));
  EXPECT_TRUE(Protocol::Icmp().Covers(58));
  EXPECT_FALSE(Protocol::Icmp().Covers(6));
  EXPECT_FALSE(Protocol::Icmp().Covers(0));  // 256 is not 0
  EXPECT_TRUE(Protocol::Any().Covers(255));
  EXPECT_FALSE(Protocol::Tcp().Covers(17));
  EXPECT_TRUE(Protocol::Icmp().Covers(Protocol::Number(58)));
  EXPECT_FALSE(Protocol::Number(1).Covers(Protocol::Icmp()));
  EXPECT_TRUE(Protocol::Any().Covers(Protocol::Icmp()));
  EXPECT_EQ(Protocol(), Protocol::Any());
}

TEST(Protocol, HasPorts) {
  for (const uint8_t number : {6, 17, 33, 132, 136}) {
    EXPECT_TRUE(Protocol::Number(number).HasPorts());
  }
  EXPECT_TRUE(Protocol::Any().HasPorts());
  for (const uint8_t number : {0, 1, 47, 50, 58, 255}) {
    EXPECT_FALSE(Protocol::Number(number).HasPorts());
  }
  EXPECT_FALSE(Protocol::Icmp().HasPorts());
}

TEST(Ports, Parse) {
  const char* cases[][2] = {{"443", "443"},
                            {"0", "0"},
                            {"65535", "65535"},
                            {"any", "any"},
                            {"0-65535", "0-65535"},
                            {"80,443", "80,443"},
                            {"443,80", "80,443"},
                            {"80,81", "80-81"},
                            {"80-90,85-100", "80-100"},
                            {"65534,65535", "65534-65535"},
                            {"7881,80,443,80", "80,443,7881"},
                            {"5-5", "5"}};
  for (const auto& [text, canonical] : cases) EXPECT_EQ(PortsOf(text), canonical);
}

TEST(Ports, Refuse) {
  for (const char* text : {"65536", "65979", "4294967739", "18446744073709552059", "80-65536"}) {
    EXPECT_EQ(PortsOf(text), "port_range") << text;
  }
  EXPECT_EQ(PortsOf("443-80"), "port_reversed");
  for (const char* text : {"", "80,,443", "80,443,", ",80", "80-", "-80", "-"}) {
    EXPECT_EQ(PortsOf(text), "empty_part") << text;
  }
  for (const char* text :
       {"0443", "+443", "0x1bb", "https", "443 ", " 443", "00", "\xEF\xBC\x94\x34\x33", "443.0",
        "4.43e2", "80-90-100", "Any", "80, 443"}) {
    EXPECT_EQ(PortsOf(text), "port_syntax") << text;
  }
}

TEST(Ports, ContainAndWidth) {
  PortSet ports;
  EXPECT_TRUE(ports.is_any());
  EXPECT_TRUE(ports.Contains(0));
  EXPECT_EQ(ports.Width(), 65536);
  EXPECT_EQ(ParsePorts("80,8000-8010,65535", &ports), Fault::kNone);
  EXPECT_EQ(ports.Width(), 13);
  for (const uint16_t port : {80, 8000, 8010, 65535}) EXPECT_TRUE(ports.Contains(port));
  for (const uint16_t port : {0, 79, 81, 7999, 8011, 65534}) EXPECT_FALSE(ports.Contains(port));
  EXPECT_TRUE(ports.Contains(PortSet({{8001, 8005}})));
  EXPECT_FALSE(ports.Contains(PortSet({{8001, 8011}})));
  EXPECT_FALSE(ports.Contains(PortSet()));
  EXPECT_TRUE(PortSet().Contains(ports));
  EXPECT_FALSE(PortSet({{0, 65535}}).Contains(PortSet()));  // any holds without a port too
  EXPECT_EQ(PortSet({{0, 65535}}).Width(), 65536);
}

TEST(Ports, AddJoins) {
  PortSet ports({{10, 20}});
  ports.Add({21, 30});
  ports.Add({0, 0});
  EXPECT_EQ(ports.ToString(), "0,10-30");
  ports.Add({0, 65535});
  EXPECT_EQ(ports.ToString(), "0-65535");
  EXPECT_FALSE(ports.is_any());
}

}  // namespace
}  // namespace allowmatch
