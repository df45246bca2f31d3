// What is special to one dialect of name lists. The meaning of its forms is in
// the table of NAME_LISTS.md, which has a test of its own.

#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "loaders/name_list_testing.h"

namespace allowmatch {
namespace {

TEST(NginxList, WholeConfigurations) {
  const LoadedList list = LoadList("nginx",
                                   "# server_name no.example;\n"
                                   "http {\n"
                                   "  log_format x '$host ; { server_name no.example;';\n"
                                   "  server {\n"
                                   "    listen 443 ssl;\n"
                                   "    server_name a.example\n"
                                   "      \"*.b.example\" _ \"\" \"~^w{2}\\.c$\";\n"
                                   "    location / { return 200; }\n"
                                   "  }\n"
                                   "  map $ssl_server_name $ok {\n"
                                   "    hostnames;\n"
                                   "    default 0;\n"
                                   "    .d.example yes;  # d\n"
                                   "    volatile;\n"
                                   "  }\n"
                                   "  map $uri $other { a.no.example 1; }\n"
                                   "}\n");
  EXPECT_EQ(list.errors, "");
  EXPECT_EQ(list.rules,
            "allow out any any to *.b.example src=list:7\n"
            "allow out any any to .d.example src=list:13\n"
            "allow out any any to a.example src=list:6\n");
  EXPECT_EQ(list.report,
            "list:7:21: ignored: _: no client asks for it\n"
            "list:7:23: ignored: \"\": no client asks for it\n"
            "list:7:26: quarantined: ~^w{2}\\.c$: it is a regular expression; write rules for the "
            "names that are meant\n");
}

TEST(NginxList, HostnamesMakeAnyMapOne) {
  EXPECT_EQ(LoadList("nginx", "map $name $ok { hostnames; *.a.example 1; }").rules,
            "allow out any any to *.a.example src=list:1\n");
}

TEST(NginxList, DefaultsAndIncludes) {
  const LoadedList all = LoadList("nginx", "map $host $ok { a.example 1; default 1; }");
  EXPECT_TRUE(absl::StrContains(all.report, "default: it stands for every other name"));
  EXPECT_FALSE(LoadList("nginx", "map $host $ok { a.example 1; include more; }").good);
  EXPECT_FALSE(LoadList("nginx", "map $host $ok { a.example 1; b.example; }").good);
}

// An escaped semicolon ends nothing, a brace behind a word opens a block.
TEST(NginxList, WordsAreThoseOfNginx) {
  EXPECT_EQ(LoadList("nginx", "server_name a.example ~x\\;y ${b}.example c.example;").rules,
            "allow out any any to a.example src=list:1\n"
            "allow out any any to c.example src=list:1\n");
  EXPECT_FALSE(LoadList("nginx", "server_name a.example ~^w{2}$;").good);
}

TEST(NginxList, CutTextIsRefused) {
  const std::string whole = "map $host $ok { hostnames; a.example 1; \"b.example\" 0; }";
  for (size_t size = 1; size < whole.size(); ++size) {
    EXPECT_FALSE(LoadList("nginx", whole.substr(0, size)).good) << whole.substr(0, size);
  }
  EXPECT_FALSE(LoadList("nginx", "server_name a.example; }").good);
}

TEST(SquidList, WholeConfigurations) {
  const LoadedList list = LoadList("squid",
                                   "acl ours dstdomain -n .a.example \\\n"
                                   "   b.example \\\n"
                                   "   .c.example\n"
                                   "acl bad dstdomain .d.example\n"
                                   "acl all_but dstdomain e.example\n"
                                   "acl more dstdomain \"/etc/squid/more\"\n"
                                   "http_port 3128\n"
                                   "http_access deny bad\n"
                                   "http_access allow ours !all_but\n");
  EXPECT_EQ(list.errors, "");
  EXPECT_EQ(list.rules,
            "allow out any any to .a.example src=list:1\n"
            "allow out any any to .c.example src=list:3\n"
            "allow out any any to b.example src=list:2\n"
            "deny out any any to .d.example src=list:4\n"
            "deny out any any to e.example src=list:5\n");
  EXPECT_TRUE(absl::StrContains(
      list.report, "list:6:20: quarantined: \"/etc/squid/more\": it names a file with more names"))
      << list.report;
}

TEST(SquidList, AListIsAllowedWhereAllElseIsDenied) {
  EXPECT_EQ(LoadList("squid", "acl ours dstdomain a.example\nhttp_access deny !ours\n").rules,
            "allow out any any to a.example src=list:1\n");
}

// A name alone says less than the line asks for.
TEST(SquidList, WhatIsAllowedOnASpecialConditionIsNot) {
  const std::string work =
      "acl ours dstdomain a.example\nacl work time M 09:00-10:00\nhttp_access allow ours work\n";
  const LoadedList list =
      LoadList("squid", work + "acl b dstdomain b.example\nhttp_access allow b all\n");
  EXPECT_EQ(list.rules, "allow out any any to b.example src=list:4\n");
  EXPECT_TRUE(absl::StrContains(list.report,
                                "list:1:20: quarantined: a.example: http_access allows "
                                "its list only together with work"))
      << list.report;
  EXPECT_EQ(LoadList("squid", work + "http_access allow ours\n").rules,
            "allow out any any to a.example src=list:1\n");
  for (const char* more : {"!work", "localnet", "b"}) {
    const std::string text = absl::StrCat(
        "acl ours dstdomain a.example\nacl b dstdomain b.example\n"
        "acl work time M 09:00-10:00\nhttp_access allow ours ",
        more, "\n");
    EXPECT_FALSE(LoadList("squid", text).good) << more;  // no name is left
  }
}

TEST(SquidList, WhatNoAccessLineAllowsIsNotAllowed) {
  EXPECT_EQ(LoadList("squid",
                     "acl fresh dstdomain a.example\nacl ours dstdomain b.example\n"
                     "cache deny fresh\nhttp_access allow ours\n")
                .rules,
            "allow out any any to b.example src=list:2\n");
}

// A flow has a port, and no method.
TEST(SquidList, PortsBecomeServices) {
  const std::string lists =
      "acl ours dstdomain a.example\nacl web port 80 443\nacl web port 8801-8810\nacl tls port "
      "443\n";
  const auto rules = [&lists](const char* access) {
    return LoadList("squid", absl::StrCat(lists, access)).rules;
  };
  const std::string web = "allow out tcp 80,443,8801-8810 to a.example src=list:1\n";
  const std::string tls = "allow out tcp 443 to a.example src=list:1\n";
  EXPECT_EQ(rules("http_access allow CONNECT ours web\n"), web);
  EXPECT_EQ(rules("http_access allow web ours tls\n"), tls);
  EXPECT_EQ(rules("http_access allow tls ours\nhttp_access allow ours web\n"), tls + web);
  EXPECT_EQ(rules("http_access deny !tls\nhttp_access allow ours\n"), tls);
  EXPECT_EQ(rules("http_access deny !tls\nhttp_access allow ours web\n"), tls);
  EXPECT_EQ(rules("http_access allow ours\nhttp_access allow ours web\n"),
            "allow out any any to a.example src=list:1\n");
  EXPECT_EQ(rules("http_access deny !web\nhttp_access deny !tls\nhttp_access allow ours\n"), tls);
  EXPECT_EQ(rules("acl odd port x\nhttp_access deny !odd\nhttp_access allow ours\n"), "");
  EXPECT_EQ(rules("acl CONNECT src 192.0.2.0/24\nhttp_access allow CONNECT ours\n"), "");
  EXPECT_EQ(rules("http_access deny all\nhttp_access allow ours\n"), "");
  EXPECT_EQ(rules("http_access allow ours tls\nhttp_access deny all\nhttp_access allow ours\n"),
            tls);
  EXPECT_EQ(rules("acl odd port x\nhttp_access allow ours odd\n"), "");
  EXPECT_EQ(rules("acl p81 port 81\nhttp_access allow ours tls p81\n"), "");
}

// Without the file, or the expressions, more would be allowed.
TEST(SquidList, WhatIsBlockedMustBeRead) {
  EXPECT_FALSE(LoadList("squid", "acl b dstdomain a.example \"f\"\nhttp_access deny b\n").good);
  EXPECT_FALSE(
      LoadList("squid", "acl a dstdomain a.example\nacl b dstdom_regex x\nhttp_access deny b\n")
          .good);
}

// An access line that is not read whole could deny more.
TEST(SquidList, OtherLinesThatGoOnAreRefused) {
  EXPECT_FALSE(LoadList("squid", "acl a dstdomain a.example\nhttp_access deny \\\n a\n").good);
}

// In a configuration a line of words is a directive; in a file of names it is
// none, and is not passed over.
TEST(SquidList, FilesOfNamesHaveNoDirectives) {
  EXPECT_EQ(LoadList("squid", "acl a dstdomain a.example\nvisible_hostname b\n").facts.ruled, 1u);
  EXPECT_EQ(LoadList("squid", "a.example\nintranet web\n").facts.ruled, 3u);
}

TEST(HostsList, NamesOfTheSystem) {
  const LoadedList list = LoadList("hosts",
                                   "127.0.0.1\tlocalhost\n"
                                   "fe80::1%lo0 localhost\n"
                                   "192.0.2.7  a.example b.example#c.example\n"
                                   "2001:db8::1 d.example\n");
  EXPECT_EQ(list.rules,
            "allow out any any to a.example src=list:3\n"
            "allow out any any to b.example src=list:3\n"
            "allow out any any to d.example src=list:4\n");
  EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kIgnored), 2u);
}

