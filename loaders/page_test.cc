// What a page means: one short page for each sentence of rules/SEMANTICS.md.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "loaders/page.h"
#include "loaders/page_expectation.h"

namespace allowmatch {
namespace {

struct Loaded {
  Policy policy;
  LoadReport report;

  std::string ToString() const { return FormatRules(policy) + report.ToText(); }
};

Loaded Load(absl::string_view text, bool allow_special = false) {
  Loaded out;
  Diagnostics errors;
  PageOptions options;
  options.source = "page.txt";
  options.vendor = "parleo";
  options.allow_special = allow_special;
  if (!LoadPage(text, options, &out.policy, &out.report, &errors)) out.policy.rules.clear();
  out.policy.Canonicalize();
  return out;
}

// Every rule of the load is in `key`, and the other way round.
void ExpectFacts(const Loaded& loaded, absl::string_view key) {
  PageExpectation expectation;
  std::string error;
  ASSERT_TRUE(ReadPageExpectation(key, &expectation, &error)) << error;
  const PageScore score = ScorePage(expectation, loaded.policy, loaded.report);
  EXPECT_TRUE(score.Perfect()) << score.ToString() << loaded.ToString();
}

void ExpectPage(absl::string_view text, absl::string_view key) { ExpectFacts(Load(text), key); }

// What was inferred for the rules that cover `destination`.
std::string InferredFor(const Loaded& loaded, absl::string_view destination) {
  std::string out;
  for (const Rule& rule : loaded.policy.rules) {
    for (const Destination& to : rule.to) {
      if (DestinationToString(to) != destination) continue;
      for (const std::string& what : rule.inferred) absl::StrAppend(&out, what, "; ");
    }
  }
  return out;
}

constexpr char kTitle[] =
    "Parleo network requirements\n\nAllow the following outbound traffic.\n\n";

std::string Page(absl::string_view body) { return absl::StrCat(kTitle, body); }

constexpr char kTwoGroups[] =
    "allow out tcp 443 to 5.180.76.0/24,5.180.77.0/24\n"
    "allow out udp 3478 to 5.180.80.0/23\n";

TEST(PageTest, ServicesBesideADestinationAreItsOwn) {
  ExpectPage(Page("- TCP 443 to 5.180.76.0/24, 5.180.77.0/24\n- UDP 3478 to 5.180.80.0/23\n"),
             kTwoGroups);
  ExpectPage(Page("Signalling uses TCP 443 to 5.180.76.0/24 and 5.180.77.0/24. Media uses UDP 3478 "
                  "to 5.180.80.0/23.\n"),
             kTwoGroups);
  ExpectPage(Page("Protocol | Port | Address\nTCP | 443 | 5.180.76.0/24, 5.180.77.0/24\n"
                  "UDP | 3478 | 5.180.80.0/23\n"),
             kTwoGroups);
}

TEST(PageTest, ServicesThatLeadAListAreItsOwn) {
  ExpectPage(Page("Allow TCP 443 to:\n\n- 5.180.76.0/24\n- 5.180.77.0/24\n\n"
                  "Allow UDP 3478 to:\n\n- 5.180.80.0/23\n"),
             kTwoGroups);
}

TEST(PageTest, ServicesUnderAHeadingAreItsOwn) {
  ExpectPage(Page("## Signalling\n\nTCP 443\n\n- 5.180.76.0/24\n- 5.180.77.0/24\n\n"
                  "## Media\n\nUDP 3478\n\n- 5.180.80.0/23\n"),
             kTwoGroups);
}

TEST(PageTest, ServicesOfThePageAreForWhatHasNone) {
  const Loaded loaded = Load(
      Page("Ports\n\n- TCP 443\n- UDP 3478\n\nAddresses\n\n- 5.180.76.0/24\n- 5.180.80.0/23\n\n"
           "Signing in\n\n- TCP 8443 to login.parleo.com\n"));
  ExpectFacts(loaded,
              "allow out tcp 443 to 5.180.76.0/24,5.180.80.0/23\n"
              "allow out udp 3478 to 5.180.76.0/24,5.180.80.0/23\n"
              "allow out tcp 8443 to login.parleo.com\n");
  EXPECT_TRUE(absl::StrContains(InferredFor(loaded, "5.180.76.0/24"), "service"))
      << loaded.ToString();
  EXPECT_FALSE(absl::StrContains(InferredFor(loaded, "login.parleo.com"), "service"))
      << loaded.ToString();
}

TEST(PageTest, SchemeOfAUrlIsItsPort) {
  ExpectPage(Page("- https://api.parleo.com\n- http://www.parleo.com\n"
                  "- https://admin.parleo.com:8443\n"),
             "allow out tcp 443 to api.parleo.com\n"
             "allow out tcp 80 to www.parleo.com\n"
             "allow out tcp 8443 to admin.parleo.com\n");
}

TEST(PageTest, HttpAndHttpsArePorts) {
  ExpectPage(Page("HTTP/HTTPS access to:\n\n- *.parleo.com\n"),
             "allow out tcp 80,443 to *.parleo.com\n");
  ExpectPage(Page("HTTPS access to:\n\n- *.parleo.com\n"), "allow out tcp 443 to *.parleo.com\n");
}

TEST(PageTest, AllTrafficIsAnyService) {
  ExpectPage(Page("Allow all traffic to:\n\n- 5.180.76.0/24\n- *.parleo.com\n"),
             "allow out any any to 5.180.76.0/24,*.parleo.com\n");
}

TEST(PageTest, PortsOfTheReadersOwnServer) {
  const Loaded loaded = Load(
      "Installing the Parleo server\n\nWhen installing Parleo on your server behind a firewall, "
      "make sure that the following ports are open:\n\n- TCP 443\n- UDP 50000-60000\n");
  ExpectFacts(loaded, "allow in tcp 443 to self\nallow in udp 50000-60000 to self\n");
  EXPECT_TRUE(absl::StrContains(InferredFor(loaded, "self"), "own server")) << loaded.ToString();
}

TEST(PageTest, NegativeTextAllowsNothing) {
  ExpectPage(Page("- TCP 443 to api.parleo.com\n\n"
                  "The network 5.180.80.0/23 is no longer used.\n"),
             "allow out tcp 443 to api.parleo.com\n"
             "reported 5.180.80.0/23\n");
  ExpectPage(Page("- TCP 443 to api.parleo.com\n\nPlease close TCP 6881-6999.\n"),
             "allow out tcp 443 to api.parleo.com\nreported 6881\n");
  ExpectPage(Page("- TCP 443 to api.parleo.com\n- TCP 443 to old.parleo.com (deprecated)\n"),
             "allow out tcp 443 to api.parleo.com\n"
             "reported old.parleo.com\n");
}

TEST(PageTest, TheSameFactTwiceIsOneRule) {
  const Loaded loaded =
      Load(Page("- TCP 443 to api.parleo.com\n\nOnce more\n\n- TCP 443 to api.parleo.com\n"));
  ASSERT_EQ(loaded.policy.rules.size(), 1u) << loaded.ToString();
  ASSERT_EQ(loaded.policy.rules[0].sources.size(), 2u) << loaded.ToString();
  EXPECT_EQ(loaded.policy.rules[0].sources[0].line, 5);
  EXPECT_EQ(loaded.policy.rules[0].sources[1].line, 9);
}

TEST(PageTest, UsableHostsInBracketsRepeatThePrefix) {
  ExpectPage(Page("TCP 443\n\n- 5.180.76.128/25 (5.180.76.129 - 5.180.76.254)\n"),
             "allow out tcp 443 to 5.180.76.128/25\nignored 5.180.76.129\n");
}

TEST(PageTest, SpecialUseIsQuarantined) {
  const std::string page =
      Page("Allow TCP 443 to:\n\n- 5.180.76.0/24\n- 10.1.0.0/16\n- 127.0.0.1\n"
           "- 169.254.169.254\n- 224.0.0.1\n- 192.0.2.0/24\n- fe80::/10\n");
  ExpectPage(page,
             "allow out tcp 443 to 5.180.76.0/24\n"
             "quarantined 10.1.0.0/16\nquarantined 127.0.0.1\nquarantined 169.254.169.254\n"
             "quarantined 224.0.0.1\nquarantined 192.0.2.0/24\nquarantined fe80::/10\n");
  EXPECT_TRUE(absl::StrContains(FormatRules(Load(page, true).policy), "10.1.0.0/16"));
}

TEST(PageTest, LookAlikesAreQuarantined) {
  ExpectPage(Page("Allow TCP 443 to:\n\n- media1.parleo.com\n- media2.parleo.com\n"
                  "- rnedia3.parleo.com\n- media4.par1eo.com\n- 9l.207.31.0/24\n"),
             "allow out tcp 443 to media1.parleo.com,media2.parleo.com\n"
             "quarantined rnedia3.parleo.com\nquarantined media4.par1eo.com\n"
             "quarantined 9l.207.31.0/24\n");
}

TEST(PageTest, DamagedAddressesAreQuarantined) {
  ExpectPage(Page("Allow TCP 443 to:\n\n- 5.180.76.0/24\n- 5.180.77.5/24\n- 05.180.78.1\n"
                  "- 5.180.79.0/33\n- 5.180.300.1\n- 5.180.80.9-5.180.80.2\n- 0.0.0.0/0\n"
                  "- *.com\n"),
             "allow out tcp 443 to 5.180.76.0/24\n"
             "quarantined 5.180.77.5/24\nquarantined 05.180.78.1\nquarantined 5.180.79.0/33\n"
             "quarantined 5.180.300.1\nquarantined 5.180.80.9-5.180.80.2\n"
             "quarantined 0.0.0.0/0\nquarantined *.com\n");
}

TEST(PageTest, PortsWithoutAProtocolAreQuarantined) {
  ExpectPage(Page("- TCP 443 to www.parleo.com\n\nPorts\n\n- Port 9123\n- 9200-9300\n"),
             "allow out tcp 443 to www.parleo.com\nquarantined 9123\nquarantined 9200-9300\n");
}

TEST(PageTest, AlternativesAreProfiles) {
  ExpectPage(Page("Allow TCP 443 to:\n\n- *.parleo.com\n\n"
                  "If your firewall does not allow wildcard entries, use these sub-domains:\n\n"
                  "- https://live.parleo.com\n- https://api.parleo.com\n"),
             "allow out tcp 443 to *.parleo.com choice=1\n"
             "allow out tcp 443 to live.parleo.com,api.parleo.com choice=2\n");
}

TEST(PageTest, WordsOfRequirement) {
  ExpectPage(Page("- TCP 443 to app.parleo.com (mandatory)\n"
                  "- UDP 10000 to media.parleo.com (recommended)\n"
                  "- TCP 5061 to sip.parleo.com (optional)\n"),
             "allow out tcp 443 to app.parleo.com require=mandatory\n"
             "allow out udp 10000 to media.parleo.com require=recommended\n"
             "allow out tcp 5061 to sip.parleo.com require=optional\n");
}

TEST(PageTest, WithoutAWordARuleIsMandatory) {
  const Loaded loaded = Load(
      Page("- TCP 443 to app.parleo.com\n- UDP 10000 to media.parleo.com (recommended)\n"));
  ExpectFacts(loaded, "allow out tcp 443 to app.parleo.com require=mandatory\n"
                      "allow out udp 10000 to media.parleo.com require=recommended\n");
  EXPECT_TRUE(absl::StrContains(InferredFor(loaded, "app.parleo.com"), "mandatory"));
  EXPECT_FALSE(absl::StrContains(InferredFor(loaded, "media.parleo.com"), "mandatory"));
}

TEST(PageTest, ConditionsAreKept) {
  ExpectPage(Page("- TCP 443 to app.parleo.com (if your account is in the USA region)\n"),
             "allow out tcp 443 to app.parleo.com region=us require=conditional "
             "condition=\"your account is in the usa region\"\n");
}

TEST(PageTest, WordsOfDirection) {
  ExpectPage("Parleo network requirements\n\nLet the following traffic through.\n\n"
             "- Outbound TCP 443 to app.parleo.com\n"
             "- Inbound UDP 3478 from 5.180.80.0/23 to your PBX\n"
             "- TCP 5061 in both directions to sip.parleo.com\n",
             "allow out tcp 443 to app.parleo.com\n"
             "allow in udp 3478 from 5.180.80.0/23 to self\n"
             "allow both tcp 5061 to sip.parleo.com\n");
}

TEST(PageTest, WordsOfRegion) {
  ExpectPage(Page("Allow TCP 443 to:\n\nUSA region\n\n- 5.180.76.0/24\n\nEurope region\n\n"
                  "- 5.180.80.0/23\n\nChina region\n\n- 47.96.12.16/28\n"),
             "allow out tcp 443 to 5.180.76.0/24 region=us\n"
             "allow out tcp 443 to 5.180.80.0/23 region=eu\n"
             "allow out tcp 443 to 47.96.12.16/28 region=cn\n");
}

TEST(PageTest, LinksAndMailsMakeNoRule) {
  ExpectPage(Page("- TCP 443 to api.parleo.com\n\n"
                  "For help see https://help.parleo.com/firewall or write to "
                  "it@parleo-help.com.\n"),
             "allow out tcp 443 to api.parleo.com\n"
             "reported help.parleo.com\nreported parleo-help.com\n");
}

TEST(PageTest, VersionsAndCommandsMakeNoRule) {
  ExpectPage(Page("- TCP 443 to api.parleo.com\n\n"
                  "Client version 10.2.0.1 or newer is needed.\n\n"
                  "Testing\n\nRun the following command:\n\nnc -u -l 50008\n"),
             "allow out tcp 443 to api.parleo.com\n"
             "reported 10.2.0.1\nreported 50008\n");
}

TEST(PageTest, DateOfThePage) {
  const Loaded loaded = Load(
      Page("- TCP 443 to api.parleo.com\n\nRanges as of March 2022\n\n"
           "- TCP 443 to 5.180.76.0/24\n"));
  ASSERT_EQ(loaded.policy.rules.size(), 2u) << loaded.ToString();
  for (const Rule& rule : loaded.policy.rules) EXPECT_EQ(rule.dated, "2022-03");
}

TEST(PageTest, WhatIsNoPageIsRefused) {
  PageOptions options;
  options.source = "page.txt";
  const std::string page = Page("- TCP 443 to api.parleo.com\n");
  std::string utf16 = "\xff\xfe";
  for (const char c : page) utf16 += std::string{c, '\0'};
  for (const std::string& bytes : {std::string(), utf16, page + std::string(1, '\0')}) {
    Policy policy;
    LoadReport report;
    Diagnostics errors;
    EXPECT_FALSE(LoadPage(bytes, options, &policy, &report, &errors));
    EXPECT_FALSE(errors.empty());
    EXPECT_TRUE(policy.rules.empty());
  }
}

}  // namespace
}  // namespace allowmatch
