#include "flowlog/aliases.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "flowlog/json_fields.h"

namespace allowmatch {
namespace {

constexpr const char* kFieldNames[kFieldCount] = {"src",   "dst",  "sport",    "dport",
                                                  "proto", "name", "direction"};

struct BuiltIn {
  const char* name;
  Field field;
  Shape shape = Shape::kPlain;
};

// Most telling first.
constexpr BuiltIn kBuiltIn[] = {
    {"pkt-dstaddr", Field::kDst},
    {"dst", Field::kDst, Shape::kHost},
    {"dest", Field::kDst, Shape::kHost},
    {"destination", Field::kDst, Shape::kHost},
    {"dstip", Field::kDst},
    {"dst_ip", Field::kDst},
    {"dest_ip", Field::kDst},
    {"dstaddr", Field::kDst},
    {"dst_addr", Field::kDst},
    {"dest_addr", Field::kDst},
    {"da", Field::kDst},
    {"id.resp_h", Field::kDst},
    {"resp_h", Field::kDst},
    {"DestinationIP", Field::kDst},
    {"destination.ip", Field::kDst},
    {"DestinationAddress", Field::kDst},
    {"Destination address", Field::kDst},
    {"destination.address", Field::kDst, Shape::kHost},
    {"ip_dst", Field::kDst},
    {"DstIpAddr", Field::kDst},
    {"dst_endpoint.ip", Field::kDst},
    {"dst4_addr", Field::kDst},
    {"dst6_addr", Field::kDst},
    {"netflow.ipv4_dst_addr", Field::kDst},
    {"netflow.ipv6_dst_addr", Field::kDst},
    {"connection.dest_ip", Field::kDst},
    {"jsonPayload.connection.dest_ip", Field::kDst},
    {"r-ip", Field::kDst},
    {"serverip", Field::kDst},
    {"server_ip", Field::kDst},
    {"remote_ip", Field::kDst},
    {"remote", Field::kDst, Shape::kHost},
    {"upstream_host", Field::kDst, Shape::kEndpoint},
    {"upstream_addr", Field::kDst, Shape::kEndpoint},

    {"pkt-srcaddr", Field::kSrc},
    {"src", Field::kSrc, Shape::kHost},
    {"source", Field::kSrc, Shape::kHost},
    {"orig", Field::kSrc, Shape::kHost},
    {"srcip", Field::kSrc},
    {"src_ip", Field::kSrc},
    {"source_ip", Field::kSrc},
    {"srcaddr", Field::kSrc},
    {"src_addr", Field::kSrc},
    {"sa", Field::kSrc},
    {"id.orig_h", Field::kSrc},
    {"orig_h", Field::kSrc},
    {"SourceIP", Field::kSrc},
    {"source.ip", Field::kSrc},
    {"SourceAddress", Field::kSrc},
    {"Source address", Field::kSrc},
    {"ip_src", Field::kSrc},
    {"SrcIpAddr", Field::kSrc},
    {"src_endpoint.ip", Field::kSrc},
    {"src4_addr", Field::kSrc},
    {"src6_addr", Field::kSrc},
    {"netflow.ipv4_src_addr", Field::kSrc},
    {"netflow.ipv6_src_addr", Field::kSrc},
    {"connection.src_ip", Field::kSrc},
    {"jsonPayload.connection.src_ip", Field::kSrc},
    {"c-ip", Field::kSrc},
    {"ClientIP", Field::kSrc},
    {"client_ip", Field::kSrc},
    {"local_ip", Field::kSrc},
    {"downstream_remote_address", Field::kSrc, Shape::kEndpoint},

    {"dstport", Field::kDstPort},
    {"dst_port", Field::kDstPort},
    {"dest_port", Field::kDstPort},
    {"destination_port", Field::kDstPort},
    {"dport", Field::kDstPort},
    {"dp", Field::kDstPort},
    {"id.resp_p", Field::kDstPort},
    {"resp_p", Field::kDstPort},
    {"DestinationPort", Field::kDstPort},
    {"destination.port", Field::kDstPort},
    {"port_dst", Field::kDstPort},
    {"DstPortNumber", Field::kDstPort},
    {"dst_endpoint.port", Field::kDstPort},
    {"l4_dst_port", Field::kDstPort},
    {"connection.dest_port", Field::kDstPort},
    {"jsonPayload.connection.dest_port", Field::kDstPort},
    {"dpt", Field::kDstPort},
    {"d_port", Field::kDstPort},
    {"cs-uri-port", Field::kDstPort},
    {"server_port", Field::kDstPort},
    {"remote_port", Field::kDstPort},
    {"port", Field::kDstPort},

    {"srcport", Field::kSrcPort},
    {"src_port", Field::kSrcPort},
    {"source_port", Field::kSrcPort},
    {"sport", Field::kSrcPort},
    {"sp", Field::kSrcPort},
    {"id.orig_p", Field::kSrcPort},
    {"orig_p", Field::kSrcPort},
    {"SourcePort", Field::kSrcPort},
    {"source.port", Field::kSrcPort},
    {"port_src", Field::kSrcPort},
    {"SrcPortNumber", Field::kSrcPort},
    {"src_endpoint.port", Field::kSrcPort},
    {"l4_src_port", Field::kSrcPort},
    {"connection.src_port", Field::kSrcPort},
    {"jsonPayload.connection.src_port", Field::kSrcPort},
    {"s_port", Field::kSrcPort},
    {"spt", Field::kSrcPort},
    {"client_port", Field::kSrcPort},
    {"local_port", Field::kSrcPort},

    {"proto", Field::kProtocol},
    {"protocol", Field::kProtocol},
    {"pr", Field::kProtocol},
    {"ip_proto", Field::kProtocol},
    {"IP Protocol", Field::kProtocol},
    {"protocol-id", Field::kProtocol},
    {"protonum", Field::kProtocol},
    {"network.transport", Field::kProtocol},
    {"transport", Field::kProtocol},
    {"connection_info.protocol_name", Field::kProtocol},
    {"connection_info.protocol_num", Field::kProtocol},
    {"connection.protocol", Field::kProtocol},
    {"jsonPayload.connection.protocol", Field::kProtocol},
    {"NetworkProtocol", Field::kProtocol},

    {"server_name", Field::kName},
    {"sni", Field::kName},
    {"tls.sni", Field::kName},
    {"tls.client.server_name", Field::kName},
    {"ssl_preread_server_name", Field::kName},
    {"requested_server_name", Field::kName},
    {"destination.domain", Field::kName},
    {"dst_endpoint.domain", Field::kName},
    {"dst_endpoint.hostname", Field::kName},
    {"dest_host", Field::kName},
    {"dst_host", Field::kName},
    {"destination_host", Field::kName},
    {"dest_name", Field::kName},
    {"dst_name", Field::kName},
    {"DstFQDN", Field::kName},
    {"DstDomainHostname", Field::kName},
    {"Fqdn", Field::kName},
    {"HTTPHost", Field::kName, Shape::kEndpoint},
    {"http_host", Field::kName, Shape::kEndpoint},
    {"cs-host", Field::kName, Shape::kEndpoint},
    {"cs(Host)", Field::kName, Shape::kEndpoint},
    {"authority", Field::kName, Shape::kEndpoint},
    {":authority", Field::kName, Shape::kEndpoint},
    {"domain_name", Field::kName},
    {"domain", Field::kName},
    {"name", Field::kName, Shape::kWeakName},
    {"hostname", Field::kName, Shape::kWeakName},
    {"host", Field::kName, Shape::kWeakName},
    {"query", Field::kName, Shape::kWeakName},
    {"qname", Field::kName, Shape::kWeakName},
    {"rrname", Field::kName, Shape::kWeakName},
    {"QueryName", Field::kName, Shape::kWeakName},
    {"query_name", Field::kName, Shape::kWeakName},
    {"dns.question.name", Field::kName, Shape::kWeakName},
    {"url", Field::kName, Shape::kEndpoint},
    {"url.full", Field::kName, Shape::kEndpoint},
    {"request", Field::kName, Shape::kEndpoint},
    {"TargetUrl", Field::kName, Shape::kEndpoint},

    {"flow-direction", Field::kDirection},
    {"direction", Field::kDirection},
    {"dir", Field::kDirection},
    {"network.direction", Field::kDirection},
    {"traffic_direction", Field::kDirection},
    {"connection_info.direction", Field::kDirection},
    {"NetworkDirection", Field::kDirection},
    {"deviceDirection", Field::kDirection},
    {"reporter", Field::kDirection},
    {"jsonPayload.reporter", Field::kDirection},
};

// A column that a person names may hold anything that can be told apart.
Shape MappedShape(Field field) {
  return field == Field::kName || field == Field::kSrc || field == Field::kDst ? Shape::kEndpoint
                                                                               : Shape::kPlain;
}

// Elements of an array are values of its path, so an index says nothing.
std::string WithoutIndices(absl::string_view path) {
  std::string out;
  bool inside = false;
  for (const char c : path) {
    inside |= c == '[';
    if (!inside) out.push_back(c);
    inside &= c != ']';
  }
  return out;
}

}  // namespace

const char* FieldName(Field field) { return kFieldNames[static_cast<int>(field)]; }

absl::StatusOr<Aliases> Aliases::Make(const std::map<std::string, std::string>& map) {
  Aliases aliases;
  bool mapped[kFieldCount] = {};
  for (const auto& [field, column] : map) {
    const auto name = std::find(std::begin(kFieldNames), std::end(kFieldNames), field);
    if (name == std::end(kFieldNames) || column.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--map ", field, "=", column,
                       ": expected FIELD=COLUMN with FIELD one of src, dst, sport, dport, proto, "
                       "name, direction"));
    }
    const int index = static_cast<int>(name - std::begin(kFieldNames));
    mapped[index] = true;
    const Field known = static_cast<Field>(index);
    size_t number = 0;
    if (absl::SimpleAtoi(column, &number)) aliases.numbers_[number] = aliases.size();
    aliases.list_.push_back({WithoutIndices(column), known, MappedShape(known)});
  }
  for (const BuiltIn& alias : kBuiltIn) {
    if (mapped[static_cast<int>(alias.field)]) continue;
    aliases.list_.push_back({alias.name, alias.field, alias.shape});
  }
  for (int id = 0; id < aliases.size(); ++id) {
    aliases.exact_.emplace(aliases[id].name, id);
    aliases.folded_.emplace(FoldKey(aliases[id].name), id);
  }
  return aliases;
}

int Aliases::Find(absl::string_view column) const {
  const auto exact = exact_.find(column);
  if (exact != exact_.end()) return exact->second;
  const auto folded = folded_.find(FoldKey(column));
  return folded == folded_.end() ? -1 : folded->second;
}

int Aliases::FindNumber(size_t column) const {
  const auto found = numbers_.find(column);
  return found == numbers_.end() ? -1 : found->second;
}

}  // namespace allowmatch