TEST(HostsList, AddressesThatBlock) {
  for (const char* address : {"0.0.0.0", "0.0.0.1", "127.0.0.1", "127.255.255.255",
                              "255.255.255.255", "::", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(LoadList("hosts", absl::StrCat(address, " a.example")).rules,
              "deny out any any to a.example src=list:1\n");
  }
  for (const char* address : {"1.0.0.0", "126.255.255.255", "128.0.0.0", "::2", "fe80::1%lo0"}) {
    EXPECT_EQ(LoadList("hosts", absl::StrCat(address, " a.example")).rules,
              "allow out any any to a.example src=list:1\n");
  }
}

TEST(HostsList, LinesOfAnotherKindAreErrors) {
  EXPECT_FALSE(LoadList("hosts", "192.0.2.7 a.example\nb.example\n").good);
  EXPECT_FALSE(LoadList("hosts", "192.0.2.7 a.example\n192.0.2.8\n").good);
  EXPECT_FALSE(LoadList("hosts", "192.0.2.7 a.example\n192.0.2.07 b.example\n").good);
}

TEST(DnsmasqList, SeveralDomainsAndOtherOptions) {
  const LoadedList list = LoadList("dnsmasq",
                                   "# c\n"
                                   "no-resolv\n"
                                   "listen-address=127.0.0.1\n"
                                   "server=192.0.2.53\n"
                                   "server=/a.example/b.example/192.0.2.53#5353 # d\n"
                                   "nftset=/c.example/4#inet#t#s\n"
                                   "address=/d.example/::\n"
                                   "address=/e.example/\n");
  EXPECT_EQ(list.errors, "");
  EXPECT_EQ(list.rules,
            "allow out any any to .a.example src=list:5\n"
            "allow out any any to .b.example src=list:5\n"
            "allow out any any to .c.example src=list:6\n"
            "deny out any any to .d.example src=list:7\n"
            "deny out any any to .e.example src=list:8\n");
  EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kIgnored), 3u);
}

