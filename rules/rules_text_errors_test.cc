// What .rules text refuses, with the place and the hint. In the tables a `^`
// stands before the byte that the error must name.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

struct Case {
  const char* line;
  const char* code;
  const char* hint;
};

Diagnostics Errors(absl::string_view text) {
  Policy policy;
  Diagnostics errors;
  EXPECT_FALSE(ParseRules(text, "t.rules", {}, &policy, &errors)) << text;
  EXPECT_TRUE(policy.rules.empty());
  return errors;
}

void Check(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    std::string line = test.line;
    const size_t caret = line.find('^');
    ASSERT_NE(caret, std::string::npos) << test.line;
    line.erase(caret, 1);
    // In the second line, behind a good rule.
    const Diagnostics errors = Errors(absl::StrCat("allow out tcp 1 to x.example\n", line, "\n"));
    ASSERT_EQ(errors.size(), 1u) << test.line;
    EXPECT_EQ(errors[0].file, "t.rules");
    EXPECT_EQ(errors[0].line, 2) << test.line;
    EXPECT_EQ(errors[0].column, static_cast<int>(caret) + 1) << test.line;
    EXPECT_EQ(errors[0].code, test.code) << test.line;
    EXPECT_EQ(errors[0].hint, test.hint) << test.line;
    EXPECT_FALSE(errors[0].what.empty()) << test.line;
  }
}

TEST(RulesTextErrors, Actions) {
  Check({
      {"^permit out tcp 443 to a.example", "bad_action", "write allow"},
      {"^alow out tcp 443 to a.example", "bad_action", "did you mean allow?"},
      {"^blok out tcp 443 to a.example", "bad_action", ""},
      {"^block out tcp 443 to a.example", "bad_action", "write deny"},
      {"  ^\"allow\" out tcp 443 to a.example", "bad_action", "did you mean allow?"},
  });
}

TEST(RulesTextErrors, Directions) {
  Check({
      {"allow ^outbound tcp 443 to a.example", "bad_direction", "write out"},
      {"allow ^ou tcp 443 to a.example", "bad_direction", "did you mean out?"},
      {"allow ^boht tcp 443 to a.example", "bad_direction", "did you mean both?"},
  });
}

TEST(RulesTextErrors, Protocols) {
  Check({
      {"allow out ^256 443 to a.example", "proto_range", ""},
      {"allow out ^-1 443 to a.example", "proto_range", ""},
      {"allow out ^06 443 to a.example", "leading_zero", ""},
      {"allow out ^tcp6 443 to a.example", "proto_name", "write tcp"},
      {"allow out ^tpc 443 to a.example", "proto_name", "did you mean tcp?"},
      {"allow out ^https 443 to a.example", "proto_name", "write tcp 443"},
      {"allow out ^tcp/udp 443 to a.example",
       "proto_name", "write one rule for tcp and one for udp"},
      {"allow out ^* 443 to a.example", "proto_name", "write any"},
  });
}

TEST(RulesTextErrors, Ports) {
  Check({
      {"allow out tcp ^65536 to a.example", "port_range", ""},
      {"allow out tcp 80,^65979 to a.example", "port_range", ""},
      {"allow out tcp ^4294967739 to a.example", "port_range", ""},
      {"allow out tcp ^443-80 to a.example", "port_reversed", "write 80-443"},
      {"allow out tcp 80,^,443 to a.example", "empty_part", ""},
      {"allow out tcp 80,443^, to a.example", "empty_part", "leave out the comma"},
      {"allow out tcp ^,80 to a.example", "empty_part", ""},
      {"allow out tcp ^0443 to a.example", "port_syntax", ""},
      {"allow out tcp ^+443 to a.example", "port_syntax", ""},
      {"allow out tcp ^0x1bb to a.example", "port_syntax", ""},
      {"allow out tcp ^https to a.example", "port_syntax", "write 443"},
      {"allow out tcp ^* to a.example", "port_syntax", "write any"},
      {"allow out tcp 80,^any to a.example", "port_syntax", ""},
      {"allow out tcp ^\xef\xbc\x94" "43 to a.example", "port_syntax", ""},
      {"allow out tcp ^to a.example", "port_syntax", "write any for every port"},
      {"allow out icmp ^80 to a.example", "port_without_ports", "write any for its ports"},
      {"allow out 47 ^80 to a.example", "port_without_ports", "write any for its ports"},
      {"allow out icmp any to a.example sport=^80", "port_without_ports", "leave out sport"},
      {"allow out tcp 1 to a.example sport=5,^0x1", "port_syntax", ""},
  });
}

