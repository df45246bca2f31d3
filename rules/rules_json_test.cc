#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "rules/policy.h"

namespace allowmatch {
namespace {

// The rules as .rules text, or the first error with its code.
std::string Read(absl::string_view json, const PolicyOptions& options = {}) {
  Policy policy;
  Diagnostics errors;
  if (ParseRulesJson(json, "t.json", options, &policy, &errors)) return FormatRules(policy);
  EXPECT_TRUE(policy.rules.empty());
  return absl::StrCat(errors[0].code, " ", errors[0].ToString());
}

// A whole rule with `field` put into it.
std::string With(absl::string_view field) {
  return absl::StrCat(
      R"([{"action":"allow","direction":"out","protocol":"tcp","destinations":["a.example"],)",
      field, "}]");
}

std::string Code(absl::string_view json) {
  const std::string result = Read(json);
  return result.substr(0, result.find(' '));
}

TEST(RulesJson, EveryPartOfARule) {
  EXPECT_EQ(Read(R"([{
    "action": "deny", "direction": "in", "protocol": "udp", "ports": [[80, 80], [8801, 8810]],
    "destinations": ["self"], "from": ["192.0.2.0/24", "a.example"],
    "vendor": "v", "service": "lesson server", "region": "us", "require": "optional",
    "profile": "p", "condition": "c", "app": "x", "sport": [[1024, 65535]], "note": "n",
    "dated": "2022-10-31", "inferred": ["i", "j"],
    "sources": [{"file": "f.txt", "line": 5}, {"file": "g.txt"}]}])"),
            "deny in udp 80,8801-8810 from 192.0.2.0/24,a.example to self vendor=v "
            "service=\"lesson server\" region=us require=optional profile=p condition=c app=x "
            "sport=1024-65535 note=n dated=2022-10-31 inferred=i inferred=j src=f.txt:5 "
            "src=g.txt\n");
}

TEST(RulesJson, WhatIsWritten) {
  Policy policy;
  Diagnostics errors;
  ASSERT_TRUE(ParseRules("allow out 47 any to a.example,192.0.2.0/24\n"
                         "deny in tcp 80,90-91 from b.example to self vendor=\"a \\\"b\\\"\" "
                         "sport=5 note=n dated=2022 inferred=i src=f:5 src=g\n",
                         "t", {}, &policy, &errors));
  EXPECT_EQ(FormatRulesJson(policy), R"([
  {"action": "allow", "direction": "out", "protocol": 47, "ports": [], )"
                                      R"("destinations": ["192.0.2.0/24", "a.example"]},
  {"action": "deny", "direction": "in", "protocol": "tcp", "ports": [[80, 80], [90, 91]], )"
                                      R"("from": ["b.example"], "destinations": ["self"], )"
                                      R"("vendor": "a \"b\"", "sport": [[5, 5]], "note": "n", )"
                                      R"("dated": "2022", "inferred": ["i"], )"
                                      R"("sources": [{"file": "f", "line": 5}, {"file": "g"}]}
]
)");
}

TEST(RulesJson, AnyPort) {
  const std::string any = "allow out tcp any to a.example\n";
  EXPECT_EQ(Read(With(R"("ports":[])")), any);
  EXPECT_EQ(Read(R"([{"action":"allow","direction":"out","protocol":"tcp",
                      "destinations":["a.example"]}])"), any);
}

TEST(RulesJson, Protocols) {
  const auto with_protocol = [](absl::string_view protocol) {
    return absl::StrReplaceAll(With("\"note\":\"n\""), {{"\"tcp\"", protocol}});
  };
  const std::string tcp = "allow out tcp any to a.example note=n\n";
  EXPECT_EQ(Read(with_protocol("6")), tcp);
  EXPECT_EQ(Read(with_protocol("\"6\"")), tcp);
  EXPECT_EQ(Read(with_protocol("\"TCP\"")), tcp);
  EXPECT_EQ(Read(with_protocol("\"tls\"")), "allow out tcp any to a.example app=tls note=n\n");
  EXPECT_EQ(Code(with_protocol("256")), "proto_range");
  EXPECT_EQ(Code(with_protocol("-1")), "proto_range");
  EXPECT_EQ(Code(with_protocol("6.0")), "number_syntax");
  EXPECT_EQ(Code(with_protocol("\"tcp6\"")), "proto_name");
  EXPECT_EQ(Code(with_protocol("null")), "json_type");
  EXPECT_EQ(Code(with_protocol("[]")), "json_type");
}