TEST(DnsmasqList, DomainsThatAreMoreThanOne) {
  const LoadedList list = LoadList("dnsmasq", "server=//#/a.example/192.0.2.53\n");
  EXPECT_EQ(list.rules, "allow out any any to .a.example src=list:1\n");
  EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kQuarantined), 2u);
  EXPECT_FALSE(LoadList("dnsmasq", "server=//192.0.2.53\nserver=/a.example\n").good);
  EXPECT_FALSE(LoadList("dnsmasq", "address=/a.example/b.example/no-address\n").good);
}

TEST(AdblockList, CommentsAndCosmeticRules) {
  const LoadedList list = LoadList("adblock",
                                   "[Adblock Plus 2.0]\n"
                                   "! ||no.example^\n"
                                   "# no.example\n"
                                   "no.example##.banner\n"
                                   "||no.example#@#.banner\n"
                                   "||a.example^\n");
  EXPECT_EQ(list.errors, "");
  EXPECT_EQ(list.rules, "deny out any any to .a.example src=list:6\n");
  EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kIgnored), 2u);
}

NameListOptions WithLists(std::map<std::string, std::string> lists) {
  NameListOptions options;
  options.include = [lists](const std::string& name, std::string* bytes) {
    const auto list = lists.find(name);
    if (list == lists.end()) return false;
    *bytes = list->second;
    return true;
  };
  return options;
}