TEST(RulesTextErrors, Addresses) {
  Check({
      {"allow out tcp 1 to ^10.0.0.1/8",
       "host_bits_set", "write 10.0.0.0/8, or use --mask-host-bits"},
      {"allow out tcp 1 to ^2001:db8::1/32",
       "host_bits_set", "write 2001:db8::/32, or use --mask-host-bits"},
      {"allow out tcp 1 to a.example, ^10.0.0.1 255.0.0.0",
       "host_bits_set", "write 10.0.0.0/8, or use --mask-host-bits"},
      {"allow out tcp 1 to ^10.0.0.9-10.0.0.1", "range_reversed", "write 10.0.0.1-10.0.0.9"},
      {"allow out tcp 1 to ^10.0.0.0/0.0.0.255",
       "netmask_notation", "write the netmask: 10.0.0.0/255.255.255.0"},
      {"allow out tcp 1 to ^10.0.0.0 0.0.0.255",
       "netmask_notation", "write the netmask: 10.0.0.0 255.255.255.0"},
      {"allow out tcp 1 to ^10.0.0.0/255.0.255.0",
       "non_contiguous_mask", "a netmask is ones and then zeros"},
      {"allow out tcp 1 to 192.0.2.1,^010.0.0.1", "leading_zero",
       "some programs read such numbers as octal; write them without leading zeros"},
      {"allow out tcp 1 to ^fe80::1%eth0", "zone_not_allowed", "leave out the zone"},
      {"allow out tcp 1 to ^192.0.2.7:443",
       "non_hex", "the port stands before `to`: tcp 443 to HOST"},
      {"allow out tcp 1 to ^[2001:db8::1]", "non_hex", "write an IPv6 address without brackets"},
      {"allow out tcp 1 to 192.0.2.0 255.255.255.0 ^255.0.0.0",
       "unexpected", "attributes are key=value; quote a value that has blanks"},
  });
}

TEST(RulesTextErrors, Names) {
  Check({
      {"allow out tcp 1 to ^*kudoway.com", "too_broad",
       "write .kudoway.com (with all names below it) or *.kudoway.com (only those below it)"},
      {"allow out tcp 1 to ^*", "wildcard_form", "write any"},
      {"allow out tcp 1 to ^**.kudoway.com",
       "wildcard_form", "write *.kudoway.com, which has any number of labels"},
      {"allow out tcp 1 to ^kudoway.*",
       "wildcard_form", "the forms are x, *.x, .x, ?.x, a.*.x, *-a.x and a*.x"},
      {"allow out tcp 1 to ^xn--*.kudoway.com",
       "wildcard_form", "a wildcard cannot be a part of an xn-- label"},
      {"allow out tcp 1 to ^com",
       "too_broad", "name a domain below the public suffix, or use --allow-broad"},
      {"allow out tcp 1 to ^*.co.uk",
       "too_broad", "name a domain below the public suffix, or use --allow-broad"},
      {"allow out tcp 1 to ^kudoway.com:443",
       "bad_char", "the port stands before `to`: tcp 443 to HOST"},
      {"allow out tcp 1 to ^https://kudoway.com/",
       "bad_char", "give the host alone, without scheme and path"},
      {"allow out tcp 1 to ^kudoway.com/live", "bad_char", "give the host alone, without a path"},
      {"allow out tcp 1 to ^x@kudoway.com", "bad_char", "a feed is written @feed:SERVICE"},
      {"allow out tcp 1 to ^\"kudoway.com\"",
       "bad_char", "destinations are written without quotes"},
      {"allow out tcp 1 to ^B\xc3\x9c" "CHER.example", "idna_invalid",
       "write internationalised labels in lower case and composed (NFC), or as xn--"},
      {"allow out tcp 1 to a.example,^kudoway..com", "label_empty", ""},
  });
}

TEST(RulesTextErrors, Feeds) {
  Check({
      {"allow out tcp 1 to ^@aws", "bad_feed", "write @feed:SERVICE or @feed:SERVICE@region"},
      {"allow out tcp 1 to ^@:X", "bad_feed", "write @feed:SERVICE or @feed:SERVICE@region"},
      {"allow out tcp 1 to ^@aws:", "bad_feed", "write @feed:SERVICE or @feed:SERVICE@region"},
      {"allow out tcp 1 to ^@aws:X@", "bad_feed", "write @feed:SERVICE or @feed:SERVICE@region"},
      {"allow out tcp 1 to ^@aws:X*", "bad_feed", "write @feed:SERVICE or @feed:SERVICE@region"},
  });
}

