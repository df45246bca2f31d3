// The catalogue of hostile inputs as far as it is about rules: each input is
// put where a rule has it, in .rules text and (destinations and ports) in
// JSON, and must give the exact value or the named code.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/json_string.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

struct Row {
  const char* id;
  std::string input;
  const char* expected;  // what is written back, or a code; null: the input itself
};

std::string Outcome(bool good, const Policy& policy, const Diagnostics& errors) {
  if (!good) return errors.size() == 1 ? errors[0].code : "several errors";
  return DestinationToString(policy.rules.at(0).to.at(0));
}

std::string FromText(absl::string_view destination, const PolicyOptions& options) {
  Policy policy;
  Diagnostics errors;
  const bool good = ParseRules(absl::StrCat("allow out tcp 443 to ", destination, "\n"), "t",
                               options, &policy, &errors);
  return Outcome(good, policy, errors);
}

std::string FromJson(absl::string_view destination, const PolicyOptions& options) {
  Policy policy;
  Diagnostics errors;
  const std::string json =
      absl::StrCat(R"([{"action":"allow","direction":"out","protocol":"tcp","ports":[[1,1]],)",
                   R"("destinations":[)", JsonString(destination), "]}]");
  const bool good = ParseRulesJson(json, "t", options, &policy, &errors);
  return Outcome(good, policy, errors);
}

void Check(const std::vector<Row>& rows, const PolicyOptions& options = {}) {
  for (const Row& row : rows) {
    const std::string expected = row.expected == nullptr ? row.input : row.expected;
    EXPECT_EQ(FromText(row.input, options), expected) << row.id << " " << row.input;
    EXPECT_EQ(FromJson(row.input, options), expected) << row.id << " " << row.input;
  }
}

TEST(HostileRules, IPv4Addresses) {
  Check({
      {"A01", "010.0.0.1", "leading_zero"},
      {"A02", "0177.0.0.1", "leading_zero"},
      {"A04", "127.1", "part_count"},
      {"A04", "1.2.3", "part_count"},
      {"A04", "2130706433", "part_count"},
      {"A06", "256.1.1.1", "octet_range"},
      {"A06", "4294967297.0.0.1", "octet_range"},
      {"A06", "1.2.3.4294967300", "octet_range"},
      {"A07", "1.2.3.4.5", "part_count"},
      {"A07", "1.2..4", "empty_part"},
      {"A07", ".1.2.3", "empty_part"},
      {"A07", "1.2.3.", "empty_part"},
      {"A11", "\xef\xbc\x91.2.3.4", "non_digit"},
      {"A11", "\xd9\xa1.2.3.4", "non_digit"},
  });
}

TEST(HostileRules, NulInAnAddress) {
  const std::string nul("1.2.3.4\0.evil", 13);
  EXPECT_EQ(FromText(nul, {}), "nul") << "A10";
  EXPECT_EQ(FromJson(nul, {}), "nul") << "A10";
  EXPECT_EQ(FromText(nul.substr(0, 8), {}), "nul") << "A10";
  EXPECT_EQ(FromJson(nul.substr(0, 8), {}), "nul") << "A10";
}