TEST(V2flyList, AttributesAreKept) {
  EXPECT_EQ(LoadList("v2fly", "a.example @cn @ads &other # c\nfull:b.example\n").rules,
            "allow out any any to .a.example attributes=\"ads,cn\" src=list:1\n"
            "allow out any any to b.example src=list:2\n");
}

TEST(V2flyList, Includes) {
  const LoadedList list =
      LoadList("v2fly", "include:one\ninclude:Two @cn @-ads\ninclude:none\nlist.example\n",
               WithLists({{"one", "one.example\ninclude:two\nregexp:x\n"},
                          {"two", "a.two.example\nb.two.example @cn\nc.two.example @cn @ads\n"}}));
  EXPECT_EQ(list.rules,
            "allow out any any to .a.two.example src=two:1\n"
            "allow out any any to .b.two.example attributes=cn src=two:2\n"
            "allow out any any to .c.two.example attributes=\"ads,cn\" src=two:3\n"
            "allow out any any to .list.example src=list:4\n"
            "allow out any any to .one.example src=one:1\n");
  EXPECT_EQ(list.report,
            "list:3:1: quarantined: include:none: there is no such list beside this one; put it "
            "into the same folder, or load it as well\n"
            "one:3:1: quarantined: regexp:x: it is a regular expression; write rules for the names "
            "that are meant\n");
}

TEST(V2flyList, FiltersOfIncludes) {
  const auto lists = WithLists({{"two", "a.example\nb.example @cn\nc.example @cn @ads\n"}});
  EXPECT_EQ(LoadList("v2fly", "include:two @cn @-ads\n", lists).rules,
            "allow out any any to .b.example attributes=cn src=two:2\n");
  EXPECT_EQ(LoadList("v2fly", "include:two @-cn\n", lists).rules,
            "allow out any any to .a.example src=two:1\n");
}

TEST(V2flyList, CirclesEnd) {
  const auto lists = WithLists({{"a", "a.example\ninclude:b\n"}, {"b", "b.example\ninclude:a\n"}});
  EXPECT_EQ(LoadList("v2fly", "include:a\n", lists).rules,
            "allow out any any to .a.example src=a:1\n"
            "allow out any any to .b.example src=b:1\n");
}

TEST(V2flyList, IncludesAreBounded) {
  std::string many;
  for (int i = 0; i < 10100; ++i) absl::StrAppend(&many, "include:x", i, "\n");
  NameListOptions options;
  options.include = [](const std::string&, std::string* bytes) {
    *bytes = "a.example";
    return true;
  };
  EXPECT_FALSE(LoadList("v2fly", many, options).good);
  EXPECT_TRUE(LoadList("v2fly", many.substr(many.size() / 2), options).good);
  options.include = [](const std::string&, std::string* bytes) {
    *bytes = absl::StrCat("a.example\n#", std::string(32 << 20, '#'));
    return true;
  };
  std::string large = "include:a\ninclude:b\ninclude:c\ninclude:d\n";
  EXPECT_TRUE(LoadList("v2fly", large, options).good);
  absl::StrAppend(&large, "include:e\ninclude:f\ninclude:g\ninclude:h\n");
  EXPECT_FALSE(LoadList("v2fly", large, options).good);
}

