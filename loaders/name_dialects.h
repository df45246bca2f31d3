// The readers of the dialects, one file for each: dialect_NAME.cc.
//
// Each takes a text without a byte-order mark and without NUL, in which bytes
// may be anything else, and puts each entry of it into the sink.

#ifndef ALLOWMATCH_LOADERS_NAME_DIALECTS_H_
#define ALLOWMATCH_LOADERS_NAME_DIALECTS_H_

#include "absl/strings/string_view.h"
#include "loaders/list_text.h"
#include "loaders/name_sink.h"

namespace allowmatch {

void ReadAdblock(absl::string_view text, NameSink* sink);
void ReadAwsNetworkFirewall(absl::string_view text, NameSink* sink);
void ReadCilium(absl::string_view text, NameSink* sink);
void ReadDnsmasq(absl::string_view text, NameSink* sink);
void ReadHosts(absl::string_view text, NameSink* sink);
void ReadMihomo(absl::string_view text, NameSink* sink);
void ReadNginx(absl::string_view text, NameSink* sink);
void ReadSingBox(absl::string_view text, NameSink* sink);
void ReadSquid(absl::string_view text, NameSink* sink);
void ReadV2fly(absl::string_view text, NameSink* sink);

bool IsAdblock(const ListOpening& opening);
bool IsAwsNetworkFirewall(const ListOpening& opening);
bool IsCilium(const ListOpening& opening);
bool IsDnsmasq(const ListOpening& opening);
bool IsHosts(const ListOpening& opening);
bool IsMihomo(const ListOpening& opening);
bool IsNginx(const ListOpening& opening);
bool IsSingBox(const ListOpening& opening);
bool IsSquid(const ListOpening& opening);
bool IsV2fly(const ListOpening& opening);

}  // namespace allowmatch

#endif  // ALLOWMATCH_LOADERS_NAME_DIALECTS_H_