TEST(RulesJson, NumbersAreIntegers) {
  for (const char* bad : {"443.0", "4.43e2", "443.5", "443e0", "0443", "0x1bb", "-0"}) {
    EXPECT_EQ(Code(With(absl::StrCat("\"ports\":[[1,", bad, "]]"))), "number_syntax") << bad;
  }
  for (const char* bad : {"65536", "65979", "18446744073709552059", "4294967739", "-1"}) {
    EXPECT_EQ(Code(With(absl::StrCat("\"ports\":[[1,", bad, "]]"))), "port_range") << bad;
  }
  EXPECT_EQ(Code(With(R"("sources":[{"file":"f","line":2147483648}])")), "number_range");
  EXPECT_EQ(Code(With(R"("sources":[{"file":"f","line":1.5}])")), "number_syntax");
}

TEST(RulesJson, PortPairs) {
  EXPECT_EQ(Read(With(R"("ports":[[0,65535]])")), "allow out tcp 0-65535 to a.example\n");
  EXPECT_EQ(Code(With(R"("ports":[[443,80]])")), "port_reversed");
  EXPECT_EQ(Code(With(R"("ports":[443])")), "json_type");
  EXPECT_EQ(Code(With(R"("ports":[[443]])")), "json_type");
  EXPECT_EQ(Code(With(R"("ports":[[1,2,3]])")), "json_type");
  EXPECT_EQ(Code(With(R"("ports":[[]])")), "json_type");
  EXPECT_EQ(Code(With(R"("ports":"any")")), "json_type");
  EXPECT_EQ(Code(With(R"("ports":null)")), "json_type");
  EXPECT_EQ(Code(With(R"("ports":[["1","2"]])")), "json_type");
}

TEST(RulesJson, StrictTypes) {
  for (const char* bad : {"1", "null", "true", "[]", "{}"}) {
    EXPECT_EQ(Code(With(absl::StrCat("\"vendor\":", bad))), "json_type") << bad;
    EXPECT_EQ(Code(With(absl::StrCat("\"my-key\":", bad))), "json_type") << bad;
    EXPECT_EQ(Code(With(absl::StrCat("\"inferred\":[", bad, "]"))), "json_type") << bad;
    EXPECT_EQ(Code(absl::StrCat("[", bad, "]")),
              std::string(bad) == "{}" ? "missing_field" : "json_type");
  }
  EXPECT_EQ(Code("{\"prefixes\":[]}"), "json_type");
  EXPECT_EQ(Code("\"x\""), "json_type");
  EXPECT_EQ(Code("12"), "json_type");
}

TEST(RulesJson, UnknownKeys) {
  EXPECT_EQ(Read(With(R"("my-key":"x y")")), "allow out tcp any to a.example my-key=\"x y\"\n");
  for (const char* bad : {"My-key", "", "a b", "src", "to", "k\\u00e4se"}) {
    EXPECT_EQ(Code(With(absl::StrCat("\"", bad, "\":\"x\""))), "bad_key") << bad;
  }
  EXPECT_EQ(Code(With(R"("sources":[{"file":"f","page":"2"}])")), "bad_key");
}

TEST(RulesJson, DuplicateKeys) {
  EXPECT_EQ(Code(With(R"("vendor":"a","vendor":"a")")), "json_dup_key");
  EXPECT_EQ(Code(With(R"("vendor":"a","ve\u006edor":"b")")), "json_dup_key");
  EXPECT_EQ(Code(With(R"("action":"deny")")), "json_dup_key");
  EXPECT_EQ(Code(With(R"("sources":[{"file":"f","file":"g"}])")), "json_dup_key");
}