// Each list is another's with one more filter: two to the power of depth.
TEST(V2flyList, DepthIsBounded) {
  NameListOptions options;
  size_t asked = 0;
  options.include = [&asked](const std::string& name, std::string* bytes) {
    ++asked;
    *bytes = absl::StrCat("include:", name, "x @a", name.size(), "\ninclude:", name, "x @-a",
                          name.size(), "\n");
    return true;
  };
  EXPECT_FALSE(LoadList("v2fly", "include:x\n", options).good);
  EXPECT_LT(asked, 11000u);
}

TEST(V2flyList, NothingLeadsOutOfTheFolder) {
  NameListOptions options;
  options.include = [](const std::string&, std::string* bytes) {
    *bytes = "secret.example";
    return true;
  };
  for (const char* name : {"../x", "/etc/x", "x/y", "..", ".", "x.y", ""}) {
    EXPECT_FALSE(LoadList("v2fly", absl::StrCat("include:", name, "\n"), options).good) << name;
  }
  EXPECT_TRUE(LoadList("v2fly", "include:geolocation-!cn\n", options).good);
}

TEST(V2flyList, IncludedBytesAreCheckedAsWell) {
  EXPECT_FALSE(
      LoadList("v2fly", "a.example\ninclude:x\n", WithLists({{"x", std::string("b\0", 2)}})).good);
}

TEST(MihomoList, Yaml) {
  const LoadedList list = LoadList("mihomo",
                                   "# c\n"
                                   "payload:\n"
                                   "  - '+.a.example' # c\n"
                                   "  - b.example\n"
                                   "  - DOMAIN-SUFFIX,c.example\n"
                                   "  - IP-CIDR,192.0.2.0/24,no-resolve\n"
                                   "  - 'AND,((DOMAIN,x.example),(NETWORK,UDP))'\n");
  EXPECT_EQ(list.rules,
            "allow out any any to .a.example src=list:3\n"
            "allow out any any to .c.example src=list:5\n"
            "allow out any any to b.example src=list:4\n");
  EXPECT_TRUE(absl::StrContains(list.report, "list:6:5: quarantined: IP-CIDR,192.0.2.0/24"))
      << list.report;
  EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kQuarantined), 2u);
}

TEST(MihomoList, YamlThatIsRefused) {
  EXPECT_FALSE(LoadList("mihomo", "payload:\n- a.example\n- *x\n").good);
  EXPECT_FALSE(LoadList("mihomo", "payload:\n- &x a.example\n- *x\n").good);
  EXPECT_FALSE(LoadList("mihomo", "payload:\n- a.example\npayload:\n- b.example\n").good);
  EXPECT_FALSE(LoadList("mihomo", "payload:\n- a.example\n- [b.example]\n").good);
  EXPECT_FALSE(LoadList("mihomo", "payload:\n- a.example\n- 'b.example\n").good);
  EXPECT_FALSE(LoadList("mihomo", absl::StrCat("payload: ", std::string(100000, '['))).good);
}

// Columns are in bytes, also where libyaml counts characters.
TEST(MihomoList, PlacesInYaml) {
  const LoadedList list = LoadList("mihomo",
                                   "# \xc3\xbc\r\n"
                                   "payload: [\xc3\xbc.example, 'a*.example',\r\n"
                                   "  b.example]\r\n");
  EXPECT_TRUE(absl::StrContains(list.report, "list:2:23: quarantined: a*.example")) << list.report;
  EXPECT_TRUE(absl::StrContains(list.rules, "to b.example src=list:3\n")) << list.rules;
}

TEST(MihomoList, TextAndComments) {
  EXPECT_EQ(LoadList("mihomo", "// c\n# c\n\n+.a.example\nDOMAIN,b.example,DIRECT\n").rules,
            "allow out any any to .a.example src=list:4\n"
            "allow out any any to b.example src=list:5\n");
}

