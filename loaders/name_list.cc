#include "loaders/name_list.h"

#include <algorithm>
#include <utility>

#include "loaders/name_dialects.h"

namespace allowmatch {

const std::vector<NameDialect>& NameDialects() {
  static const std::vector<NameDialect> kDialects = {
      {"adblock", "filter list of host names, as of AdGuard", "||example.com^", ReadAdblock,
       IsAdblock},
      {"aws-network-firewall", "domain list, as JSON or one a line", ".example.com",
       ReadAwsNetworkFirewall, IsAwsNetworkFirewall},
      {"cilium", "toFQDNs of network policies (YAML or JSON)", "matchPattern: \"*.example.com\"",
       ReadCilium, IsCilium},
      {"dnsmasq", "address=, server=, local=, ipset=, nftset=", "server=/example.com/192.0.2.53",
       ReadDnsmasq, IsDnsmasq},
      {"hosts", "addresses and their names", "192.0.2.7 www.example.com", ReadHosts, IsHosts},
      {"mihomo", "rule provider, domain or classical, text or YAML", "+.example.com", ReadMihomo,
       IsMihomo},
      {"nginx", "server_name, and map with hostnames", "server_name .example.com;", ReadNginx,
       IsNginx},
      {"sing-box", "rule-set source (JSON)", "\"domain_suffix\": \"example.com\"", ReadSingBox,
       IsSingBox},
      {"squid", "acl dstdomain, or the file of one", ".example.com", ReadSquid, IsSquid},
      {"v2fly", "list of the domain-list-community", "domain:example.com @attribute", ReadV2fly,
       IsV2fly},
  };
  return kDialects;
}

const NameDialect* FindNameDialect(absl::string_view name) {
  for (const NameDialect& dialect : NameDialects()) {
    if (name == dialect.name) return &dialect;
  }
  return nullptr;
}

const NameDialect* DetectNameDialect(absl::string_view bytes) {
  const ListOpening opening(bytes);
  for (const NameDialect& dialect : NameDialects()) {
    if (dialect.is_certain(opening)) return &dialect;
  }
  return nullptr;
}

bool LoadNameList(absl::string_view bytes, const NameDialect& dialect,
                  const NameListOptions& options, PackedPolicy* policy, LoadReport* report,
                  Diagnostics* errors) {
  report->source = options.source;
  if (!OpenText(options.source, &bytes, errors)) return false;
  constexpr size_t kBytesOfEntry = 16;  // few are shorter on the whole of a list
  NameSink sink(options, report, errors);
  sink.Expect(bytes.size() / kBytesOfEntry);
  const size_t nul = bytes.find('\0');
  if (nul != absl::string_view::npos) {
    sink.Refuse(PositionAt(bytes, nul), "the list holds a NUL byte", "it is no text");
  } else {
    dialect.read(bytes, &sink);
  }
  return sink.Finish(policy);
}

bool LoadNameList(absl::string_view bytes, const NameDialect& dialect,
                  const NameListOptions& options, Policy* policy, LoadReport* report,
                  Diagnostics* errors) {
  PackedPolicy packed;
  if (!LoadNameList(bytes, dialect, options, &packed, report, errors)) return false;
  policy->Append(std::move(packed).Unpack());
  return true;
}

}  // namespace allowmatch