TEST(RulesTextErrors, Lists) {
  Check({
      {"allow out tcp 1 to a.example,^,b.example", "empty_part", "leave out the comma"},
      {"allow out tcp 1 to a.example^,", "empty_part", "leave out the comma"},
      {"allow out tcp 1 to a.example^, vendor=x", "empty_part", "leave out the comma"},
      {"allow out tcp 1 to a.example ^, b.example", "unexpected", "put no blank before a comma"},
      {"allow out tcp 1 to^ vendor=x", "empty_part", "write any for everything"},
      {"allow out tcp 1 to^", "empty_part", "write any for everything"},
      {"allow out tcp 1 ^a.example", "unexpected", "write to before the destinations"},
      {"allow out tcp 1 ^vendor=x", "unexpected", "write to before the destinations"},
      {"allow out tcp 1 to a.example ^to b.example",
       "duplicate", "put its destinations in one list"},
      {"allow in tcp 1 from a.example ^from b.example to self",
       "duplicate", "put its destinations in one list"},
      {"allow out tcp 1 to a.example vendor=x ^to b.example",
       "unexpected", "put to and from before the attributes"},
  });
}

TEST(RulesTextErrors, Incomplete) {
  Check({
      {"allow^", "incomplete", "write out, in or both"},
      {"allow out^", "incomplete", "write tcp, udp, icmp, any or a number"},
      {"allow out tcp^", "incomplete", "write any, a port, a range or a list of them"},
      {"allow out tcp 443^   ", "incomplete", "write to LIST"},
      {"allow in tcp 443 from a.example^ # to b.example", "incomplete", "write to LIST"},
  });
}

TEST(RulesTextErrors, From) {
  Check({
      {"allow out tcp 1 ^from b.example to a.example",
       "from_without_in", "write in for flows that come from there"},
      {"allow out tcp 1 to a.example ^from any",
       "from_without_in", "write in for flows that come from there"},
      {"allow both tcp 1 ^from b.example to a.example",
       "from_without_in", "both to X stands for out to X and in from X; write two rules for more"},
      {"allow in tcp 1 ^from self to any", "from_self", "write to self, or an out rule"},
  });
}

TEST(RulesTextErrors, Attributes) {
  Check({
      {"allow out tcp 1 to a.example ^hello",
       "unexpected", "attributes are key=value; quote a value that has blanks"},
      {"allow out tcp 1 to a.example service=lesson ^server",
       "unexpected", "attributes are key=value; quote a value that has blanks"},
      {"allow out tcp 1 to a.example vendor=x ^vendor=x", "duplicate", "it has one value"},
      {"allow out tcp 1 to a.example note=x ^note=y", "duplicate", "it has one value"},
      {"allow out tcp 1 to a.example sport=1 ^sport=2", "duplicate", "it has one value"},
      {"allow out tcp 1 to a.example ^Vendor=x",
       "bad_key", "keys are lower case: a letter, then letters, digits, _ and -"},
      {"allow out tcp 1 to a.example ^1a=x",
       "bad_key", "keys are lower case: a letter, then letters, digits, _ and -"},
      {"allow out tcp 1 to a.example ^=x",
       "bad_key", "keys are lower case: a letter, then letters, digits, _ and -"},
      {"allow out tcp 1 to a.example ^ports=x", "bad_key", "it is a part of the rule itself"},
      {"allow out tcp 1 to a.example ^sources=x", "bad_key", "it is a part of the rule itself"},
      {"allow out tcp 1 to a.example require=^madatory", "bad_require", "did you mean mandatory?"},
      {"allow out tcp 1 to a.example require=^required", "bad_require", "write mandatory"},
      {"allow out tcp 1 to a.example dated=^2022-02-29",
       "bad_date", "write it as 2022-10-31, 2022-10 or 2022"},
      {"allow out tcp 1 to a.example dated=^31.10.2022",
       "bad_date", "write it as 2022-10-31, 2022-10 or 2022"},
      {"allow out tls 1 to a.example app=^websocket",
       "app_mismatch", "write tcp for the protocol, or leave out app"},
  });
}