TEST(RulesJson, MissingFields) {
  EXPECT_EQ(Code("[{}]"), "missing_field");
  for (const char* field : {"action", "direction", "protocol", "destinations"}) {
    const std::string json = absl::StrReplaceAll(With(R"("n":"x")"), {{field, "unknown"}});
    EXPECT_EQ(Code(json), std::string(field) == "destinations" ? "json_type" : "missing_field");
  }
  EXPECT_EQ(Code(R"([{"action":"allow","direction":"out","protocol":"tcp","destinations":[]}])"),
            "missing_field");
  EXPECT_EQ(Code(With(R"("sources":[{"line":5}])")), "missing_field");
  EXPECT_EQ(Code(With(R"("sources":[{"file":"","line":5}])")), "missing_field");
  EXPECT_EQ(Code(With(R"("vendor":"")")), "empty_value");
}

TEST(RulesJson, FieldsAgainstEachOther) {
  EXPECT_EQ(Code(With(R"("from":["b.example"])")), "from_without_in");
  const std::string icmp = absl::StrReplaceAll(With(R"("ports":[[1,1]])"), {{"tcp", "icmp"}});
  EXPECT_EQ(Code(icmp), "port_without_ports");
  const std::string tls = absl::StrReplaceAll(With(R"("app":"websocket")"), {{"tcp", "tls"}});
  EXPECT_EQ(Code(tls), "app_mismatch");
}

TEST(RulesJson, Strings) {
  EXPECT_EQ(Read(With(R"("note":"\u00fc\ud83d\ude00\n")")),
            "allow out tcp any to a.example note=\"\xc3\xbc\xf0\x9f\x98\x80\\n\"\n");
  for (const char* bad : {R"(\ud800)", R"(\udc00\ud800)", R"(\q)", R"(\u12)"}) {
    EXPECT_EQ(Code(With(absl::StrCat("\"note\":\"", bad, "\""))), "json_string") << bad;
    EXPECT_EQ(Code(With(absl::StrCat("\"", bad, "\":\"x\""))), "json_string") << bad;
  }
  EXPECT_EQ(Code(With("\"note\":\"a\nb\"")), "json_string");
  EXPECT_EQ(Code(With(R"("note":"a\u0000b")")), "nul");
}

TEST(RulesJson, NulIsNamedByItsPath) {
  EXPECT_EQ(Read(R"([{"action":"allow","direction":"out","protocol":"tcp",)"
                 "\n"
                 R"( "destinations":["b.example", "kudoway.com\u0000.evil.example"]}])"),
            "nul t.json:2:31: [0].destinations[1]: this string holds a NUL");
}

TEST(RulesJson, Places) {
  EXPECT_EQ(Read("[\n {\"action\": \"alow\"}]"),
            "bad_action t.json:2:13: [0].action: \"alow\" is not allow or deny; did you mean "
            "allow?");
  EXPECT_EQ(Read(With("\n\"ports\": [[1,2],\n [3,  443.0]]")),
            "number_syntax t.json:3:7: [0].ports[1][1]: \"443.0\" is not an integer; write digits "
            "only");
  EXPECT_EQ(Read(With("\n \"Note\": \"x\"")).substr(0, 30), "bad_key t.json:2:2: [0].Note: ");
  EXPECT_EQ(Read(With("\n \"n\":\"x\",\"n\":\"y\"")),
            "json_dup_key t.json:2:10: [0]: the key \"n\" stands twice");
  EXPECT_EQ(Read("[\n  {\"action\":\"allow\"}]"),
            "missing_field t.json:2:3: [0]: the rule has no direction");
  EXPECT_EQ(Read(With("\n\"from\":[\"b.example\"]")).substr(0, 30),
            "from_without_in t.json:2:8: [0");
}

TEST(RulesJson, SeveralErrorsInOneRun) {
  Policy policy;
  Diagnostics errors;
  const std::string good = With("\"n\":\"x\"");
  const std::string object = good.substr(1, good.size() - 2);
  const std::string json =
      absl::StrCat("[{\"action\":1,\"x\":[[{}]]},\n", object, ",\n{\"action\":\"alow\"},\n[[]],\n",
                   object, "]");
  EXPECT_FALSE(ParseRulesJson(json, "t", {}, &policy, &errors));
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_EQ(errors[0].line, 1);
  EXPECT_EQ(errors[1].line, 3);
  EXPECT_EQ(errors[2].line, 4);
  EXPECT_TRUE(policy.rules.empty());
}