TEST(HostileRules, IPv6Addresses) {
  Check({
      {"A16", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"A16", "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"A17", "1:2:3:4::5:6:7:8", "group_count"},
      {"A17", "::1:2:3:4:5:6:7:8", "group_count"},
      {"A18", "1::2::3", "multiple_elision"},
      {"A18", ":::", "multiple_elision"},
      {"A18", "1:", "empty_part"},
      {"A18", ":1", "empty_part"},
      {"A18", "::1:", "empty_part"},
      {"A20", "12345::", "group_range"},
      {"A20", "00001::1", "group_range"},
      {"A20", "::00001", "group_range"},
      {"A20", "fe80:tail::", "non_hex"},
      {"A21", "fe80::1%eth0", "zone_not_allowed"},
      {"A21", "fe80::1%", "zone_not_allowed"},
      {"A21", "fe80::/10%eth0", "zone_not_allowed"},
      {"A25", "2001:0DB8:0001::1", "2001:db8:1::1"},
  });
}

TEST(HostileRules, Prefixes) {
  Check({
      {"B01", "10.0.0.1/8", "host_bits_set"},
      {"B01", "2001:db8::1/32", "host_bits_set"},
      {"B04", "10.0.0.0/-1", "bad_prefix_len"},
      {"B04", "10.0.0.0/+8", "bad_prefix_len"},
      {"B04", "10.0.0.0/0x8", "bad_prefix_len"},
      {"B04", "10.0.0.0/8.0", "bad_prefix_len"},
      {"B04", "10.0.0.0/\xd9\xa8", "bad_prefix_len"},
      {"B04", "10.0.0.0/33", "bad_prefix_len"},
      {"B05", "10.0.0.0/08", "leading_zero"},
      {"B05", "10.0.0.0/032", "leading_zero"},
      {"B06", "10.0.0.0/", "bad_prefix"},
      {"B06", "/8", "bad_prefix"},
      {"B06", "10.0.0.0/8/8", "bad_prefix"},
      {"B06", "10.0.0.0//8", "bad_prefix"},
      {"B07", "10.0.0.0/255.0.0.0", "10.0.0.0/8"},
      {"B07", "10.0.0.0 255.0.0.0", "10.0.0.0/8"},
      {"B08", "10.0.0.0/0.0.0.255", "netmask_notation"},
      {"B09", "10.0.0.0/255.0.255.0", "non_contiguous_mask"},
      {"B22", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"},
      {"B23", "169.136.101.0-169.136.101.254", "169.136.101.0-169.136.101.254"},
      {"B24", "0.0.0.1-255.255.255.254", "0.0.0.1-255.255.255.254"},
  });
  PolicyOptions masking;
  masking.mask_host_bits = true;
  Check({{"B01", "10.0.0.1/8", "10.0.0.0/8"}, {"B01", "2001:db8::1/32", "2001:db8::/32"}}, masking);
}

TEST(HostileRules, MixedFamilies) {
  Check({{"-", "192.0.2.1-2001:db8::1", "mixed_families"},
         {"-", "2001:db8::1-192.0.2.1", "mixed_families"}});
}

TEST(HostileRules, BlanksInAPrefix) {
  EXPECT_EQ(FromText("10.0.0.0/ 8", {}), "bad_prefix") << "B04";
  EXPECT_EQ(FromJson("10.0.0.0/ 8", {}), "bad_prefix_len") << "B04";
  EXPECT_EQ(FromJson("10.0.0.0/8 ", {}), "bad_prefix_len") << "B04";
  EXPECT_EQ(FromJson(" 10.0.0.0/8", {}), "bad_char") << "B04";
}

// The breadth of an address is judged at compile; what is read is what the
// guard then sees: IPv4 where it was written as mapped IPv6.
TEST(HostileRules, BreadthIsSeenAfterCanonicalisation) {
  Check({{"B10", "0.0.0.0/0", "0.0.0.0/0"},
         {"B13", "::ffff:0:0/96", "0.0.0.0/0"},
         {"B12", "::/0", "::/0"}});
}

std::string PortsFromText(absl::string_view ports) {
  Policy policy;
  Diagnostics errors;
  if (ParseRules(absl::StrCat("allow out tcp ", ports, " to a.example"), "t", {}, &policy,
                 &errors)) {
    return policy.rules[0].ports.ToString();
  }
  return errors[0].code;
}

TEST(HostileRules, Ports) {
  const std::vector<Row> rows = {
      {"C01", "65536", "port_range"},
      {"C01", "65979", "port_range"},
      {"C01", "4294967739", "port_range"},
      {"C06", "443-80", "port_reversed"},
      {"C06", "80,,443", "empty_part"},
      {"C06", "80,443,", "empty_part"},
      {"C06", ",80", "empty_part"},
      {"C07", "0443", "port_syntax"},
      {"C07", "+443", "port_syntax"},
      {"C07", "0x1bb", "port_syntax"},
      {"C07", "https", "port_syntax"},
      {"C07", "\xef\xbc\x94\x34\x33", "port_syntax"},
      {"C07", "0-65535", "0-65535"},
  };
  for (const Row& row : rows) EXPECT_EQ(PortsFromText(row.input), row.expected) << row.id;
}

std::string ProtocolFromText(absl::string_view protocol) {
  Policy policy;
  Diagnostics errors;
  if (ParseRules(absl::StrCat("allow out ", protocol, " any to a.example"), "t", {}, &policy,
                 &errors)) {
    return policy.rules[0].protocol.ToString();
  }
  return errors[0].code;
}

TEST(HostileRules, Protocols) {
  EXPECT_EQ(ProtocolFromText("256"), "proto_range") << "C09";
  EXPECT_EQ(ProtocolFromText("-1"), "proto_range") << "C09";
  EXPECT_EQ(ProtocolFromText("tcp6"), "proto_name") << "C09";
  EXPECT_EQ(ProtocolFromText("6"), "tcp") << "C09";
  EXPECT_EQ(ProtocolFromText("TCP"), "tcp") << "C09";
}

TEST(HostileRules, Names) {
  const std::string label63(63, 'a');
  const std::string name253 = absl::StrCat(label63, ".", label63, ".", label63, ".",
                                           std::string(61, 'b'));
  Check({
      {"D05", "*kudoway.com", "too_broad"},
      {"D05", "**.kudoway.com", "wildcard_form"},
      {"D05", "a*.kudoway.com", "a*.kudoway.com"},
      {"D05", "api.*.kudoway.com", "api.*.kudoway.com"},
      {"D07", ".kudoway.com", ".kudoway.com"},
      {"D17", "xn--", "idna_invalid"},
      {"D17", "xn--a-\xc3\xbc", "idna_invalid"},
      {"D17", "xn--99999999", "idna_invalid"},
      {"D21", label63 + ".example", nullptr},
      {"D21", "a" + label63 + ".example", "label_too_long"},
      {"D21", name253, nullptr},
      {"D21", name253 + "b", "name_too_long"},
      {"D28", "*.0.0.1", "numeric_name"},
      {"D28", "10.0.0.*", "wildcard_form"},
      {"D28", "com", "too_broad"},
  });
  EXPECT_EQ(FromText(name253 + ".", {}), name253) << "D21";
}

TEST(HostileRules, NamesUnderAllowBroad) {
  PolicyOptions options;
  options.allow_broad = true;
  Check({{"D05", "*kudoway.com", "*kudoway.com"}, {"D28", "com", "com"}}, options);
}

std::string JsonCode(absl::string_view json) {
  Policy policy;
  Diagnostics errors;
  if (ParseRulesJson(json, "t", {}, &policy, &errors)) return "good";
  return errors[0].code;
}

std::string Destination(absl::string_view json) {
  return absl::StrCat(R"([{"action":"allow","direction":"out","protocol":"tcp",)",
                      R"("destinations":[)", json, "]}]");
}

TEST(HostileRules, Json) {
  EXPECT_EQ(JsonCode(Destination(R"("kudoway.com\u0000.evil.com")")), "nul") << "D20";
  EXPECT_EQ(JsonCode(R"([{"vendor":"a","v\u0065ndor":"b"}])"), "json_dup_key") << "F03";
  EXPECT_EQ(JsonCode(Destination(R"("\ud800")")), "json_string") << "F04";
  EXPECT_EQ(JsonCode(Destination(R"("\udc00\ud800")")), "json_string") << "F04";
  EXPECT_EQ(JsonCode(std::string(65, '[') + std::string(65, ']')), "json_depth") << "F05";
  EXPECT_EQ(JsonCode(std::string(1000000, '[')), "json_depth") << "F05";
  for (const char* wrong : {"167772160", "null", "[]", "{}"}) {
    EXPECT_EQ(JsonCode(Destination(wrong)), "json_type") << "F08 " << wrong;
  }
  EXPECT_EQ(JsonCode("{}{}"), "trailing_content") << "F09";
  EXPECT_EQ(JsonCode("{} x"), "trailing_content") << "F09";
  EXPECT_EQ(JsonCode(absl::string_view("{}\0", 3)), "nul") << "F09";
  EXPECT_EQ(JsonCode("\xef\xbb\xbf" + Destination("\"a.example\"")), "good") << "F10";
  EXPECT_EQ(JsonCode("\xef\xbb\xbf\xef\xbb\xbf" + Destination("\"a.example\"")), "bad_char")
      << "F10";
  EXPECT_EQ(JsonCode(absl::string_view("[\0]\0", 4)), "encoding_unsupported") << "F11";
  EXPECT_EQ(JsonCode(absl::string_view("\xff\xfe[\0]\0", 6)), "encoding_unsupported") << "F11";
  EXPECT_EQ(JsonCode(""), "empty_input") << "F13";
  EXPECT_EQ(JsonCode(" \r\n\t"), "empty_input") << "F13";
}

TEST(HostileRules, JsonPortsAndProtocols) {
  for (const char* port : {"443.0", "4.43e2", "443.5"}) {
    EXPECT_EQ(JsonCode(absl::StrCat(R"([{"ports":[[1,)", port, "]]}]")), "number_syntax") << "C11";
  }
  EXPECT_EQ(JsonCode(R"([{"ports":[[443,18446744073709552059]]}])"), "port_range") << "C11";
  EXPECT_EQ(JsonCode(R"([{"ports":[[443,65979]]}])"), "port_range") << "C01";
  EXPECT_EQ(JsonCode(R"([{"ports":[[443,80]]}])"), "port_reversed") << "C06";
  EXPECT_EQ(JsonCode(R"([{"protocol":""}])"), "proto_name") << "C09";
}

TEST(HostileRules, EmptyRuleset) {
  Policy policy;
  Diagnostics errors;
  for (const char* text : {"", "# only comments\n# more\n"}) {
    errors.clear();
    EXPECT_FALSE(ParseRules(text, "t", {}, &policy, &errors));
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0].code, "empty_ruleset") << "E08";
  }
  EXPECT_EQ(JsonCode("[]"), "empty_ruleset") << "E08";
  EXPECT_EQ(JsonCode(R"({"prefixes":[]})"), "json_type") << "E08";
}

}  // namespace
}  // namespace allowmatch