TEST(RulesTextErrors, Values) {
  Check({
      {"allow out tcp 1 to a.example vendor=^", "empty_value", "an empty value is written \"\""},
      {"allow out tcp 1 to a.example vendor=^\"\"", "empty_value", "leave the attribute out"},
      {"allow out tcp 1 to a.example inferred=x,^",
       "empty_value", "an empty value is written \"\""},
      {"allow out tcp 1 to a.example vendor=^\"x y", "unclosed_quote", ""},
      {"allow out tcp 1 to a.example vendor=^\"x\\\"", "unclosed_quote", ""},
      {"allow out tcp 1 to a.example vendor=x^\"y\"",
       "needs_quotes", "put the whole value in double quotes"},
      {"allow out tcp 1 to a.example vendor=x^\\y",
       "needs_quotes", "put the whole value in double quotes"},
      {"allow out tcp 1 to a.example vendor=x^\xc2\xa0y",
       "needs_quotes", "put the whole value in double quotes"},
      {"allow out tcp 1 to a.example vendor=\"x\"^y",
       "needs_quotes", "put the whole value in one pair of double quotes"},
      {"allow out tcp 1 to a.example vendor=\"x\"^,\"y\"",
       "needs_quotes", "put the whole value in one pair of double quotes"},
      {"allow out tcp 1 to a.example vendor=\"a ^\\q\"",
       "bad_escape", "escapes are \\\" \\\\ \\n \\t \\xNN"},
      {"allow out tcp 1 to a.example vendor=\"a ^\\x00\"",
       "bad_escape", "escapes are \\\" \\\\ \\n \\t \\xNN"},
      {"allow out tcp 1 to a.example src=^a.txt:05", "bad_source", ""},
      {"allow out tcp 1 to a.example src=a:1,^b.txt:99999999999", "bad_source", ""},
      {"allow out tcp 1 to a.example src=^:5", "bad_source", "write FILE:LINE"},
  });
}

TEST(RulesTextErrors, Bytes) {
  Check({
      {"allow out tcp 1 to a.example #^\xff", "invalid_utf8", "save the file as UTF-8"},
      {"allow out tcp 1 to a.example vendor=^\xc3", "invalid_utf8", "save the file as UTF-8"},
      {"allow out tcp 1 to a.example^\r#", "control_char", "in a quoted value, write it as \\xNN"},
      {"allow out tcp 1 to a.example vendor=\"^\x1b" "[0m\"",
       "control_char", "in a quoted value, write it as \\xNN"},
      {"^\xef\xbb\xbf" "allow out tcp 1 to a.example", "bad_action", ""},
  });
}

TEST(RulesTextErrors, ToString) {
  EXPECT_EQ(Errors("# x\nallow out tcp 443-80 to a.example\n")[0].ToString(),
            "t.rules:2:15: \"443-80\": the last port is before the first; write 80-443");
}

TEST(RulesTextErrors, SeveralInOneRun) {
  const Diagnostics errors = Errors(
      "alow out tcp 1 to a.example\n"
      "allow out tcp 1 to b.example\n"
      "allow out tcp 65536 to a.example\n"
      "\n"
      "allow out tcp 1 to 10.0.0.1/8");
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_EQ(errors[0].line, 1);
  EXPECT_EQ(errors[1].line, 3);
  EXPECT_EQ(errors[2].line, 5);
}

TEST(RulesTextErrors, StopsAfterAHundred) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "x\n";
  const Diagnostics errors = Errors(text);
  ASSERT_EQ(errors.size(), 101u);
  EXPECT_EQ(errors[100].code, "too_many_errors");
  EXPECT_EQ(errors[100].line, 101);
}

TEST(RulesTextErrors, NulByte) {
  const Diagnostics errors = Errors(absl::string_view("allow out tcp 1 to a.example\0.com\n", 34));
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].ToString(), "t.rules:1:29: a NUL byte; a policy is plain text");
}

TEST(RulesTextErrors, Utf16) {
  for (const absl::string_view text :
       {absl::string_view("\xff\xfe" "a\0", 4), absl::string_view("\xfe\xff\0a", 4),
        absl::string_view("a\0l\0", 4), absl::string_view("\0a\0l", 4)}) {
    const Diagnostics errors = Errors(text);
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0].ToString(), "t.rules: the text is UTF-16; convert it to UTF-8");
  }
}

TEST(RulesTextErrors, NoRule) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "  \t\r\n", "\xef\xbb\xbf"}) {
    const Diagnostics errors = Errors(text);
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0].code, "empty_ruleset");
    EXPECT_EQ(errors[0].line, 0);
  }
}

TEST(RulesTextErrors, LongLinesAreLinear) {
  Errors(std::string(20000000, 'a'));
  Errors(absl::StrCat("allow out tcp 1 to a.example x=\"", std::string(20000000, '\\')));
  Errors(absl::StrCat("allow out tcp ", std::string(5000000, ','), " to a.example"));
}

}  // namespace
}  // namespace allowmatch