TEST(SingBoxList, StringsAndLists) {
  const LoadedList list = LoadList("sing-box",
                                   "{\"version\": 2, \"rules\": [\n"
                                   "  {\"domain\": [\"a.example\", \"b.ex\\u0061mple\"],\n"
                                   "   \"domain_suffix\": \"c.example\", \"invert\": false},\n"
                                   "  {\"ip_cidr\": \"192.0.2.0/24\",\n"
                                   "   \"domain\": \"d.example\"},\n"
                                   "  {\"domain\": \"e.example\", \"network\": \"udp\"},\n"
                                   "  {\"type\": \"logical\", \"mode\": \"and\", \"rules\": []},\n"
                                   "  {\"domain\": \"f.example\", \"invert\": true}]}\n");
  EXPECT_EQ(list.errors, "");
  EXPECT_EQ(list.rules,
            "allow out any any to .c.example src=list:3\n"
            "allow out any any to a.example src=list:2\n"
            "allow out any any to b.example src=list:2\n"
            "allow out any any to d.example src=list:5\n");
  EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kQuarantined), 4u);
  EXPECT_TRUE(absl::StrContains(list.report, "list:6:27: quarantined: network:")) << list.report;
}

TEST(SingBoxList, JsonThatIsRefused) {
  const auto refused = [](const std::string& text) { return !LoadList("sing-box", text).good; };
  const std::string rule = "{\"domain\": \"a.example\"}";
  EXPECT_FALSE(refused(absl::StrCat("{\"version\": 4, \"rules\": [", rule, "]}")));
  EXPECT_TRUE(refused(absl::StrCat("{\"version\": 5, \"rules\": [", rule, "]}")));
  EXPECT_TRUE(refused(absl::StrCat("{\"rules\": [", rule, "]}")));
  EXPECT_TRUE(refused(absl::StrCat("{\"version\": 4, \"rules\": [", rule, ", 7]}")));
  EXPECT_TRUE(refused(absl::StrCat("{\"version\": 4, \"rules\": [", rule, "]} x")));
  EXPECT_TRUE(refused("{\"version\": 4, \"rules\": [{\"domain\": [\"a.example\", 7]}]}"));
  EXPECT_TRUE(
      refused("{\"version\": 4, \"rules\": [{\"domain\": \"a.example\", "
              "\"domain\": \"b.example\"}]}"));
  EXPECT_TRUE(refused(absl::StrCat("{\"version\": 4, \"rules\": ", std::string(100000, '['))));
}

TEST(SingBoxList, NoBeginningIsReadAsTheWhole) {
  const std::string whole =
      "{\"version\": 1, \"rules\": [{\"domain\": [\"a.example\", "
      "\"b.example\"]}]}";
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(LoadList("sing-box", whole.substr(0, size)).good) << size;
  }
}

constexpr char kCilium[] =
    "apiVersion: cilium.io/v2\n"
    "kind: CiliumNetworkPolicy\n"
    "metadata: {name: a}\n"
    "spec:\n"
    "  endpointSelector: {}\n"
    "  egress:\n"
    "  - toEndpoints: [{}]\n"
    "    toPorts:\n"
    "    - ports: [{port: \"53\", protocol: ANY}]\n"
    "      rules: {dns: [{matchPattern: \"*\"}]}\n"
    "  - toFQDNs:\n"
    "    - matchName: a.example\n"
    "    - matchPattern: \"b-*.example.com\"\n"
    "    toPorts:\n"
    "    - ports:\n"
    "      - {port: \"443\", protocol: TCP}\n"
    "      - {port: \"8000\", endPort: 8010, protocol: TCP}\n"
    "      - {port: \"3478\", protocol: UDP}\n"
    "---\n"
    "kind: Service\n"
    "---\n"
    "kind: CiliumClusterwideNetworkPolicy\n"
    "specs:\n"
    "- egress:\n"
    "  - toFQDNs: [{matchName: c.example}]\n";