TEST(RulesJson, StopsAfterAHundred) {
  Policy policy;
  Diagnostics errors;
  std::string json = "[0";
  for (int i = 0; i < 999; ++i) json += ",0";
  EXPECT_FALSE(ParseRulesJson(json + "]", "t", {}, &policy, &errors));
  ASSERT_EQ(errors.size(), 101u);
  EXPECT_EQ(errors[100].code, "too_many_errors");
}

TEST(RulesJson, Empty) {
  EXPECT_EQ(Code("[]"), "empty_ruleset");
  EXPECT_EQ(Code(" [ ] "), "empty_ruleset");
  EXPECT_EQ(Code(""), "empty_input");
  EXPECT_EQ(Code(" \n\t"), "empty_input");
}

TEST(RulesJson, ByteOrderMark) {
  const std::string good = With("\"n\":\"x\"");
  EXPECT_EQ(Read("\xef\xbb\xbf" + good), Read(good));
  EXPECT_EQ(Code("\xef\xbb\xbf\xef\xbb\xbf" + good), "bad_char");
  EXPECT_EQ(Code(absl::string_view("[\0]\0", 4)), "encoding_unsupported");
  EXPECT_EQ(Code(absl::string_view("\xff\xfe[\0]\0", 6)), "encoding_unsupported");
  EXPECT_EQ(Code(absl::string_view("\xfe\xff\0[\0]", 6)), "encoding_unsupported");
}

TEST(RulesJson, Malformed) {
  const std::string good = With("\"n\":\"x\"");
  EXPECT_EQ(Code(good + " x"), "trailing_content");
  EXPECT_EQ(Code(good + good), "trailing_content");
  EXPECT_EQ(Code(absl::string_view("[]  \0", 5)), "nul");
  EXPECT_EQ(Code("[{\"action\"  \"allow\"}]"), "json_syntax");
  EXPECT_EQ(Code("[{\"action\":}]"), "json_syntax");
  EXPECT_EQ(Code("[{action:1}]"), "json_syntax");
  EXPECT_EQ(Code("[{}}"), "json_syntax");
  EXPECT_EQ(Code("[\xff]"), "invalid_utf8");
  EXPECT_EQ(Code(absl::StrReplaceAll(good, {{",\"n\"", ",,\"n\""}})), "json_syntax");
  EXPECT_EQ(Code(absl::StrReplaceAll(good, {{"}]", ",}]"}})), "json_syntax");
  EXPECT_EQ(Code(absl::StrReplaceAll(good, {{"}]", "},]"}})), "json_syntax");
}

TEST(RulesJson, EveryTruncationIsRefused) {
  const std::string json = With(R"("ports":[[80,443]],"note":"\u00fc","sources":[{"file":"f"}])");
  ASSERT_NE(Read(json).find("80-443"), std::string::npos);
  for (size_t size = 0; size < json.size(); ++size) {
    Policy policy;
    Diagnostics errors;
    EXPECT_FALSE(ParseRulesJson(json.substr(0, size), "t", {}, &policy, &errors)) << size;
    EXPECT_FALSE(errors.empty());
  }
}

TEST(RulesJson, DepthIsBounded) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(Code(nested(64)), "json_type");
  EXPECT_EQ(Code(nested(65)), "json_depth");
  EXPECT_EQ(Code(std::string(1000000, '[')), "json_depth");
  EXPECT_EQ(Code(With(absl::StrCat("\"x\":", nested(63)))), "json_depth");
  EXPECT_EQ(Code(With(absl::StrCat("\"x\":\"", nested(100), "\""))),
            "allow");  // brackets in a string do not count
}

TEST(RulesJson, ManyKeysAreNotSlow) {
  std::string json = "\"k0\":\"\"";
  for (int i = 1; i < 100000; ++i) absl::StrAppend(&json, ",\"k", i, "\":\"\"");
  EXPECT_EQ(Code(With(json)), "allow");
}

}  // namespace
}  // namespace allowmatch