TEST(CiliumList, PortsAreKept) {
  const LoadedList list = LoadList("cilium", kCilium);
  EXPECT_EQ(list.errors, "");
  EXPECT_EQ(list.rules,
            "allow out any any to c.example src=list:25\n"
            "allow out tcp 443,8000-8010 to a.example src=list:12\n"
            "allow out tcp 443,8000-8010 to b-*.example.com src=list:13\n"
            "allow out udp 3478 to a.example src=list:12\n"
            "allow out udp 3478 to b-*.example.com src=list:13\n");
  EXPECT_EQ(list.report, "list:20:7: ignored: Service: no policy of Cilium\n");
}

TEST(CiliumList, APortOfNoProtocolIsThatOfAll) {
  EXPECT_EQ(LoadList("cilium",
                     "egress: [{toFQDNs: [{matchName: a.example}], toPorts: [{ports: [{port: "
                     "\"7\"}]}]}]")
                .rules,
            "allow out 132 7 to a.example src=list:1\n"
            "allow out tcp 7 to a.example src=list:1\n"
            "allow out udp 7 to a.example src=list:1\n");
}

TEST(CiliumList, MoreConditionsAreNotLeftOut) {
  for (const char* more :
       {"toPorts: [{ports: [{port: https}]}]", "toPorts: [{ports: [{port: \"0\"}]}]",
        "toPorts: [{ports: [{port: \"443\", protocol: ICMP}]}]", "toPorts: []",
        "toPorts: [{ports: [{port: \"443\"}], serverNames: [x.example]}]", "icmps: [{}]",
        "toPorts: [{ports: [{port: \"443\", endPort: 80}]}]", "authentication: {mode: required}",
        "toPorts: [{ports: [{port: \"443\"}], rules: {http: [{}]}}]", "toEndpoints: [{}]"}) {
    const LoadedList list = LoadList(
        "cilium", absl::StrCat("egress: [{toFQDNs: [{matchName: a.example}], ", more, "}]"));
    EXPECT_FALSE(list.good) << more;
    EXPECT_EQ(list.facts.Count(ReportEntry::Kind::kQuarantined), 1u) << more;
  }
}

TEST(CiliumList, ListsJsonAndWrongEntries) {
  EXPECT_EQ(LoadList("cilium",
                     "{\"kind\": \"List\", \"items\": [{\"kind\": \"CiliumNetworkPolicy\", "
                     "\"spec\": {\"egress\": [{\"toFQDNs\": [{\"matchName\": \"a.example\"}]}]}}]}")
                .rules,
            "allow out any any to a.example src=list:1\n");
  const std::string good = "egress: [{toFQDNs: [{matchName: a.example}]}]\n";
  EXPECT_TRUE(LoadList("cilium", good).good);
  EXPECT_FALSE(LoadList("cilium", good + "egressDeny: [{toFQDNs: [{matchName: b.example}]}]").good);
  EXPECT_FALSE(LoadList("cilium", "egress: [{toFQDNs: [{matchName: a.example}, {x: y}]}]").good);
}

TEST(AwsList, JsonOfSeveralKinds) {
  const std::string list =
      "{\"RulesSourceList\": {\"Targets\": [\".a.example\", \"b.example\"],\n"
      " \"TargetTypes\": [\"TLS_SNI\"], \"GeneratedRulesType\": \"";
  const std::string wrapped = absl::StrCat("{\"RuleGroup\": {\"RulesSource\": ", list);
  EXPECT_EQ(LoadList("aws-network-firewall", absl::StrCat(wrapped, "ALLOWLIST\"}}}}")).rules,
            "allow out tcp any to .a.example src=list:1\n"
            "allow out tcp any to b.example src=list:1\n");
  for (const char* type : {"DENYLIST", "REJECTLIST"}) {
    EXPECT_EQ(LoadList("aws-network-firewall", absl::StrCat(list, type, "\"}}")).rules,
              "deny out tcp any to .a.example src=list:1\n"
              "deny out tcp any to b.example src=list:1\n");
  }
  EXPECT_FALSE(LoadList("aws-network-firewall", absl::StrCat(list, "ALERTLIST\"}}")).good);
  EXPECT_FALSE(LoadList("aws-network-firewall", "{\"RulesSourceList\": {}}").good);
}

}  // namespace
}  // namespace allowmatch
